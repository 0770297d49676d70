package ftpclient_test

import (
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
)

// TestQuirk020CommandsSentAhead is a tested property of a server, found out where nothing is at stake, and remembered.
func TestQuirk020CommandsSentAhead(t *testing.T) {
	for name, takes := range map[string]bool{"kept": true, "lost": false} {
		t.Run(name, func(t *testing.T) {
			srv, kept := ftptest.NewScript(t), newStore()
			if !takes {
				srv.On("NOOP", ftptest.LoseAhead(), ftptest.Reply("200 fine"))
			}
			for range 2 { // processes
				cfg := configOf(t, &ftptest.Server{Addr: srv.Addr, User: "a"}, ftpclient.ModeAuto)
				cfg.Memory, cfg.Timeouts.Reply = kept, 5*time.Second
				c, err := ftpclient.Dial(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				got, err := c.TakesAhead(t.Context())
				if again, _ := c.TakesAhead(t.Context()); err != nil || got != takes || again != takes {
					t.Errorf("got %t, then %t, %v", got, again, err)
				}
				_ = c.Close()
			}
			if most := map[bool]int{true: 4, false: 2}[takes]; srv.Count("NOOP") != most {
				t.Errorf("asked again: %q", srv.Commands())
			}
		})
	}
}

// TestRealServersTakeAhead: all those that are tested here do.
func TestRealServersTakeAhead(t *testing.T) {
	ftptest.Each(t, func(t *testing.T, srv *ftptest.Server) {
		c, err := ftpclient.Dial(t.Context(), configOf(t, srv, ftpclient.ModeAuto))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if takes, err := c.TakesAhead(t.Context()); err != nil || !takes {
			t.Errorf("got %t, %v", takes, err)
		}
	})
}
