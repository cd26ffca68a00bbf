package tsdb

import (
	"errors"
	"fmt"
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

// FormatVersion is the version of everything below the directory. A program
// reads its own and older ones and refuses newer ones. 2 has raw series, 3 the
// ids of batches that must count once.
const FormatVersion = 3

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
	b, err := durable.ReadFile(fs, path)
	if errors.Is(err, os.ErrNotExist) {
		f := format{FormatVersion, partitions}
		return f, durable.WriteFile(fs, path, []byte(f.String()))
	}
	if err != nil {
		return format{}, err
	}
	f, err := parseFormat(path, b)
	if err != nil {
		return format{}, err
	}
	if f.version < FormatVersion { // what is there may stay; what follows may not be for older programs
		f.version = FormatVersion
		return f, durable.WriteFile(fs, path, []byte(f.String()))
	}
	return f, nil
}

// parseFormat refuses a format that this program does not read.
func parseFormat(path string, b []byte) (format, error) {
	var f format
	if _, err := fmt.Sscanf(string(b), "skywatch tsdb\nformat %d\n", &f.version); err != nil {
		return format{}, fmt.Errorf("%s is not the format file of a time-series store", path)
	}
	if f.version > FormatVersion {
		return format{}, fmt.Errorf("the store of %s has format %d, written by a newer version; this one reads up to format %d",
			path, f.version, FormatVersion)
	}
	if _, err := fmt.Sscanf(string(b), "skywatch tsdb\nformat %d\npartitions %d\n", &f.version, &f.partitions); err != nil ||
		f.version < 1 || f.partitions < 1 || f.partitions > maxPartitions || string(b) != f.String() {
		return format{}, fmt.Errorf("%s is damaged", path)
	}
	return f, nil
}
