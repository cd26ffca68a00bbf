package queue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"skywatch/catalog"
)

// window is how long a FIFO queue remembers a deduplication id, also when the
// message is deleted or the queue purged (events.md 4.5; inferred for purge).
const window = 5 * time.Minute

// seen is what a queue remembers of a message by its deduplication id.
type seen struct {
	MessageID string
	Sequence  string
	At        time.Time
}

var (
	sightings = catalog.Table[seen]{Name: "queue-seen"}         // queue id, group or "", deduplication id
	ages      = catalog.Table[struct{}]{Name: "queue-seen-age"} // time, queue id, group or "", deduplication id
)

// deduplicate returns what the queue remembers of a message like m.
func (s *Service) deduplicate(tx *catalog.Tx, q *record, m *Message) (seen, bool, error) {
	was, ok, err := sightings.Get(tx, q.seenKey(m)...)
	return was, ok && s.now().Sub(was.At) < window, err
}

// remember notes a message that was taken.
func (s *Service) remember(tx *catalog.Tx, q *record, m *Message, is seen) error {
	key := q.seenKey(m)
	if err := sightings.Put(tx, is, key...); err != nil {
		return err
	}
	return ages.Put(tx, struct{}{}, append([]string{catalog.TimePart(is.At)}, key...)...)
}

// seenKey names a message for deduplication, within its group where the queue
// is set so.
func (q *record) seenKey(m *Message) []string {
	within := ""
	if q.Settings.PerGroup {
		within = m.Group
	}
	return []string{q.ID, within, m.Deduplication}
}

// contentID is the deduplication id of ContentBasedDeduplication: the SHA-256
// of the body, and not of the attributes.
func contentID(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// forgetOld deletes what the window has passed.
func (s *Service) forgetOld(ctx context.Context) error {
	return s.inChunks(ctx, ages.ScanKeys, catalog.TimePart(s.now().Add(-window)), forgetOne)
}

// inChunks calls forget with the keys of a table by age, up to a time.
func (s *Service) inChunks(ctx context.Context, scan func(catalog.Reader, catalog.Range, func([]string) (bool, error)) error,
	until string, forget func(*catalog.Tx, []string) error,
) error {
	for more := true; more; {
		err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
			var old [][]string
			err := scan(tx, catalog.Range{}, func(key []string) (bool, error) {
				if key[0] > until {
					return false, nil
				}
				old = append(old, slices.Clone(key))
				return len(old) < sweepChunk, nil
			})
			more = len(old) == sweepChunk
			for _, key := range old {
				err = errors.Join(err, forget(tx, key))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetOne deletes an entry of ages and what it is of, unless that is younger:
// the id was used again after its window.
func forgetOne(tx *catalog.Tx, key []string) error {
	if err := ages.Delete(tx, key...); err != nil {
		return err
	}
	is, ok, err := sightings.Get(tx, key[1:]...)
	if err != nil || !ok || catalog.TimePart(is.At) != key[0] {
		return err
	}
	return sightings.Delete(tx, key[1:]...)
}
