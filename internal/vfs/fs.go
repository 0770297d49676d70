package vfs

import (
	"context"
	"io"
	"io/fs"
	"time"
)

// Purpose tells a file system what a session is wanted for, so that browsing never waits behind transfers.
type Purpose uint8

// The purposes of a session.
const (
	Browse Purpose = iota
	Transfer
)

// FS is a shore: the local disk or an account on a server. All methods are safe for concurrent use; those
// about paths touch neither disk nor network.
type FS interface {
	// ID names the shore for people and for comparing: "local", "ftp://alice@example.org:21". It holds no secret.
	ID() string
	// Join gives the path of name inside the folder dir.
	Join(dir, name string) string
	// Parent gives the folder that holds path; the root is its own parent.
	Parent(path string) string
	// Base gives the last element of path.
	Base(path string) string
	// CheckName tells whether this shore can hold a file of that name inside a folder: one element, no
	// separator, not "." or "..", nothing the system refuses. Its error is a *Failure of kind ErrUnsafeName.
	CheckName(name string) error
	// Home gives the folder where a person starts: the working folder, the login folder.
	Home(ctx context.Context) (string, error)
	// Lease gives a session for the caller alone, until Release. It may wait for one to become free.
	Lease(ctx context.Context, why Purpose) (Session, error)
}

// Session is one worker's hold on a file system, not safe for concurrent use. Paths are absolute in the file
// system's own dialect. Every error is a *Failure. After an error the session may be used on or released: it
// knows itself whether its connection still lives.
type Session interface {
	// List hands over the entries of a folder in batches, in the order they come, without "." and "..".
	// The slice given to batch belongs to batch. An error of batch ends the listing and is returned.
	// After an error what was handed over is incomplete.
	List(ctx context.Context, dir string, batch func([]Entry) error) (ListReport, error)
	// Stat tells about one path, following no link where the file system can tell.
	Stat(ctx context.Context, path string) (Entry, error)
	// Mkdir makes one folder. What exists already is an error of kind fs.ErrExist where that can be told.
	Mkdir(ctx context.Context, path string) error
	// Remove removes a file or a link, never what the link points to.
	Remove(ctx context.Context, path string) error
	// RemoveDir removes an empty folder.
	RemoveDir(ctx context.Context, path string) error
	// Rename gives what is at from the path to.
	Rename(ctx context.Context, from, to string) error
	Chmod(ctx context.Context, path string, mode fs.FileMode) error
	SetModTime(ctx context.Context, path string, t time.Time) error
	// Open reads a file from offset (octets) on. ctx holds for the whole reading: when it ends, Read ends.
	Open(ctx context.Context, path string, offset int64) (Reader, error)
	// Create writes a file. ctx holds for the whole writing.
	Create(ctx context.Context, path string, how Create) (Writer, error)
	// Partial gives the size in octets of what an earlier Create for path left to be resumed, 0 if there is nothing.
	Partial(ctx context.Context, path string) (int64, error)
	// Release gives the session back. It must not be used afterwards.
	Release()
}

// Create says how a file is to be written.
type Create struct {
	Size      int64       // octets that will come in all, or SizeUnknown
	Offset    int64       // go on with the partial of an earlier try, which is this long; 0 starts anew
	ModTime   time.Time   // to be kept where the file system can; zero: leave it
	Mode      fs.FileMode // permission bits to be kept where the file system can; only with KeepMode
	KeepMode  bool
	Overwrite bool // a file under the final name is replaced; without it the final name must be free
	Volatile  bool // it need not survive a crash of the machine, so that nothing waits for the disk
	InPlace   bool // a server gets it under its final name at once: fewer commands, and half a file if that breaks
}

// Written is what a Writer tells of its file when all of it is over there.
type Written struct {
	Path string // where it is until Commit
	Size int64  // octets, as the other side tells afterwards; SizeUnknown where it cannot
	Note string // what a person should know of it; may be empty
}

// Stream is what readers and writers have in common.
type Stream interface {
	// Touch restarts the stall timer: a stream on which nothing moves for its stall timeout fails by ErrTimeout.
	// Copy calls it before each piece.
	Touch()
	// Raw gives the file or TCP connection below, for the kernel to copy without the octets entering the
	// program, or nil where they must pass through it (TLS). Octets moved on Raw count like those moved by
	// Read or Write.
	Raw() any
	// Explain tells an error that came from Raw as a *Failure. On a connection it may wait, within its timeouts,
	// for the words of the other side, which tell more than a broken pipe.
	Explain(err error) error
}

// Reader is an open source file.
type Reader interface {
	io.Reader
	Stream
	// Close ends the reading. After io.EOF it returns nil only if the other side confirmed that all was sent;
	// before io.EOF it gives the transfer up, which is no error.
	Close() error
}

// Writer is a file being made. Until Commit returned nil the final name shows nothing of it, except where it is
// written in place. One of Commit and Abort must be called, once.
type Writer interface {
	io.Writer
	Stream
	// Finish ends the writing, waits until the other side confirms it, and asks for the size that is there. It fails
	// by ErrIncomplete if that is not what was written. Nothing can be written afterwards.
	Finish(ctx context.Context) (Written, error)
	// Commit makes what was written durable and gives it its final name, after Finish if that was not called. It fails
	// by ErrNoRename where the other side takes no file but under its final name.
	Commit(ctx context.Context) error
	// Abort gives up. With keep what was written stays as a partial that a later Create can go on with, where
	// that is possible; without it nothing remains.
	Abort(keep bool) error
}

// Unconfirmer is also implemented by readers and writers whose other side confirms the end of a transfer.
type Unconfirmer interface {
	// Unconfirmed reports, after Close or Commit returned nil, that the confirmation never came: the size is right, so
	// that the file is taken for whole, but the other side has not said so.
	Unconfirmed() bool
}

// Do leases a session for one piece of work and releases it.
func Do(ctx context.Context, f FS, why Purpose, work func(Session) error) error {
	s, err := f.Lease(ctx, why)
	if err != nil {
		return err
	}
	defer s.Release()
	return work(s)
}

// ReadDir collects all entries of a folder.
func ReadDir(ctx context.Context, s Session, dir string) ([]Entry, ListReport, error) {
	var all []Entry
	report, err := s.List(ctx, dir, func(batch []Entry) error {
		all = append(all, batch...)
		return nil
	})
	report.Settle(all)
	return all, report, err
}
