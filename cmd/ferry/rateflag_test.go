package main

import "testing"

func TestAmounts(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "300": 300, "800K": 800 << 10, "5m": 5 << 20, "1.5M": 3 << 19, "2GiB": 2 << 30, "1kb": 1 << 10, " 7 ": 7,
	} {
		got, err := parseAmount(text)
		if err != nil || got != want {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
		if again, err := parseAmount(formatAmount(got)); err != nil || again != got {
			t.Errorf("%q: written as %q", text, formatAmount(got))
		}
	}
	for _, text := range []string{"", "K", "-5", "fast", "5X", "NaN", "Inf", "99999999T"} {
		if n, err := parseAmount(text); err == nil {
			t.Errorf("%q is read as %d", text, n)
		}
	}
	var r rateFlag
	if r.String() != "" || r.Set("5M") != nil || r.String() != "5M" || r.speed().Down != 5<<20 {
		t.Errorf("the flag holds %v", r)
	}
	if err := r.Set("quick"); err == nil {
		t.Error("the flag takes any word")
	}
}
