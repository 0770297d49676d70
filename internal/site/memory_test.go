package site

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ferry/ftpclient"
)

func ptr[T any](v T) *T { return &v }

func TestMemoryOutlivesTheProcess(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 11, 12, 8, 0, 0, 0, time.UTC)
	want := ftpclient.Learned{
		At: at, Method: ftpclient.MethodPORT, Refused: []ftpclient.Method{ftpclient.MethodEPRT}, Absent: []string{"MLSD"},
		MLSD: true, ListAll: ptr(false), IgnoresCase: ptr(true), Clock: ptr(120), MaxConns: 2, OldTLS: true, TLS: true,
	}
	NewMemory(dir).Remember("ftp://h", want)
	if got := NewMemory(dir).Recall("ftp://h"); !reflect.DeepEqual(got, want) {
		t.Errorf("it is %+v, want %+v", got, want)
	}
	if got := NewMemory(dir).Recall("ftp://i"); !reflect.DeepEqual(got, ftpclient.Learned{}) {
		t.Errorf("of a stranger is known %+v", got)
	}
}

// TestMemoriesTogether are several processes that learn at once: nothing is lost.
func TestMemoriesTogether(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() { NewMemory(dir).Remember("ftp://h"+itoa(i), ftpclient.Learned{TLS: true}) })
	}
	all.Wait()
	m := NewMemory(dir)
	for i := range 10 {
		if !m.Recall("ftp://h" + itoa(i)).TLS {
			t.Errorf("server %d was forgotten", i)
		}
	}
}

// TestMemoryWithoutAFile learns for one process where the file cannot be written or read.
func TestMemoryWithoutAFile(t *testing.T) {
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "learned.json"), []byte("no JSON"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(broken, "learned.json", "below a file"), broken} {
		m := NewMemory(dir)
		m.Remember("ftp://h", ftpclient.Learned{TLS: true})
		if !m.Recall("ftp://h").TLS {
			t.Errorf("%q: nothing was learned", dir)
		}
	}
}

// taught is a memory with facts about alice on h:2121 and others.
func taught(t *testing.T) *Memory {
	t.Helper()
	m := NewMemory(t.TempDir())
	at := time.Date(2026, 11, 12, 12, 0, 0, 0, time.Local)
	m.Remember("ftp://h:2121", ftpclient.Learned{At: at, TLS: true})
	m.Remember("ftp://alice@h:2121 tls", ftpclient.Learned{
		At: at, MaxConns: 2, Clock: ptr(-150), Absent: []string{"MLSD"}, IgnoresCase: ptr(true),
	})
	m.Remember("ftp://alice@h:2121 tls from 192.0.2.0/24", ftpclient.Learned{
		At: at, Method: ftpclient.MethodPORT, Refused: []ftpclient.Method{ftpclient.MethodEPRT},
	})
	m.Remember("ftp://bob@h:2121 tls", ftpclient.Learned{At: at, MaxConns: 9})
	m.Remember("ftp://alice@h tls", ftpclient.Learned{At: at, MaxConns: 8})
	return m
}

func TestWords(t *testing.T) {
	got := taught(t).Words(Server{"H", 2121, "alice"})
	want := []string{
		"speaks TLS; it is never spoken to in the clear unless you say so",
		"allows 2 connections",
		"ignores the case of names: a.txt and A.TXT are one file",
		"LIST times are 2 h 30 min behind UTC",
		"has no MLSD (asked since 12 Nov)",
		"passive data connections did not come through, active is used (PORT) from 192.0.2.0/24 since 12 Nov",
		"refused EPRT from 192.0.2.0/24",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("it tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestForget(t *testing.T) {
	m := taught(t)
	if err := m.Forget(Server{"h", 2121, "alice"}); err != nil {
		t.Fatal(err)
	}
	again := &Memory{path: m.path, known: map[string]ftpclient.Learned{}}
	for _, m := range []*Memory{m, again} {
		if left := m.Words(Server{"h", 2121, "alice"}); len(left) > 0 {
			t.Errorf("still known: %v", left)
		}
		if m.Recall("ftp://bob@h:2121 tls").MaxConns != 9 || m.Recall("ftp://alice@h tls").MaxConns != 8 {
			t.Error("others were forgotten, too")
		}
	}
}

func TestServersOfSites(t *testing.T) {
	for _, tt := range []struct {
		site    Site
		server  string
		account string
	}{
		{Site{Host: "Nas"}, "ftp://nas", "ftp://nas"},
		{Site{Host: "nas", User: "anonymous"}, "ftp://nas", "ftp://nas"},
		{Site{Host: "nas", User: "a b", TLS: "implicit"}, "ftp://nas:990", "ftp://a%20b@nas:990"},
		{Site{Host: "::1", Port: 2121, User: "x"}, "ftp://[::1]:2121", "ftp://x@[::1]:2121"},
	} {
		if server, account := tt.site.Of().urls(); server != tt.server || account != tt.account {
			t.Errorf("%+v is %s, %s", tt.site, server, account)
		}
	}
}

func TestRecents(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	for i := range mostRecents + 5 {
		if err := NewRecents(dir).Add(ctx, "ftp://h"+itoa(i), time.Unix(int64(i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	r := NewRecents(dir)
	if err := r.Add(ctx, "ftp://h20", time.Unix(100, 0)); err != nil {
		t.Fatal(err)
	}
	if err := r.Remove(ctx, "ftp://h24"); err != nil {
		t.Fatal(err)
	}
	all := r.Load()
	if len(all) != mostRecents-1 || all[0].Address != "ftp://h20" || all[1].Address != "ftp://h23" {
		t.Errorf("the recent places are %v", all)
	}
}
