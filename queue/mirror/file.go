package mirror

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Head is the first line of a plan file: which folders the plan is for, as addresses that hold no secret.
type Head struct {
	Plan    string `json:"plan"`    // "ferry mirror"
	Version int    `json:"version"` // 1
	From    string `json:"from"`
	To      string `json:"to"`
	Same    int    `json:"same"`
}

const (
	kind    = "ferry mirror"
	version = 1
)

// Write writes a plan as lines of JSON: a head, then one step each. Lines may be taken out before it is carried out.
func Write(w io.Writer, from, to string, p Plan) error {
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(Head{kind, version, from, to, p.Same}); err != nil {
		return err
	}
	for _, s := range p.Steps {
		if err := enc.Encode(s); err != nil {
			return err
		}
	}
	return out.Flush()
}

// ReadPlan reads what Write writes, and refuses what it does not understand.
func ReadPlan(r io.Reader) (Head, Plan, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var h Head
	if err := dec.Decode(&h); err != nil || h.Plan != kind {
		return h, Plan{}, errors.New("it is no plan of ferry mirror")
	}
	if h.Version != version {
		return h, Plan{}, fmt.Errorf("it is of version %d, and only version %d is understood", h.Version, version)
	}
	p := Plan{Same: h.Same}
	for line := 2; ; line++ {
		var s Step
		err := dec.Decode(&s)
		if errors.Is(err, io.EOF) {
			return h, p, nil
		}
		if err == nil {
			err = s.check()
		}
		if err != nil {
			return h, Plan{}, fmt.Errorf("step %d cannot be read: %w", line-1, err)
		}
		p.Steps = append(p.Steps, s)
	}
}

func (s Step) check() error {
	wants := map[Op][2]bool{
		Make: {true, false}, Copy: {true, false}, Replace: {true, true}, Delete: {false, true}, RmDir: {false, true},
	}
	want, known := wants[s.Op]
	switch {
	case s.Op == Blocked:
		return nil
	case !known:
		return fmt.Errorf("there is no step %q", s.Op)
	case s.Name == "":
		return errors.New("it names nothing")
	case (s.From != nil) != want[0] || (s.To != nil) != want[1]:
		return errors.New("it does not say what was there")
	}
	return nil
}
