package rooms

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// threat is what somebody may try against ferry: a server, the network, a name, or an accident. Each has its tests.
type threat struct {
	what  string
	tests []string // "file Test", the file below the root of the module
}

// threats are the rows of the project's list of attacks, S1 to S36, in its order.
func threats() []threat {
	const (
		client = "ftpclient/client_test.go "
		quirks = "ftpclient/quirks_test.go "
		secure = "ftpclient/security_test.go "
		text   = "internal/termtext/display_test.go "
		local  = "localfs/transfer_test.go "
		plan   = "queue/plan_test.go "
	)
	return []threat{
		{"S1: a reply to PASV leads to a third host", []string{quirks + "TestQuirk077PassiveAddressIsPrivate"}},
		{"S2: a data port is that of another service", []string{quirks + "TestS02PassivePortOfAService"}},
		{"S3: one server's address is passed on to another", []string{"queue/quirks_test.go TestS03NoAddressIsPassedOn"}},
		{"S4: replies in the clear behind the consent to TLS", []string{
			"ftpclient/tls_test.go TestQuirk138TextBehindTheConsent",
		}},
		{"S5: TLS is refused or stripped", []string{
			"ftpclient/tls_test.go TestTLSRefusedByTheServer", "ftpclient/memory_test.go TestMemoryOfTLS",
			"ftpclient/tls_test.go TestTLSLoginInTheGreetingCountsForNothing",
		}},
		{"S6: data in the clear, or of another party", []string{
			"ftpclient/quirks_settings_test.go TestQuirk139ProtectionRefused",
			secure + "TestS06DataConnectionOfAnotherParty",
		}},
		{"S7: TLS to the wrong service", []string{secure + "TestS07WrongService"}},
		{"S8: data are cut short", []string{
			"ftpclient/quirks_tls_test.go TestQuirk132NoCloseNotify", quirks + "TestQuirk097ErrorBehindTheData",
			quirks + "TestQuirk094ClosingReplyNeverComes", "queue/copy_test.go TestUnconfirmedIsTold",
		}},
		{"S9: paths in listings", []string{
			"ftpclient/listing/mlsx_test.go TestMLSDNames",
			plan + "TestHostileNames",
			"localfs/names_test.go TestCheckName",
		}},
		{"S10: links in the way", []string{
			plan + "TestLinksInTheTargetAreNotFollowed",
			local + "TestPartialIsNeverWrittenThrough",
		}},
		{"S11: names that mean something elsewhere", []string{
			"localfs/names_test.go TestCheckName",
			plan + "TestHostileNames",
		}},
		{"S12: a second command in an argument", []string{
			secure + "TestS12NothingSmugglesACommand", "ftpclient/quirks_transfer_test.go TestQuirk059LineEndsInNames",
		}},
		{"S13: replies, lines and listings without end", []string{
			quirks + "TestQuirk013EndlessReply", "ftpclient/listing/parser_test.go TestEndlessListings",
			"ftpclient/listing/parser_test.go TestLimit",
		}},
		{"S14: one byte a minute", []string{secure + "TestS14DribbledReply", quirks + "TestQuirk105DataStall"}},
		{"S15: faults in parsers", []string{
			"ftpclient/reply_test.go FuzzReply",
			"ftpclient/parse_test.go FuzzPassive",
			"ftpclient/parse_test.go FuzzPathname",
			"ftpclient/listing/fuzz_test.go FuzzParseList", "ftpclient/listing/fuzz_test.go FuzzParseMLSD",
		}},
		{"S16: folders without end", []string{
			"ftpclient/quirks_transfer_test.go TestQuirk070LinkLoops", plan + "TestFolderThatHoldsItself",
		}},
		{"S17: deleting by a false listing", []string{
			quirks + "TestQuirk049ListingBreaksOff",
			plan + "TestListingBreaksOff",
			"internal/vfs/tree_test.go TestRemoveTreeGoesOnAfterErrors",
		}},
		{"S18: a stranger takes the data connection", []string{quirks + "TestQuirk089StrangerDialsTheActivePort"}},
		{"S19: ports that listen for nobody", []string{
			"ftpclient/reachability_test.go TestListenerNeverOutlivesItsTransfer",
		}},
		{"S20: another file behind the name", []string{
			"ftpclient/quirks_resume_test.go TestQuirk120FileChangedSinceTheFirstPart",
		}},
		{"S21: impossible times", []string{"ftpclient/listing/mlsx_test.go TestParseTimeVal"}},
		{"S22: escape sequences in names", []string{text + "TestDisplayMakesEverythingVisible"}},
		{"S23: what a terminal would answer to", []string{text + "TestDisplayMakesEverythingVisible"}},
		{"S24: what is printed outside the screen", []string{
			"cmd/ferry/output_test.go TestHostileReplies",
			"tui/browse_test.go TestHostileNamesAreMadeVisible",
		}},
		{"S25: banners, replies, certificates", []string{
			"cmd/ferry/output_test.go TestHostileReplies", "cmd/ferry/trust_test.go TestCertificateFactsAreHarmless",
			"tui/trust_test.go TestHostileCertificate",
		}},
		{"S26: look-alikes and direction marks", []string{
			text + "TestDisplayMakesEverythingVisible", text + "TestDisplayNameShowsBlanksAtTheEnds",
		}},
		{"S27: widths that break the frame", []string{
			"tui/fuzz_test.go TestHostileNamesKeepColumnsStraight",
			"internal/termtext/width_test.go FuzzWidths",
		}},
		{"S28: pasted line ends", []string{
			"tui/files_test.go TestControlCharactersAreRefusedInNames",
			"tui/terminal/input_test.go TestPasteArrivesWhole",
		}},
		{"S29: passwords in logs", []string{
			client + "TestSecretsStayOutOfTheTrace",
			"ftpclient/parse_test.go TestMaskedCommands",
			"cmd/ferry/login_test.go TestPasswordStaysHidden",
		}},
		{"S30: a password for another host", []string{"cmd/ferry/login_test.go TestOnePasswordTwoServers"}},
		{"S31: a password in the clear by accident", []string{
			"ftpclient/inclear_test.go TestQuirk135PasswordNotLetGo",
			"ftpclient/inclear_test.go TestQuirk135PasswordInTheClear",
			"cmd/ferry/inclear_test.go TestPasswordInTheClear",
			"ftpclient/memory_test.go TestMemoryOfTLS",
		}},
		{"S32: traps in netrc", []string{"cmd/ferry/login_test.go TestNetrcTraps"}},
		{"S33: the local user's name", []string{secure + "TestS33AnonymousLeaksNobody"}},
		{"S34: a connection that outlives its settings", []string{
			secure + "TestS34SettingsChanged", "cmd/ferry/renew_test.go TestS34SiteChanged",
		}},
		{"S35: unfinished files that others read", []string{
			local + "TestCommitShowsTheWholeAtOnce",
			local + "TestPartialIsNeverWrittenThrough",
		}},
		{"S36: a password on the command line", []string{"cmd/ferry/login_test.go TestPasswordSources"}},
	}
}

// TestEveryThreatHasItsTests looks for the functions by name.
func TestEveryThreatHasItsTests(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, threat := range threats() {
		for _, test := range threat.tests {
			file, name, _ := strings.Cut(test, " ")
			source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
			if err != nil || !strings.Contains(string(source), "func "+name+"(") {
				t.Errorf("%s: there is no %s in %s", threat.what, name, file)
			}
		}
	}
}
