package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skywatch/access"
	"skywatch/backup"
	"skywatch/internal/durable"
	"skywatch/targets/topic"
	"skywatch/tsdb"
)

// dataFormat is the version of the data directory as a whole: which stores and
// files it has, and the forms of the records in catalog and journal.
const dataFormat = 1

// KnownFormats are the versions of what is in a data directory that this program
// reads.
func KnownFormats() map[string]int {
	return map[string]int{"data directory": dataFormat, "time-series store": tsdb.FormatVersion}
}

// The names of the key that signs what topics send: in the data directory, and in
// a backup, sealed.
const (
	signerFile       = "sns.pem"
	sealedSignerFile = "sns.pem.sealed"
	packagesDir      = "functions"
	packageSuffix    = ".zip"
)

// stage gathers a backup in the staging directory: all stores as they were at one
// moment, at which nothing was written to any of them. Catalog and journal take no
// writes while they are copied, which is links and what their logs hold; the time
// series are copied behind that, as they were at the moment.
func (s *Server) stage() (about backup.Manifest, err error) {
	dir := s.staging()
	if err := s.disk().RemoveAll(dir); err != nil {
		return about, err
	}
	if err := durable.MakeDir(s.disk(), dir, 0o700); err != nil {
		return about, err
	}
	series, err := s.series.BeginCopy()
	if err != nil {
		return about, err
	}
	defer series.Close()
	var still time.Duration
	err = s.catalog.Still(func() error {
		return s.journal.Still(func() error {
			began := time.Now()
			defer func() { still = time.Since(began) }()
			series.Mark()
			about.Taken = s.machine()().UTC()
			return errors.Join(
				s.catalog.Checkpoint(filepath.Join(dir, "catalog")),
				s.journal.Checkpoint(filepath.Join(dir, "journal")),
				s.stageFiles(dir))
		})
	})
	if err == nil {
		err = series.Write(filepath.Join(dir, "tsdb"))
	}
	if err == nil {
		err = durable.WriteFile(s.disk(), filepath.Join(dir, dataFormatFile), []byte(dataFormatText(dataFormat)))
	}
	about.Program, about.Stores, about.SealingKey = s.Version, KnownFormats(), s.sealer.KeyName()
	if err == nil {
		s.log.Info("backup begun", "writes_waited", still)
	}
	return about, err
}

// stageFiles adds what is beside the stores: packages of functions and the key of
// topics, sealed. What functions and processes leave is of this machine.
func (s *Server) stageFiles(dir string) error {
	packages := filepath.Join(s.cfg.DataDir, packagesDir)
	names, err := os.ReadDir(packages)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.disk().MkdirAll(filepath.Join(dir, packagesDir), 0o700); err != nil {
		return err
	}
	for _, n := range names {
		if strings.HasSuffix(n.Name(), packageSuffix) {
			if err := s.stagePackage(filepath.Join(packages, n.Name()), filepath.Join(dir, packagesDir, n.Name())); err != nil {
				return err
			}
		}
	}
	key, err := os.ReadFile(filepath.Join(s.cfg.DataDir, signerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it is made when it is needed
	}
	if err != nil {
		return err
	}
	return durable.WriteFile(s.disk(), filepath.Join(dir, sealedSignerFile), s.sealer.Seal(access.NewSecret(string(key)), signerFile))
}

// stagePackage links a package, which never changes, or copies it.
func (s *Server) stagePackage(from, to string) error {
	if s.fs == nil && os.Link(from, to) == nil {
		return nil
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return durable.WriteFile(s.disk(), to, b)
}

// openSigningKey brings the key of topics back that a restored backup has.
func (s *Server) openSigningKey() error {
	file, sealed := filepath.Join(s.cfg.DataDir, signerFile), filepath.Join(s.cfg.DataDir, sealedSignerFile)
	b, err := os.ReadFile(sealed)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	key, err := s.sealer.Open(b, signerFile)
	if err != nil {
		return fmt.Errorf("%s: %w (give the --key-file of the server that was backed up, or delete %s: then topics sign with a new key)", sealed, err, sealed)
	}
	if err := topic.KeepKey(file, []byte(key.Reveal())); err != nil {
		return err
	}
	return os.Remove(sealed)
}
