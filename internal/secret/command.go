package secret

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// commandPatience is how long a command may take: it may ask the person for something.
const commandPatience = 2 * time.Minute

// longestPassword bounds what a command may print, in octets.
const longestPassword = 4096

// FromCommand gives the first line that a command of the shell prints. What it prints beside that, and what it says on
// standard error, is shown nowhere: either may hold a secret.
func FromCommand(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, commandPatience, errors.New("it took too long"))
	defer cancel()
	name, args := "sh", []string{"-c", command}
	if runtime.GOOS == "windows" {
		name, args = "cmd", []string{"/C", command}
	}
	cmd := exec.CommandContext(ctx, name, args...)
	var out limited
	cmd.Stdout, cmd.WaitDelay = &out, time.Second
	if err := cmd.Run(); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return "", fmt.Errorf("the command for the password failed: %w", err)
	}
	line, _, _ := strings.Cut(out.String(), "\n")
	clear(out.Bytes())
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", errors.New("the command for the password printed nothing")
	}
	return line, nil
}

// limited keeps the beginning of what is written to it.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), max(longestPassword-l.Len(), 0))])
	return len(p), nil
}
