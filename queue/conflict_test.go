package queue

import (
	"errors"
	"io/fs"
	"testing"
	"time"

	"ferry/internal/vfs"
)

func file(size int64, when time.Time, how vfs.Precision) vfs.Entry {
	return vfs.Entry{Name: "x", Type: vfs.File, Size: size, ModTime: when, Precision: how}
}

func TestDecide(t *testing.T) {
	noon := time.Date(2024, 3, 4, 12, 0, 30, 0, time.UTC)
	second, minute, day, none := vfs.PrecisionSecond, vfs.PrecisionMinute, vfs.PrecisionDay, vfs.PrecisionNone
	source := file(10, noon, second)
	same := func(e vfs.Entry) *vfs.Entry { return &e }
	free, overwrite := decision{begin: onPartial}, decision{overwrite: true}
	replace := decision{overwrite: true, begin: onPartial}
	link, dir := &vfs.Entry{Type: vfs.Link}, &vfs.Entry{Type: vfs.Dir}
	fails := decision{state: Failed, reason: fs.ErrExist}
	for _, c := range []struct {
		name   string
		rule   Rule
		source vfs.Entry
		there  *vfs.Entry
		want   decision
	}{
		{"nothing there", RuleFail, source, nil, free},
		{"nothing there, anew", RuleOverwrite, source, nil, decision{}},
		{"nothing there, two names", RuleRename, source, nil, free},
		{"taken", RuleFail, source, &source, fails},
		{"skip", RuleSkip, source, &source, skipped(errThere)},
		{"skip for a folder", RuleSkip, source, dir, skipped(errThere)},
		{"overwrite", RuleOverwrite, source, &source, overwrite},
		{"overwrite a link", RuleOverwrite, source, link, overwrite},
		{"overwrite a folder", RuleOverwrite, source, dir, fails},
		{"newer than a link", RuleNewer, source, link, fails},
		{"behind a link's end", RuleResume, source, link, fails},
		{"rename beside a folder", RuleRename, source, dir, decision{rename: true}},
		{"newer", RuleNewer, source, same(file(10, noon.Add(-time.Second), second)), replace},
		{"of the same time", RuleNewer, source, same(file(10, noon, second)), skipped(errNotNewer)},
		{"older", RuleNewer, source, same(file(10, noon.Add(time.Second), second)), skipped(errNotNewer)},
		{"newer by seconds", RuleNewer, source, same(file(10, noon.Truncate(time.Minute), minute)), skipped(errNotNewer)},
		{"newer by a minute", RuleNewer, source, same(file(10, noon.Add(-time.Minute), minute)), replace},
		{"of the same day", RuleNewer, source, same(file(10, noon.Truncate(24*time.Hour), day)), skipped(errNotNewer)},
		{"of the next day", RuleNewer, source, same(file(10, noon.Add(-24*time.Hour), day)), replace},
		{"of no time", RuleNewer, source, same(file(10, time.Time{}, none)), skipped(errUnknownTime)},
		{"of another size", RuleSize, source, same(file(9, noon, second)), replace},
		{"of the same size", RuleSize, source, same(file(10, noon, second)), skipped(errSameSize)},
		{"of unknown size", RuleSize, source, same(file(-1, noon, second)), skipped(errUnknownSize)},
		{"from unknown size", RuleSize, file(-1, noon, second), &source, skipped(errUnknownSize)},
		{"shorter", RuleResume, source, same(file(9, noon, second)), decision{begin: onTheOther}},
		{"empty", RuleResume, source, same(file(0, noon, second)), overwrite},
		{"complete", RuleResume, source, same(file(10, noon, second)), skipped(errSameSize)},
		{"longer", RuleResume, source, same(file(11, noon, second)), fails},
		{"unknown", RuleResume, source, same(file(-1, noon, second)), fails},
	} {
		got := decide(c.rule, c.source, c.there, "/there/x")
		if !errors.Is(got.reason, c.want.reason) {
			t.Errorf("%s: the reason is %v", c.name, got.reason)
		}
		got.reason, c.want.reason = nil, nil
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestNumbered(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt": "a (2).txt", "a": "a (2)", ".bashrc": ".bashrc (2)", "a.tar.gz": "a.tar (2).gz", "a.": "a (2).",
		"x y.z": "x y (2).z",
	} {
		if got := Numbered(name, 2); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for r := RuleFail; r <= RuleAsk; r++ {
		if got, err := ParseRule(r.String()); err != nil || got != r {
			t.Errorf("%v became %v, %v", r, got, err)
		}
	}
	if _, err := ParseRule("perhaps"); err == nil {
		t.Error("an unknown rule was read")
	}
	if Waiting.Final() || Running.Final() || !Done.Final() || !Cancelled.Final() || Cancelled.String() != "cancelled" {
		t.Error("states")
	}
	if ProofNone.String() != "unproven" || ProofSize.String() != "size" || ProofHash.String() != "hash" {
		t.Error("proofs")
	}
}
