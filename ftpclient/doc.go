// Package ftpclient is a client of the File Transfer Protocol: RFC 959 with the extensions of RFC 2389 (features), 2428
// (IPv6, extended passive), 3659 (MLSD, SIZE, MDTM, REST).
//
// A Conn is one control connection, for programs that want to speak the protocol's own words. A Client is an account
// on a server as a file system (vfs.FS): a pool of such connections, with errors made for people. Both open data
// connections in either direction, see Mode. What happens on the wire leaves the package as Events through
// Config.Trace.
//
// Everything that a server sends is taken as hostile: replies, names, addresses and sizes are bounded and checked, data
// connections are made with the server itself and nobody else, and no argument can smuggle a second command.
package ftpclient
