// Package queue moves files between two shores: it expands folders, hands files to workers, and tells how they
// fare. It knows file systems only by internal/vfs, and nothing of protocols or screens.
package queue

import (
	"fmt"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// ItemID names an item for the life of a Queue; they grow in the order of being found.
type ItemID uint64

// BatchID names what one Request became.
type BatchID uint64

// State is what a person understands of an item.
type State uint8

// The states. Done, Failed, Skipped and Cancelled are final, until somebody retries the item.
const (
	Waiting State = iota
	Running
	Done
	Failed
	Skipped
	Cancelled
)

// String gives the state as people read it.
func (s State) String() string {
	return [...]string{"waiting", "running", "done", "failed", "skipped", "cancelled"}[s]
}

// Final reports whether nothing more will happen to an item by itself.
func (s State) Final() bool { return s >= Done }

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
)

var ruleNames = [...]string{"fail", "skip", "overwrite", "newer", "size", "resume", "rename"}

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

// Source is one thing to copy: an entry of Request.FromDir, as its listing told.
type Source struct {
	Entry vfs.Entry
	As    string // its name at the target; "" keeps the source's
}

// Request asks to copy entries of one folder into another folder.
type Request struct {
	From, To       vfs.FS
	FromDir, ToDir string
	Sources        []Source
	Recursive      bool // folders are walked; without it a folder among the sources fails
	OnConflict     Rule
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
	Reason    error         // why it failed, was skipped, or waits for another try; mostly a *vfs.Failure
	Note      string        // what else a person should know: that it was resumed, or begun anew, and why
	Proof     Proof
	Tries     int // how often it was begun
	Started   time.Time
	Ended     time.Time
}

// Totals sum up all items that are known.
type Totals struct {
	Planning int // requests whose folders are still being walked

	Waiting, Running, Done, Failed, Skipped, Cancelled int

	// Octets moved of octets known, over all items but skipped and cancelled ones.
	Moved, Size int64

	UpSpeed, DownSpeed float64       // octets a second; Across counts in both
	Left               time.Duration // until all is done at this speed; negative where unknown
}

// Idle reports whether nothing is planned, waiting or running.
func (t Totals) Idle() bool { return t.Planning+t.Waiting+t.Running == 0 }

// News is what changed since the last look.
type News struct {
	Items   []Item // each item that changed, once, in its latest state, by ID; final states are never missed
	Removed []ItemID
	Totals  Totals
}
