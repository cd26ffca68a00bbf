package catalog

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
)

// A key is a table's name and the parts of the record's key, each part ended
// by 0x00 0x01, a 0x00 inside a part written as 0x00 0xff. Keys therefore sort
// as their parts do, and no part can run into the next.

func appendPart(dst []byte, part string) []byte {
	for {
		i := strings.IndexByte(part, 0)
		if i < 0 {
			break
		}
		dst = append(append(dst, part[:i]...), 0, 0xff)
		part = part[i+1:]
	}
	return append(append(dst, part...), 0, 1)
}

func appendKey(dst []byte, table string, parts []string) []byte {
	dst = appendPart(dst, table)
	for _, p := range parts {
		dst = appendPart(dst, p)
	}
	return dst
}

var errBadKey = errors.New("catalog key is malformed")

// splitKey is appendKey's inverse; the first part is the table.
func splitKey(key []byte) ([]string, error) {
	var parts []string
	var cur []byte
	for len(key) > 0 {
		i := bytes.IndexByte(key, 0)
		if i < 0 || i+1 >= len(key) {
			return nil, errBadKey
		}
		cur = append(cur, key[:i]...)
		switch key[i+1] {
		case 0xff:
			cur = append(cur, 0)
		case 1:
			parts = append(parts, string(cur))
			cur = cur[:0]
		default:
			return nil, errBadKey
		}
		key = key[i+2:]
	}
	if len(cur) > 0 {
		return nil, errBadKey
	}
	return parts, nil
}

// end returns the first key after all those that begin with prefix. Every
// prefix ends in 0x01, so raising the last byte is enough.
func end(prefix []byte) []byte {
	e := append([]byte(nil), prefix...)
	e[len(e)-1]++
	return e
}

// TimePart returns t as a part of a key: such parts sort as the instants do,
// to the millisecond, from 1970 on.
func TimePart(t time.Time) string { return digits(uint64(max(0, t.UnixMilli())), 15) }

// NumberPart returns n as a part of a key that sorts as the number does.
func NumberPart(n uint64) string { return digits(n, 20) }

// digits is n in decimal, with zeros in front.
func digits(n uint64, width int) string {
	const zeros = "00000000000000000000"
	var b [20]byte
	text := strconv.AppendUint(b[:0], n, 10)
	return zeros[:max(0, width-len(text))] + string(text)
}
