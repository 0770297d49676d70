package queue

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// Why a source is skipped.
var (
	errLink        = errors.New("it is a link, and links are not followed")
	errLoop        = errors.New("it is a link to a folder that holds it, which would have no end")
	errSpecial     = errors.New("it is neither a file nor a folder")
	errLeftover    = errors.New("it is the unfinished part of another copy")
	errSame        = errors.New("it is the source itself")
	errThere       = errors.New("a file of that name is there already")
	errNotNewer    = errors.New("the file there is not older")
	errUnknownTime = errors.New("a file is there, and which of them is newer cannot be told")
	errSameSize    = errors.New("a file of the same size is there already")
	errUnknownSize = errors.New("a file is there, and whether the sizes differ cannot be told")
)

// begin says on what a copy builds.
type begin uint8

const (
	afresh     begin = iota
	onPartial        // on a partial of ours, if there is one and it is proven to match
	onTheOther       // on the file under the final name, which must be proven to match
)

// decision is what to do with one source.
type decision struct {
	state     State // Waiting: it is copied; else Skipped, Failed or Asking
	reason    error
	clash     *Clash // the question, if it is Asking
	overwrite bool
	rename    bool // the target needs another name
	begin     begin
}

func skipped(why error) decision { return decision{state: Skipped, reason: why} }

func taken(target, said string) decision {
	return decision{state: Failed, reason: &vfs.Failure{
		Step: "write " + target, Said: said, Kind: fs.ErrExist,
		Hint: "Rename or remove one of them, or choose what to do with files that exist.",
	}}
}

// decide applies the rule to a source file and what is under its name at the target; nil if the name is free.
func decide(rule Rule, source vfs.Entry, there *vfs.Entry, target string) decision {
	switch {
	case there == nil && rule == RuleOverwrite:
		return decision{}
	case there == nil:
		return decision{begin: onPartial}
	case rule == RuleSkip:
		return skipped(errThere)
	case rule == RuleRename:
		return decision{rename: true}
	case there.Type == vfs.Link && rule == RuleOverwrite:
		return decision{overwrite: true}
	case there.Type != vfs.File:
		return taken(target, fmt.Sprintf("what has that name is a %s", kindOf(there.Type)))
	}
	return decideFiles(rule, source, *there, target)
}

func kindOf(t vfs.Type) string {
	return [...]string{vfs.Other: "device, pipe or the like", vfs.File: "file", vfs.Dir: "folder", vfs.Link: "link"}[t]
}

func decideFiles(rule Rule, source, there vfs.Entry, target string) decision {
	switch rule {
	case RuleOverwrite:
		return decision{overwrite: true}
	case RuleNewer:
		return decideNewer(source, there)
	case RuleSize:
		return decideSize(source, there)
	case RuleResume:
		return decideResume(source, there, target)
	case RuleAsk:
		return decision{state: Asking, clash: &Clash{Source: source, There: there}}
	}
	return taken(target, "a file of that name is there")
}

// decideNewer compares as exactly as both times are known.
func decideNewer(source, there vfs.Entry) decision {
	unit := min(source.Precision, there.Precision).Unit()
	switch {
	case unit == 0:
		return skipped(errUnknownTime)
	case source.ModTime.Truncate(unit).After(there.ModTime.Truncate(unit)):
		return decision{overwrite: true, begin: onPartial}
	}
	return skipped(errNotNewer)
}

// blurred reports whether listings tell the times of two files too coarsely to say which of them is newer, so that the
// exact times have to be asked for.
func blurred(source, there vfs.Entry) bool {
	unit := min(source.Precision, there.Precision).Unit()
	return there.Type == vfs.File && unit != time.Second &&
		(unit == 0 || source.ModTime.Truncate(unit).Equal(there.ModTime.Truncate(unit)))
}

func decideSize(source, there vfs.Entry) decision {
	switch {
	case source.Size < 0 || there.Size < 0:
		return skipped(errUnknownSize)
	case source.Size != there.Size:
		return decision{overwrite: true, begin: onPartial}
	}
	return skipped(errSameSize)
}

func decideResume(source, there vfs.Entry, target string) decision {
	switch {
	case source.Size < 0 || there.Size < 0:
		return taken(target, "a file of that name is there, and whether it is a part of the source cannot be told")
	case there.Size == source.Size:
		return skipped(errSameSize)
	case there.Size > source.Size:
		return taken(target, "the file of that name is longer than the source")
	case there.Size == 0:
		return decision{overwrite: true}
	}
	return decision{begin: onTheOther}
}

// Numbered gives the n-th name to keep a file beside others: "a.txt" becomes "a (2).txt". What follows the last dot
// is the ending, except in ".name" and names without a dot.
func Numbered(name string, n int) string {
	ending := path.Ext(name)
	if ending == name {
		ending = ""
	}
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ending), n, ending)
}
