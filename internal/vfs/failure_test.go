package vfs_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"ferry/internal/vfs"
)

func TestFailureIsProse(t *testing.T) {
	for _, c := range []struct {
		f    vfs.Failure
		want string
	}{
		{vfs.Failure{Step: "list /x"}, "cannot list /x"},
		{vfs.Failure{Step: "list /x", On: "host:21"}, "cannot list /x on host:21"},
		{vfs.Failure{Step: "list /x", Said: "Denied. \r\n", Err: errors.New("hidden")}, "cannot list /x: Denied"},
		{
			vfs.Failure{Step: "log in", On: "h", Said: "no", Hint: "Check the password."},
			"cannot log in on h: no. Check the password.",
		},
	} {
		if got := c.f.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		err       error
		word      string
		temporary bool
	}{
		{nil, "", false},
		{errors.New("x"), "error", false},
		{context.Canceled, "cancelled", false},
		{vfs.ErrConnect, "connect", false},
		{vfs.ErrLogin, "login", false},
		{vfs.ErrTLS, "tls", false},
		{vfs.ErrNoSpace, "no_space", false},
		{fs.ErrNotExist, "not_exist", false},
		{fs.ErrExist, "exist", false},
		{fs.ErrPermission, "permission", false},
		{vfs.ErrUnsafeName, "unsafe_name", false},
		{vfs.ErrIncomplete, "incomplete", false},
		{vfs.ErrNotSupported, "not_supported", false},
		{vfs.ErrTimeout, "timeout", true},
		{vfs.ErrLost, "lost", true},
		{vfs.ErrProtocol, "protocol", false},
		{vfs.ErrBusy, "busy", true},
		{vfs.ErrRefused, "refused", false},
		{vfs.ErrDisk, "disk", false},
		{errors.Join(vfs.ErrDisk, vfs.ErrNoSpace), "no_space", false},
		{errors.Join(vfs.ErrConnect, vfs.ErrTimeout), "connect", true},
	} {
		wrapped := c.err
		if c.err != nil {
			wrapped = fmt.Errorf("more: %w", &vfs.Failure{Step: "try", Kind: c.err})
		}
		if vfs.Kind(wrapped) != c.word || vfs.Temporary(wrapped) != c.temporary {
			t.Errorf("%v: %q, temporary %t", c.err, vfs.Kind(wrapped), vfs.Temporary(wrapped))
		}
		if vfs.Cancelled(wrapped) != (c.word == "cancelled") {
			t.Errorf("%v is taken for cancelled", c.err)
		}
	}
	cause := errors.New("the cause")
	if err := error(&vfs.Failure{Err: cause}); !errors.Is(err, cause) {
		t.Error("the cause is hidden")
	}
}

func TestWordsOfEntries(t *testing.T) {
	if vfs.Dir.String() != "dir" || vfs.Other.String() != "other" || vfs.PrecisionDay.String() != "day" ||
		vfs.PrecisionNone.String() != "" || !(vfs.Entry{Type: vfs.Dir}).IsDir() || (vfs.Entry{Type: vfs.Link}).IsDir() {
		t.Error("the words of the shell contract")
	}
}

func TestDo(t *testing.T) {
	f, _ := local(t)
	no := errors.New("no")
	if err := vfs.Do(t.Context(), f, vfs.Browse, func(vfs.Session) error { return no }); !errors.Is(err, no) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := vfs.Do(ctx, f, vfs.Browse, func(vfs.Session) error { return no }); errors.Is(err, no) || err == nil {
		t.Error(err)
	}
}
