package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ferry/ftpclient"
)

// mostConnections is how many are held at once: enough to tell, too few to be a burden.
const mostConnections = 5

// connections logs in again and again beside the first connection, up to a handful, and stops at the first refusal.
func (e *exam) connections(ctx context.Context) {
	e.try("connections", "Connections at once", func() Finding {
		var held []*ftpclient.Conn
		defer func() {
			for _, c := range held {
				_ = c.Quit(ctx)
			}
		}()
		for len(held)+1 < mostConnections {
			cfg := e.quiet()
			cfg.Trace = e.main.log.next
			c, err := ftpclient.Dial(ctx, cfg)
			if err != nil {
				return e.refusedAt(len(held)+1, err)
			}
			held = append(held, c)
		}
		return Finding{
			Verdict: Good, Found: fmt.Sprintf("%d; more were not tried", mostConnections),
			Facts: map[string]any{"allowed": mostConnections, "limit_met": false},
		}
	})
}

// refusedAt tells that so many connections stood when another one was refused.
func (e *exam) refusedAt(stood int, err error) Finding {
	said := words(ftpclient.ConnectFailure(e.address(), err))
	var refused *ftpclient.ReplyError
	if errors.As(err, &refused) {
		said = strings.TrimSpace(fmt.Sprintf("the server said %d %s", refused.Code, refused.Text))
	}
	f := Finding{
		Verdict: Note, Found: fmt.Sprintf("%d; another one was refused: %s", stood, said),
		Means: "ferry finds that out, and does with so many.",
		Facts: map[string]any{"allowed": stood, "limit_met": true},
	}.quoting(said)
	if stood == 1 {
		f.Means = "While a file is on its way folders cannot be listed; nor can files go side by side."
	}
	f.Set = fmt.Sprintf("-j %d keeps ferry from asking for more.", max(1, stood-1))
	return f
}
