package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"ferry/internal/vfs"
)

func TestExitCode(t *testing.T) {
	server := func(kind error) error { return &vfs.Failure{Step: "x", On: "h:21", Kind: kind} }
	disk := func(kind error) error { return &vfs.Failure{Step: "x", Kind: kind, Err: vfs.ErrDisk} }
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{errors.New("x"), exitSome},
		{&toldError{exitTLS}, exitTLS},
		{usagef("x"), exitUsage},
		{errInterrupted, exitInterrupted},
		{context.Canceled, exitInterrupted},
		{&vfs.Failure{Step: "x", Err: context.Canceled}, exitInterrupted},
		{server(vfs.ErrConnect), exitConnect},
		{&vfs.Failure{Step: "connect", Kind: vfs.ErrConnect}, exitConnect},
		{server(vfs.ErrLost), exitConnect},
		{server(vfs.ErrTimeout), exitConnect},
		{server(vfs.ErrLogin), exitLogin},
		{server(vfs.ErrTLS), exitTLS},
		{server(fs.ErrNotExist), exitRefused},
		{server(fs.ErrPermission), exitRefused},
		{server(vfs.ErrNoSpace), exitRefused},
		{server(vfs.ErrBusy), exitRefused},
		{server(nil), exitRefused},
		{disk(fs.ErrNotExist), exitDisk},
		{disk(fs.ErrPermission), exitDisk},
		{disk(vfs.ErrNoSpace), exitDisk},
		{disk(vfs.ErrTimeout), exitDisk},
		{&vfs.Failure{Step: "x", Kind: fs.ErrExist}, exitSome}, // what ferry itself would not do
		{fmt.Errorf("wrapped: %w", server(vfs.ErrLogin)), exitLogin},
	} {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("exitCode(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	login, refused := &vfs.Failure{Kind: vfs.ErrLogin}, &vfs.Failure{On: "h:21"}
	for _, tt := range []struct {
		name               string
		ends               []error
		command, transfers int
	}{
		{"nothing", nil, exitDone, exitDone},
		{"all well", []error{nil, nil}, exitDone, exitDone},
		{"one reason", []error{login, login}, exitLogin, exitLogin},
		{"two reasons", []error{login, refused}, exitSome, exitSome},
		{"two reasons, one again", []error{login, refused, login}, exitSome, exitSome},
		{"some well", []error{nil, refused, nil}, exitRefused, exitSome},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v verdict
			for _, err := range tt.ends {
				v.add(err)
			}
			if v.ofCommand() != tt.command || v.ofTransfers() != tt.transfers {
				t.Errorf("codes %d and %d, want %d and %d", v.ofCommand(), v.ofTransfers(), tt.command, tt.transfers)
			}
		})
	}
}
