package figure

import (
	"strconv"
	"strings"
)

// ParseSize reads what Size writes, in any case: "120", "1.5M", "500k"; "none" and "" are 0. A trailing "/s" or "B" is
// let pass.
func ParseSize(s string) (octets int64, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "" || s == "NONE" {
		return 0, true
	}
	s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s, "/S"), "B"), "I")
	factor := 1.0
	if i := strings.IndexByte(units, lastByte(s)); i >= 0 {
		s = s[:len(s)-1]
		for range i + 1 {
			factor *= 1024
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n*factor < 1<<62) {
		return 0, false
	}
	return int64(n * factor), true
}

func lastByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}
