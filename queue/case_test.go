package queue_test

import (
	"os"
	"testing"

	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
	"ferry/queue"
)

// TestQuirk073UploadOntoAnotherCase: on a server that ignores case "A" is in the way of "a", and the rules apply.
func TestQuirk073UploadOntoAnotherCase(t *testing.T) {
	for rule, want := range map[queue.Rule]struct {
		states []string
		left   map[string]string
	}{
		queue.RuleFail: {
			[]string{"D/Free:done", "D/X.txt:failed", "NEW.txt:failed"},
			map[string]string{"new.TXT": "old", "d/x.TXT": "old", "d/Free": "new", "apart": "old"},
		},
		queue.RuleOverwrite: {
			[]string{"D/Free:done", "D/X.txt:done", "NEW.txt:done"},
			map[string]string{"NEW.txt": "new", "d/X.txt": "new", "d/Free": "new", "apart": "old"},
		},
		queue.RuleRename: {[]string{"D/Free:done", "D/X.txt:done", "NEW.txt:done"}, map[string]string{
			"new.TXT": "old", "NEW (2).txt": "new", "d/x.TXT": "old", "d/X (2).txt": "new", "d/Free": "new", "apart": "old",
		}},
	} {
		server := ftptest.Embedded(t, ftptest.IgnoreCase())
		for _, name := range []string{"new.TXT", "d/x.TXT", "apart"} {
			server.WriteFile(t, name, []byte("old"))
		}
		cl := client(t, server)
		h := start(t, queue.Options{})
		req := upTo(t, cl, tree(t, map[string]string{"NEW.txt": "new", "D/X.txt": "new", "D/Free": "new"}), "/")
		req.OnConflict = rule
		h.add(req)
		h.idle()
		t.Log(rule)
		h.expect(want.states...)
		sameTree(t, grown(t, server.Root), want.left)
		if cl.NameCase() != vfs.CaseIgnored {
			t.Error("nothing was found out about the server")
		}
	}
}

// TestQuirk073TwoOfOneCopy: where two files of one copy are one at the target, the second fails and the first is whole;
// where they are two, both are copied.
func TestQuirk073TwoOfOneCopy(t *testing.T) {
	from := tree(t, map[string]string{"A": "1", "a": "2"})
	for _, c := range []struct {
		options      []ftptest.Option
		done, failed int
	}{{[]ftptest.Option{ftptest.IgnoreCase()}, 1, 1}, {nil, 2, 0}} {
		server := ftptest.Embedded(t, c.options...)
		if err := os.Mkdir(server.Path("up"), 0o755); err != nil {
			t.Fatal(err)
		}
		h := start(t, queue.Options{})
		req := upTo(t, client(t, server), from, "/up")
		req.OnConflict = queue.RuleOverwrite
		h.add(req)
		h.idle()
		if sum := h.last.Totals; sum.Done != c.done || sum.Failed != c.failed || len(grown(t, server.Path("up"))) != c.done {
			t.Errorf("got %q, and there are %v", h.states(), grown(t, server.Path("up")))
		}
	}
}
