package function

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"skywatch/internal/fault"
)

// Bounds of a package (Lambda quotas).
const (
	MaxPackage  = 50 << 20  // as sent
	MaxUnpacked = 250 << 20 // its files together
	// maxEntries bounds how many files a package makes (ours).
	maxEntries = 50_000
)

var errUnzip = fault.New(fault.InvalidValue, "Could not unzip uploaded file. Please check your file, then try to upload again.").On("ZipFile")

func errUnpacked() error {
	return fault.New(fault.InvalidValue, "Unzipped size must be smaller than %d bytes", MaxUnpacked).On("ZipFile")
}

// inspect holds a package against the rules, by reading all of it: what an
// archive says of itself may be wrong.
func inspect(pack []byte) error {
	if len(pack) > MaxPackage {
		return fault.New(fault.TooLarge, "Zipped size must be smaller than %d bytes", MaxPackage)
	}
	room := int64(MaxUnpacked)
	return eachEntry(pack, func(f *zip.File, name string) error {
		r, err := f.Open()
		if err != nil {
			return errUnzip
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, room+1))
		if room -= n; room < 0 {
			return errUnpacked()
		}
		if err := errors.Join(err, r.Close()); err != nil { // its checksum too
			return errUnzip
		}
		if f.Mode()&fs.ModeSymlink != 0 {
			_, err = linked(f, name)
		}
		return err
	})
}

// eachEntry calls f with the entries of an archive and their clean names, which
// stay within the directory that they are unpacked to.
func eachEntry(pack []byte, f func(*zip.File, string) error) error {
	z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		return errUnzip
	}
	if len(z.File) == 0 {
		return fault.New(fault.InvalidValue, "Uploaded file must be a non-empty zip").On("ZipFile") // AWS's words
	}
	if len(z.File) > maxEntries {
		return fault.New(fault.InvalidValue, "The archive has more than %d entries.", maxEntries).On("ZipFile")
	}
	var declared uint64
	for _, e := range z.File {
		if declared += e.UncompressedSize64; e.UncompressedSize64 > MaxUnpacked || declared > MaxUnpacked {
			return errUnpacked()
		}
		name := path.Clean(strings.TrimSuffix(e.Name, "/"))
		if !filepath.IsLocal(name) || strings.ContainsAny(name, "\\\x00") {
			return fault.New(fault.InvalidValue, "The archive has an entry %q, which leads out of it.", e.Name).On("ZipFile")
		}
		if m := e.Mode(); m&fs.ModeType&^(fs.ModeDir|fs.ModeSymlink) != 0 {
			return fault.New(fault.InvalidValue, "The archive has an entry %q that is neither a file nor a directory nor a link.", e.Name).On("ZipFile")
		}
		if err := f(e, name); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes the files of a package that was inspected. Whatever links it
// has, nothing is written outside of dir.
func unpack(pack []byte, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	room := int64(MaxUnpacked)
	var links []string
	err = eachEntry(pack, func(f *zip.File, name string) error {
		if f.Mode().IsDir() || strings.HasSuffix(f.Name, "/") {
			return root.MkdirAll(name, 0o755)
		}
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if f.Mode()&fs.ModeSymlink != 0 {
			links = append(links, name)
			return link(root, f, name)
		}
		n, err := writeFile(root, f, name, room)
		room -= n
		return err
	})
	for _, name := range links {
		// Where it leads to by way of other links is known only now.
		if _, leads := root.Stat(name); err == nil && escapes(leads) {
			err = leads
		}
	}
	return err
}

// escapes reports whether a root refused a path that leads out of it.
func escapes(err error) bool {
	var wrong *fs.PathError
	var errno syscall.Errno // of the system, not of the root
	return errors.As(err, &wrong) && !errors.As(err, &errno)
}

// ofPackage reports whether files could not be written because of what the
// package names, not because of this machine.
func ofPackage(err error) bool {
	return escapes(err) || errors.Is(err, fs.ErrExist) || slices.ContainsFunc([]error{
		syscall.ENOTDIR, syscall.EISDIR, // two entries of one name
		syscall.ENAMETOOLONG, syscall.ELOOP, syscall.EINVAL,
		syscall.ENOENT, // what a link leads to
	}, func(e error) bool { return errors.Is(err, e) })
}

func writeFile(root *os.Root, f *zip.File, name string, room int64) (n int64, err error) {
	perm := fs.FileMode(0o644)
	if f.Mode()&0o111 != 0 {
		perm = 0o755
	}
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	w, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(w, io.LimitReader(r, room+1))
	if n > room {
		err = errUnpacked()
	}
	return n, errors.Join(err, w.Close())
}

// longestLink bounds the text of a link, as Linux does.
const longestLink = 4095

// linked reads where a symbolic link leads to, which must be within the package:
// others would name files of this machine.
func linked(f *zip.File, name string) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, longestLink+1))
	if err != nil {
		return "", err
	}
	to := string(b)
	if len(to) > longestLink || path.IsAbs(to) || !filepath.IsLocal(path.Join(path.Dir(name), to)) {
		return "", fault.New(fault.InvalidValue, "The archive has a link %q that leads out of it.", name).On("ZipFile")
	}
	return to, nil
}

func link(root *os.Root, f *zip.File, name string) error {
	to, err := linked(f, name)
	if err != nil {
		return err
	}
	return root.Symlink(to, name)
}
