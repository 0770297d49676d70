package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"ferry/tui/theme"
)

func withProfile(p termenv.Profile) func(*harness, *Deps) {
	return func(_ *harness, d *Deps) {
		d.Theme, d.Terminal.Profile, d.Terminal.Dark = theme.New(p, true), p, true
	}
}

const (
	darkGround  = "48;2;30;30;46m"
	lightGround = "48;2;239;241;245m"
)

func TestThemeIsWornWhileItIsLookedAtAndSavedByEnter(t *testing.T) {
	file := &saved{}
	h := start(t, 120, 36, withSettings(file)).ready()
	h.press("g", "c")
	h.shows("> auto")
	h.press("j", "j")
	if frame := h.m.View(); !strings.Contains(frame, lightGround) || strings.Contains(frame, darkGround) {
		t.Error("the light theme is not worn")
	}
	h.press("enter")
	h.until("it is saved", func() bool { return file.is("screen.theme", "light") })
	h.shows("theme light saved")
	if !strings.Contains(h.m.View(), lightGround) {
		t.Error("the light theme was taken off")
	}
	h.press("g", "c")
	h.shows("> light")
	h.press("k", "esc")
	if h.m.wears != "light" {
		t.Errorf("after Esc it is %s", h.m.wears)
	}
}

func TestThemeOfTheSettingsScreenCountsAtOnce(t *testing.T) {
	file := &saved{}
	h := start(t, 120, 36, withSettings(file)).ready()
	h.press("g", "o", "j", "enter")
	h.until("it is saved", func() bool { return file.is("screen.theme", "dark") })
	h.until("it is worn", func() bool { return strings.Contains(h.m.View(), darkGround) })
}

func TestThemeThatCannotBeSavedSaysSo(t *testing.T) {
	h := start(t, 120, 36, withSettings(&saved{err: errors.New("disk full")})).ready()
	h.press("g", "c", "j", "enter")
	h.shows("could not be saved: disk full")
	h = start(t, 120, 36).ready()
	h.press("g", "c", "j", "enter")
	h.shows("dark until ferry ends")
}

// TestEveryThemeKeepsTheCells draws every theme at every count of colours: a theme changes no cell's text.
func TestEveryThemeKeepsTheCells(t *testing.T) {
	for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI, termenv.Ascii} {
		h := start(t, 120, 36, withProfile(p)).ready()
		h.busy()
		h.press("j", "j", "j", "space")
		h.send(tea.WindowSizeMsg{Width: 119, Height: 35})
		want := h.text()
		for _, n := range theme.Names() {
			h.m.wear(n[0])
			h.checkFrame()
			if h.text() != want {
				t.Errorf("%s changes the text", n[0])
			}
			h.snapshot(fmt.Sprintf("theme-%s-%d", n[0], p))
		}
	}
}

func TestFramesOfTheThemes(t *testing.T) {
	for _, size := range goldenSizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			h := start(t, size[0], size[1]).ready()
			h.press("g", "c", "end", "k")
			h.frame("themes")
		})
	}
}
