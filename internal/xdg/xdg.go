// Package xdg says where ferry keeps its own files, and reads and writes them so that several processes can do so at
// once and a crash leaves either the old file or the new one.
package xdg

import (
	"os"
	"path/filepath"
	"runtime"
)

// name is the folder below each of the system's.
const name = "ferry"

// Dirs are the folders of ferry's own files. One that cannot be told, since there is no home folder, is "".
type Dirs struct {
	Config string // what a person writes, or lets ferry write: settings, sites
	Data   string // what would be missed: secrets, trusted certificates
	State  string // what ferry remembers by itself: what sites taught, recent places, the queue
	Cache  string // what may go at any time
}

// Find gives the folders as the XDG base directory specification says, on Windows those of the system. getenv is
// os.Getenv as a rule. Nothing is made. A relative path in a variable is passed over, as the specification asks.
func Find(getenv func(string) string) Dirs {
	home, _ := os.UserHomeDir() // without one only the variables count
	fallback := func(elements ...string) string {
		if home == "" {
			return ""
		}
		return filepath.Join(append([]string{home}, elements...)...)
	}
	d := Dirs{
		Config: fallback(".config"), Data: fallback(".local", "share"), State: fallback(".local", "state"),
		Cache: fallback(".cache"),
	}
	if runtime.GOOS == "windows" {
		local := getenv("LOCALAPPDATA")
		d = Dirs{Config: getenv("APPDATA"), Data: local, State: local, Cache: local}
	}
	for _, v := range []struct {
		dir      *string
		variable string
	}{
		{&d.Config, "XDG_CONFIG_HOME"},
		{&d.Data, "XDG_DATA_HOME"},
		{&d.State, "XDG_STATE_HOME"},
		{&d.Cache, "XDG_CACHE_HOME"},
	} {
		if set := getenv(v.variable); filepath.IsAbs(set) {
			*v.dir = set
		}
		if *v.dir != "" {
			*v.dir = filepath.Join(*v.dir, name)
		}
	}
	return d
}
