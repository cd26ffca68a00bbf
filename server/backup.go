package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/gorilla/mux"

	"skywatch/backup"
	"skywatch/internal/durable"
	"skywatch/internal/fault"
)

const (
	// stagingDir is where a backup is gathered, on the disk of the data so that most
	// of it are links. A start removes what a crash left.
	stagingDir = "backup-staging"
	// backupStall is how long a client may take nothing of its backup.
	backupStall = time.Minute
	// backupBytesHeader tells a client how much will come, roughly.
	backupBytesHeader = "Skywatch-Backup-Bytes"
)

// backups answers POST /skywatch/v1/backup.
type backups struct {
	*Server
	busy chan struct{} // holds one while a backup is made
}

func newBackups(s *Server) *backups { return &backups{s, make(chan struct{}, 1)} }

// mount adds the path to r, in a's form.
func (b *backups) mount(r *mux.Router, a *admin) {
	r.HandleFunc("/skywatch/v1/backup", func(w http.ResponseWriter, r *http.Request) {
		out, err := a.serve(w, r, func(c call) (any, error) { return b.make(w, c) })
		switch {
		case errors.Is(err, errBrokenOff): // the client must see that it is not whole
			a.log.Error("backup broken off", "err", err)
			panic(http.ErrAbortHandler)
		case out != streamed || err != nil:
			a.answer(w, r, out, err)
		}
	}).Methods(http.MethodPost)
}

// streamed is the answer where the body has been written.
var streamed = new(struct{ _ byte })

// errBrokenOff is in the chain of an error after the answer has begun.
var errBrokenOff = errors.New("backup broken off")

// backupMade is the answer where the server kept the backup.
type backupMade struct {
	File  string
	Bytes int64
	Taken time.Time
}

// make makes a backup, which holds the data of all accounts.
func (b *backups) make(w http.ResponseWriter, c call) (any, error) {
	if c.caller.Account != b.cfg.AccountID {
		return nil, fault.New(fault.Denied, "A backup holds the data of all accounts: it takes an access key of account %s.", b.cfg.AccountID)
	}
	name, err := b.asked(c)
	if err != nil {
		return nil, err
	}
	select {
	case b.busy <- struct{}{}:
		defer func() { <-b.busy }()
	default:
		return nil, fault.New(fault.Conflict, "Another backup is under way.")
	}
	about, err := b.stage()
	defer func() { _ = b.disk().RemoveAll(b.staging()) }() // else the next start does
	if err != nil {
		return nil, fmt.Errorf("back up: %w", err)
	}
	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	defer context.AfterFunc(b.quitting, stop)()
	if name == "" {
		return streamed, b.stream(ctx, w, about)
	}
	return b.keep(ctx, name, about)
}

// asked returns the file that the backup is to be kept in; empty: in none.
func (b *backups) asked(c call) (string, error) {
	var in struct{ File string }
	if len(c.body) == 0 {
		return "", nil
	}
	r := json.NewDecoder(bytes.NewReader(c.body))
	r.DisallowUnknownFields()
	if err := r.Decode(&in); err != nil {
		return "", fault.New(fault.Malformed, `The body is not JSON of the form {"File": "NAME.tar"}.`)
	}
	switch {
	case in.File == "":
		return "", nil
	case b.cfg.BackupDir == "":
		return "", fault.New(fault.InvalidValue, "This server keeps no backups: it has no --backup-dir. Without File the answer is the backup.")
	case filepath.Base(in.File) != in.File || !strings.HasSuffix(in.File, ".tar") || strings.HasPrefix(in.File, ".") || strings.ContainsAny(in.File, "/\\\x00"):
		return "", fault.New(fault.InvalidValue, "File must be a name that ends in .tar, without a directory.")
	}
	if _, err := os.Lstat(filepath.Join(b.cfg.BackupDir, in.File)); err == nil {
		return "", fault.New(fault.Conflict, "There is a backup %s already.", in.File)
	}
	return in.File, nil
}

func (s *Server) disk() vfs.FS {
	if s.fs != nil {
		return s.fs
	}
	return vfs.Default
}

func (s *Server) staging() string { return filepath.Join(s.cfg.DataDir, stagingDir) }

// stream sends the backup.
func (b *backups) stream(ctx context.Context, w http.ResponseWriter, about backup.Manifest) error {
	size, err := backup.Size(b.disk(), b.staging())
	if err != nil {
		return err
	}
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{}) // that of the request would end its context
	w.Header().Set("Content-Type", "application/x-tar")
	w.Header().Set(backupBytesHeader, strconv.FormatInt(size, 10))
	if err := backup.Write(ctx, steady{w, rc}, b.disk(), b.staging(), about); err != nil {
		return fmt.Errorf("%w: %w", errBrokenOff, err)
	}
	return nil
}

// steady writes to a client that may be slow, but must take something.
type steady struct {
	http.ResponseWriter
	rc *http.ResponseController
}

// Write implements io.Writer.
func (s steady) Write(p []byte) (int, error) {
	_ = s.rc.SetWriteDeadline(time.Now().Add(backupStall))
	return s.ResponseWriter.Write(p)
}

// keep writes the backup into a file of the configured directory. It has its name
// once it is whole and durable.
func (b *backups) keep(ctx context.Context, name string, about backup.Manifest) (made backupMade, err error) {
	dir := b.cfg.BackupDir
	if err := durable.MakeDir(vfs.Default, dir, 0o700); err != nil {
		return made, fmt.Errorf("make backup directory: %w", err)
	}
	f, err := os.CreateTemp(dir, "."+name+".*.partial") // mode 0600
	if err != nil {
		return made, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep backup: %w", errors.Join(err, os.Remove(f.Name())))
		}
	}()
	err = backup.Write(ctx, f, b.disk(), b.staging(), about)
	if err == nil {
		err = f.Sync()
	}
	size, _ := f.Seek(0, io.SeekEnd)
	if err = errors.Join(err, f.Close()); err != nil {
		return made, err
	}
	if err := os.Link(f.Name(), filepath.Join(dir, name)); err != nil { // unlike a rename it replaces nothing
		return made, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return made, err
	}
	return backupMade{name, size, about.Taken}, durable.SyncDir(vfs.Default, dir)
}
