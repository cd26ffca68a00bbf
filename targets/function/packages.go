package function

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// Packages keep code in a directory: each package as it was sent, in a file
// named by its content, which is durable; and its files in a directory of the
// same name, which is not and is made again at need. Both are private to who
// runs the server but for the files, which functions read.
type Packages struct {
	dir string
	// sweeping keeps packages that are put, but not in the catalog yet, from
	// being swept: who puts one holds it for reading until the commit.
	sweeping sync.RWMutex
	// unpacking is held by who makes files.
	unpacking sync.Mutex

	mu    sync.Mutex
	using map[string]int // files in use, by id
}

const (
	packageSuffix = ".zip"
	filesDir      = "files"
)

// OpenPackages opens a directory of packages, and makes it.
func OpenPackages(dir string) (*Packages, error) {
	dir, err := filepath.Abs(dir) // functions run elsewhere
	if err != nil {
		return nil, err
	}
	p := &Packages{dir: dir, using: map[string]int{}}
	if err := durable.MakeDir(vfs.Default, dir, 0o755); err != nil {
		return nil, fmt.Errorf("make directory of functions: %w", err)
	}
	// Whether they are whole after a crash is not known.
	if err := os.RemoveAll(filepath.Join(dir, filesDir)); err != nil {
		return nil, fmt.Errorf("remove files of functions: %w", err)
	}
	return p, nil
}

func (p *Packages) path(id string) string { return filepath.Join(p.dir, id+packageSuffix) }

// id is the name of a package.
func (k Package) id() (string, error) {
	sum, err := base64.StdEncoding.DecodeString(k.SHA256)
	if err != nil || len(sum) != sha256.Size {
		return "", fmt.Errorf("%q is not the hash of a package", k.SHA256)
	}
	return hex.EncodeToString(sum), nil
}

// measure tells what a package is.
func measure(zip []byte) Package {
	sum := sha256.Sum256(zip)
	return Package{SHA256: base64.StdEncoding.EncodeToString(sum[:]), Size: int64(len(zip))}
}

// put makes a package durable. From now on until release it is not swept.
func (p *Packages) put(zip []byte) (k Package, release func(), err error) {
	k = measure(zip)
	id, err := k.id()
	if err != nil {
		return k, nil, err
	}
	p.sweeping.RLock()
	release = p.sweeping.RUnlock
	defer func() {
		if err != nil {
			release()
		}
	}()
	if _, err := os.Stat(p.path(id)); err == nil {
		return k, release, nil // the same content
	}
	if err := p.write(id, zip); err != nil {
		return k, nil, fmt.Errorf("write package of function: %w", err)
	}
	return k, release, nil
}

func (p *Packages) write(id string, zip []byte) (err error) {
	f, err := os.CreateTemp(p.dir, "new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(zip)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), p.path(id)); err != nil {
		return err
	}
	return durable.SyncDir(vfs.Default, p.dir)
}

// use returns the directory with the files of a package. It is not swept until
// unused.
func (p *Packages) use(k Package) (dir string, unused func(), err error) {
	id, err := k.id()
	if err != nil {
		return "", nil, err
	}
	p.count(id, 1)
	unused = func() { p.count(id, -1) }
	if dir, err = p.files(k); err != nil {
		unused()
	}
	return dir, unused, err
}

func (p *Packages) count(id string, more int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.using[id] += more; p.using[id] == 0 {
		delete(p.using, id)
	}
}

// drop removes a file or directory, unless the package is in use.
func (p *Packages) drop(id, path string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.using[id] > 0 {
		return nil
	}
	return os.RemoveAll(path)
}

// files returns the directory with the files of a package.
func (p *Packages) files(k Package) (string, error) {
	id, err := k.id()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(p.dir, filesDir, id)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	p.unpacking.Lock()
	defer p.unpacking.Unlock()
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	zip, err := os.ReadFile(p.path(id))
	if err != nil {
		return "", fmt.Errorf("read package of function: %w", err)
	}
	if measure(zip) != k {
		return "", fmt.Errorf("package %s of a function is damaged", p.path(id))
	}
	return dir, p.unpackTo(dir, zip)
}

// unpackTo makes the directory, whole or not at all.
func (p *Packages) unpackTo(dir string, zip []byte) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "new-*")
	if err != nil {
		return err
	}
	if err = unpack(zip, part); ofPackage(err) {
		err = errUnzip
	}
	if err == nil {
		err = os.Chmod(part, 0o755)
	}
	if err == nil {
		err = os.Rename(part, dir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(part))
	}
	return nil
}

// sweep removes what no version needs; needed tells what is needed, while
// nobody is between the put of a package and its commit.
func (p *Packages) sweep(needed func() (map[string]bool, error)) error {
	p.sweeping.Lock()
	defer p.sweeping.Unlock()
	keep, err := needed()
	if err != nil {
		return err
	}
	var errs []error
	for _, dir := range [...]string{p.dir, filepath.Join(p.dir, filesDir)} {
		all, err := os.ReadDir(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		errs = append(errs, err)
		for _, e := range all {
			id := strings.TrimSuffix(e.Name(), packageSuffix)
			if e.Name() == filesDir || keep[id] || strings.HasPrefix(id, "new-") && dir != p.dir {
				continue
			}
			errs = append(errs, p.drop(id, filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// Open opens a package as it was sent. Its file may be removed while it is read.
func (p *Packages) Open(k Package) (*os.File, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	return os.Open(p.path(id))
}
