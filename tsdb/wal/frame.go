package wal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A frame is what one write and one sync make durable: the records of all
// callers that waited.
const (
	frameHeaderBytes = 16
	// MaxRecordBytes bounds one record. A PutMetricData request has at most
	// 1,000 data of 150 values, 2.5 MB in the widest form.
	MaxRecordBytes = 32 << 20
	// maxFrameBody bounds the group: one record of any size, or as many as
	// fit into maxGroupBytes.
	maxFrameBody  = MaxRecordBytes + maxGroupBytes + binary.MaxVarintLen64
	maxGroupBytes = 4 << 20
)

// beginFrame appends room for a frame's header; finishFrame fills it.
func beginFrame(dst []byte) []byte { return append(dst, make([]byte, frameHeaderBytes)...) }

// recordBytes is the most that a record takes in a frame.
func recordBytes(payload []byte) int { return len(payload) + binary.MaxVarintLen64 }

func appendRecord(dst, payload []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(payload)))
	return append(dst, payload...)
}

// finishFrame completes the frame that b is, whose first record has the
// sequence number first.
func finishFrame(b []byte, salt uint32, first uint64) {
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-frameHeaderBytes))
	binary.LittleEndian.PutUint64(b[8:], first)
	binary.LittleEndian.PutUint32(b, checksum(b[4:], salt))
}

func checksum(b []byte, salt uint32) uint32 {
	var s [4]byte
	binary.LittleEndian.PutUint32(s[:], salt)
	return crc32.Update(crc32.Checksum(s[:], castagnoli), castagnoli, b)
}

var (
	errShortFrame = errors.New("frame is cut short")
	errBadFrame   = errors.New("frame checksum differs")
	errBadRecord  = errors.New("record length does not fit its frame")
)

// parseFrame reads the frame at the start of b and returns its records as one
// body and its size.
func parseFrame(b []byte, salt uint32) (first uint64, body []byte, size int, err error) {
	if len(b) < frameHeaderBytes {
		return 0, nil, 0, errShortFrame
	}
	n := binary.LittleEndian.Uint32(b[4:])
	if n > maxFrameBody || int(n) > len(b)-frameHeaderBytes {
		return 0, nil, 0, errShortFrame
	}
	size = frameHeaderBytes + int(n)
	if checksum(b[4:size], salt) != binary.LittleEndian.Uint32(b) {
		return 0, nil, 0, errBadFrame
	}
	return binary.LittleEndian.Uint64(b[8:]), b[frameHeaderBytes:size], size, nil
}

// nextRecord cuts one record off a frame's body.
func nextRecord(body []byte) (payload, rest []byte, err error) {
	n, w := binary.Uvarint(body)
	if w <= 0 || n > uint64(len(body)-w) {
		return nil, nil, errBadRecord
	}
	return body[w : w+int(n)], body[w+int(n):], nil
}

// hasFrame reports whether a frame that follows sequence number last is
// anywhere in b. A crash tears only the last frame (the next is written after
// its sync), so a frame behind a bad one means damage.
func hasFrame(b []byte, salt uint32, last uint64) bool {
	limit := last + uint64(len(b)) // a record takes at least a byte
	for i := 0; i+frameHeaderBytes <= len(b); i++ {
		if seq := binary.LittleEndian.Uint64(b[i+8:]); seq <= last || seq > limit {
			continue
		}
		if _, _, _, err := parseFrame(b[i:], salt); err == nil {
			return true
		}
	}
	return false
}
