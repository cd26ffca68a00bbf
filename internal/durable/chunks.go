package durable

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Pebble's logs and manifests are blocks of 32 KiB of chunks: a checksum (4 bytes)
// over all from the type on, the length of the payload (2), the type (1), and in
// logs the low half of the log's number (4) and, in the newest form, how much of the
// log is known to be on the disk (8).
const (
	chunkBlock  = 32 << 10
	chunkHeader = 4 + 2 + 1

	maxChunkHeader = chunkHeader + 4 + 8

	manifestTypes = 4 // types 1 to 4: the whole record, its first, middle, last part
	recycleTypes  = 8
	syncTypes     = 12
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// chunkAt returns the size of the valid chunk at the start of b, in a file with this
// number; 0: there is none.
func chunkAt(b []byte, number uint32) int {
	if len(b) < chunkHeader || b[6] == 0 || b[6] > syncTypes {
		return 0
	}
	header := chunkHeader
	switch kind := b[6]; {
	case kind > recycleTypes:
		header += 4 + 8
	case kind > manifestTypes:
		header += 4
	}
	size := header + int(binary.LittleEndian.Uint16(b[4:]))
	if size > len(b) || header > chunkHeader && binary.LittleEndian.Uint32(b[chunkHeader:]) != number {
		return 0
	}
	sum := crc32.Checksum(b[6:size], castagnoli)
	if binary.LittleEndian.Uint32(b) != (sum>>15|sum<<17)+0xa282ead8 {
		return 0
	}
	return size
}

// checkChunks reads a log or a manifest. Pebble takes a bad chunk for the end of the
// file, since a crash tears the last one; but a valid one behind it means damage. In a
// manifest a bad chunk is told in any case: to lose the last one is to lose tables.
func checkChunks(fs vfs.FS, path string, number uint32, manifest bool) (*Damage, error) {
	b, err := ReadFile(fs, path)
	if err != nil {
		return nil, err
	}
	for at := 0; at < len(b); {
		block := b[at:min(len(b), at/chunkBlock*chunkBlock+chunkBlock)]
		if len(block) < maxChunkHeader && len(bytes.Trim(block, "\x00")) == 0 {
			at += len(block) // a rest that was too short for a chunk
			continue
		}
		if size := chunkAt(block, number); size > 0 {
			at += size
			continue
		}
		if manifest && len(bytes.Trim(b[at:], "\x00")) > 0 || hasChunk(b, at+1, number) {
			return &Damage{File: path, Offset: int64(at), What: "a record's checksum differs, or its length"}, nil
		}
		return nil, nil
	}
	return nil, nil
}

// hasChunk reports whether a valid chunk begins anywhere from at on.
func hasChunk(b []byte, at int, number uint32) bool {
	for ; at+chunkHeader <= len(b); at++ {
		if chunkAt(b[at:min(len(b), at/chunkBlock*chunkBlock+chunkBlock)], number) > 0 {
			return true
		}
	}
	return false
}

// checkLogs reads the logs of the store and its manifest.
func (p Pebble) checkLogs() (damage []Damage, err error) {
	names, err := p.FS.List(p.Dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		file := name
		marked, manifest := strings.CutPrefix(name, "marker.manifest.")
		if manifest {
			_, file, _ = strings.Cut(marked, ".") // behind the marker's own number
		} else if !strings.HasSuffix(name, ".log") {
			continue
		}
		number, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimPrefix(file, "MANIFEST-"), ".log"), 10, 64)
		if err != nil {
			continue // not Pebble's
		}
		d, err := checkChunks(p.FS, p.FS.PathJoin(p.Dir, file), uint32(number), manifest)
		if err != nil {
			return damage, err
		}
		if d != nil {
			damage = append(damage, *d)
		}
	}
	return damage, nil
}
