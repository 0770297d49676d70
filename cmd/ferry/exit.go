package main

import (
	"context"
	"errors"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// The exit codes of the shell contract.
const (
	exitDone        = 0
	exitSome        = 1 // some transfers failed
	exitUsage       = 2
	exitConnect     = 3
	exitLogin       = 4
	exitTLS         = 5
	exitRefused     = 6 // by the server, or it has no such file
	exitDisk        = 7
	exitInterrupted = 130
)

// exitWord says what an exit code means.
type exitWord struct {
	code  int
	words string
}

func exitWords() []exitWord {
	return []exitWord{
		{exitDone, "All done."},
		{exitSome, "Some transfers failed."},
		{exitUsage, "Usage."},
		{exitConnect, "Could not connect."},
		{exitLogin, "Login refused."},
		{exitTLS, "TLS or certificate refused."},
		{exitRefused, "The server refused, or has no such file."},
		{exitDisk, "Local disk or file."},
		{exitInterrupted, "Interrupted; what was begun can be resumed."},
	}
}

// errInterrupted is the cause of a run's context after a signal.
var errInterrupted = errors.New("interrupted")

// toldError ends the program with a code; what there is to say has been said.
type toldError struct{ code int }

func (e *toldError) Error() string { return "already told" }

// exitCode maps an error to the contract.
func exitCode(err error) int {
	var usage *usageError
	var told *toldError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &told):
		return told.code
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, vfs.ErrDisk): // first of all, since it comes together with kinds that servers know, too
		return exitDisk
	case errors.Is(err, vfs.ErrTLS):
		return exitTLS
	case errors.Is(err, vfs.ErrLogin):
		return exitLogin
	case isUnreachable(err):
		return exitConnect
	}
	return exitOfServer(err)
}

// exitOfServer tells where a server said no. A server that is only busy says so at the greeting or the login, too.
func exitOfServer(err error) int {
	var reply *ftpclient.ReplyError
	if errors.As(err, &reply) {
		switch reply.Verb {
		case "greeting":
			return exitConnect
		case "USER", "PASS", "ACCT", "login":
			return exitLogin
		}
	}
	if fromServer(err) {
		return exitRefused
	}
	return exitSome
}

// isUnreachable reports an error of the way to the server: nothing there, or nothing any more.
func isUnreachable(err error) bool {
	return errors.Is(err, vfs.ErrConnect) || errors.Is(err, vfs.ErrLost) || errors.Is(err, vfs.ErrTimeout)
}

// fromServer tells a server's refusal from what ferry itself would not do, such as replacing a file.
func fromServer(err error) bool {
	var f *vfs.Failure
	return errors.As(err, &f) && f.On != ""
}

// verdict gathers how the parts of a run ended.
type verdict struct {
	good int // parts that ended well
	code int // of all failures, exitSome where they differ; exitDone while there are none
}

func (v *verdict) add(err error) {
	code := exitCode(err)
	switch {
	case err == nil:
		v.good++
	case v.code == exitDone:
		v.code = code
	case v.code != code:
		v.code = exitSome
	}
}

// ofCommand is the code of a command that looks at or changes several things: what the failures have in common.
func (v *verdict) ofCommand() int { return v.code }

// ofTransfers is the code of a batch: exitSome also where others went well.
func (v *verdict) ofTransfers() int {
	if v.code != exitDone && v.good > 0 {
		return exitSome
	}
	return v.code
}
