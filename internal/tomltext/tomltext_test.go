package tomltext_test

import (
	"strings"
	"testing"

	"ferry/internal/tomltext"
)

const text = `# mine
top = 1

[view] # how it looks
sort = "name" # the best
[view.deep]
x = [
  1, # one
]
`

func TestPutChangesNothingElse(t *testing.T) {
	for _, c := range []struct{ name, key, value, want string }{
		{"value", "sort", `"size"`, "sort = \"size\" # the best\n"},
		{"new", "hidden", "true", "sort = \"name\" # the best\nhidden = true\n"},
		{"gone", "sort", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := tomltext.Parse([]byte(text))
			view, found := d.Find("view")
			if !found {
				t.Fatal("the table is not found")
			}
			want := strings.Replace(text, "sort = \"name\" # the best\n", c.want, 1)
			if got := string(d.With([]tomltext.Edit{d.Put(view, c.key, c.value)})); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestFaultsHaveAPlace(t *testing.T) {
	d := tomltext.Parse([]byte("a = 1\nb = = 2\n[good]\nc = 3\n"))
	if len(d.Faults) != 1 {
		t.Fatalf("faults: %+v", d.Faults)
	}
	if line, column := d.Position(d.Faults[0].Offset); line != 2 || column != 5 {
		t.Errorf("the fault is at %d:%d", line, column)
	}
	if good, found := d.Find("good"); !found || len(good.Pairs) != 1 {
		t.Error("what follows the fault is not read")
	}
}
