package listing

// maxFields bounds the fields that are looked at: no known form needs more before the name.
const maxFields = 24

// fields are the words of a line, parted by blanks and tabs (no other space is one: names are bytes). The first
// maxFields are held.
type fields struct {
	line []byte
	at   [maxFields]span
	n    int
}

// span is a part of a line: line[from:to].
type span struct{ from, to int }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// split finds the fields of line, and keeps line for the methods below until the next call.
func (f *fields) split(line []byte) {
	f.line, f.n = line, 0
	for i := 0; f.n < maxFields; f.n++ {
		for i < len(line) && isBlank(line[i]) {
			i++
		}
		if i == len(line) {
			return
		}
		from := i
		for i < len(line) && !isBlank(line[i]) {
			i++
		}
		f.at[f.n] = span{from, i}
	}
}

// field gives field i, nil where there is none.
func (f *fields) field(i int) []byte {
	if i < 0 || i >= f.n {
		return nil
	}
	return f.line[f.at[i].from:f.at[i].to]
}

// between gives the text from field i up to and with field j.
func (f *fields) between(i, j int) []byte { return f.line[f.at[i].from:f.at[j].to] }

// blanksBefore counts the blanks right before field i.
func (f *fields) blanksBefore(i int) int {
	end := 0
	if i > 0 {
		end = f.at[i-1].to
	}
	return f.at[i].from - end
}

// after gives the text that follows field i and the one blank that parts them, its blanks as they stand.
func (f *fields) after(i int) []byte {
	if end := f.at[i].to; end < len(f.line) {
		return f.line[end+1:]
	}
	return nil
}

// textAfter is after without the padding in front.
func (f *fields) textAfter(i int) []byte { return trimLeft(f.after(i)) }

// afterTwo is after where the format has two blanks before the name; one alone will do.
func (f *fields) afterTwo(i int) []byte {
	b := f.after(i)
	if len(b) > 1 && isBlank(b[0]) {
		return b[1:]
	}
	return b
}

// timeAt reads a date in field i and a time of day in the next.
func (f *fields) timeAt(i int, date func([]byte) (stamp, bool)) (stamp, bool) {
	st, ok := date(f.field(i))
	if !ok {
		return st, false
	}
	c, ok := clockOf(f.field(i + 1))
	st.setClock(c)
	return st, ok
}

func trimLeft(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	return b
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func trim(b []byte) []byte { return trimRight(trimLeft(b)) }
