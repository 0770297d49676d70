package demo

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"path"
	"strings"
	"time"
)

// write fills a file with about size octets of what its name promises. A file that is called empty is empty.
func write(to io.Writer, name string, at time.Time, size int, r *rand.Rand) error {
	if strings.HasPrefix(name, "empty") {
		return nil
	}
	switch path.Ext(strings.ToLower(name)) {
	case ".jpg", ".png":
		return picture(to, name, size, r)
	case ".gz":
		return zipped(to, at, size, r)
	case ".log":
		return logLines(to, at, size, r)
	case ".pdf":
		return noise(to, "%PDF-1.4\n", size, r)
	case ".mp3":
		return noise(to, "ID3\x04\x00\x00\x00\x00\x00\x00", size, r)
	case ".flac":
		return noise(to, "fLaC", size, r)
	case ".zip", ".xlsx", ".key":
		return noise(to, "PK\x03\x04", size, r)
	case ".mp4", ".woff2", ".ico", ".gif":
		return noise(to, "", size, r)
	}
	return prose(to, size, r)
}

// picture draws a sea under a sky and fills the file up behind the picture's end, where no viewer looks.
func picture(to io.Writer, name string, size int, r *rand.Rand) error {
	const wide, high = 96, 64
	sky, sea := color.RGBA{uint8(r.Uint32()), 160, 220, 255}, color.RGBA{10, 60, uint8(r.Uint32()), 255}
	img := image.NewRGBA(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			c := sky
			if y > high/2+x*r.IntN(3)/wide {
				c = sea
			}
			img.SetRGBA(x, y, c)
		}
	}
	count := &counter{to: to}
	var err error
	if strings.HasSuffix(name, ".png") {
		err = png.Encode(count, img)
	} else {
		err = jpeg.Encode(count, img, nil)
	}
	return errors.Join(err, noise(to, "", size-count.n, r))
}

// counter counts what passes.
type counter struct {
	to io.Writer
	n  int
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += n
	return n, err
}

// noise writes a file's beginning and then octets that no compression makes smaller.
func noise(to io.Writer, start string, size int, r *rand.Rand) error {
	if _, err := io.WriteString(to, start); err != nil {
		return err
	}
	left := int64(max(0, size-len(start)))
	from := rand.NewChaCha8([32]byte{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())})
	_, err := io.CopyN(to, from, left)
	return err
}

// zipped writes a log as gzip has it.
func zipped(to io.Writer, at time.Time, size int, r *rand.Rand) error {
	z, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if size > 500_000 { // an archive of what is packed already
		err = noise(z, "", size, r)
	} else {
		err = logLines(z, at, size, r)
	}
	return errors.Join(err, z.Close())
}

// logLines writes what a web server notes.
func logLines(to io.Writer, at time.Time, size int, r *rand.Rand) error {
	w := bufio.NewWriter(to)
	pages := []string{"/", "/timetable.html", "/css/main.css", "/img/ferry-07.jpg", "/api/v1/tides.json", "/blog/"}
	for n := 0; n < size; {
		at = at.Add(-time.Duration(r.IntN(40)) * time.Second)
		m, err := fmt.Fprintf(w, "192.0.2.%d - - [%s] \"GET %s HTTP/1.1\" %d %d\n", r.IntN(255),
			at.Format("02/Jan/2006:15:04:05 -0700"), pages[r.IntN(len(pages))], 200+r.IntN(2)*104, r.IntN(90000))
		if err != nil {
			return err
		}
		n += m
	}
	return w.Flush()
}

// prose writes lines of words.
func prose(to io.Writer, size int, r *rand.Rand) error {
	w := bufio.NewWriter(to)
	words := strings.Fields("the ferry leaves at high tide from pier seven and comes back by night with nets, lamps, " +
		"letters and a dog; nobody knows whose; thuyền về bến lúc trăng lên, 船は静かに進む")
	for n, column := 0, 0; n < size; {
		word := words[r.IntN(len(words))] + " "
		if column += len(word); column > 76 {
			word, column = strings.TrimSpace(word)+"\n", 0
		}
		m, err := w.WriteString(word)
		if err != nil {
			return err
		}
		n += m
	}
	return errors.Join(w.WriteByte('\n'), w.Flush())
}
