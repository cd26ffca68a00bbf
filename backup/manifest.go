package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Format is the version of what Write writes. Restore reads it and older ones,
// and refuses newer ones.
const Format = 1

// The names in the tar file that are not of data.
const (
	formatName   = "FORMAT"
	manifestName = "MANIFEST.json"
	sumName      = "MANIFEST.sha256"
	dataPrefix   = "data/"
)

// Manifest tells what a backup holds.
type Manifest struct {
	Format  int
	Program string // version of the program that wrote it
	Taken   time.Time
	// Stores are the versions of the formats of what is in it.
	Stores map[string]int
	// SealingKey names the key that its secrets are sealed with; the key itself is
	// not in a backup.
	SealingKey string
	Bytes      int64 // of all files
	Files      []File
}

// File is a file of a backup.
type File struct {
	Name   string // below the data directory, with slashes
	Bytes  int64
	SHA256 string // hex
}

func formatText(version int) string { return fmt.Sprintf("skywatch backup\nformat %d\n", version) }

// readFormat refuses what this program does not read.
func readFormat(text []byte) error {
	var version int
	if _, err := fmt.Sscanf(string(text), "skywatch backup\nformat %d\n", &version); err != nil || string(text) != formatText(version) {
		return errors.New("this is not a backup of Skywatch, or its beginning is damaged")
	}
	if version > Format {
		return fmt.Errorf("the backup has format %d, written by a newer version of Skywatch; this one reads up to format %d", version, Format)
	}
	return nil
}

// sumText is how sha256sum says that a manifest is whole.
func sumText(manifest []byte) string {
	sum := sha256.Sum256(manifest)
	return hex.EncodeToString(sum[:]) + "  " + manifestName + "\n"
}

func readManifest(text []byte, sum string) (m Manifest, err error) {
	if sum != sumText(text) {
		return m, errors.New("the manifest of the backup is damaged: its checksum differs")
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("the manifest of the backup is damaged: %w", err)
	}
	return m, nil
}
