package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// A key is a table's name and the parts of the record's key, each part ended
// by 0x00 0x01, a 0x00 inside a part written as 0x00 0xff. Keys therefore sort
// as their parts do, and no part can run into the next.

func appendPart(dst []byte, part string) []byte {
	for i := 0; i < len(part); i++ {
		dst = append(dst, part[i])
		if part[i] == 0 {
			dst = append(dst, 0xff)
		}
	}
	return append(dst, 0, 1)
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
func TimePart(t time.Time) string { return fmt.Sprintf("%015d", t.UnixMilli()) }

// NumberPart returns n as a part of a key that sorts as the number does.
func NumberPart(n uint64) string { return fmt.Sprintf("%020d", n) }
