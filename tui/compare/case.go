package compare

import (
	"context"

	"ferry/internal/vfs"
)

// twins gives the names of the first side that differ from one of the second in case only, with that one, if one of the
// sides ignores case. A side that does not know is asked, once for its whole shore.
func twins(ctx context.Context, sides [2]Side, theirs map[string]vfs.Entry) map[string]string {
	mine, small := map[string]bool{}, map[string]string{}
	for _, e := range sides[0].Entries {
		mine[vfs.DisplayName(sides[0].FS, e.Name)] = true
	}
	for name := range theirs {
		if !mine[name] {
			small[vfs.FoldCase(name)] = name
		}
	}
	twins := map[string]string{}
	var pair [2]vfs.Entry
	for _, e := range sides[0].Entries {
		name := vfs.DisplayName(sides[0].FS, e.Name)
		other, alike := small[vfs.FoldCase(name)]
		if _, both := theirs[name]; alike && !both {
			twins[name], pair = other, [2]vfs.Entry{e, theirs[other]}
			delete(small, vfs.FoldCase(name))
		}
	}
	if len(twins) == 0 || !sides[0].ignoresCase(ctx, pair[0]) && !sides[1].ignoresCase(ctx, pair[1]) {
		return nil
	}
	return twins
}

// ignoresCase tells it of a side that holds e. One that cannot be asked now does not.
func (s Side) ignoresCase(ctx context.Context, e vfs.Entry) bool {
	known, err := vfs.FindCase(ctx, s.FS, vfs.Browse, s.FS.Join(s.Dir, e.Name))
	return err == nil && known == vfs.CaseIgnored
}
