package index

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unique"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// Series is what is known of one series.
type Series struct {
	ID     uint64 // never used twice
	Key    string // metric.ID.AppendKey
	Metric metric.ID
	Class  uint8 // retention class

	last atomic.Int64
	gone atomic.Bool
}

// Open fills in a new series with the given key. The strings of its metric are
// shared with all series that use them.
func (s *Series) Open(id uint64, key []byte, class uint8) error {
	m, rest, err := metric.ParseKey(key)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return errors.New("metric key has more bytes than a key")
	}
	for _, p := range []*string{&m.Account, &m.Region, &m.Namespace, &m.Name} {
		*p = shared(*p)
	}
	for i := range m.Dimensions {
		d := &m.Dimensions[i]
		d.Name, d.Value = shared(d.Name), shared(d.Value)
	}
	s.ID, s.Key, s.Metric, s.Class = id, string(key), m, class
	return nil
}

// Kind is the kind of the series, which its metric says.
func (s *Series) Kind() chunk.Kind {
	if s.Metric.Raw {
		return chunk.Raw
	}
	return chunk.Statistic
}

func shared(s string) string { return unique.Make(s).Value() }

// LastDatum returns the newest timestamp of the series' data, to the minute.
func (s *Series) LastDatum() metric.Instant { return metric.Instant(s.last.Load()) }

// Touch says that the series has a datum in the minute that begins at start.
// Calls must not overlap.
func (s *Series) Touch(start metric.Instant) {
	if int64(start) > s.last.Load() {
		s.last.Store(int64(start))
	}
}

const entryVersion = 1

// AppendEntry appends the form of the series on disk (docs/formats/keys.md).
func (s *Series) AppendEntry(dst []byte) []byte {
	dst = append(dst, entryVersion, byte(s.Kind()), s.Class)
	return append(dst, s.Key...)
}

// DecodeEntry fills in s from the form on disk.
func (s *Series) DecodeEntry(id uint64, b []byte) error {
	if len(b) < 3 {
		return errors.New("series entry is cut short")
	}
	if b[0] != entryVersion {
		return fmt.Errorf("series entry has version %d, this program knows %d", b[0], entryVersion)
	}
	if k := chunk.Kind(b[1]); k != chunk.Statistic && k != chunk.Raw {
		return fmt.Errorf("series entry has kind %d, which this program does not know", k)
	}
	if err := s.Open(id, b[3:], b[2]); err != nil {
		return fmt.Errorf("series entry: %w", err)
	}
	if k := chunk.Kind(b[1]); k != s.Kind() {
		return fmt.Errorf("series entry has kind %d and a key of kind %d", k, s.Kind())
	}
	return nil
}
