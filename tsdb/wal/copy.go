package wal

import (
	"errors"
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// Mark is a moment of a log: the records that were durable then.
type Mark struct{ segments []segment }

// Mark returns the moment of now.
func (l *Log) Mark() Mark {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Mark{append([]segment(nil), l.segments...)}
}

// Copy writes the log as it was at the mark into dir, durably. Nobody may Cut the
// log between Mark and Copy.
func (l *Log) Copy(m Mark, dir string) error {
	fs := l.opts.FS
	if err := durable.MakeDir(fs, dir, 0o755); err != nil {
		return fmt.Errorf("copy log: %w", err)
	}
	for _, s := range m.segments {
		if err := copyPart(fs, l.path(s.number), fs.PathJoin(dir, segmentName(s.number)), s.bytes); err != nil {
			return fmt.Errorf("copy log: %w", err)
		}
	}
	return durable.SyncDir(fs, dir)
}

// copyPart makes a durable copy of the first bytes of a file.
func copyPart(fs vfs.FS, from, to string, bytes int64) (err error) {
	in, err := fs.Open(from, vfs.SequentialReadsOption)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := fs.Create(to, writeCategory)
	if err != nil {
		return err
	}
	_, err = io.CopyN(out, in, bytes)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}
