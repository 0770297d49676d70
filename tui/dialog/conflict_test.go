package dialog

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ferry/internal/vfs"
	"ferry/tui/theme"
)

// TestConflictPointsAtWhatIsNewer as exactly as both times are known: a listing that tells minutes says nothing of
// seconds.
func TestConflictPointsAtWhatIsNewer(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	entry := func(after time.Duration, p vfs.Precision) vfs.Entry {
		return vfs.Entry{Type: vfs.File, Size: 1, ModTime: noon.Add(after), Precision: p}
	}
	for _, c := range []struct {
		source, there vfs.Entry
		want          string
	}{
		{entry(30*time.Second, vfs.PrecisionSecond), entry(0, vfs.PrecisionMinute), `modified +11-21 12:00 +11-21 12:00`},
		{entry(30*time.Second, vfs.PrecisionSecond), entry(0, vfs.PrecisionSecond), `modified +> 11-21 12:00 +11-21 12:00`},
		{entry(0, vfs.PrecisionMinute), entry(time.Hour, vfs.PrecisionSecond), `modified +11-21 12:00 +> 11-21 13:00`},
		{entry(0, vfs.PrecisionSecond), vfs.Entry{Type: vfs.File}, `modified +11-21 12:00 +unknown`},
	} {
		d := &Conflict{Theme: theme.Mono(), Source: c.source, There: c.there, Now: func() time.Time { return noon }}
		if box := ansi.Strip(strings.Join(d.Box(120, 36), "\n")); !regexp.MustCompile(c.want).MatchString(box) {
			t.Errorf("%s is not in\n%s", c.want, box)
		}
	}
}
