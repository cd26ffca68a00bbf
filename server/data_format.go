package server

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

const dataFormatFile = "FORMAT"

func dataFormatText(version int) string { return fmt.Sprintf("skywatch data\nformat %d\n", version) }

// openData refuses a data directory of a newer version, before anything in it is
// touched, and gives a new one its format.
func (s *Server) openData() error {
	if err := openDataFormat(s.disk(), s.cfg.DataDir); err != nil {
		return err
	}
	return s.disk().RemoveAll(s.staging())
}

func openDataFormat(disk vfs.FS, dir string) error {
	err := readDataFormat(disk, dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := durable.MakeDir(disk, dir, 0o755); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	return durable.WriteFile(disk, filepath.Join(dir, dataFormatFile), []byte(dataFormatText(dataFormat)))
}

// readDataFormat refuses a data directory that this program does not read.
func readDataFormat(disk vfs.FS, dir string) error {
	path := filepath.Join(dir, dataFormatFile)
	b, err := durable.ReadFile(disk, path)
	if err != nil {
		return err
	}
	var version int
	if _, err := fmt.Sscanf(string(b), "skywatch data\nformat %d\n", &version); err != nil || string(b) != dataFormatText(version) {
		return fmt.Errorf("%s is damaged", path)
	}
	if version > dataFormat {
		return fmt.Errorf("the data in %s have format %d, written by a newer version of Skywatch; this one reads up to format %d", dir, version, dataFormat)
	}
	return nil
}
