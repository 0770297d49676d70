package doctor

// Quoting is quoting.
func (f Finding) Quoting(parts ...string) Finding { return f.quoting(parts...) }
