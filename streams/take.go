package streams

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"skywatch/internal/fault"
	"skywatch/targets"
)

// maxKey is the longest partition key, in characters (PutRecord).
const maxKey = 256

// Take puts what rules and schedules deliver to a stream. It is an
// Idempotent target: the mark of a delivery is written with its record.
func (s *Service) Take(ctx context.Context, all []targets.Delivery) []error {
	results := make([]error, len(all))
	type to struct {
		log   string
		shard int
	}
	shares := map[to][]int{}
	records := make([]Record, len(all))
	found := map[to]Stream{}
	for i := range all {
		st, shard, err := s.destined(&all[i], &records[i])
		if results[i] = err; err == nil {
			at := to{st.Log, shard}
			shares[at], found[at] = append(shares[at], i), st
		}
	}
	for at, share := range shares {
		st := found[at]
		p := &putting{}
		for _, i := range share {
			p.records, p.marks = append(p.records, records[i]), append(p.marks, all[i].ID)
		}
		err := s.putTo(ctx, &st, at.shard, p)
		for _, i := range share {
			results[i] = err
		}
	}
	return results
}

// destined reads a delivery and finds where it goes.
func (s *Service) destined(d *targets.Delivery, r *Record) (st Stream, shard int, err error) {
	n, ok := Parse(d.Target)
	if !ok {
		return st, 0, &targets.Failure{Code: targets.NoResource, Permanent: true, Err: fmt.Errorf("%s is not a stream", d.Target)}
	}
	if st, err = s.Stream(n); err != nil {
		return st, 0, err
	}
	*r = Record{Data: []byte(d.Message)}
	if r.PartitionKey, err = keyOf(d); err != nil {
		return st, 0, err
	}
	if r.size() > st.RecordKiB<<10 {
		return st, 0, tooLarge(&st, r, 0, 1)
	}
	shard, err = st.shardOf(r)
	return st, shard, err
}

// keyOf is the partition key of a delivery: what PartitionKeyPath found in the
// event, or the PartitionKey of a schedule, or the event's ID (events.md 4.3), or,
// of what is no event, the delivery's.
func keyOf(d *targets.Delivery) (string, error) {
	var p struct{ PartitionKeyPath, PartitionKey string }
	if len(d.Parameters) > 0 {
		if err := json.Unmarshal(d.Parameters, &p); err != nil {
			return "", fault.New(fault.Validation, "The parameters of the stream are malformed.")
		}
	}
	key := p.PartitionKeyPath + p.PartitionKey // one of them at most
	if key == "" {
		key = cmp.Or(eventID(d), d.ID)
	}
	if len([]rune(key)) > maxKey {
		return "", fault.New(fault.Validation, "The partition key is longer than %d characters.", maxKey) // wording (inferred)
	}
	return key, nil
}

// eventID is the ID of the event that is delivered, or that the message was made
// from.
func eventID(d *targets.Delivery) string {
	var e struct {
		ID         string `json:"id"`
		DetailType string `json:"detail-type"`
	}
	if json.Unmarshal([]byte(cmp.Or(d.Original, d.Message)), &e) != nil || e.DetailType == "" || len(e.ID) > maxKey {
		return ""
	}
	return e.ID
}
