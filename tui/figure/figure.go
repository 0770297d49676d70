// Package figure writes amounts the way the screen shows them: short, right-aligned by the caller, the same
// everywhere. Octets are counted in steps of 1024.
package figure

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"ferry/internal/vfs"
)

const (
	units    = "KMGTPE"
	longTime = 100 * time.Hour
)

// Size gives octets in at most five cells: "120", "18.2K", "312K", "1.2G"; "?" for vfs.SizeUnknown.
func Size(octets int64) string {
	var buf [8]byte
	return string(AppendSize(buf[:0], octets))
}

// AppendSize appends what Size gives.
func AppendSize(b []byte, octets int64) []byte {
	switch {
	case octets < 0:
		return append(b, '?')
	case octets < 1000:
		return strconv.AppendInt(b, octets, 10)
	}
	n, unit := float64(octets)/1024, 0
	for n >= 999.5 && unit < len(units)-1 {
		n /= 1024
		unit++
	}
	decimals := 1
	if n >= 99.95 {
		decimals = 0
	}
	return append(strconv.AppendFloat(b, n, 'f', decimals, 64), units[unit])
}

// AppendOf appends "1.2/2.3G", "105/312K": how much of how much; the first unit is left out where both are the same.
func AppendOf(b []byte, moved, size int64) []byte {
	from := len(b)
	b = AppendSize(b, moved)
	if size == vfs.SizeUnknown {
		return append(b, "/?"...)
	}
	unit := b[len(b)-1]
	end := len(b)
	b = AppendSize(append(b, '/'), size)
	if unit > '9' && unit == b[len(b)-1] && end-from > 1 {
		b = append(b[:end-1], b[end:]...)
	}
	return b
}

// Of gives what AppendOf appends.
func Of(moved, size int64) string { return string(AppendOf(nil, moved, size)) }

// AppendSpeed appends octets a second: "47.9M/s", "0".
func AppendSpeed(b []byte, perSecond float64) []byte {
	if perSecond < 1 {
		return append(b, '0')
	}
	return append(AppendSize(b, int64(min(perSecond, math.MaxInt64/2))), "/s"...)
}

// Speed gives what AppendSpeed appends.
func Speed(perSecond float64) string { return string(AppendSpeed(nil, perSecond)) }

// Percent gives 0 to 100; an empty file is complete from the start, an unknown size never is.
func Percent(moved, size int64) int {
	switch {
	case size == 0:
		return 100
	case size < 0 || moved <= 0:
		return 0
	case moved >= size:
		return 100
	}
	return int(float64(moved) / float64(size) * 100)
}

// AppendLeft appends a time to go: "00:47", "1h02m", "3d04h"; "--:--" where it is negative, which means unknown.
func AppendLeft(b []byte, d time.Duration) []byte {
	if d < 0 {
		return append(b, "--:--"...)
	}
	seconds := int(d.Seconds() + 0.5)
	switch {
	case seconds < 3600:
		return appendTwo(append(appendTwo(b, seconds/60), ':'), seconds%60)
	case d < longTime:
		return append(appendTwo(append(strconv.AppendInt(b, int64(seconds/3600), 10), 'h'), seconds/60%60), 'm')
	}
	days := int64(min(seconds/86400, 999))
	return append(appendTwo(append(strconv.AppendInt(b, days, 10), 'd'), seconds/3600%24), 'h')
}

// Left gives what AppendLeft appends.
func Left(d time.Duration) string { return string(AppendLeft(nil, d)) }

// DateWidth is the number of cells that AppendDate fills.
const DateWidth = 11

// AppendDate appends a time in DateWidth cells: "11-20 09:12" within the year of now, else "2025-08-01 "; blanks
// where it is unknown. Both times are shown in now's zone, except days, which have none.
func AppendDate(b []byte, t time.Time, p vfs.Precision, now time.Time) []byte {
	if t.IsZero() || p == vfs.PrecisionNone {
		return append(b, "           "...)
	}
	if p != vfs.PrecisionDay {
		t = t.In(now.Location())
	}
	switch {
	case t.Year() != now.Year():
		return appendDay(append(appendYear(b, t.Year()), '-'), t, ' ')
	case p == vfs.PrecisionDay:
		return append(appendDay(b, t, ' '), "     "...)
	}
	b = appendTwo(appendDay(b, t, ' '), t.Hour())
	return appendTwo(append(b, ':'), t.Minute())
}

func appendYear(b []byte, year int) []byte {
	year = min(max(year, 0), 9999)
	return appendTwo(appendTwo(b, year/100), year%100)
}

func appendDay(b []byte, t time.Time, end byte) []byte {
	b = append(appendTwo(b, int(t.Month())), '-')
	return append(appendTwo(b, t.Day()), end)
}

func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

// Count gives a number with its thousands apart: "1,234".
func Count(n int) string { return humanize.Comma(int64(n)) }

// Plural gives "1 file", "2 files", "1,234 files".
func Plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + one + "s"
}

// AppendWait appends how long something took or has lasted: "34 ms", "1.2 s", "58 s", "02:10".
func AppendWait(b []byte, d time.Duration) []byte {
	switch {
	case d < time.Second:
		return append(strconv.AppendInt(b, max(d.Milliseconds(), 1), 10), " ms"...)
	case d < 10*time.Second:
		return append(strconv.AppendFloat(b, d.Seconds(), 'f', 1, 64), " s"...)
	case d < time.Minute:
		return append(strconv.AppendInt(b, int64(d.Seconds()), 10), " s"...)
	}
	return AppendLeft(b, d)
}

// Tenths gives a short time in seconds with a tenth: "0.3 s".
func Tenths(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s" }

// Limit tells speed limits in octets a second: "↑1.0M/s ↓5.0M/s"; 0 is none, and "" is given for none at all.
func Limit(up, down int64) string {
	var words []string
	for i, n := range [...]int64{up, down} {
		if n > 0 {
			words = append(words, [...]string{"↑", "↓"}[i]+Size(n)+"/s")
		}
	}
	return strings.Join(words, " ")
}
