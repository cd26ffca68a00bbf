package access

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// SealingKey seals the secrets of a server at rest. It prints as hidden.
type SealingKey struct{ bytes [32]byte }

// Format hides the key from every verb of fmt.
func (SealingKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// NewSealingKey draws a key.
func NewSealingKey() SealingKey {
	var k SealingKey
	_, _ = rand.Read(k.bytes[:]) // never fails: crypto/rand
	return k
}

// LoadOrCreateKeyFile reads the sealing key from the file at path, or draws
// one and writes it there: 32 random bytes as a line of base64, readable by
// its owner only. A file that others may read is refused. The file belongs
// outside the data directory, so that a backup of the data is not a copy of
// the secrets; who loses it loses the secrets.
func LoadOrCreateKeyFile(path string) (SealingKey, error) {
	k, err := loadKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = createKeyFile(path, NewSealingKey())
		if err == nil || errors.Is(err, fs.ErrExist) { // ours, or another process was faster
			k, err = loadKeyFile(path)
		}
	}
	if err != nil {
		return SealingKey{}, fmt.Errorf("key file: %w", err)
	}
	return k, nil
}

func loadKeyFile(path string) (SealingKey, error) {
	var k SealingKey
	f, err := os.Open(path)
	if err != nil {
		return k, err
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return k, err
	}
	if !st.Mode().IsRegular() {
		return k, fmt.Errorf("%s is not a regular file", path)
	}
	if perm := st.Mode().Perm(); perm&0o077 != 0 {
		return k, fmt.Errorf("%s has mode %04o and others may use it: chmod 600 it", path, perm)
	}
	text := make([]byte, 256) // more than a key is
	n, err := f.Read(text)
	if err != nil && n == 0 {
		return k, fmt.Errorf("read %s: %w", path, err)
	}
	raw, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text[:n])))
	if err != nil || copy(k.bytes[:], raw) != len(k.bytes) || len(raw) != len(k.bytes) {
		return SealingKey{}, fmt.Errorf("%s does not hold %d bytes in base64", path, len(k.bytes))
	}
	return k, nil
}

// createKeyFile writes k where no file is yet. The name appears with the whole
// content on disk, or not at all.
func createKeyFile(path string, k SealingKey) (err error) {
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, filepath.Base(path)+".*.new") // mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(tmp.Name())) }()
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(k.bytes[:]) + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err != nil { // unlike a rename it replaces nothing
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
