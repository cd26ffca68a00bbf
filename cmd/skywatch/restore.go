package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/backup"
	"skywatch/server"
)

type restoreCmd struct {
	From    string `arg:"" name:"file" help:"Backup to restore; - is standard input."`
	DataDir string `help:"Directory to make: one that is not there, or is empty." placeholder:"DIR" required:"" env:"-" config:"-"`
	JSON    bool   `name:"json" help:"Print JSON."`
	Quiet   bool   `help:"Print errors only." short:"q"`
}

// Help implements kong.HelpProvider.
func (*restoreCmd) Help() string {
	return `The directory has its name once all of it is there, held against the checksums of the backup, and on the disk. A command that was killed leaves DIR.restoring, which the next one begins anew.

Start the server on it with the --key-file of the server that was backed up: with another key the secrets in it, access keys among them, cannot be opened.`
}

// restored is what the command tells.
type restored struct {
	DataDir    string
	Files      int
	Bytes      int64
	Taken      time.Time
	Program    string
	SealingKey string
}

// Run restores the backup.
func (c *restoreCmd) Run(ctx context.Context, s streams) error {
	in, total := s.in, int64(0)
	if c.From != "-" {
		f, err := os.Open(c.From)
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		defer func() { _ = f.Close() }()
		if st, err := f.Stat(); err == nil {
			total = st.Size()
		}
		in = f
	}
	bar := newTransfer(s.err, c.Quiet, total)
	m, err := backup.Restore(ctx, io.TeeReader(in, bar), backup.Options{FS: vfs.Default, Dir: c.DataDir, Known: server.KnownFormats()})
	bar.clear()
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return c.tell(s, restored{c.DataDir, len(m.Files), m.Bytes, m.Taken, m.Program, m.SealingKey})
}

func (c *restoreCmd) tell(s streams, r restored) error {
	switch {
	case c.JSON:
		return printJSON(s.out, r)
	case c.Quiet:
		return nil
	}
	_, err := fmt.Fprintf(s.out, "Restored %s: %d files, %d bytes, as of %s.\nSecrets in it are sealed with key %s: serve it with that key file (--key-file; without it %s.key).\n",
		r.DataDir, r.Files, r.Bytes, r.Taken.Format(time.RFC3339), r.SealingKey, strings.TrimRight(r.DataDir, "/"))
	return err
}
