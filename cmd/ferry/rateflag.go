package main

import (
	"fmt"
	"strconv"
	"strings"

	"ferry/queue"
)

// rateFlag is a pflag.Value: octets a second, with K, M, G or T in steps of 1024, as sizes are shown; 0: no limit.
type rateFlag int64

func (*rateFlag) Type() string { return "RATE" }

func (r *rateFlag) String() string {
	if *r == 0 {
		return ""
	}
	return formatAmount(int64(*r))
}

func (r *rateFlag) Set(s string) error {
	if s == "" {
		*r = 0
		return nil
	}
	n, err := parseAmount(s)
	if err != nil {
		return fmt.Errorf("%q is no speed such as 800K or 5M", s)
	}
	*r = rateFlag(n)
	return nil
}

// speed gives the flag as the queue wants it.
func (r rateFlag) speed() queue.Speed { return queue.Speed{Up: int64(r), Down: int64(r)} }

const amountUnits = "KMGT"

// parseAmount reads octets: "300", "800K", "1.5M", "2GiB".
func parseAmount(s string) (int64, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	text = strings.TrimSuffix(strings.TrimSuffix(text, "B"), "I")
	factor := 1.0
	if end := len(text) - 1; end > 0 {
		if i := strings.IndexByte(amountUnits, text[end]); i >= 0 {
			factor, text = float64(int64(1024)<<(10*i)), text[:end]
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0) || n*factor >= 1<<62 {
		return 0, fmt.Errorf("%q is no number of octets such as 800K or 5M", s)
	}
	return int64(n * factor), nil
}

// formatAmount writes what parseAmount reads.
func formatAmount(n int64) string {
	unit := ""
	for i := 0; n >= 1024 && n%1024 == 0 && i < len(amountUnits); i++ {
		n, unit = n/1024, amountUnits[i:i+1]
	}
	return strconv.FormatInt(n, 10) + unit
}
