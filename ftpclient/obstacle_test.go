package ftpclient_test

import (
	"io/fs"
	"testing"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// TestFailedDataConnectionsAreTold looks at what the wire panel draws from.
func TestFailedDataConnectionsAreTold(t *testing.T) {
	t.Parallel()
	srv := ftptest.NewScript(t).
		On("EPSV", ftptest.Reply("522 not here")).
		On("PASV", ftptest.Reply("227 Entering Passive Mode (10,1,2,3,0,9)")).
		On("RETR", ftptest.Swallow())
	s, r := scripted(t, srv, fastTimeouts)
	_, err := fetchOnce(t, s, "/f")
	mustFail(t, err, vfs.ErrConnect)
	told := map[ftpclient.Method]ftpclient.Event{}
	for _, e := range r.of(ftpclient.EventDataFailed) {
		told[e.Method] = e
	}
	if e := told[ftpclient.MethodEPSV]; e.Obstacle != ftpclient.ObstacleRefused || e.Code != 522 {
		t.Errorf("EPSV: %+v", e)
	}
	if e := told[ftpclient.MethodPASV]; e.Obstacle != ftpclient.ObstacleOther {
		t.Errorf("PASV, whose port is none: %+v", e)
	}
	active := told[ftpclient.MethodEPRT]
	if active.Obstacle != ftpclient.ObstacleSilence || !active.Local.Addr().IsLoopback() || active.Local.Port() == 0 {
		t.Errorf("EPRT: %+v", active)
	}
}

// TestRefusedCommandEndsItsDataConnection pairs the events of data connections whose command the server refuses.
func TestRefusedCommandEndsItsDataConnection(t *testing.T) {
	for _, mode := range []ftpclient.Mode{ftpclient.ModePassive, ftpclient.ModeActive} {
		server := ftptest.Embedded(t)
		cl, r := recorded(t, server, func(c *ftpclient.Config) { c.Mode = mode })
		s := lease(t, cl, vfs.Browse)
		_, err := fetchOnce(t, s, "/missing")
		mustFail(t, err, fs.ErrNotExist)
		s.Release()
		opened, closed := r.of(ftpclient.EventDataConnected), r.of(ftpclient.EventDataClosed)
		if len(opened) != len(closed) {
			t.Errorf("%v: %d data connections stood, %d ended", mode, len(opened), len(closed))
		}
	}
}

func TestChoiceIsRecalled(t *testing.T) {
	kept, server := newStore(), ftptest.Embedded(t)
	server.WriteFile(t, "f", []byte("x"))
	remembering := func(c *ftpclient.Config) { c.Memory = kept }
	for _, want := range []bool{false, true} {
		cl, _ := recorded(t, server, remembering)
		s := lease(t, cl, vfs.Browse)
		readAll(t, s, "/f")
		s.Release()
		if got := cl.DataChoice(); got.Recalled != want || got.Method != ftpclient.MethodEPSV {
			t.Errorf("the choice is %+v", got)
		}
	}
}
