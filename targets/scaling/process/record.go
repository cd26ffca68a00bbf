package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// record is what is on disk of a program: first that it is to be started, then
// which process it is.
type record struct {
	ID, Owner string
	Created   time.Time
	identity
}

// identity tells a process from all others, also from later ones of its number.
type identity struct {
	PID   int    `json:",omitempty"` // and its group and session; 0: not known
	Start uint64 `json:",omitempty"` // clock ticks since the machine's start
	Boot  string `json:",omitempty"` // which start of the machine
}

const (
	recordSuffix = ".json"
	outputSuffix = ".log"
)

func (s *Supervisor) path(id, suffix string) string { return filepath.Join(s.Dir, id+suffix) }

// save writes a record and waits until it is on disk.
func (s *Supervisor) save(r *record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	path := s.path(r.ID, recordSuffix)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return durable.SyncDir(vfs.Default, s.Dir)
}

// drop removes a record. That it may come back after a loss of power does no
// harm: its process is gone.
func (s *Supervisor) drop(id string) error {
	err := os.Remove(s.path(id, recordSuffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// load reads the records of an earlier life.
func (s *Supervisor) load() error {
	files, err := os.ReadDir(s.Dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		id, ok := strings.CutSuffix(f.Name(), recordSuffix)
		if !ok {
			continue
		}
		b, err := os.ReadFile(s.path(id, recordSuffix))
		if err != nil {
			return err
		}
		var r record
		if err := json.Unmarshal(b, &r); err != nil || r.ID != id {
			return fmt.Errorf("%s is no record of a process: %w", s.path(id, recordSuffix), err)
		}
		s.all[id] = &program{record: r}
	}
	return nil
}
