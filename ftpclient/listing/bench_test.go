package listing

import (
	"fmt"
	"strings"
	"testing"

	"ferry/internal/vfs"
)

const benchLines = 100_000

func benchmark(b *testing.B, parse parseFunc, line func(i int) string) {
	var text strings.Builder
	for i := range benchLines {
		text.WriteString(line(i))
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		_, err := parse(strings.NewReader(text.String()), fuzzOptionsUnbounded(), func(batch []vfs.Entry) error {
			n += len(batch)
			return nil
		})
		if err != nil || n != benchLines {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.N)*benchLines/b.Elapsed().Seconds(), "lines/s")
}

func fuzzOptionsUnbounded() Options {
	o := fuzzOptions
	o.MaxEntries = 0
	return o
}

func BenchmarkUnix(b *testing.B) {
	benchmark(b, ParseList, func(i int) string {
		return fmt.Sprintf("-rw-r--r--   1 alice    users    %8d Nov 15 22:20 file-%06d.txt\r\n", i, i)
	})
}

func BenchmarkDOS(b *testing.B) {
	benchmark(b, ParseList, func(i int) string {
		return fmt.Sprintf("07-21-00  01:19PM %20d file-%06d.txt\r\n", i, i)
	})
}

func BenchmarkMLSD(b *testing.B) {
	benchmark(b, ParseMLSD, func(i int) string {
		return fmt.Sprintf("modify=20150813175250;perm=adfr;size=%d;type=file;unique=119FBB87UE;UNIX.group=0;"+
			"UNIX.mode=0644;UNIX.owner=0; file-%06d.txt\r\n", i, i)
	})
}
