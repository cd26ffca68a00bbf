// Package durable holds what the stores need beyond fsync of a file's content:
// names that survive a crash, Pebble opened so that they do, and a gate that
// closes a store once nobody is in it. All of it works on a vfs.FS, so that a
// crash is a unit test.
package durable

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

const writeCategory vfs.DiskWriteCategory = "skywatch"

// SyncDir makes the names in a directory durable.
func SyncDir(fs vfs.FS, dir string) error {
	d, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// MakeDir makes a directory durable, with those above it. That they exist does
// not mean that they are durable: perhaps a crash fell between the two.
func MakeDir(fs vfs.FS, dir string, perm os.FileMode) error {
	if err := fs.MkdirAll(dir, perm); err != nil {
		return err
	}
	for {
		parent := fs.PathDir(dir)
		if parent == dir {
			return nil
		}
		if err := SyncDir(fs, parent); err != nil {
			// A directory above that this process may not open is not of its
			// making.
			if errors.Is(err, os.ErrPermission) {
				return nil
			}
			return err
		}
		dir = parent
	}
}

// WriteFile makes a small file durable: after a crash it is whole, or as it was
// before.
func WriteFile(fs vfs.FS, path string, b []byte) error {
	f, err := fs.Create(path+".new", writeCategory)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := fs.Rename(path+".new", path); err != nil {
		return err
	}
	return SyncDir(fs, fs.PathDir(path))
}

// ReadFile returns what a file holds.
func ReadFile(fs vfs.FS, path string) ([]byte, error) {
	f, err := fs.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

// PebbleFS mends one weakness of Pebble's: it makes a new file, then a marker
// that names the file, and leaves it to the disk which of the two names a crash
// keeps. Some of those states do not open. PebbleFS makes the names in the
// directory durable before Pebble makes a marker there.
type PebbleFS struct{ vfs.FS }

// Create implements vfs.FS.
func (fs PebbleFS) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if strings.HasPrefix(fs.PathBase(name), "marker.") {
		if err := SyncDir(fs.FS, fs.PathDir(name)); err != nil {
			return nil, err
		}
	}
	return fs.FS.Create(name, category)
}

// Unwrap implements vfs.FS.
func (fs PebbleFS) Unwrap() vfs.FS { return fs.FS }
