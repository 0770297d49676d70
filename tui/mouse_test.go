package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// mouse sends a mouse event at a cell.
func (h *harness) mouse(x, y int, button tea.MouseButton, action tea.MouseAction) {
	h.send(tea.MouseMsg{X: x, Y: y, Button: button, Action: action})
}

// clickOn clicks on the first cell where the screen shows a text.
func (h *harness) clickOn(text string) {
	h.t.Helper()
	x, y := h.find(text)
	h.mouse(x, y, tea.MouseButtonLeft, tea.MouseActionPress)
	h.mouse(x, y, tea.MouseButtonLeft, tea.MouseActionRelease)
}

// find gives the first cell where the screen shows a text. What stands before it must be narrow.
func (h *harness) find(text string) (x, y int) {
	h.t.Helper()
	h.shows(text)
	for y, line := range strings.Split(h.text(), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return len([]rune(line[:i])), y
		}
	}
	h.t.Fatalf("%s is not on the screen\n%s", text, h.text())
	return 0, 0
}

func TestClickOnTheKeyBar(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.clickOn("Mkdir")
	h.shows("Make a folder")
	h.press("esc")
	h.clickOn("Copy")
	h.shows("There is nothing to copy here")
	h.mouse(3, 35, tea.MouseButtonLeft, tea.MouseActionPress) // takes the toast away
	h.shows("F1 Help")
}

// drag drags from one cell to another.
func (h *harness) drag(x, y, toX, toY int) {
	h.mouse(x, y, tea.MouseButtonLeft, tea.MouseActionPress)
	h.mouse(toX, toY, tea.MouseButtonLeft, tea.MouseActionMotion)
	h.mouse(toX, toY, tea.MouseButtonLeft, tea.MouseActionRelease)
}

func TestClickOnAHeadingSorts(t *testing.T) {
	h := start(t, 140, 36).ready()
	h.clickOn("size")
	h.until("the size sorts", func() bool { return h.m.panes[0].Arranged("size", false) })
	h.shows("size ▼")
	h.clickOn("size ▼")
	h.shows("size ▲")
	h.clickOn("name")
	h.shows("name ▲")
	h.clickOn("name ▲")
	h.shows("name ▼")
}

func TestClickOnTheBadgeTogglesTheMode(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.clickOn("AUTO→EPSV")
	h.shows("passive from the next data connection on")
	h.press("2")
	_, y := h.find("/www/site")
	h.mouse(64, y, tea.MouseButtonLeft, tea.MouseActionPress)
	h.shows("active from the next data connection on")
}

func TestDoubleClickOpens(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.clickOn("css/")
	h.clickOn("css/")
	h.until("the folder", func() bool { return strings.HasSuffix(h.dir(0), "/site/css") })
	h.pass(doubleClick)
	h.ready().clickOn("print.css")
	h.pass(doubleClick)
	h.clickOn("print.css")
	if len(h.m.dialogs) != 0 {
		t.Error("two slow clicks opened a file")
	}
	h.clickOn("~/projects")
	h.clickOn("~/projects")
	h.shows("Go to a folder")
}

func TestRightClickMarks(t *testing.T) {
	h := start(t, 120, 36).ready()
	x, y := h.find("css/")
	h.mouse(x, y, tea.MouseButtonRight, tea.MouseActionPress)
	h.shows("1 marked")
	h.mouse(x, y, tea.MouseButtonRight, tea.MouseActionPress)
	h.gone("1 marked")
	h.busy()
	x, y = h.find("img/hero-4k.mov")
	h.mouse(x, y, tea.MouseButtonRight, tea.MouseActionPress)
	if h.m.transfers.Marked() != 1 {
		t.Error("no transfer is marked")
	}
}

func TestDividerIsDragged(t *testing.T) {
	h := start(t, 120, 36).ready()
	x := h.m.layout.border.X
	h.drag(x, 5, 80, 6)
	if got := h.m.layout.border.X; got != 80 {
		t.Errorf("the border is at %d", got)
	}
	h.checkFrame()
	h.send(tea.WindowSizeMsg{Width: 240, Height: 36})
	if got := h.m.layout.border.X; got < 155 || got > 165 {
		t.Errorf("on a screen twice as wide it is at %d", got)
	}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	h.drag(80, 5, 0, 5)
	if got := h.m.layout.border.X; got != leastPaneW {
		t.Errorf("dragged to the end it is at %d", got)
	}
	for range 2 {
		h.mouse(leastPaneW, 5, tea.MouseButtonLeft, tea.MouseActionPress)
		h.mouse(leastPaneW, 5, tea.MouseButtonLeft, tea.MouseActionRelease)
	}
	if got := h.m.layout.border.X; got != x {
		t.Errorf("after a double click it is at %d", got)
	}
}

func TestHeadsAreDragged(t *testing.T) {
	h := start(t, 120, 36).ready()
	y := h.m.layout.queue.Y
	h.drag(60, y, 60, y-5)
	if got := h.m.layout.queue.H; got != 11 {
		t.Errorf("the queue is %d lines high", got)
	}
	y = h.m.layout.log.Y
	h.drag(60, y, 60, y+3)
	if got := h.m.layout.log.H; got != 3 {
		t.Errorf("the wire is %d lines high", got)
	}
	h.checkFrame()
	h.drag(60, h.m.layout.queue.Y, 60, 0)
	if got := h.m.layout.panes[0].H; got < leastPaneH {
		t.Errorf("the panes have %d lines", got)
	}
	h.send(tea.WindowSizeMsg{Width: 120, Height: 20})
	h.checkFrame()
}

func TestDialogsAreClicked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "j", "f8")
	h.clickOn("[[ Cancel ]]")
	h.gone("Delete on")
	h.press("f7", "new")
	h.clickOn("[ Make ]")
	h.until("it is made", func() bool { return h.local.has("/home/alice/projects/site/new") })
	h.gone("Make a folder")
	h.ready().press("C")
	h.clickOn("[ Date ]")
	h.gone("Compare the panes")
	h.press("?")
	h.clickOn("One page up")
	h.shows("> PgUp")
	h.clickOn("One page up")
	h.gone("Keys:")
}

func TestFieldsOfAFormAreClicked(t *testing.T) {
	h := start(t, 120, 36, withSettings(&saved{})).ready()
	h.press("w", "L")
	h.shows("Speed limit")
	h.clickOn("Down ↓")
	h.press("backspace", "backspace", "backspace", "backspace", "5M")
	h.clickOn("[ Set ]")
	h.shows("↓5.0M/s")
	h.press("1", "g", "o")
	h.clickOn("hidden")
	h.clickOn("hidden")
	h.shows("Saved; hidden counts at once.")
}

// wheel turns the wheel over a text by as many notches, downwards where they are positive.
func (h *harness) wheel(text string, notches int) {
	h.t.Helper()
	x, y := h.find(text)
	button := tea.MouseButtonWheelDown
	if notches < 0 {
		button, notches = tea.MouseButtonWheelUp, -notches
	}
	for range notches {
		h.mouse(x, y, button, tea.MouseActionPress)
	}
}

func TestSitesAreClicked(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 20}} {
		h, _, asked := withSites(t, size[0], size[1])
		h.press("O")
		h.shows("> mirror")
		h.clickOn("    shop")
		h.shows(">   shop")
		h.wheel(">   shop", -1)
		h.shows("> mirror")
		h.clickOn("    shop")
		h.clickOn("e edit")
		h.shows("The site shop")
		h.clickOn("[ Cancel ]")
		h.gone("The site shop")
		h.clickOn(">   shop")
		h.until("the connection", func() bool { return len(asked) > 0 })
		if to := <-asked; to.Site != "shop" {
			t.Errorf("connected to %+v", to)
		}
	}
}

func TestHintsOfDialogsAreClicked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press("j", "f8")
	h.clickOn("n/Esc/Enter cancel")
	h.gone("Delete on")
	h.press("f8")
	h.clickOn("delete ·")
	h.until("it is deleted", func() bool {
		return !h.local.has(site+"/assets") && h.m.errand == nil && len(h.m.dialogs) == 0
	})
	h.press("?")
	h.clickOn("/ searches")
	h.press("swap")
	h.shows("> X ")
	h.clickOn("Enter does it")
	h.shows("▌2 local")
}

func TestTheViewerIsClickedAndTurned(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.local.data[site+"/main.js"] = []byte(strings.Repeat("one line\n", 100) + "the end\n")
	e := h.local.entries[site+"/main.js"]
	e.Size = int64(len(h.local.data[site+"/main.js"]))
	h.local.entries[site+"/main.js"] = e
	h.press("R")
	h.ready().press("/", "main.js", "enter", "f3")
	h.shows("one line")
	before := h.line("main.js")
	h.wheel("one line", 5)
	h.until("it has scrolled", func() bool { return h.line("main.js") != before })
	h.clickOn("x hex or text")
	h.shows("6f 6e 65")
	h.clickOn("x hex or text")
	h.gone("6f 6e 65")
	h.clickOn("G top, end") // the g and G of "g G top, end"
	h.shows("the end")
	h.clickOn("q close")
	h.gone("q close")
}

func TestTheWireIsClicked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	x, y := h.find("4 Wire")
	head := strings.Split(h.text(), "\n")[y]
	at := func(text string) int {
		before, _, found := strings.Cut(head, text)
		if !found {
			t.Fatalf("no %s in %s", text, head)
		}
		return len([]rune(before))
	}
	h.mouse(at("AUTO→EPSV"), y, tea.MouseButtonLeft, tea.MouseActionPress)
	h.shows("passive from the next data connection on")
	h.mouse(x, y, tea.MouseButtonLeft, tea.MouseActionRelease)
	head = strings.Split(h.text(), "\n")[y]
	h.mouse(at("z zoom"), y, tea.MouseButtonLeft, tea.MouseActionPress)
	if h.m.focused() != panelLog || !h.m.chosen.zoom {
		t.Error("the wire is not zoomed")
	}
	h.press("z")
	h.mouse(at("/ filter"), y, tea.MouseButtonLeft, tea.MouseActionPress)
	h.shows("Enter keeps · Esc drops")
	h.press("EPSV", "enter")
	h.shows("only “epsv”")
	h.press("esc")
	h.wheel("150 Ok to send data.", -1)
	h.checkFrame()
}

func TestTheStripAfterAPrefixIsClicked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press(",")
	h.clickOn("sort by size")
	h.until("the size sorts", func() bool { return h.m.panes[0].Arranged("size", false) })
	h.press("g")
	h.shows("g…")
	h.mouse(5, 5, tea.MouseButtonLeft, tea.MouseActionPress) // elsewhere it goes away
	h.gone("g…")
	h.press("g")
	h.clickOn("choose the theme")
	h.shows("> auto")
	h.clickOn("dark text on")
	h.shows("> light")
	h.wheel("> light", -1)
	h.shows("> auto")
}

func TestThePaletteIsClickedAndTurned(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.press(":")
	h.press("pane")
	h.wheel("What to do", 1)
	h.clickOn("Swap the panes")
	h.shows("> Swap the panes")
	h.clickOn("Swap the panes")
	h.shows("▌2 local")
}

func TestTransfersAndTheirTabsAreClicked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.busy()
	h.clickOn("css/site.css")
	if it, _ := h.m.transfers.Current(); h.m.focused() != panelQueue || it.Name != "css/site.css" {
		t.Errorf("the cursor is on %s", it.Name)
	}
	h.clickOn("1 failed")
	h.gone("css/site.css")
	h.clickOn("main.js   ")
	h.pass(doubleClick)
	h.m.focus(panelQueue)
	_, y := h.find("! main.js")
	for range 2 {
		h.mouse(5, y, tea.MouseButtonLeft, tea.MouseActionPress)
		h.mouse(5, y, tea.MouseButtonLeft, tea.MouseActionRelease)
	}
	h.clickOn("try it again")
	if len(h.queue.retries) != 1 {
		t.Errorf("retried was %v", h.queue.retries)
	}
}

func TestAClickTakesAToastAway(t *testing.T) {
	for _, button := range []tea.MouseButton{
		tea.MouseButtonLeft, tea.MouseButtonRight, tea.MouseButtonWheelDown, tea.MouseButtonWheelUp,
	} {
		h := start(t, 120, 36).ready()
		h.press("gi")
		h.shows("Icons are on")
		h.mouse(5, 3, button, tea.MouseActionPress)
		h.gone("Icons are on")
		h.shows("F5 Copy")
	}
}

func TestFormsAreTurned(t *testing.T) {
	h, _, _ := withSites(t, 80, 24)
	h.press("O", "end", "e")
	h.shows("The site shop")
	h.wheel("The site shop", 60)
	h.shows("above · Tab next")
	h.wheel("The site shop", -60)
	h.shows("below · Tab next")
	h.press("esc", "esc", "o")
	h.wheel("Connect", 1)
	h.shows("> shop")
}

func TestAQuestionIsClicked(t *testing.T) {
	h := start(t, 120, 36).ready()
	h.send(newsMsg{news: manyStates()})
	h.asks("exists already")
	h.clickOn("the answer is for")
	h.shows("the answer is for: all of this batch")
	h.clickOn("k  keep both")
	if got := strings.Join(h.queue.calls, ","); got != "answer rename batch 5" {
		t.Error(got)
	}
}
