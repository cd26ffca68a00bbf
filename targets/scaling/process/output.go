package process

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keptOutputs is how many files of programs that have ended are kept.
const keptOutputs = 50

// olderSuffix is of the file with what was before the present output.
const olderSuffix = outputSuffix + ".1"

// bound empties a file of output that has grown too large, and keeps its end
// beside it. The process goes on writing to the same file, at its end.
func (s *Supervisor) bound(id string) error {
	path := s.path(id, outputSuffix)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Size() <= s.MaxOutput {
		return err
	}
	older, err := os.OpenFile(s.path(id, olderSuffix), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(older, io.NewSectionReader(f, info.Size()-s.MaxOutput, s.MaxOutput))
	return errors.Join(err, older.Close(), f.Truncate(0))
}

// tidy removes output of programs that are not known any more, but for the
// last.
func (s *Supervisor) tidy() error {
	files, err := os.ReadDir(s.Dir)
	if err != nil {
		return err
	}
	var ended []fs.FileInfo
	for _, f := range files {
		id, _, ok := strings.Cut(f.Name(), outputSuffix)
		if !ok || s.all[id] != nil {
			continue
		}
		if info, err := f.Info(); err == nil {
			ended = append(ended, info)
		}
	}
	slices.SortFunc(ended, func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	var errs error
	for _, info := range ended[min(keptOutputs, len(ended)):] {
		errs = errors.Join(errs, os.Remove(filepath.Join(s.Dir, info.Name())))
	}
	return errs
}
