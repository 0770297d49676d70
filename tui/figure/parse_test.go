package figure

import "testing"

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "none": 0, "0": 0, "120": 120, "500K": 500 << 10,
		"1.5m": 3 << 19, " 2G/s ": 2 << 30, "10MiB": 10 << 20, "4KB": 4 << 10,
	} {
		if got, ok := ParseSize(text); !ok || got != want {
			t.Errorf("%q is %d, %v, not %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"-1", "5x", "K", "NaN", "inf", "1e30", "99999999E"} {
		if got, ok := ParseSize(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
	for _, n := range []int64{1, 999, 1 << 10, 300 << 10, 1 << 40} {
		if got, ok := ParseSize(Size(n)); !ok || got != n {
			t.Errorf("%d is written %s and read %d", n, Size(n), got)
		}
	}
}
