package ftpclient

import (
	"context"
	"strings"
	"time"

	"ferry/ftpclient/listing"
	"ferry/internal/vfs"
)

// listByStatus lists a folder on the control connection (STAT with an argument, RFC 959 §4.1.3), for want of a data
// connection. Its reply is bounded like all replies, so that large folders cannot be listed in this way; done is false
// where nothing that is a listing came.
func (c *Conn) listByStatus(
	ctx context.Context, dir string, batch func([]vfs.Entry) error,
) (report vfs.ListReport, done bool, err error) {
	err = c.ChangeWorkingDirectory(ctx, dir)
	var reply Reply
	if err == nil {
		reply, err = c.optional(ctx, "STAT", ".")
	}
	if err != nil {
		return report, false, nil //nolint:nilerr // why there was no data connection tells more
	}
	var held []vfs.Entry
	report, err = listing.ParseList(strings.NewReader(innerLines(reply.Text)), listing.Options{
		Now: time.Now(), Dir: dir, Offset: c.server.clockOffset(),
	}, func(entries []vfs.Entry) error {
		held = append(held, entries...)
		return nil
	})
	if err != nil || len(held) == 0 {
		return report, false, nil //nolint:nilerr // as above
	}
	c.note("no data connection can be made; the folder is listed on the control connection (STAT)")
	return report, true, batch(held)
}

// innerLines gives the lines between the first and the last of a reply, without the blank that some servers put first.
func innerLines(text string) string {
	lines := strings.Split(text, "\n")
	var b strings.Builder
	for _, line := range lines[min(1, len(lines)):max(len(lines)-1, min(1, len(lines)))] {
		b.WriteString(strings.TrimPrefix(line, " ") + "\n")
	}
	return b.String()
}

// lastResort lists a folder without a data connection, if that is why it could not be listed.
func (s *session) lastResort(
	ctx context.Context, dir string, batch func([]vfs.Entry) error,
) (report vfs.ListReport, done bool, err error) {
	c, err := s.conn(ctx)
	if err != nil {
		return report, false, nil //nolint:nilerr // why there was no data connection tells more
	}
	return c.listByStatus(ctx, dir, batch)
}
