package wal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

const (
	magic         = "SKYWLOG"
	formatVersion = 1
	headerBytes   = 40
	suffix        = ".log"

	writeCategory vfs.DiskWriteCategory = "skywatch-log"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the first headerBytes of a segment.
type header struct {
	number uint64 // of the segment, ascending by one
	first  uint64 // sequence number of the first record
	// previousEnd is where the valid bytes of the segment before end. What
	// lies behind is the torn end of a crash or of a failed write.
	previousEnd uint64
	// salt goes into every checksum of the segment, so that no bytes that a
	// client chose, and none of an earlier use of the file, pass for a frame.
	salt uint32
}

func newHeader(number, first, previousEnd uint64) (header, error) {
	var salt [4]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return header{}, err
	}
	return header{number, first, previousEnd, binary.LittleEndian.Uint32(salt[:])}, nil
}

func (h header) append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, magic...)
	dst = append(dst, formatVersion)
	dst = binary.LittleEndian.AppendUint64(dst, h.number)
	dst = binary.LittleEndian.AppendUint64(dst, h.first)
	dst = binary.LittleEndian.AppendUint64(dst, h.previousEnd)
	dst = binary.LittleEndian.AppendUint32(dst, h.salt)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

var errBadHeader = errors.New("segment header is damaged")

func parseHeader(b []byte) (header, error) {
	if len(b) < headerBytes || !bytes.HasPrefix(b, []byte(magic)) ||
		crc32.Checksum(b[:headerBytes-4], castagnoli) != binary.LittleEndian.Uint32(b[headerBytes-4:]) {
		return header{}, errBadHeader
	}
	if v := b[len(magic)]; v != formatVersion {
		return header{}, fmt.Errorf("segment has format %d, this program knows %d", v, formatVersion)
	}
	le := binary.LittleEndian
	return header{
		number:      le.Uint64(b[8:]),
		first:       le.Uint64(b[16:]),
		previousEnd: le.Uint64(b[24:]),
		salt:        le.Uint32(b[32:]),
	}, nil
}

func segmentName(number uint64) string { return fmt.Sprintf("%016d%s", number, suffix) }

// segmentNumber returns the number in a segment's name; ok is false for names
// that are none.
func segmentNumber(name string) (n uint64, ok bool) {
	digits, found := strings.CutSuffix(name, suffix)
	if !found || len(digits) != 16 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}
