package queue

import (
	"encoding/json"
	"fmt"
	"time"

	"ferry/queue/journal"
)

// order is what somebody wants done with items. It is done here, or travels by the journal to the process that the
// items belong to.
type order struct {
	Verb  verb
	Items []ItemID
	Move  Move      `json:",omitempty"`
	Rule  Rule      `json:",omitempty"`
	Scope Scope     `json:",omitempty"`
	Until time.Time `json:",omitzero"`
	Name  string    `json:",omitempty"`
}

type verb string

const (
	verbPause  verb = "pause"
	verbResume verb = "resume"
	verbCancel verb = "cancel"
	verbRetry  verb = "retry"
	verbMove   verb = "move"
	verbAnswer verb = "answer"
	verbDelay  verb = "delay"
	verbClear  verb = "clear"
	verbVerify verb = "verify"
)

func readOrder(text string) (o order, err error) {
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return o, err
	}
	if int(o.Rule) >= len(ruleNames) || o.Scope > AnswerAlways || o.Move > MoveBottom {
		return o, fmt.Errorf("the order %q cannot be obeyed", text)
	}
	return o, nil
}

// command does what it can of an order, and sends the rest to those who can.
func (s *scheduler) command(o order) {
	var here []ItemID
	there := map[int64][]ItemID{}
	for it := range s.named(o.Items) {
		if it.Elsewhere {
			there[it.batch.owner] = append(there[it.batch.owner], it.ID)
		} else {
			here = append(here, it.ID)
		}
	}
	for process, ids := range there {
		o.Items = ids
		text := encode(o)
		s.note(func(n *notes) {
			n.rest.Orders = append(n.rest.Orders, journal.Order{Process: process, Text: text})
		})
	}
	o.Items = here
	s.obey(o)
}

// obey does an order for the items that belong to this process.
func (s *scheduler) obey(o order) {
	switch o.Verb {
	case verbPause:
		s.pauseItems(o.Items)
	case verbResume:
		s.resumeItems(o.Items)
	case verbCancel:
		s.cancelItems(o.Items)
	case verbRetry:
		s.retry(s.renamed(o.Name, o.Items))
	case verbMove:
		s.move(o.Move, o.Items)
	case verbAnswer:
		s.answer(o.Rule, o.Scope, o.Items)
	case verbDelay:
		s.delay(o.Until, o.Items)
	case verbClear:
		s.clearItems(o.Items)
	case verbVerify:
		s.verify(o.Items)
	}
}
