package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"ferry/internal/site/netrc"
	"ferry/internal/termtext"
	"ferry/internal/vfs"

	"golang.org/x/term"
)

// login is what a login needs beside the user.
type login struct {
	password, account string
	source            source
	proxyPassword     string // of the proxy on the way
}

// source says where a password came from that may be out of date.
type source uint8

const (
	sourcePerson  source = iota // who gave it just now, or in the address
	sourceStore                 // a keyring or ferry's file
	sourceCommand               // of a site
	sourceNetrc
)

// String says it for people: "the server refused …".
func (s source) String() string {
	return [...]string{
		"the password", "the password that is kept", "the password that password_command printed",
		"the password in ~/.netrc",
	}[s]
}

// keeper remembers passwords that are bound to no server. They are given to one account only in a run.
type keeper struct {
	mu       sync.Mutex
	given    *account // the account that got the password of --password-stdin or FERRY_PASSWORD
	stdin    string   // the password that was read from standard input
	stdinHad bool
}

// secret looks for what a login needs at a target and on the way to it.
func (p *program) secret(ctx context.Context, t target) (login, error) {
	l, err := p.accountSecret(ctx, t)
	if err == nil && t.address() != p.demoServer {
		l.proxyPassword, err = p.proxyPassword(ctx, p.proxyFor(t.account))
	}
	return l, err
}

// accountSecret looks for the password of a target: in its URL, by --password-stdin, in FERRY_PASSWORD, where passwords
// are kept, in ~/.netrc, and at last asks the person. Anonymous logins get none.
func (p *program) accountSecret(ctx context.Context, t target) (login, error) {
	if t.user == "" || t.user == "anonymous" {
		return login{password: t.password}, nil
	}
	if t.hasPassword {
		if p.bars && t.password != "" {
			p.console.Say("ferry: a password on the command line can be read by other users of this machine; " +
				"FERRY_PASSWORD, --password-stdin and ~/.netrc hide it")
		}
		return login{password: t.password}, nil
	}
	if password, found, err := p.unboundPassword(t.account); err != nil || found {
		return login{password: password}, err
	}
	if password, from, err := p.keptSecret(ctx, t.account); err != nil || from != sourcePerson {
		return login{password: password, source: from}, err
	}
	if entry, found := p.fromNetrc(t.account); found {
		return login{password: entry.Password, account: entry.Account, source: sourceNetrc}, nil
	}
	password, err := p.prompt(ctx, t.account)
	return login{password: password}, err
}

// unboundPassword gives what comes from standard input or the environment, to one account only: it must not reach
// another server by mistake.
func (p *program) unboundPassword(a account) (password string, found bool, err error) {
	p.keeper.mu.Lock()
	defer p.keeper.mu.Unlock()
	source := "FERRY_PASSWORD"
	switch {
	case p.flags.passwordStdin:
		source = "--password-stdin"
		if password, err = p.passwordFromStdin(); err != nil {
			return "", false, err
		}
	default:
		if password = p.getenv(source); password == "" {
			return "", false, nil
		}
	}
	if p.keeper.given != nil && *p.keeper.given != a {
		return "", false, usagef("%s gives one password, yet two accounts are named: %s and %s",
			source, *p.keeper.given, a)
	}
	p.keeper.given = &a
	return password, true, nil
}

const longestPassword = 4096 // octets

func (p *program) passwordFromStdin() (string, error) {
	if p.keeper.stdinHad {
		return p.keeper.stdin, nil
	}
	line, err := bufio.NewReader(io.LimitReader(p.stdin, longestPassword)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", &vfs.Failure{Step: "read the password from standard input", Kind: vfs.ErrDisk, Said: err.Error()}
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", usagef("--password-stdin: standard input holds no password")
	}
	p.keeper.stdin, p.keeper.stdinHad = line, true
	return line, nil
}

// fromNetrc looks into ~/.netrc. What is wrong with it is told and does not stop the work.
func (p *program) fromNetrc(a account) (netrc.Entry, bool) {
	home, err := os.UserHomeDir()
	if err != nil {
		return netrc.Entry{}, false
	}
	f, err := os.Open(filepath.Join(home, ".netrc"))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			p.console.Warn("~/.netrc cannot be read")
		}
		return netrc.Entry{}, false
	}
	defer func() { _ = f.Close() }() // it was only read
	entries, err := netrc.Parse(f)
	if err != nil {
		p.console.Warn("~/.netrc is not used: " + err.Error())
		return netrc.Entry{}, false
	}
	entry, found := netrc.Find(entries, a.host, a.user)
	if found {
		p.warnIfOpen(f)
	}
	return entry, found
}

func (p *program) warnIfOpen(f *os.File) {
	info, err := f.Stat()
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		p.console.Warn("~/.netrc can be read by other users of this machine; chmod 600 ~/.netrc closes it")
	}
}

// prompt asks for a password, without showing what is typed.
func (p *program) prompt(ctx context.Context, a account) (string, error) {
	password, err := p.askSecret(ctx, "Password for "+a.String())
	if errors.Is(err, errNobody) {
		return "", &vfs.Failure{
			Step: "log in as " + a.user, On: a.address(), Said: "no password is known", Kind: vfs.ErrLogin,
			Hint: "Give it by FERRY_PASSWORD, --password-stdin or ~/.netrc, or save it by ferry site.",
		}
	}
	return password, err
}

// askAccount asks for what a server wants to know besides user and password (ACCT). Where there is nobody to ask, or no
// answer, the failure of the login tells what is missing.
func (p *program) askAccount(a account) func(context.Context) string {
	return func(ctx context.Context) string {
		name, _ := p.askSecret(ctx, "The server wants an account name besides user and password. Account for "+a.String())
		return name
	}
}

// errNobody says that there is no terminal to ask on.
var errNobody = errors.New("there is no terminal to ask on")

// askSecret asks for something that is not shown: on the screen, or else on the terminal.
func (p *program) askSecret(ctx context.Context, question string) (string, error) {
	if p.interrupts.toScreen.Load() {
		return p.questions.AskSecret(ctx, question)
	}
	if !isTerminal(p.stdin) {
		return "", errNobody
	}
	p.console.Hold()
	defer p.console.Release()
	defer p.console.Ask("\n") // the one that was typed is not shown
	return readHidden(ctx, int(p.stdin.Fd()), func() {
		p.console.Ask(termtext.Display(question + " "))
	})
}

// readHidden asks, and reads a line from a terminal that does not show it. When ctx ends the terminal is given back as
// it was; the goroutine that reads then ends with the program, as a read from a terminal cannot be given up.
func readHidden(ctx context.Context, fd int, ask func()) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- answer{text, err}
	}()
	awaitChange(fd, before)
	ask()
	select {
	case a := <-typed:
		if a.err != nil {
			return "", usagef("no password was typed")
		}
		return string(a.text), nil
	case <-ctx.Done():
		_ = term.Restore(fd, before) // nothing else can be done about it
		return "", context.Cause(ctx)
	}
}

// awaitChange waits, for a second at most, until a terminal is set otherwise than before. x/term does not tell when it
// has switched off that what is typed is shown; asked before that a person would be seen typing, and a terminal that is
// given back before that would be left silent.
func awaitChange(fd int, before *term.State) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		if now, err := term.GetState(fd); err != nil || *now != *before {
			return
		}
		<-tick.C
	}
}
