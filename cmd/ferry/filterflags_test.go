package main

import (
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func TestFilterFlags(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	var f filterFlags
	flags := pflag.NewFlagSet("get", pflag.ContinueOnError)
	f.register(flags)
	if filter, err := f.filter(now); err != nil || filter.SkipHidden || !filter.NewerThan.IsZero() {
		t.Errorf("without flags: %+v, %v", filter, err)
	}
	err := flags.Parse([]string{
		"--include", "*.jpg", "--include", "a,b", "--exclude=tmp/", "--hidden=false", "--newer-than", "2d",
		"--older-than", "2026-05-04T11:00:00Z", "--min-size", "1K", "--max-size", "2M", "--follow-links",
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.filter(now)
	if err != nil || len(got.Include) != 2 || got.Include[1] != "a,b" || got.Exclude[0] != "tmp/" || !got.SkipHidden ||
		got.MinSize != 1<<10 || got.MaxSize != 2<<20 || !f.follow ||
		!got.NewerThan.Equal(now.Add(-48*time.Hour)) || !got.OlderThan.Equal(now.Add(-time.Hour)) {
		t.Errorf("got %+v, %v", got, err)
	}
	f.exclude = []string{"["}
	if _, err := f.filter(now); exitCode(err) != exitUsage {
		t.Errorf("a pattern that cannot be read: %v", err)
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"0s": now, "90m": now.Add(-90 * time.Minute), "3w": now.Add(-21 * 24 * time.Hour),
		"2026-01-31":           time.Date(2026, 1, 31, 0, 0, 0, 0, time.Local),
		"2026-01-31 10:20":     time.Date(2026, 1, 31, 10, 20, 0, 0, time.Local),
		"2026-01-31T10:20:30Z": time.Date(2026, 1, 31, 10, 20, 30, 0, time.UTC),
	} {
		var w whenFlag
		if err := w.Set(text); err != nil || !w.at(now).Equal(want) || w.String() != text {
			t.Errorf("%q: got %v, %v", text, w.at(now), err)
		}
	}
	for _, text := range []string{"", "d", "-5m", "yesterday", "2026-13-01"} {
		if err := new(whenFlag).Set(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
