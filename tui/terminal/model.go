package terminal

import (
	"os"

	tea "github.com/charmbracelet/bubbletea"
)

// QuitRequestedMsg says that the program has to end without asking anybody: a signal came, or the terminal is gone
// (Signal is nil). The model saves what it has to and returns tea.Quit; it is killed after Options.Grace.
type QuitRequestedMsg struct{ Signal os.Signal }

// SuspendRefusedMsg answers tea.Suspend where no shell would ever wake the program again.
type SuspendRefusedMsg struct{}

// guarded stands between Bubble Tea and the model: panics are caught, keys made whole, the mouse comes back.
type guarded struct {
	model  tea.Model
	guard  *Guard
	typist typist
	mouse  bool
	pulse  pulse
}

func (g *guarded) Init() (cmd tea.Cmd) {
	defer g.guard.recover()
	return g.guard.Cmd(g.model.Init())
}

func (g *guarded) Update(msg tea.Msg) (tea.Model, tea.Cmd) { return g, g.handle(msg) }

func (g *guarded) handle(msg tea.Msg) (cmd tea.Cmd) {
	defer g.guard.recover()
	if g.guard.Caught() != nil {
		return nil // a broken model is left alone until the program ends
	}
	switch msg := msg.(type) {
	case mouseMsg:
		g.mouse = bool(msg)
		if g.mouse {
			return tea.EnableMouseCellMotion
		}
		return tea.DisableMouse
	case tea.KeyMsg:
		return g.press(msg)
	case tea.ResumeMsg:
		// Bubble Tea restores everything but the mouse.
		if g.mouse {
			return tea.Batch(tea.EnableMouseCellMotion, g.update(msg))
		}
	}
	return g.update(msg)
}

// mouseMsg asks that the mouse works in the program, or is left to the terminal.
type mouseMsg bool

// Mouse lets the mouse work in the program from now on, or leaves it to the terminal.
func Mouse(on bool) tea.Cmd { return func() tea.Msg { return mouseMsg(on) } }

func (g *guarded) press(msg tea.KeyMsg) tea.Cmd {
	keys := g.typist.keys(msg)
	if len(keys) == 1 {
		return g.update(keys[0])
	}
	cmds := make([]tea.Cmd, len(keys))
	for i, k := range keys {
		cmds[i] = g.update(k)
	}
	return tea.Batch(cmds...)
}

func (g *guarded) update(msg tea.Msg) (cmd tea.Cmd) {
	g.model, cmd = g.model.Update(msg)
	return g.guard.Cmd(cmd)
}

func (g *guarded) View() (view string) {
	defer g.guard.recover()
	if g.guard.Caught() != nil {
		return ""
	}
	g.pulse.quicken()
	return g.model.View()
}
