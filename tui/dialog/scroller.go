package dialog

// scroller is a place in a list of lines of which not all may be shown.
type scroller struct {
	at   int
	top  int // the first line that is shown
	room int // lines shown when it was last drawn
}

// press moves by a key among n lines, and reports whether it was one for that. Letters count unless they are text.
func (c *scroller) press(k string, n int, letters bool) bool {
	if !letters && len(k) == 1 {
		return false
	}
	switch k {
	case "down", "j", "ctrl+n":
		c.at++
	case "up", "k", "ctrl+p":
		c.at--
	case "pgdown", "]":
		c.at += max(c.room-1, 1)
	case "pgup", "[":
		c.at -= max(c.room-1, 1)
	case "home", "g":
		c.at = 0
	case "end", "G":
		c.at = n
	default:
		return false
	}
	c.clamp(n)
	return true
}

// clamp keeps the place among n lines, and what is shown around it.
func (c *scroller) clamp(n int) {
	c.at = max(min(c.at, n-1), 0)
	c.top = max(min(c.top, c.at, n-c.room), 0)
	c.top = max(c.top, c.at-c.room+1)
}

// hit puts the place on the line at y of those shown, and reports whether it was there already: a second click means
// more than the first.
func (c *scroller) hit(y, n int) (again bool) {
	i := c.top + y
	if y < 0 || y >= c.room || i >= n {
		return false
	}
	again, c.at = i == c.at, i
	return again
}
