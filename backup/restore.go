package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

const (
	// aside is behind the name of the directory that a restore works in.
	aside = ".restoring"
	// lockName is a file in it that the restore under way has locked.
	lockName = "RESTORING"
	// maxText bounds what is kept in memory of the backup: its manifest. A file
	// takes some 150 bytes in it.
	maxText = 256 << 20

	writeCategory vfs.DiskWriteCategory = "skywatch-restore"
)

// Options say what Restore does.
type Options struct {
	FS  vfs.FS
	Dir string
	// Known are the versions of the stores' formats that the program reads.
	Known map[string]int
}

// Restore makes the directory o.Dir, which must not be there or be empty, of the
// backup that r reads. It has the name only once it is whole, verified and
// durable; until then it is beside it, and the next Restore begins anew.
func Restore(ctx context.Context, r io.Reader, o Options) (m Manifest, err error) {
	o.Dir = filepath.Clean(o.Dir)
	if err := free(o.FS, o.Dir); err != nil {
		return m, err
	}
	if err := durable.MakeDir(o.FS, o.FS.PathDir(o.Dir), 0o755); err != nil {
		return m, err
	}
	u := unpacker{ctx: ctx, fs: o.FS, dir: o.Dir + aside}
	unlock, err := u.begin()
	if err != nil {
		return m, err
	}
	m, err = u.unpack(r)
	if err == nil {
		err = readable(m, o.Known)
	}
	err = errors.Join(err, unlock())
	if err == nil {
		err = u.finish(o.Dir)
	}
	if err != nil {
		return m, errors.Join(err, o.FS.RemoveAll(u.dir))
	}
	return m, nil
}

// free refuses a directory that holds something.
func free(fs vfs.FS, dir string) error {
	names, err := fs.List(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(names) > 0:
		return fmt.Errorf("%s is not empty: a backup is restored into a directory of its own", dir)
	}
	return nil
}

// unpacker fills the directory aside.
type unpacker struct {
	ctx   context.Context
	fs    vfs.FS
	dir   string
	files map[string]File // what was unpacked
}

// begin takes the directory aside, which an earlier restore perhaps left.
func (u *unpacker) begin() (unlock func() error, err error) {
	if err := u.fs.MkdirAll(u.dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := u.fs.Lock(u.fs.PathJoin(u.dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("another restore is at work in %s: %w", u.dir, err)
	}
	names, err := u.fs.List(u.dir)
	for _, name := range names {
		if name != lockName && err == nil {
			err = u.fs.RemoveAll(u.fs.PathJoin(u.dir, name))
		}
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock.Close, nil
}

// unpack writes the files and holds them against the manifest.
func (u *unpacker) unpack(r io.Reader) (m Manifest, err error) {
	u.files = map[string]File{}
	in := tar.NewReader(r)
	format, err := text(in, formatName)
	if err == nil {
		err = readFormat(format)
	}
	if err != nil {
		return m, err
	}
	manifest, err := u.data(in)
	if err != nil {
		return m, err
	}
	sum, err := text(in, sumName)
	if err != nil {
		return m, err
	}
	if m, err = readManifest(manifest, string(sum)); err != nil {
		return m, err
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		return m, errors.New("the backup has something behind its manifest")
	}
	return m, u.compare(m)
}

// readable refuses stores that the program does not know, or not yet.
func readable(m Manifest, known map[string]int) error {
	for store, version := range m.Stores {
		if version > known[store] {
			return fmt.Errorf("the backup's %s has format %d, written by a newer version of Skywatch; this one reads up to format %d", store, version, known[store])
		}
	}
	return nil
}

// text reads a small file that must come now.
func text(in *tar.Reader, name string) ([]byte, error) {
	h, err := in.Next()
	if err != nil {
		return nil, cut(err)
	}
	if h.Name != name {
		return nil, fmt.Errorf("the backup is damaged: it has %q where %s belongs", h.Name, name)
	}
	return readText(in, h)
}

func readText(in *tar.Reader, h *tar.Header) ([]byte, error) {
	if h.Size > maxText {
		return nil, fmt.Errorf("the backup is damaged: %s has %d bytes", h.Name, h.Size)
	}
	b, err := io.ReadAll(in)
	return b, cut(err)
}

// cut says what the end of a file that is not its end means.
func cut(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the backup is cut short: it has no manifest")
	case errors.Is(err, tar.ErrHeader):
		return errors.New("this is not a backup of Skywatch, or it is damaged: it is no tar file")
	}
	return fmt.Errorf("read backup: %w", err)
}

// data unpacks files until the manifest comes, which it returns.
func (u *unpacker) data(in *tar.Reader) (manifest []byte, err error) {
	for {
		if err := u.ctx.Err(); err != nil {
			return nil, err
		}
		h, err := in.Next()
		if err != nil {
			return nil, cut(err)
		}
		if h.Name == manifestName {
			return readText(in, h)
		}
		name, ours := strings.CutPrefix(h.Name, dataPrefix)
		if !ours || h.Typeflag != tar.TypeReg || !safe(name) {
			return nil, fmt.Errorf("the backup is damaged: it has %q, which is no file of data", h.Name)
		}
		if _, twice := u.files[name]; twice {
			return nil, fmt.Errorf("the backup is damaged: it has %s twice", name)
		}
		if u.files[name], err = u.file(in, name); err != nil {
			return nil, err
		}
	}
}

// safe reports whether a name stays below the directory, in one spelling.
func safe(name string) bool {
	return filepath.IsLocal(name) && filepath.ToSlash(filepath.Clean(name)) == name && name != lockName && !strings.Contains(name, `\`)
}

// file makes one file, durable but for its name, or only reads it.
func (u *unpacker) file(in io.Reader, name string) (f File, err error) {
	if u.fs == nil {
		return digest(io.Discard, in, name)
	}
	path := u.fs.PathJoin(u.dir, filepath.FromSlash(name))
	if err := u.fs.MkdirAll(u.fs.PathDir(path), 0o700); err != nil {
		return f, err
	}
	out, err := u.fs.Create(path, writeCategory)
	if err != nil {
		return f, err
	}
	f, err = digest(out, in, name)
	if err == nil {
		err = out.Sync()
	}
	return f, errors.Join(err, out.Close())
}

// digest copies a file and returns what it is.
func digest(out io.Writer, in io.Reader, name string) (File, error) {
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(out, sum), in)
	return File{name, size, hex.EncodeToString(sum.Sum(nil))}, cut(err)
}

// compare holds what was unpacked against the manifest.
func (u *unpacker) compare(m Manifest) error {
	for _, want := range m.Files {
		switch got, ok := u.files[want.Name]; {
		case !ok:
			return fmt.Errorf("the backup is damaged: %s is missing", want.Name)
		case got != want:
			return fmt.Errorf("the backup is damaged: %s has %d bytes with SHA-256 %s, the manifest says %d with %s", want.Name, got.Bytes, got.SHA256, want.Bytes, want.SHA256)
		}
		delete(u.files, want.Name)
	}
	for name := range u.files {
		return fmt.Errorf("the backup is damaged: the manifest does not have %s", name)
	}
	return nil
}

// finish gives the directory its name.
func (u *unpacker) finish(dir string) error {
	if err := u.fs.Remove(u.fs.PathJoin(u.dir, lockName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := syncTree(u.fs, u.dir); err != nil {
		return err
	}
	if err := u.fs.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // an empty one
		return fmt.Errorf("%s cannot be replaced; is it a mount point? Then restore into a directory below it: %w", dir, err)
	}
	if err := u.fs.Rename(u.dir, dir); err != nil {
		return err
	}
	return durable.SyncDir(u.fs, u.fs.PathDir(dir))
}

// syncTree makes the names in a directory durable, and in those below.
func syncTree(fs vfs.FS, dir string) error {
	names, err := fs.List(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		path := fs.PathJoin(dir, name)
		st, err := fs.Stat(path)
		if err != nil {
			return err
		}
		if st.IsDir() {
			if err := syncTree(fs, path); err != nil {
				return err
			}
		}
	}
	return durable.SyncDir(fs, dir)
}
