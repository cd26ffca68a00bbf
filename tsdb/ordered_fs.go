package tsdb

import (
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// orderedFS makes the names in a directory durable before Pebble makes a
// marker there. A marker names another new file, and Pebble leaves it to the
// disk which of the two names a crash keeps.
type orderedFS struct{ vfs.FS }

// Create implements vfs.FS.
func (fs orderedFS) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if strings.HasPrefix(fs.PathBase(name), "marker.") {
		if err := syncDir(fs.FS, fs.PathDir(name)); err != nil {
			return nil, err
		}
	}
	return fs.FS.Create(name, category)
}

// Unwrap implements vfs.FS.
func (fs orderedFS) Unwrap() vfs.FS { return fs.FS }
