package ftpclient

import (
	"context"
	"strings"
	"time"

	"ferry/internal/vfs"
)

// login brings a fresh connection from the greeting to the state in which files can be asked for.
func (c *Conn) login(ctx context.Context) error {
	loggedIn, err := c.greeting(ctx)
	if err != nil {
		return c.withoutCertificate(err)
	}
	if c.cfg.Security == SecurityNone && c.server.sawTLS() {
		c.note("the server is known to speak TLS; it is spoken to in the clear since the settings say so")
	}
	if c.cfg.Security != SecurityNone {
		if err := c.secureControl(ctx); err != nil {
			return c.withoutCertificate(err)
		}
	}
	// A login that was granted in the clear counts for nothing where encryption is wanted.
	if !loggedIn || c.tls != nil {
		if err := c.authenticate(ctx); err != nil {
			return err
		}
	}
	if err := c.learn(ctx); err != nil {
		return err
	}
	if err := c.clearControl(ctx); err != nil {
		return err
	}
	c.trace(Event{Kind: EventReady, Text: strings.Join(c.server.featureWords(), " ")})
	return nil
}

// greeting waits for the server's first reply (RFC 959 §5.4): 220 as a rule; 120 asks to wait for it, 230 means that
// no login is wanted.
func (c *Conn) greeting(ctx context.Context) (loggedIn bool, err error) {
	limit := c.cfg.Timeouts.Greeting
	for {
		reply, err := c.nextReply(ctx, limit)
		if err != nil {
			return false, err
		}
		if err := c.judge("greeting", reply); err != nil {
			return false, c.fail(err)
		}
		if reply.Completion() {
			c.server.greeted(reply.Text)
			return reply.Code == ReplyLoggedIn, nil
		}
		if wait := min(waitTold(reply.Text), longestWait); wait > 0 {
			limit = wait + c.cfg.Timeouts.Greeting
			c.trace(Event{Kind: EventNote, Text: "the server will be ready in " + wait.String(), Wait: wait})
		}
	}
}

// authenticate sends USER, and PASS and ACCT as far as they are asked for (RFC 959 §5.4).
func (c *Conn) authenticate(ctx context.Context) error {
	c.loggingIn.Store(true)
	defer c.loggingIn.Store(false)
	reply, err := c.loginStep(ctx, "USER", c.server.credential(c.cfg.User))
	if err == nil && reply.Code == ReplyNeedPassword {
		reply, err = c.loginStep(ctx, "PASS", c.server.credential(c.server.currentPassword()))
	}
	if err == nil && reply.Code == ReplyNeedAccount {
		reply, err = c.loginStep(ctx, "ACCT", c.server.accountName(ctx))
	}
	if err == nil && !reply.Completion() {
		err = &ReplyError{Verb: "login", Code: reply.Code, Text: reply.Text}
	}
	return err
}

// accountName gives what ACCT sends; nothing where nobody knows it, with which some servers are content.
func (s *server) accountName(ctx context.Context) string {
	if s.cfg.Account != "" || s.cfg.AskAccount == nil {
		return s.cfg.Account
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.account == "" {
		s.account = s.cfg.AskAccount(ctx)
	}
	return s.account
}

// leastSecret is how many octets a secret has at least that is looked for in replies: shorter ones are in every text.
const leastSecret = 4

// withoutSecrets hides password and account in a reply that repeats them: it is shown, logged and kept.
func (s *server) withoutSecrets(text string) string {
	for _, secret := range []string{s.currentPassword(), s.cfg.Account} {
		if len(secret) < leastSecret || secret == anonymousPassword {
			continue
		}
		for _, sent := range []string{secret, s.credential(secret)} {
			text = strings.ReplaceAll(text, sent, "********")
		}
	}
	return text
}

// checkCredentials refuses what no command can carry (RFC 959 §5.3.1) before anything is dialled. Its error does not
// repeat them: a password is among them.
func (c Config) checkCredentials() error {
	for _, one := range []struct{ what, value string }{
		{"user name", c.User}, {"password", c.Password}, {"account", c.Account},
	} {
		if strings.ContainsAny(one.value, "\r\n\x00") {
			return &vfs.Failure{
				Step: "log in", On: c.address(), Kind: vfs.ErrLogin,
				Said: "the " + one.what + " holds a line end or a NUL byte, which no FTP command can carry",
			}
		}
	}
	return nil
}

func (c *Conn) loginStep(ctx context.Context, verb, value string) (Reply, error) {
	if err := c.send(ctx, verb, value); err != nil {
		return Reply{}, err
	}
	return c.finalReply(ctx, verb, c.cfg.Timeouts.Greeting)
}

// learn asks once per server for its features and the login folder, and sets what holds per connection: UTF-8 names
// (RFC 2640) and the facts of MLSD. The representation type is set when first needed.
func (c *Conn) learn(ctx context.Context) error {
	if !c.server.isKnown() {
		if err := c.askFeatures(ctx); err != nil {
			return err
		}
		if err := c.expect(ctx); err != nil {
			return err
		}
	}
	if err := c.setOptions(ctx); err != nil {
		return err
	}
	if c.server.isKnown() {
		return nil
	}
	home, err := c.PrintWorkingDirectory(ctx)
	if err == nil && c.mayBeOS400(ctx, home) {
		home, err = c.withSlashes(ctx, home)
	}
	if err != nil && !c.Usable() {
		return err
	}
	if home == "" {
		home = "/"
		c.note("the server does not tell its working folder; / is taken for it")
	}
	c.server.setHome(home)
	return nil
}

// askFeatures sends FEAT (RFC 2389 §3). A refusal means that nothing is known, not that nothing is there.
func (c *Conn) askFeatures(ctx context.Context) error {
	reply, err := c.command(ctx, "FEAT", "")
	switch {
	case err == nil:
		c.server.setFeatures(parseFeatures(reply.Text))
	case !c.Usable():
		return err
	}
	return nil
}

// setOptions sends OPTS (RFC 2389 §4) for what FEAT listed. Any answer is fine.
func (c *Conn) setOptions(ctx context.Context) error {
	if _, ok := c.server.feature("UTF8"); ok {
		if _, err := c.command(ctx, "OPTS", "UTF8 ON"); err != nil && !c.Usable() {
			return err
		}
	}
	if c.server.formatsNames() {
		if _, err := c.command(ctx, "SITE", nameFormat); err != nil && !c.Usable() {
			return err
		}
	}
	if offered, ok := c.server.feature("MLST"); ok {
		if wanted := wantedFacts(offered); wanted != "" {
			if _, err := c.command(ctx, "OPTS", "MLST "+wanted); err != nil && !c.Usable() {
				return err
			}
		}
	}
	return nil
}

// wantedFacts gives the facts to ask for by OPTS MLST (RFC 3659 §7.9), "" where those that matter are sent anyway.
func wantedFacts(offered string) string {
	var wanted strings.Builder
	missing := false
	for fact := range strings.SplitSeq(offered, ";") {
		name, on := strings.CutSuffix(strings.TrimSpace(fact), "*")
		switch strings.ToLower(name) {
		case "type", "size", "modify", "unix.mode", "unix.owner", "unix.group", "unix.ownername", "unix.groupname", "perm":
			wanted.WriteString(name + ";")
			missing = missing || !on
		}
	}
	if !missing {
		return ""
	}
	return wanted.String()
}

func (s *server) isKnown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

func (s *server) homeFolder() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.home
}

func (s *server) greeted(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.system = text
}

func (s *server) setFeatures(f Features) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.features = f
}

func (s *server) setHome(home string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.Contains(home, "/") && len(home) > 2 && isDrive(home[:2]) {
		home = strings.ReplaceAll(home, `\`, "/") // all servers on Windows take slashes, too
	}
	s.home, s.paths, s.known = home, flavourOf(home), true
}

// featureWords lists the features that a person may care about, for the head of the screen.
func (s *server) featureWords() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var words []string
	for _, verb := range []string{"UTF8", "MLST", "REST", "HASH"} {
		if s.features.Has(verb) {
			words = append(words, strings.Replace(verb, "MLST", "MLSD", 1))
		}
	}
	return words
}

// Alive asks the server whether the connection still stands (NOOP, RFC 959 §4.1.3) and waits at most limit.
func (c *Conn) Alive(ctx context.Context, limit time.Duration) bool {
	if !c.Usable() || c.send(ctx, "NOOP", "") != nil {
		return false
	}
	_, err := c.finalReply(ctx, "NOOP", limit)
	return err == nil || c.Usable()
}
