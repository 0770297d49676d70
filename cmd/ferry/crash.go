package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"ferry/internal/xdg"
	"ferry/tui/terminal"
)

// tellCrash saves the report of a fault of ferry's own and tells where it is; where it cannot be saved it is shown.
func (p *program) tellCrash(fault *terminal.Panic) {
	report := p.withoutSecrets(fault.Report())
	path, err := p.saveCrash(report)
	if err != nil {
		p.console.Report("ferry: " + report)
		return
	}
	p.console.Complain(errors.New(p.withoutSecrets(fault.Error())))
	p.console.Say("The report is in " + path + ", without passwords. Please send it to whoever maintains ferry.")
}

// saveCrash writes a report into the folder of what ferry remembers.
func (p *program) saveCrash(report string) (path string, err error) {
	dir := xdg.Find(p.getenv).State
	if dir == "" {
		return "", errors.New("there is no home folder")
	}
	now := time.Now()
	path = filepath.Join(dir, "crash-"+now.Format("20060102-150405")+".txt")
	b := thisBuild()
	head := fmt.Sprintf("ferry %s (%s, %s/%s) failed at %s\n\n", b.Version, b.Go, b.OS, b.Arch, now.Format(time.RFC3339))
	return path, xdg.Write(path, []byte(head+report))
}

// secrets gives the passwords by which connections of the screen were made.
func (l *logins) secrets() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, m := range l.all {
		all = append(all, m.password)
	}
	return all
}

// inURL finds the password of a URL, or what may be one.
var inURL = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s:/@]*):[^\s/]*@`)

// leastSecret is the length from which on a secret is looked for as such; shorter ones would be found everywhere.
const leastSecret = 3

// withoutSecrets masks the passwords that this run was given, and those of all URLs.
func (p *program) withoutSecrets(text string) string {
	p.keeper.mu.Lock()
	secrets := []string{p.getenv("FERRY_PASSWORD"), p.getenv("FERRY_PASSPHRASE"), p.keeper.stdin}
	p.keeper.mu.Unlock()
	for _, arg := range os.Args[1:] {
		if t, err := parseTarget(arg); err == nil {
			secrets = append(secrets, t.password)
		}
	}
	for _, secret := range append(secrets, p.logins.secrets()...) {
		if len(secret) >= leastSecret {
			text = strings.ReplaceAll(text, secret, "•••")
		}
	}
	return inURL.ReplaceAllString(text, "$1:•••@")
}
