package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"ferry/ftpclient"
	"ferry/internal/vfs"
)

// A Conn speaks the protocol's own words.
func ExampleDial() {
	ctx := context.Background()
	c, err := ftpclient.Dial(ctx, ftpclient.Config{Host: "ftp.example.org", Security: ftpclient.SecurityAuto})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = c.Quit(ctx) }()

	size, err := c.Size(ctx, "/pub/README")
	var refused *ftpclient.ReplyError
	switch {
	case errors.As(err, &refused):
		fmt.Println("the server says", refused.Text) // and c goes on
	case err != nil:
		fmt.Println("lost the connection:", err) // c is closed
	default:
		fmt.Println(size, "octets")
	}
}

// A Client is a file system, with errors that can be shown as they are.
func ExampleClient() {
	ctx := context.Background()
	cl := ftpclient.New(ftpclient.Config{
		Host: "ftp.example.org", User: "alice", Password: "secret", Security: ftpclient.SecurityExplicit,
	})
	defer func() { _ = cl.Close() }()

	err := vfs.Do(ctx, cl, vfs.Transfer, func(s vfs.Session) error {
		r, err := s.Open(ctx, "/pub/README", 0)
		if err != nil {
			return err
		}
		_, err = io.Copy(os.Stdout, r)
		return errors.Join(err, r.Close()) // Close tells whether all was sent
	})
	if err != nil {
		fmt.Println(err) // cannot read /pub/README on ftp.example.org:21: the server said 550 ...
	}
}
