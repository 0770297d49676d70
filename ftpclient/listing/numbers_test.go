package listing

import (
	"testing"

	"ferry/internal/vfs"
)

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "00012": 12, "9223372036854775807": 9223372036854775807,
		"9223372036854775808": vfs.SizeUnknown, "-1": vfs.SizeUnknown, "99E": vfs.SizeUnknown,
		"1,234": 1234, "1.234.567": 1234567, "12'345": 12345,
		"1K": 1024, "1.5K": 1536, "1,5K": 1536, "9.0M": 9437184, "172.4k": 176537, "2GiB": 2 << 30, "3kB": 3072, "7B": 7,
		"0.1E": 115292150460684697,
	} {
		if got, ok := sizeOf([]byte(text)); !ok || got != want {
			t.Errorf("%q: %d (%v), want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "-", "x", "1x", "119:26", "1,23", "1,2345", "1,234.567", "1.K", "K", "1KKB", "1.23456K", "8,",
	} {
		if got, ok := sizeOf([]byte(text)); ok {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}
