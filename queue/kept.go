package queue

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"ferry/internal/vfs"
	"ferry/queue/journal"
)

// How things look in the journal. JSON cannot hold all bytes that names may have; raw can.

// raw is text of any bytes: a JSON string where it is UTF-8, else an object with its bytes.
type raw string

type rawBytes struct {
	Bytes []byte `json:"bytes"`
}

// MarshalJSON implements json.Marshaler.
func (r raw) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(r)) {
		return json.Marshal(string(r))
	}
	return json.Marshal(rawBytes{[]byte(r)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *raw) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*r = raw(s)
		return err
	}
	var bytes rawBytes
	err := json.Unmarshal(b, &bytes)
	*r = raw(bytes.Bytes)
	return err
}

// keptEntry is a vfs.Entry whose text survives.
type keptEntry struct {
	vfs.Entry
	Name, Owner, Group, Target raw
}

func keepEntry(e vfs.Entry) keptEntry {
	return keptEntry{Entry: e, Name: raw(e.Name), Owner: raw(e.Owner), Group: raw(e.Group), Target: raw(e.Target)}
}

func (k keptEntry) entry() vfs.Entry {
	e := k.Entry
	e.Name, e.Owner, e.Group, e.Target = string(k.Name), string(k.Owner), string(k.Group), string(k.Target)
	return e
}

// keptRequest is a Request without its file systems. What is not named here is kept by the embedded Request.
type keptRequest struct {
	Request
	FromDir, ToDir raw
	Sources        []keptSource
	Answer         *Rule `json:",omitempty"`
	Broke          bool  `json:",omitempty"`
}

type keptSource struct {
	Entry keptEntry
	As    raw `json:",omitempty"`
}

func keepBatch(b *batch) journal.Batch {
	k := keptRequest{
		Request: b.req, FromDir: raw(b.req.FromDir), ToDir: raw(b.req.ToDir), Answer: b.answer, Broke: b.broke,
	}
	for _, s := range b.req.Sources {
		k.Sources = append(k.Sources, keptSource{keepEntry(s.Entry), raw(s.As)})
	}
	return journal.Batch{
		ID: int64(b.id), Tied: b.tied, FromID: b.route.from, ToID: b.route.to, Request: encode(k),
	}
}

// restore gives a batch whose shores are not open.
func restoreBatch(kept journal.Batch) (*batch, error) {
	var k keptRequest
	if err := json.Unmarshal([]byte(kept.Request), &k); err != nil {
		return nil, err
	}
	k.Request.FromDir, k.Request.ToDir, k.Request.Sources = string(k.FromDir), string(k.ToDir), nil
	for _, s := range k.Sources {
		k.Request.Sources = append(k.Request.Sources, Source{s.Entry.entry(), string(s.As)})
	}
	return &batch{
		id: BatchID(kept.ID), req: k.Request, answer: k.Answer, tied: kept.Tied, owner: kept.Owner,
		broke: k.Broke,
		route: route{kept.FromID, kept.ToID}, direction: route{kept.FromID, kept.ToID}.direction(),
	}, nil
}

// encode writes what cannot fail to be written.
func encode(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain data; tests write all of it
	}
	return string(text)
}

// keptCopying is copying but for the two paths, which the item has.
type keptCopying struct {
	Source    keptEntry
	Rule      Rule   `json:",omitempty"`
	Overwrite bool   `json:",omitempty"`
	Begin     begin  `json:",omitempty"`
	Look      bool   `json:",omitempty"`
	Looks     int    `json:",omitempty"`
	Finishing bool   `json:",omitempty"`
	Verify    Verify `json:",omitempty"`
	Check     bool   `json:",omitempty"`
	KeepMode  bool   `json:",omitempty"`
	InPlace   bool   `json:",omitempty"`
	Move      bool   `json:",omitempty"`
	Follow    bool   `json:",omitempty"`
	Segments  int    `json:",omitempty"`
	Named     raw    `json:",omitempty"`
	Failures  int    `json:",omitempty"` // of the item
}

// how gives what the journal keeps of an item's copying; "" if it cannot be copied.
func (it *item) how() string {
	c := it.copy
	if it.frozen != "" || c == nil || c.to == "" {
		return it.frozen
	}
	return encode(keptCopying{
		keepEntry(c.source), c.rule, c.overwrite, c.begin, c.look, c.looks, c.finishing,
		c.verify, c.check, c.keepMode, c.inPlace, c.move, c.follow, c.segments, raw(c.named), it.failures,
	})
}

// thaw makes an item that comes from the journal ready to be worked on. What its listing told is old: it looks again.
func (it *item) thaw() {
	if it.copy == nil {
		it.copy = &copying{}
	}
	if it.frozen == "" {
		return
	}
	var k keptCopying
	if err := json.Unmarshal([]byte(it.frozen), &k); err != nil { // somebody else wrote it
		k = keptCopying{Source: keptEntry{Entry: vfs.Entry{Type: vfs.File, Size: vfs.SizeUnknown}}}
	}
	it.copy = &copying{
		from: it.From, to: it.To, source: k.Source.entry(), rule: k.Rule, overwrite: k.Overwrite, begin: k.Begin,
		look: true, looks: k.Looks, finishing: k.Finishing, verify: k.Verify, check: k.Check, keepMode: k.KeepMode,
		inPlace: k.InPlace,
		follow:  k.Follow, move: k.Move, segments: k.Segments, named: string(k.Named),
	}
	it.failures, it.frozen = k.Failures, ""
	if it.batch != nil && it.batch.broke && !it.State.Final() {
		it.broke()
	}
}

// broke makes a copy go on that a process which died may have begun or even ended without having noted it.
func (it *item) broke() {
	it.copy.broke, it.copy.finishing = true, false
	if it.copy.begin = onPartial; it.copy.rule == RuleResume {
		it.copy.begin = afresh // looking again tells on what it can build
	}
}

// keptReason is an error as it was told.
type keptReason struct {
	Step, On, Said, Hint raw    `json:",omitempty"`
	Kind                 string `json:",omitempty"`
	Text                 raw    `json:",omitempty"` // instead of all that
}

func keepReason(err error) string {
	var f *vfs.Failure
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return encode(keptReason{raw(f.Step), raw(f.On), raw(f.Said), raw(f.Hint), vfs.Kind(err), ""})
	}
	return encode(keptReason{Text: raw(err.Error())})
}

func restoreReason(text string) error {
	var k keptReason
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &k); err != nil { // somebody else wrote it
		return errors.New(text)
	}
	for _, known := range []error{ErrCancelled, ErrInterrupted} {
		if string(k.Text) == known.Error() {
			return known
		}
	}
	if k.Text != "" {
		return errors.New(string(k.Text))
	}
	return &vfs.Failure{
		Step: string(k.Step), On: string(k.On), Said: string(k.Said), Hint: string(k.Hint), Kind: vfs.KindOf(k.Kind),
	}
}

type keptClash struct{ Source, There keptEntry }

func keepClash(c *Clash) string {
	if c == nil {
		return ""
	}
	return encode(keptClash{keepEntry(c.Source), keepEntry(c.There)})
}

func restoreClash(text string) *Clash {
	var k keptClash
	if text == "" || json.Unmarshal([]byte(text), &k) != nil {
		return nil
	}
	return &Clash{k.Source.entry(), k.There.entry()}
}

// keepItem gives the row of an item.
func keepItem(it *Item, how string) journal.Item {
	return journal.Item{
		ID: int64(it.ID), Batch: int64(it.Batch), State: it.State.String(), Place: it.Place, Folder: it.Folder,
		From: it.From, To: it.To, Name: it.Name, Size: it.Size, Moved: it.Moved, Speed: it.Speed, Tries: it.Tries,
		Started: micros(it.Started), Ended: micros(it.Ended), Until: micros(it.Until), Proof: it.Proof.String(),
		Note: it.Note, Reason: keepReason(it.Reason), Clash: keepClash(it.Clash), How: how,
	}
}

// restoreItem reads a row of a batch.
func restoreItem(k *journal.Item, r route) Item {
	state, err := ParseState(k.State)
	if err != nil { // somebody else wrote it
		state = Failed
	}
	it := Item{
		ID: ItemID(k.ID), Batch: BatchID(k.Batch), Direction: r.direction(), FromID: r.from, ToID: r.to, State: state,
		Place: k.Place, Folder: k.Folder, From: k.From, To: k.To, Name: k.Name, Size: k.Size, Moved: k.Moved,
		Speed: k.Speed, Left: -1, Tries: k.Tries, Started: fromMicros(k.Started), Ended: fromMicros(k.Ended),
		Until: fromMicros(k.Until), Proof: parseProof(k.Proof), Note: k.Note, Reason: restoreReason(k.Reason),
		Clash: restoreClash(k.Clash),
	}
	if strings.HasSuffix(it.From, it.Name) {
		it.Name = it.From[len(it.From)-len(it.Name):] // the same octets, not a second time
	}
	switch state {
	case Running:
		it.Left = remains(it.Size, it.Moved, it.Speed)
	case Done:
		it.Left = 0
	default:
	}
	return it
}

// micros gives microseconds since 1970, 0 for no time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n)
}

func parseProof(word string) Proof {
	for p := ProofNone; p <= ProofHash; p++ {
		if p.String() == word {
			return p
		}
	}
	return ProofNone
}

// keepPast gives the line of history that an item makes when it ends.
func keepPast(it *item) journal.Past {
	return journal.Past{
		Item: int64(it.ID), Started: micros(it.Started), Ended: micros(it.Ended), State: it.State.String(),
		FromID: it.FromID, From: it.From, ToID: it.ToID, To: it.To, Size: it.Size, Walked: it.counted, Tries: it.Tries,
		Proof: it.Proof.String(), Reason: told(it.Reason), Note: it.Note,
	}
}

func told(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// keptWay is what a folder knows of the links that led to it, and what is to be done with it.
type keptWay struct {
	Real  raw   `json:",omitempty"`
	Hops  []raw `json:",omitempty"`
	Sweep bool  `json:",omitempty"`
}

func (f *folder) how() string {
	if f.real == "" && len(f.hops) == 0 && !f.sweep {
		return ""
	}
	way := keptWay{Real: raw(f.real), Sweep: f.sweep}
	for _, hop := range f.hops {
		way.Hops = append(way.Hops, raw(hop))
	}
	return encode(way)
}

// thaw takes over what how gave.
func (f *folder) thaw(how string) {
	var way keptWay
	if how == "" || json.Unmarshal([]byte(how), &way) != nil {
		return
	}
	f.real, f.sweep = string(way.Real), way.Sweep
	for _, hop := range way.Hops {
		f.hops = append(f.hops, string(hop))
	}
}

// keepFolder gives the row of a folder. walked is whether nothing more is to be found in it for now.
func keepFolder(f *folder, walked bool) journal.Folder {
	k := journal.Folder{
		Batch: int64(f.batch.id), From: f.from, To: f.to, Name: f.name, Depth: f.depth, There: f.exists, Walked: walked,
		How: f.how(),
	}
	if f.item != nil {
		k.Item = int64(f.item.ID)
	}
	return k
}
