package queue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// sightings are under queue id, group or "", and deduplication id.
var sightings = catalog.Aging[seen]{
	Table: catalog.Table[seen]{Name: "queue-seen"}, Ages: catalog.Table[struct{}]{Name: "queue-seen-age"},
	At: func(is *seen) time.Time { return is.At },
}

// deduplicate returns what the queue remembers of a message like m.
func (s *Service) deduplicate(tx *catalog.Tx, q *record, m *Message) (seen, bool, error) {
	was, ok, err := sightings.Get(tx, q.seenKey(m)...)
	return was, ok && s.now().Sub(was.At) < window, err
}

// remember notes a message that was taken.
func (s *Service) remember(tx *catalog.Tx, q *record, m *Message, is seen) error {
	return sightings.Put(tx, is, q.seenKey(m)...)
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
	return sightings.Forget(ctx, s.Catalog, s.now().Add(-window))
}
