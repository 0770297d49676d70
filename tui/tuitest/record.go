package tuitest

// Record writes all that the program says to its terminal from now on, as it says it, to a file.
func (m *Tmux) Record(file string) {
	m.t.Helper()
	m.must("pipe-pane", "-O", "exec cat > '"+file+"'")
}
