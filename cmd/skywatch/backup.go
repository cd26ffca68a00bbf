package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"skywatch/backup"
)

const backupPath = "/skywatch/v1/backup"

type backupCmd struct {
	connection `embed:""`
	To         string `arg:"" help:"File to write, a directory to write skywatch-TIME.tar in, or - for standard output."`
	OnServer   bool   `help:"Have the server keep the backup, under the name TO, in its --backup-dir."`
	JSON       bool   `name:"json" help:"Print JSON."`
	Quiet      bool   `help:"Print errors only." short:"q"`
}

// Help implements kong.HelpProvider.
func (*backupCmd) Help() string {
	return `The server goes on meanwhile. The backup is one moment of all its data; what was acknowledged before the command began is in it. Secrets stay sealed, and the key that they are sealed with (--key-file) is not in it: keep that elsewhere.

The file has its name once all of it is there, verified and on the disk.`
}

// backupDone is what the command tells.
type backupDone struct {
	File  string
	Bytes int64
	Taken time.Time
}

// Run makes the backup.
func (c *backupCmd) Run(ctx context.Context, s streams) error {
	to, err := c.dial(ctx)
	if err != nil {
		return err
	}
	var done backupDone
	if c.OnServer {
		done, err = c.onServer(ctx, to)
	} else {
		done, err = c.here(ctx, to, s)
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	out := s.out
	if c.To == "-" {
		out = s.err
	}
	switch {
	case c.JSON:
		return printJSON(out, done)
	case c.Quiet:
		return nil
	}
	_, err = fmt.Fprintf(out, "Backed up to %s: %d bytes, as of %s.\n", done.File, done.Bytes, done.Taken.Format(time.RFC3339))
	return err
}

func (c *backupCmd) onServer(ctx context.Context, to *client) (done backupDone, err error) {
	body, err := json.Marshal(struct{ File string }{c.To})
	if err != nil {
		return done, err
	}
	resp, err := to.open(ctx, http.MethodPost, backupPath, body)
	if err != nil {
		return done, err
	}
	defer func() { _ = resp.Body.Close() }()
	return done, json.NewDecoder(resp.Body).Decode(&done)
}

func (c *backupCmd) here(ctx context.Context, to *client, s streams) (done backupDone, err error) {
	if done.File, err = c.file(); err != nil {
		return done, err
	}
	resp, err := to.open(ctx, http.MethodPost, backupPath, nil)
	if err != nil {
		return done, err
	}
	defer func() { _ = resp.Body.Close() }()
	total, _ := strconv.ParseInt(resp.Header.Get("Skywatch-Backup-Bytes"), 10, 64) // 0: not told
	bar := newTransfer(s.err, c.Quiet, total)
	defer bar.clear()
	in := io.TeeReader(resp.Body, bar)
	if c.To == "-" {
		m, err := backup.Verify(ctx, io.TeeReader(in, s.out))
		return backupDone{"standard output", bar.bytes, m.Taken}, err
	}
	m, err := receive(ctx, in, done.File)
	done.Bytes, done.Taken = bar.bytes, m.Taken
	return done, err
}

// file is the name of what the command makes, which must be free.
func (c *backupCmd) file() (string, error) {
	name := c.To
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		name = filepath.Join(name, "skywatch-"+time.Now().UTC().Format("20060102T150405Z")+".tar")
	}
	if _, err := os.Lstat(name); err == nil && c.To != "-" {
		return "", fmt.Errorf("%s is there already", name)
	}
	return name, nil
}

// receive keeps a backup in a file, which has its name once it is whole, verified
// and durable, and replaces none.
func receive(ctx context.Context, in io.Reader, file string) (m backup.Manifest, err error) {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, "."+filepath.Base(file)+".*.partial") // mode 0600
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	m, err = backup.Verify(ctx, io.TeeReader(in, f))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return m, err
	}
	if err := os.Link(f.Name(), file); err != nil { // unlike a rename it replaces nothing
		return m, err
	}
	return m, syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
