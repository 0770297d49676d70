// Package ftpclient is a client of the File Transfer Protocol: RFC 959 with the extensions of RFC 2389 (FEAT, OPTS),
// RFC 2428 (EPSV, EPRT), RFC 2640 (UTF-8), RFC 3659 (MLSD, SIZE, MDTM, REST) and RFC 4217 (TLS).
//
// A Conn is one control connection, for programs that want to speak the protocol's own words. A Client is an account
// on a server as a file system (vfs.FS): a pool of such connections, with errors made for people. What happens on the
// wire leaves the package as Events through Config.Trace, secrets masked.
//
// # Trust
//
// Everything that a server sends is taken as hostile. A line of a reply is at most 8 KiB long, a reply 64 KiB or 1000
// lines, a listing a million entries; every wait ends (Timeouts). No argument can smuggle a second command: CR, LF and
// NUL are refused before anything is sent. Data connections are made with the host of the control connection and
// nobody else, at ports from 1024 on, whatever address a reply names (CVE-2020-8284); see Config.BelievePassive and
// Config.LowPorts. Text from a server is handed on as it came, and must be made visible before it reaches a terminal.
//
// # Control connections
//
// After a *ReplyError other than 421 a Conn is usable as before. After any other error of a command, a *ProtocolError
// or the end of a context among them, it is closed, since the next reply could be the answer to the last command;
// Usable tells. A Client replaces such connections by itself, and repeats what can be repeated.
//
// # Data connections
//
// Mode says which side opens them, and is read before each one, so that a change takes effect with the next. ModeAuto
// tries what worked last, then EPSV, PASV, EPRT and PORT, each for Timeouts.Data, and leaves a method that fails. What
// was tried, and why it failed, is told as events and in *NoDataConnectionError.
//
// Only a transfer that the server has confirmed by a reply 2yz is good. Where that reply never comes, though all data
// did, a Client asks for the size: if it is equal the transfer is good, and vfs.Unconfirmer tells so.
//
// # TLS
//
// With Security other than SecurityNone control and data connections are encrypted, and data connections resume the
// session of their control connection. The user name is sent only after the handshake. Data that end without
// close_notify may be cut short (RFC 8446 §6.1): they are an error of kind vfs.ErrIncomplete unless their size proves
// them whole.
//
// # What is learned
//
// Servers differ in what they know and what they do wrong. What was found out is not asked again in the life of a
// Client, and through Config.Memory not by the next process either. Commands go one by one; whether a server would take
// them ahead of their turn is such a fact too, see Conn.TakesAhead.
package ftpclient
