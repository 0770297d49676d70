package wire

import (
	"strconv"
	"time"

	"ferry/ftpclient"
	"ferry/tui/figure"
)

// What the lines of the drawing say. The texts are built in buffers of the caller.

// appendNature appends what a connection is: "control 2 · TLS 1.3", "passive EPSV · TLS 1.3 resumed".
func (d *drawing) appendNature(b []byte, r *row, long bool) []byte {
	c := r.conn
	if r.kind == rowFailed {
		return append(b, methodWords(r.failed.method, long)...)
	}
	if r.kind == rowControl {
		b = append(b, "control "...)
		if d.many {
			b = appendLabel(b, name{r.client.id, c.id})
		} else {
			b = strconv.AppendInt(b, int64(c.id), 10)
		}
		if c.state < open {
			return b
		}
		return appendTLS(append(b, " · "...), c.tls, c.again)
	}
	b = append(b, methodWords(c.data.method, long)...)
	return appendTLS(append(b, " · "...), c.data.tls, c.data.again)
}

// methodWords names the way in which a data connection was made.
func methodWords(m ftpclient.Method, long bool) string {
	if long {
		return [...]string{
			ftpclient.MethodNone: "data", ftpclient.MethodEPSV: "extended passive (EPSV)",
			ftpclient.MethodPASV: "passive (PASV)", ftpclient.MethodEPRT: "extended active (EPRT)",
			ftpclient.MethodPORT: "active (PORT)",
		}[m]
	}
	return [...]string{
		ftpclient.MethodNone: "data", ftpclient.MethodEPSV: "passive EPSV", ftpclient.MethodPASV: "passive PASV",
		ftpclient.MethodEPRT: "active EPRT", ftpclient.MethodPORT: "active PORT",
	}[m]
}

func appendTLS(b []byte, version string, again bool) []byte {
	if version == "" {
		return append(b, "plain"...)
	}
	b = append(b, version...)
	if again {
		b = append(b, " resumed"...)
	}
	return b
}

// appendDoing appends what goes on: "idle since 12:04:31", "RETR big.iso · 12 s", "↓ 24.1M · 12.0M/s".
func (d *drawing) appendDoing(b []byte, r *row, zone *time.Location, now time.Time) []byte {
	c := r.conn
	switch r.kind {
	case rowFailed:
		return append(b, r.failed.short()...)
	case rowData:
		return c.data.appendFlow(b, inward(c.verb), true)
	}
	switch c.state {
	case dialling:
		return appendFor(append(b, "dialling"...), now.Sub(c.since))
	case greeting:
		return append(b, "it stands, waits for the greeting"...)
	case open:
		return appendFor(append(b, c.text...), now.Sub(c.since))
	case reaching:
		return appendFor(append(b, "dialling the data port"...), now.Sub(c.since))
	case closed:
		if c.text == "" {
			return append(b, "closed"...)
		}
		return append(b, c.text...)
	}
	return c.since.In(zone).AppendFormat(append(b, "idle since "...), "15:04:05")
}

// shortWait is what a command may last without its time being told: most are done before anybody could read it.
const shortWait = time.Second

func appendFor(b []byte, lasted time.Duration) []byte {
	if lasted < shortWait {
		return b
	}
	return figure.AppendWait(append(b, " · "...), lasted)
}

// appendFlow appends "↓ 24.1M", with the speed if it is wanted.
func (d *data) appendFlow(b []byte, in, speed bool) []byte {
	if in {
		b = append(b, "↓ "...)
	} else {
		b = append(b, "↑ "...)
	}
	b = figure.AppendSize(b, d.octets)
	if speed && d.speed >= 1 {
		b = figure.AppendSpeed(append(b, " · "...), d.speed)
	}
	return b
}
