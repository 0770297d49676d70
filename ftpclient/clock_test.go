package ftpclient_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ferry/ftpclient"
	"ferry/ftpclient/ftptest"
	"ferry/internal/vfs"
)

// zoned is a server whose LIST tells the time in its own zone, and MDTM as it is told to.
func zoned(t *testing.T, changed time.Time, ahead time.Duration, mdtm string) *ftptest.Script {
	local := changed.Add(ahead).UTC()
	return ftptest.NewScript(t).On("FEAT", ftptest.Reply("211-", " MDTM", "211 ")).
		On("MLSD", ftptest.Reply("500 ")).On("LIST -a", ftptest.Reply("550 ")).
		On("LIST", ftptest.Reply("150 "), ftptest.Data(fmt.Sprintf(
			"-rw-r--r-- 1 u g 5 Jan  1  2020 old\r\n-rw-r--r-- 1 u g 5 %s recent one\r\n", local.Format("Jan _2 15:04"))),
			ftptest.Reply("226 ")).
		On("MDTM", ftptest.Reply(mdtm))
}

func TestQuirk052ListInTheServersZone(t *testing.T) {
	changed := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Second)
	exact := "213 " + changed.Format("20060102150405")
	for _, ahead := range []time.Duration{2 * time.Hour, -12 * time.Hour, 5*time.Hour + 45*time.Minute, 0} {
		t.Run(ahead.String(), func(t *testing.T) {
			srv, kept := zoned(t, changed, ahead, exact), newStore()
			for range 2 { // processes
				s, _ := scripted(t, srv, func(c *ftpclient.Config) { c.Memory = kept })
				for range 3 {
					entries, _, err := vfs.ReadDir(t.Context(), s, "/d")
					if err != nil || len(entries) != 2 {
						t.Fatalf("got %+v, %v", entries, err)
					}
					if got := entries[1].ModTime; !got.Equal(changed.Truncate(time.Minute)) {
						t.Errorf("a file of %v is told as of %v", changed, got)
					}
					if entries[0].ModTime.Day() != 1 {
						t.Errorf("a day was shifted: %v", entries[0].ModTime)
					}
				}
				s.Release()
			}
			if srv.Count("MDTM") != 1 || !slices.Contains(srv.Commands(), "MDTM /d/recent one") {
				t.Errorf("measured more than once: %v", srv.Commands())
			}
		})
	}
}

func TestQuirk052ClocksThatDoNotFit(t *testing.T) {
	changed := time.Now().UTC().Add(-48 * time.Hour)
	for name, mdtm := range map[string]string{
		"another day": "213 20010101000000",
		"an odd time": "213 " + changed.Add(-37*time.Minute).Format("20060102150405"),
		"refused":     "550 no such file",
		"unreadable":  "213 yesterday",
	} {
		t.Run(name, func(t *testing.T) {
			srv := zoned(t, changed, 0, mdtm)
			s, r := scripted(t, srv, nil)
			for range 5 {
				entries, _, err := vfs.ReadDir(t.Context(), s, "/")
				if err != nil || !entries[1].ModTime.Equal(changed.Truncate(time.Minute)) {
					t.Errorf("got %+v, %v", entries, err)
				}
			}
			if got := srv.Count("MDTM"); got > 3 {
				t.Errorf("%d commands were spent on it", got)
			}
			if notes := fmt.Sprint(r.of(ftpclient.EventNote)); strings.Contains(notes, "corrected") {
				t.Errorf("it was told that %s", notes)
			}
		})
	}
}

// TestTransfersAreToldTrueTimes: what copies files keeps the times that it is told, so that a listing for it waits for
// the server's zone however long it is.
func TestTransfersAreToldTrueTimes(t *testing.T) {
	changed := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Minute)
	srv := zoned(t, changed, 2*time.Hour, "213 "+changed.Format("20060102150405"))
	line := fmt.Sprintf("-rw-r--r-- 1 u g 5 %s f\r\n", changed.Add(2*time.Hour).Format("Jan _2 15:04"))
	srv.On("LIST", ftptest.Reply("150 "), ftptest.Data(strings.Repeat(line, 6000)), ftptest.Reply("226 "))
	cl, _ := account(t, srv, nil)
	s := lease(t, cl, vfs.Transfer)
	defer s.Release()
	n := 0
	report, err := s.List(t.Context(), "/d", func(entries []vfs.Entry) error {
		for _, e := range entries {
			if n++; !e.ModTime.Equal(changed) {
				return fmt.Errorf("an entry is told as of %v", e.ModTime)
			}
		}
		return nil
	})
	if err != nil || n != 6000 || report.Shift != 0 {
		t.Errorf("%d entries, shift %v, %v", n, report.Shift, err)
	}
}

// TestQuirk052OffsetIsSet: a person may know what cannot be measured.
func TestQuirk052OffsetIsSet(t *testing.T) {
	changed := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Minute)
	srv, kept := zoned(t, changed, 3*time.Hour, "502 no"), newStore()
	s, _ := scripted(t, srv, func(c *ftpclient.Config) {
		offset := 3 * time.Hour
		c.ClockOffset, c.Memory = &offset, kept
	})
	entries, _, err := vfs.ReadDir(t.Context(), s, "/d")
	if err != nil || len(entries) != 2 || !entries[1].ModTime.Equal(changed) || srv.Count("MDTM") != 0 {
		t.Errorf("got %+v, %v, sent %v", entries, err, srv.Commands())
	}
	for key := range kept.records {
		if kept.Recall(key).Clock != nil {
			t.Errorf("%s: a setting was remembered as if it had been measured", key)
		}
	}
}

// TestFirstListingWaitsForTheZone: the entries of a short first listing come with their true times, those of a long one
// come at once and are corrected at its end.
func TestFirstListingWaitsForTheZone(t *testing.T) {
	changed := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Minute)
	for name, lines := range map[string]int{"short": 10, "long": 6000} {
		t.Run(name, func(t *testing.T) {
			srv := zoned(t, changed, 2*time.Hour, "213 "+changed.Format("20060102150405"))
			var listing strings.Builder
			for i := range lines {
				fmt.Fprintf(&listing, "-rw-r--r-- 1 u g 5 %s f%d\r\n", changed.Add(2*time.Hour).Format("Jan _2 15:04"), i)
			}
			srv.On("LIST", ftptest.Reply("150 "), ftptest.Data(listing.String()), ftptest.Reply("226 "))
			s, _ := scripted(t, srv, nil)
			var came []vfs.Entry
			report, err := s.List(t.Context(), "/d", func(entries []vfs.Entry) error {
				came = append(came, entries...)
				return nil
			})
			if err != nil || len(came) != lines {
				t.Fatalf("%d entries, %v", len(came), err)
			}
			if short := name == "short"; short != came[0].ModTime.Equal(changed) || short != (report.Shift == 0) {
				t.Errorf("the first entry is of %v, to be shifted by %v", came[0].ModTime, report.Shift)
			}
			report.Settle(came)
			for _, e := range came {
				if !e.ModTime.Equal(changed) {
					t.Fatalf("%s is of %v, not %v", e.Name, e.ModTime, changed)
				}
			}
		})
	}
}
