package vfs

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"hash/crc32"
)

// HashKind names a hash function as FTP's HASH command does (draft-bryan-ftpext-hash).
// The weak ones find accidents, not forgeries.
type HashKind string

// The kinds, the best first.
const (
	SHA512 HashKind = "SHA-512"
	SHA256 HashKind = "SHA-256"
	SHA1   HashKind = "SHA-1"
	MD5    HashKind = "MD5"
	CRC32  HashKind = "CRC32"
)

// New makes a running hash of that kind; nil for a kind that is not one of those above.
func (k HashKind) New() hash.Hash {
	switch k {
	case SHA512:
		return sha512.New()
	case SHA256:
		return sha256.New()
	case SHA1:
		return sha1.New()
	case MD5:
		return md5.New()
	case CRC32:
		return crc32.NewIEEE()
	}
	return nil
}

// Hasher is also implemented by sessions whose side can tell the hash of a file without moving it.
type Hasher interface {
	// HashKinds gives the kinds that the other side offers, as far as is known without asking, the best first; none
	// where it offers none.
	HashKinds() []HashKind
	// Hash gives the hash of a whole file in lower-case hexadecimal. Where the other side turns out not to know the
	// command the error is of kind ErrNotSupported, and HashKinds no longer names it. It may take long: ctx bounds it.
	Hash(ctx context.Context, path string, kind HashKind) (string, error)
}
