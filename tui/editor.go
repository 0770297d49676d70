package tui

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"ferry/internal/vfs"
	"ferry/tui/prose"
)

// Editor is how the person's editor is run.
type Editor struct {
	Line string // the command, as $VISUAL or $EDITOR holds it; its words are split as a shell does
	// Run gives the terminal to a program; nil: terminal.Exec.
	Run func(c *exec.Cmd, done func(error) tea.Msg) tea.Cmd
}

// errNoEditor tells how to get an editor.
var errNoEditor = &vfs.Failure{
	Step: "edit", Said: "no editor is known", Hint: "Set the variable EDITOR to the one you like.",
}

// start runs the editor on a file. No shell sees the file's name.
func (e Editor) start(path string, done func(error) tea.Msg) tea.Cmd {
	words := shellWords(e.Line)
	if len(words) == 0 {
		return func() tea.Msg { return done(errNoEditor) }
	}
	//nolint:gosec // it is what the person has set
	return e.Run(exec.Command(words[0], append(words[1:], path)...), func(err error) tea.Msg {
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			err = &vfs.Failure{Step: "run the editor " + words[0], Said: err.Error(), Hint: "Look at the variable EDITOR."}
		}
		return done(err)
	})
}

// shellWords splits a line into words as a shell does, with quotes and backslashes, and nothing else of a shell.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	quote, open := rune(0), false
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case r == '\\' && quote != '\'' && i+1 < len(runes):
			i++
			word.WriteRune(runes[i])
			open = true
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case quote == 0 && unicode.IsSpace(r):
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

// told is an error of this machine as a sentence.
func told(step string, err error) error {
	var failure *vfs.Failure
	if err == nil || errors.As(err, &failure) {
		return err
	}
	var path *os.PathError
	said := err.Error()
	if errors.As(err, &path) {
		said = path.Err.Error()
	}
	return &vfs.Failure{Step: step, Said: said, Kind: vfs.ErrDisk, Err: err}
}

// exitSaid tells how an editor ended that did not end well; "" where it did.
func exitSaid(err error) string {
	if err == nil {
		return ""
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "The editor ended with an error (" + exit.String() + ")."
	}
	return prose.Sentence(err)
}
