// Package queue moves files between two shores: it expands folders, hands files to workers, and tells how they
// fare. It knows file systems only by internal/vfs, and nothing of protocols or screens.
package queue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// ItemID names an item for ever; those of one process grow in the order of being found.
type ItemID uint64

// processShift is where the number of the process stands in an ID, so that processes need not ask each other for new
// ones. Without a journal it is 0.
const processShift = 32

// String gives the ID as people read and type it: "7.12" is the twelfth of process 7; "12" without a journal.
func (id ItemID) String() string {
	process, number := uint64(id)>>processShift, uint64(id)&(1<<processShift-1)
	if process == 0 {
		return strconv.FormatUint(number, 10)
	}
	return fmt.Sprintf("%d.%d", process, number)
}

// ParseItemID reads what String writes.
func ParseItemID(s string) (ItemID, error) {
	process, number, found := strings.Cut(s, ".")
	if !found {
		process, number = "0", s
	}
	p, err1 := strconv.ParseUint(process, 10, 31)
	n, err2 := strconv.ParseUint(number, 10, processShift)
	if err1 != nil || err2 != nil || n == 0 {
		return 0, fmt.Errorf("%q names no transfer", s)
	}
	return ItemID(p<<processShift | n), nil
}

// BatchID names what one Request became.
type BatchID uint64

// State is what a person understands of an item.
type State uint8

// The states. Done, Failed, Skipped and Cancelled are final, until somebody retries the item. Paused and Asking items
// wait for a person and hold up nobody else.
const (
	Waiting  State = iota // for its turn, for Item.Until, or for its shore (then Reason says why)
	Running               // in this process or in another one
	Paused                // until somebody resumes it
	Retrying              // waits for Item.Until after a failure that may pass
	Asking                // a file is in the way, and somebody has to say what to do with it (Item.Clash)
	Done
	Failed
	Skipped
	Cancelled
)

var stateNames = [...]string{
	"waiting", "running", "paused", "retrying", "asking", "done", "failed", "skipped", "cancelled",
}

// String gives the state as people read it.
func (s State) String() string { return stateNames[s] }

// ParseState reads what String writes.
func ParseState(s string) (State, error) {
	if i := slices.Index(stateNames[:], s); i >= 0 {
		return State(i), nil
	}
	return Waiting, fmt.Errorf("the state %q is none of %s", s, strings.Join(stateNames[:], ", "))
}

// Final reports whether nothing more will happen to an item by itself.
func (s State) Final() bool { return s >= Done }

// idle reports whether an item is neither final nor being worked on.
func (s State) idle() bool { return !s.Final() && s != Running }

// moving reports whether an item goes on by itself.
func (s State) moving() bool { return s == Waiting || s == Running || s == Retrying }

// Rule says what to do where the target has a file of that name already.
type Rule uint8

// The rules, as in the shell contract. The zero Rule goes on with a partial of ours that is proven to match,
// and fails where the final name is taken.
const (
	RuleFail Rule = iota
	RuleSkip
	RuleOverwrite
	RuleNewer  // overwrite where the source is newer
	RuleSize   // overwrite where the sizes differ
	RuleResume // go on behind the end of a shorter target that is proven to match
	RuleRename // keep both: "name (2).txt"
	RuleAsk    // the item waits for Queue.Answer
)

var ruleNames = [...]string{"fail", "skip", "overwrite", "newer", "size", "resume", "rename", "ask"}

// String gives the rule's word in the shell contract.
func (r Rule) String() string { return ruleNames[r] }

// ParseRule reads what String writes.
func ParseRule(s string) (Rule, error) {
	for i, name := range ruleNames {
		if s == name {
			return Rule(i), nil
		}
	}
	return RuleFail, fmt.Errorf("the rule %q is none of %s", s, strings.Join(ruleNames[:], ", "))
}

// Proof grades how sure it is that a done item is whole.
type Proof uint8

// The grades: nothing to compare with, the number of octets, a hash of them all.
const (
	ProofNone Proof = iota
	ProofSize
	ProofHash
)

// String gives the word of the shell contract: "unproven", "size" or "hash".
func (p Proof) String() string { return [...]string{"unproven", "size", "hash"}[p] }

// Verify says when the hashes of source and target are compared, where both sides can tell one.
type Verify uint8

// The rules for hashes: when somebody asks for it, with each file, or not at all.
const (
	VerifyOnRequest Verify = iota
	VerifyAlways
	VerifyNever
)

var verifyNames = [...]string{"on-request", "always", "never"}

// String gives the rule's word.
func (v Verify) String() string { return verifyNames[v] }

// ParseVerify reads what String writes.
func ParseVerify(s string) (Verify, error) {
	for i, name := range verifyNames {
		if s == name {
			return Verify(i), nil
		}
	}
	return VerifyOnRequest, fmt.Errorf("%q is none of %s", s, strings.Join(verifyNames[:], ", "))
}

// Source is one thing to copy: an entry of Request.FromDir, as its listing told.
type Source struct {
	Entry vfs.Entry
	As    string // its name at the target; "" keeps the source's
}

// Request asks to copy entries of one folder into another folder.
type Request struct {
	From, To       vfs.FS `json:"-"`
	FromDir, ToDir string
	Sources        []Source
	Recursive      bool // folders are walked; without it a folder among the sources fails
	OnConflict     Rule
	Filter         Filter
	Segments       int       // how many connections a large file may come over, or SegmentsAuto; 0, 1: one
	FollowLinks    bool      // a link is copied as what it leads to; without it links are skipped
	NotBefore      time.Time // nothing of it is begun earlier; the zero time: at once
	Verify         Verify
	KeepMode       bool // files get the permissions of their sources, else those that are usual at the target
	Move           bool // sources are removed when they are proven to be at the target, and folders that are empty then
	InPlace        bool // servers get files under their final names at once: quicker, and half a file if that breaks
}

// Direction is seen from the local side.
type Direction uint8

// The directions: to a server, from a server, between two of the same kind.
const (
	Across Direction = iota
	Up
	Down
)

// Item is what the queue tells about one file, or one folder that could not be made or read. It is a copy.
type Item struct {
	ID        ItemID
	Batch     BatchID
	Direction Direction
	FromID    string // vfs.FS.ID of the source
	ToID      string
	From      string // paths
	To        string
	Name      string // path below the request's folder, for showing: "css/site.css"
	Folder    bool
	State     State
	Size      int64         // octets, or vfs.SizeUnknown
	Moved     int64         // octets that are over there, those of an earlier try included
	Speed     float64       // octets a second, lately; 0 unless running
	Left      time.Duration // until done at this speed; negative where unknown
	Reason    error         // why it failed, was skipped, or waits; mostly a *vfs.Failure
	Note      string        // what else a person should know: that it was resumed, or begun anew, and why
	Proof     Proof
	Tries     int // how often it was begun
	Started   time.Time
	Ended     time.Time
	Place     int64     // among what waits the least has its turn first
	Until     time.Time // it is not begun before; zero: at any time
	Clash     *Clash    // the question, while it is Asking; never changed
	Elsewhere bool      // it belongs to another process, which does what is asked of it
}

// Clash is a file that is to be copied and the one that has its name at the target.
type Clash struct {
	Source, There vfs.Entry
}

// Scope says how far an answer reaches.
type Scope uint8

// The scopes of an answer.
const (
	AnswerThis   Scope = iota // the items that are named
	AnswerBatch               // also all else that their requests become
	AnswerAlways              // also every later question between the same two shores
)

// Move says to where items are moved among those that wait.
type Move uint8

// The moves. Several items keep their order among themselves.
const (
	MoveUp Move = iota
	MoveDown
	MoveTop
	MoveBottom
)

// Totals sum up all items that are known.
type Totals struct {
	Planning int // requests whose folders are still being walked

	Waiting, Running, Paused, Retrying, Asking, Done, Failed, Skipped, Cancelled int

	Held    bool   // nothing is begun until ResumeAll
	Limit   Speed  // what LimitEverywhere said last
	Unkept  error  // why the journal cannot be used for now, and the queue is in memory alone; nil while it can
	Renewed string // why another journal was begun than there was, as a sentence for people; "" while none was

	// Octets moved of octets known, over all items but skipped and cancelled ones.
	Moved, Size int64

	UpSpeed, DownSpeed float64       // octets a second; Across counts in both
	Left               time.Duration // until all is done at this speed; negative where unknown
}

// Idle reports whether nothing goes on by itself: nothing is planned, waits for its turn, or runs.
func (t Totals) Idle() bool { return t.Planning+t.Waiting+t.Running+t.Retrying == 0 }

// News is what changed since the last look.
type News struct {
	Items   []Item // each item that changed, once, in its latest state, by ID; final states are never missed
	Removed []ItemID
	Totals  Totals
}
