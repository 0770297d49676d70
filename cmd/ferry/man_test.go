package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestManualNamesEverything(t *testing.T) {
	root := newRoot(newProgram())
	text := manual(root, "1.2.3")
	for _, c := range commandsOf(root) {
		if !strings.Contains(text, roff(strings.TrimPrefix(c.CommandPath(), "ferry "))) {
			t.Errorf("%s is not there", c.CommandPath())
		}
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(text, roff("--"+f.Name)) {
			t.Errorf("--%s is not there", f.Name)
		}
	})
	macro := regexp.MustCompile(`^\.(TH|SH|SS|PP|TP|B|EX|EE)( "|$)`)
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, ".") && !macro.MatchString(line) || strings.HasPrefix(line, "'") {
			t.Errorf("a line would be taken for a macro: %s", line)
		}
	}
}

func TestManualIsPrinted(t *testing.T) {
	if out := newShell(t).ok("man"); !strings.HasPrefix(out, `.TH "FERRY" "1" "" "ferry `+roff(testVersion)) {
		t.Errorf("%.200s", out)
	}
}
