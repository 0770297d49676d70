package ftptest

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Vsftpd starts vsftpd. As root its account is root itself, let in by the system's own rule for runuser, so that no
// user and no rule need be made; otherwise it is an anonymous login with the rights of the user who runs the test.
// Either way it accepts any password, and refuses other users.
func Vsftpd(t testing.TB, options ...Option) *Server {
	t.Helper()
	p := find(t, "vsftpd", "vsftpd")
	with := collect(t, options)
	root, dir := newRoot(t), t.TempDir()
	own := takePorts(t, with.host())
	s := &Server{
		Name: "vsftpd", Addr: net.JoinHostPort(with.host(), strconv.Itoa(own.control)), Password: password,
		Root: root, Home: "/", AnyPassword: true, MDTMSet: true, UTF8Option: true, HidesDots: true,
	}
	id := newIdentity(t, with)
	s.Roots, s.CertFile = id.roots, id.certFile
	conf := append(vsftpdConf(with, own, filepath.Join(dir, "empty")), id.vsftpdConf(with.tls)...)
	if local := vsftpdLocal(); local {
		s.User, s.Chmod = "root", true
		conf = append(conf, "local_enable=YES", "anonymous_enable=NO", "local_root="+root, "chroot_local_user=YES",
			"allow_writeable_chroot=YES", "pam_service_name=runuser", "check_shell=NO", "local_umask=022")
	} else {
		s.User, s.Home = "anonymous", root
		user, _ := runner(t)
		conf = append(conf, "anonymous_enable=YES", "ftp_username="+user, "anon_root="+root,
			"run_as_launching_user=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES",
			"anon_other_write_enable=YES", "anon_world_readable_only=NO", "anon_umask=022")
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	launch(t, p, with.daemon(s.Addr), writeConf(t, dir, conf))
	return s
}

// vsftpdLocal reports whether root can log in by the rule which lets root become anybody.
func vsftpdLocal() bool {
	rule, err := os.ReadFile("/etc/pam.d/runuser")
	return os.Geteuid() == 0 && err == nil && strings.Contains(string(rule), "pam_rootok.so")
}

// runner gives the names of the user and the group that run the test.
func runner(t testing.TB) (string, string) {
	t.Helper()
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		t.Fatal(err)
	}
	return u.Username, g.Name
}

func vsftpdConf(with settings, own ports, empty string) []string {
	conf := []string{
		"background=NO",
		"listen_port=" + strconv.Itoa(own.control),
		fmt.Sprintf("pasv_min_port=%d", own.passive[0]),
		fmt.Sprintf("pasv_max_port=%d", own.passive[1]),
		"secure_chroot_dir=" + empty,
		"seccomp_sandbox=NO",
		"delay_failed_login=0",
		"connect_from_port_20=NO",
		"write_enable=YES",
		"mdtm_write=YES",
		"file_open_mode=0666",
		"utf8_filesystem=YES",
		"xferlog_enable=NO",
		fmt.Sprintf("max_per_ip=%d", with.maxPerHost),
	}
	if with.ipv6 {
		return append(conf, "listen=NO", "listen_ipv6=YES", "listen_address6=::1")
	}
	return append(conf, "listen=YES", "listen_address=127.0.0.1")
}

// writeConf writes the lines of a configuration into dir and gives the file's name.
func writeConf(t testing.TB, dir string, lines []string) string {
	t.Helper()
	name := filepath.Join(dir, "conf")
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
