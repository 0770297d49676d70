package terminal

import (
	"os"
	"os/exec"

	tea "github.com/charmbracelet/bubbletea"
)

// Exec gives the terminal to another program, an editor or a shell, and takes it back when that has ended; done makes
// the message that tells so. Update is not called meanwhile.
func Exec(c *exec.Cmd, done func(error) tea.Msg) tea.Cmd {
	// Given our wrappers instead of files, os/exec would put pipes between the program and the terminal.
	if c.Stdin == nil {
		c.Stdin = os.Stdin
	}
	if c.Stdout == nil {
		c.Stdout = os.Stdout
	}
	if c.Stderr == nil {
		c.Stderr = os.Stderr
	}
	return tea.ExecProcess(c, func(err error) tea.Msg {
		// Bubble Tea restores everything but the mouse.
		return tea.BatchMsg{tea.EnableMouseCellMotion, func() tea.Msg { return done(err) }}
	})
}
