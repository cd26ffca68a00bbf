package tsdb

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
)

// The names in the store's directory.
const (
	formatFile = "FORMAT"
	lockFile   = "LOCK"
	logDir     = "log"
	chunkDir   = "chunks"

	writeCategory vfs.DiskWriteCategory = "skywatch-tsdb"
)

// formatVersion is the version of everything below the directory. A program
// reads its own and older ones and refuses newer ones. 2 has raw series.
const formatVersion = 2

// format is what the FORMAT file says.
type format struct {
	version    int
	partitions int
}

func (f format) String() string {
	return fmt.Sprintf("skywatch tsdb\nformat %d\npartitions %d\n", f.version, f.partitions)
}

// openFormat reads the directory's format, or gives it one with the wanted
// number of partitions.
func openFormat(fs vfs.FS, dir string, partitions int) (format, error) {
	path := fs.PathJoin(dir, formatFile)
	b, err := readFile(fs, path)
	if errors.Is(err, os.ErrNotExist) {
		f := format{formatVersion, partitions}
		return f, writeFile(fs, dir, formatFile, []byte(f.String()))
	}
	if err != nil {
		return format{}, err
	}
	var f format
	if _, err := fmt.Sscanf(string(b), "skywatch tsdb\nformat %d\n", &f.version); err != nil {
		return format{}, fmt.Errorf("%s is not the format file of a time-series store", path)
	}
	if f.version > formatVersion {
		return format{}, fmt.Errorf("the store in %s has format %d, written by a newer version; this one reads up to format %d",
			dir, f.version, formatVersion)
	}
	if _, err := fmt.Sscanf(string(b), "skywatch tsdb\nformat %d\npartitions %d\n", &f.version, &f.partitions); err != nil ||
		f.version < 1 || f.partitions < 1 || f.partitions > maxPartitions || string(b) != f.String() {
		return format{}, fmt.Errorf("%s is damaged", path)
	}
	if f.version < formatVersion { // what is there may stay; what follows may not be for older programs
		f.version = formatVersion
		return f, writeFile(fs, dir, formatFile, []byte(f.String()))
	}
	return f, nil
}

func readFile(fs vfs.FS, path string) ([]byte, error) {
	f, err := fs.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

// writeFile makes a small file durable: after a crash it is whole or absent.
func writeFile(fs vfs.FS, dir, name string, b []byte) error {
	path := fs.PathJoin(dir, name)
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
	return durable.SyncDir(fs, dir)
}
