package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"
)

const (
	stateSuffix  = ".skywatch-import"
	stateVersion = 1
)

// importState is how far an import is. It is written after each batch that the
// server acknowledged.
type importState struct {
	Version int
	// ID is the import's own, for the words by which the server knows a batch
	// again that was in doubt. Empty: of an earlier version.
	ID       string
	Endpoint string
	Region   string
	Options  importOptions
	// Shift is the one of --shift-to too, which is found once.
	Shift   span
	Files   []fileState
	Skipped int // lines left out
	// InDoubt is how many rows at most were sent behind those that are
	// acknowledged. While an import runs that is a whole batch, so that the
	// file is right after a crash.
	InDoubt int

	path    string // empty: kept nowhere
	began   bool   // by an earlier run
	onDisk  bool   // a file is there
	running bool   // the file counts with a crash
	batch   int    // rows
}

// fileState is how far one file is.
type fileState struct {
	Name   string
	Line   int    // last one that is done
	Rows   int    // acknowledged
	Bytes  int64  // of the unpacked text that are done
	SHA256 string // of them
}

// openState reads the state that an earlier run left, or begins one.
func (c *importCmd) openState(w io.Writer) (*importState, error) {
	s := &importState{Version: stateVersion, ID: uuid.NewString(), Endpoint: c.Endpoint, Region: c.Region, Options: c.importOptions, path: c.State, batch: c.Batch}
	for _, name := range c.Files {
		s.Files = append(s.Files, fileState{Name: name})
	}
	if s.path == "" && c.Files[0] != stdin {
		s.path = c.Files[0] + stateSuffix
	}
	if s.path == "" || c.Restart {
		return s, nil
	}
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	} else if err != nil {
		return nil, err
	}
	old := &importState{path: s.path, began: true, onDisk: true, batch: c.Batch}
	if err := json.Unmarshal(text, old); err != nil || old.Version != stateVersion {
		return nil, fmt.Errorf("%s is not the state of an import by this version: --restart begins anew", s.path)
	}
	if err := old.sameImport(s); err != nil {
		return nil, err
	}
	if !c.Quiet {
		old.tellResume(w)
	}
	return old, nil
}

// sameImport refuses to go on with other files or options than before.
func (s *importState) sameImport(now *importState) error {
	var differ []string
	was, is := s.facts(), now.facts()
	for name, v := range is {
		if !bytes.Equal(was[name], v) {
			differ = append(differ, fmt.Sprintf("%s was %s and is %s", name, was[name], v))
		}
	}
	if differ == nil {
		return nil
	}
	slices.Sort(differ)
	return fmt.Errorf("%s is of an import with other options, so it cannot go on: %s (--restart begins anew and counts again what was imported)",
		s.path, strings.Join(differ, "; "))
}

// facts are what must be the same for an import to go on, as JSON by name.
func (s *importState) facts() map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	text, err := json.Marshal(s.Options)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	var names []string
	for _, f := range s.Files {
		names = append(names, f.Name)
	}
	for name, v := range map[string]any{"Endpoint": s.Endpoint, "Region": s.Region, "files": names} {
		out[name], _ = json.Marshal(v) // strings
	}
	if err != nil { // not the case: options are plain values
		out["Options"] = json.RawMessage(err.Error())
	}
	return out
}

func (s *importState) tellResume(w io.Writer) {
	at := s.Files[0]
	for _, f := range s.Files {
		if f.Rows > 0 || f.Bytes > 0 {
			at = f
		}
	}
	_, _ = fmt.Fprintf(w, "Going on behind %s:%d; %d rows are imported.\n", at.Name, at.Line, s.rows())
	if s.InDoubt > 0 {
		_, _ = fmt.Fprintf(w, "The run before ended without knowing whether the rows behind that line were taken: if that was more than 15 minutes ago, or --batch was another, up to %d may be counted twice.\n", s.InDoubt)
	}
}

func (s *importState) rows() int {
	n := 0
	for _, f := range s.Files {
		n += f.Rows
	}
	return n
}

// word names the batch behind what is done of a file. A run that goes on sends the
// same batch under the same word.
func (s *importState) word(at *fileState) string {
	if s.ID == "" {
		return ""
	}
	file := slices.IndexFunc(s.Files, func(f fileState) bool { return f.Name == at.Name })
	return fmt.Sprintf("%s/%d/%d", s.ID, file, at.Bytes)
}

// sending notes on disk that from now on a batch may be taken without our
// knowing.
func (s *importState) sending() error {
	if s.running {
		return nil
	}
	s.running = true
	return s.save()
}

// acknowledge notes that a file is done up to where its reader is.
func (s *importState) acknowledge(at *fileState, in *input, rows int) error {
	in.text.consume(in.rows.offset())
	at.Rows += rows
	at.Line, at.Bytes, at.SHA256 = in.last, in.text.consumed, in.text.sum()
	if rows > 0 {
		s.InDoubt = 0
	}
	return s.save()
}

// save makes the state durable; a crash leaves the one before or this one.
func (s *importState) save() error {
	if s.path == "" {
		return nil
	}
	kept := *s
	if s.running {
		kept.InDoubt = max(s.InDoubt, s.batch)
	}
	text, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return err
	}
	if err := replaceFile(s.path, append(text, '\n')); err != nil {
		return fmt.Errorf("keep the state (--state chooses another place): %w", err)
	}
	s.onDisk = true
	return nil
}

// replaceFile writes beside the file and renames. What a crash leaves beside it
// is written over the next time.
func replaceFile(path string, text []byte) error {
	beside := path + ".new"
	f, err := os.OpenFile(beside, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	if err := os.Rename(beside, path); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// keep writes the last state of an import that failed and adds to the error
// how to go on. Where nothing was imported there is nothing to keep.
func (s *importState) keep(failed error) error {
	if !s.onDisk {
		return failed
	}
	if s.rows() == 0 && s.InDoubt == 0 {
		return errors.Join(failed, s.remove())
	}
	s.running = false
	if err := s.save(); err != nil {
		return errors.Join(failed, err)
	}
	return fmt.Errorf("%w\n%d rows are imported. The same command goes on behind them (state: %s); --restart begins anew", failed, s.rows(), s.path)
}

func (s *importState) remove() error {
	if !s.onDisk {
		return nil
	}
	s.onDisk = false
	return os.Remove(s.path)
}
