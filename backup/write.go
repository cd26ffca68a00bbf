package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Size returns what the files below dir hold.
func Size(fs vfs.FS, dir string) (bytes int64, err error) {
	err = walk(fs, dir, "", func(_, _ string, size int64) error {
		bytes += size
		return nil
	})
	return bytes, err
}

// Write writes the backup of the files below dir, about which m tells what Write
// cannot know. Nobody may change them meanwhile.
func Write(ctx context.Context, w io.Writer, fs vfs.FS, dir string, m Manifest) error {
	a := writer{tar.NewWriter(w), m.Taken}
	if err := a.text(formatName, []byte(formatText(Format))); err != nil {
		return err
	}
	m.Format = Format
	err := walk(fs, dir, "", func(path, name string, size int64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := a.file(fs, path, name, size)
		m.Files = append(m.Files, f)
		m.Bytes += f.Bytes
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := a.text(manifestName, text); err != nil {
		return err
	}
	if err := a.text(sumName, []byte(sumText(text))); err != nil {
		return err
	}
	return a.Close()
}

type writer struct {
	*tar.Writer
	taken time.Time
}

func (a writer) begin(name string, size int64) error {
	return a.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: a.taken, Format: tar.FormatPAX})
}

func (a writer) text(name string, b []byte) error {
	if err := a.begin(name, int64(len(b))); err != nil {
		return err
	}
	_, err := a.Write(b)
	return err
}

func (a writer) file(fs vfs.FS, path, name string, size int64) (f File, err error) {
	in, err := fs.Open(path, vfs.SequentialReadsOption)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := a.begin(dataPrefix+name, size); err != nil {
		return f, err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(a, sum), in, size); err != nil {
		return f, fmt.Errorf("back up %s: %w", path, err)
	}
	return File{name, size, hex.EncodeToString(sum.Sum(nil))}, nil
}

// walk calls fn for the files below dir, in order of their names.
func walk(fs vfs.FS, dir, under string, fn func(path, name string, size int64) error) error {
	names, err := fs.List(dir)
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, base := range names {
		path, name := fs.PathJoin(dir, base), under+base
		st, err := fs.Stat(path)
		if err != nil {
			return err
		}
		if st.IsDir() {
			err = walk(fs, path, name+"/", fn)
		} else {
			err = fn(path, name, st.Size())
		}
		if err != nil {
			return err
		}
	}
	return nil
}
