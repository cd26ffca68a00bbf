package streams

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"skywatch/journal"
)

// place is where a record is in its shard: when it came, to the millisecond, and
// a number among those of that time.
type place struct {
	millis int64
	number uint64
}

// next is the place right behind.
func (p place) next() place { return place{p.millis, p.number + 1} }

func (p place) time() time.Time { return time.UnixMilli(p.millis).UTC() }

// position is the place in the journal.
func (p place) position() journal.Position {
	return journal.Position{Time: p.time(), ID: string(binary.BigEndian.AppendUint64(nil, p.number))}
}

var errPlace = errors.New("position of a record is malformed")

func placeOf(p journal.Position) (place, error) {
	if len(p.ID) != 8 {
		return place{}, errPlace
	}
	return place{p.Time.UnixMilli(), binary.BigEndian.Uint64([]byte(p.ID))}, nil
}

// sequence writes a place of a shard as a sequence number: decimal text of 56
// digits like AWS's, in whose order, as numbers, the records of a shard are. Its
// hexadecimal digits are a version, the time, the number and the shard.
func sequence(shard int, p place) string {
	n, _ := new(big.Int).SetString(fmt.Sprintf("2%016x%016x%014x", p.millis, p.number, shard), 16)
	return n.String()
}

// readSequence is sequence's inverse; false for what is not of the shard.
func readSequence(shard int, text string) (p place, ok bool) {
	if text == "0" { // before all
		return place{}, true
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok || len(text) > 60 || strings.Trim(text, "0123456789") != "" {
		return p, false
	}
	var of int
	hex := n.Text(16)
	if len(hex) != 47 || hex[0] != '2' || hex[1] > '7' {
		return p, false
	}
	if _, err := fmt.Sscanf(hex[1:], "%16x%16x%14x", &p.millis, &p.number, &of); err != nil {
		return p, false
	}
	return p, of == shard && p.number < 1<<63
}
