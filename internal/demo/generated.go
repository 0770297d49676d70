package demo

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path"

	"github.com/spf13/afero"
)

// Content is a readable, seekable stretch of octets that look random, are the same every time, and are made as they
// are read: a large file that fills no disk. It is not safe for concurrent use.
type Content struct {
	size   int64
	at     int64
	block  [contentBlock]byte
	number int64 // which block is at hand; -1 for none
}

const contentBlock = 64 << 10

// NewContent gives content of size octets.
func NewContent(size int64) *Content { return &Content{size: size, number: -1} }

// Read gives the octets from the current position on.
func (c *Content) Read(p []byte) (int, error) {
	if c.at >= c.size {
		return 0, io.EOF
	}
	if n := c.at / contentBlock; n != c.number {
		fill(&c.block, n)
		c.number = n
	}
	from := c.at % contentBlock
	n := copy(p, c.block[from:min(contentBlock, from+c.size-c.at)])
	c.at += int64(n)
	return n, nil
}

// fill makes the block of that number.
func fill(block *[contentBlock]byte, number int64) {
	seed := [32]byte{8: 'f', 9: 'e', 10: 'r', 11: 'r', 12: 'y'}
	binary.LittleEndian.PutUint64(seed[:], uint64(number))
	_, _ = rand.NewChaCha8(seed).Read(block[:]) // never fails
}

var errSeek = errors.New("there is nothing before the start of a file")

// Seek moves the current position.
func (c *Content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.at
	case io.SeekEnd:
		offset += c.size
	}
	if offset < 0 {
		return c.at, errSeek
	}
	c.at = offset
	return offset, nil
}

// generatedFs shows Content in place of what one file of the file system below holds. That file gives the size and
// must not change, nor its name.
type generatedFs struct {
	afero.Fs
	file string // absolute, clean
}

// Open opens for reading.
func (g generatedFs) Open(name string) (afero.File, error) { return g.OpenFile(name, os.O_RDONLY, 0) }

// OpenFile opens the file below, and looks past it where it is the one.
func (g generatedFs) OpenFile(name string, flag int, perm os.FileMode) (afero.File, error) {
	f, err := g.Fs.OpenFile(name, flag, perm)
	if err != nil || path.Join("/", name) != g.file {
		return f, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &generatedFile{File: f, content: NewContent(info.Size())}, nil
}

// LstatIfPossible asks the file system below.
func (g generatedFs) LstatIfPossible(name string) (os.FileInfo, bool, error) {
	if below, ok := g.Fs.(afero.Lstater); ok {
		return below.LstatIfPossible(name)
	}
	info, err := g.Fs.Stat(name)
	return info, false, err
}

type generatedFile struct {
	afero.File
	content *Content
}

func (g *generatedFile) Read(p []byte) (int, error) { return g.content.Read(p) }

func (g *generatedFile) ReadAt(p []byte, offset int64) (int, error) {
	c := NewContent(g.content.size)
	if _, err := c.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(c, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

func (g *generatedFile) Seek(offset int64, whence int) (int64, error) {
	return g.content.Seek(offset, whence)
}
