package vfs

import (
	"encoding/hex"
	"testing"
)

// The digests of "abc" are those of FIPS 180-4 and RFC 1321; the CRC is that of ISO-HDLC.
func TestHashKindsAreTheFunctionsTheyName(t *testing.T) {
	for kind, want := range map[HashKind]string{
		SHA512: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", //nolint:lll // one number
		SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		SHA1:   "a9993e364706816aba3e25717850c26c9cd0d89d",
		MD5:    "900150983cd24fb0d6963f7d28e17f72",
		CRC32:  "352441c2",
	} {
		h := kind.New()
		h.Write([]byte("abc"))
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s of abc: %s, want %s", kind, got, want)
		}
	}
	if HashKind("ROT13").New() != nil {
		t.Error("an unknown kind makes a hash")
	}
}
