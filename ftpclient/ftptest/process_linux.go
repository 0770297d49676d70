package ftptest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// ownGroup starts a process as the head of a group of its own, so that its sessions end with it. Should this
// process die, it dies, too.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// signalGroup tells a group that this process started.
func signalGroup(group int, s syscall.Signal) {
	_ = syscall.Kill(-group, s) // no such group: all have ended already
}

// sessions counts the processes of a group beside its head. The dead ones count as long as the head has not
// noticed: until then they count against its caps.
func sessions(group int) int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	n := 0
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has just ended
		}
		if isSession(text, group) {
			n++
		}
	}
	return n
}

// isSession reads a line of /proc/PID/stat: pid (name) state parent group ...
func isSession(stat []byte, group int) bool {
	open, end := bytes.IndexByte(stat, ' '), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < 0 {
		return false
	}
	f := bytes.Fields(stat[end+1:])
	if len(f) < 3 || string(f[2]) != strconv.Itoa(group) || string(stat[:open]) == strconv.Itoa(group) {
		return false
	}
	return string(f[0]) != "Z" || string(f[1]) == strconv.Itoa(group)
}

// alive reports whether a process runs.
func alive(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	return len(f) > 0 && string(f[0]) != "Z"
}
