package ftptest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Proftpd starts proftpd with an account of its own. As root it is locked into Root; any other user's sees the
// whole disk and starts in Root.
func Proftpd(t testing.TB, options ...Option) *Server {
	t.Helper()
	p := find(t, "proftpd", "proftpd")
	with := collect(t, options)
	root, dir := newRoot(t), t.TempDir()
	own := takePorts(t, with.host())
	id := newIdentity(t, with)
	conf := append(proftpdConf(with, own, dir), id.proftpdConf(with.tls)...)
	s := &Server{
		Name: "proftpd", Addr: net.JoinHostPort(with.host(), strconv.Itoa(own.control)), User: account,
		Password: password, Root: root, Home: root, Roots: id.roots, CertFile: id.certFile,
		MLSD: true, MFMT: true, Chmod: true, UTF8Option: true, Hash: true,
	}
	if os.Geteuid() == 0 {
		s.Home = "/"
		conf = append(conf, "RootLogin on", "DefaultRoot "+root)
	} else {
		user, group := runner(t)
		conf = append(conf, "User "+user, "Group "+group)
	}
	if p.home != "" {
		conf = append([]string{"ModulePath " + filepath.Join(p.home, "usr/lib/proftpd")}, conf...)
	}
	login := fmt.Sprintf("%s:%s:%d:%d::%s:/bin/sh\n", account, passwordHash, os.Geteuid(), os.Getegid(), root)
	if err := os.WriteFile(filepath.Join(dir, "passwd"), []byte(login), 0o600); err != nil {
		t.Fatal(err)
	}
	launch(t, p, with.daemon(s.Addr), "-n", "-c", writeConf(t, dir, conf))
	return s
}

func proftpdConf(with settings, own ports, dir string) []string {
	conf := []string{
		"LoadModule mod_digest.c", // HASH, XCRC and their like
		"ServerName ferry",
		"ServerType standalone",
		"DefaultAddress " + with.host(),
		fmt.Sprintf("Port %d", own.control),
		fmt.Sprintf("PassivePorts %d %d", own.passive[0], own.passive[1]),
		"UseIPv6 " + map[bool]string{true: "on", false: "off"}[with.ipv6],
		"AuthUserFile " + filepath.Join(dir, "passwd"),
		"AuthOrder mod_auth_file.c",
		"RequireValidShell off",
		"PidFile " + filepath.Join(dir, "pid"),
		"ScoreboardFile " + filepath.Join(dir, "scoreboard"),
		"DelayEngine off", // it slows logins down on purpose
		"ControlsEngine off",
		"SystemLog " + filepath.Join(dir, "log"),
		"WtmpLog off",
		"TransferLog none",
		"UseReverseDNS off",
		"Umask 022",
		"AllowOverwrite on",
		"AllowStoreRestart on",
		"AllowRetrieveRestart on",
	}
	if with.maxPerHost > 0 {
		conf = append(conf, fmt.Sprintf("MaxClientsPerHost %d", with.maxPerHost))
	}
	return conf
}
