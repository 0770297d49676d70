package ftpclient

import "testing"

func TestFlavours(t *testing.T) {
	for folder, want := range map[string]flavour{
		"/": slashes, "/home/[x]": slashes, "C:/x": slashes, "": slashes, "QGPL": slashes, "'": slashes,
		"DISK$U:[A.B]": vms, "[A]": vms, "'USER1.'": datasets, "'USER1.PDS'": datasets,
	} {
		if got := flavourOf(folder); got != want {
			t.Errorf("%q: flavour %d", folder, got)
		}
	}
}

func TestPathsOfFlavours(t *testing.T) {
	for _, c := range []struct {
		f                 flavour
		dir, name, joined string
		folder            string // the joined path for commands about folders
		parent            string // of the joined path
	}{
		{vms, "D:[A.B]", "X.TXT;1", "D:[A.B]X.TXT;1", "", "D:[A.B]"},
		{vms, "D:[A.B]", "C", "D:[A.B]C", "D:[A.B.C]", "D:[A.B]"},
		{vms, "D:[A.B]C", "X.TXT;1", "D:[A.B.C]X.TXT;1", "", "D:[A.B.C]"},
		{vms, "D:[000000]", "A", "D:[000000]A", "D:[A]", "D:[000000]"},
		{datasets, "'U.'", "A", "'U.A'", "'U.A'", "'U.'"},
		{datasets, "'U.'", "A.B", "'U.A.B'", "'U.A.B'", "'U.A.'"},
		{datasets, "'U.PDS'", "M", "'U.PDS(M)'", "", "'U.PDS'"},
		{slashes, "/a", "b", "/a/b", "/a/b", "/a"},
		{slashes, "/", "b", "/b", "/b", "/"},
	} {
		joined := c.f.join(c.dir, c.name)
		if joined != c.joined {
			t.Errorf("%s and %s: joined to %s", c.dir, c.name, joined)
		}
		if got := c.f.folder(joined); c.folder != "" && got != c.folder {
			t.Errorf("%s as a folder is %s", joined, got)
		}
		if got := c.f.parent(joined); got != c.parent {
			t.Errorf("%s is in %s", joined, got)
		}
		if got := c.f.base(joined); got != c.name && c.name != "A.B" {
			t.Errorf("%s is called %s", joined, got)
		}
	}
	for _, c := range []struct {
		f             flavour
		p, up, called string
	}{
		{vms, "D:[A.B]", "D:[A]", "B"},
		{vms, "D:[A]", "D:[000000]", "A"},
		{vms, "D:[000000]", "D:[000000]", "000000"},
		{datasets, "'U.A.'", "'U.'", "A"},
		{datasets, "'U.'", "'U.'", "U"},
		{slashes, "/", "/", "/"},
	} {
		if up, called := c.f.parent(c.p), c.f.base(c.p); up != c.up || called != c.called {
			t.Errorf("%s is called %s, in %s", c.p, called, up)
		}
	}
}
