package streams

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"skywatch/internal/fault"
	"skywatch/journal"
)

// maxPutBytes bounds the records of one Put together (PutRecords).
const maxPutBytes = 10 << 20

// Placed is where a record was put.
type Placed struct {
	Shard, Sequence string
	// Err is why it was not.
	Err error
}

// Put puts records on a stream, each on the shard of its key and those of one
// shard in their order. It tells of each one what became of it; what is wrong
// with one as such refuses all.
func (s *Service) Put(ctx context.Context, n Name, records []Record) ([]Placed, error) {
	st, err := s.Stream(n)
	if err != nil {
		return nil, err
	}
	shares := map[int][]int{}
	bytes := 0
	for i := range records {
		r := &records[i]
		bytes += r.size()
		if r.size() > st.RecordKiB<<10 {
			return nil, tooLarge(&st, r, i, len(records))
		}
		shard, err := st.shardOf(r)
		if err != nil {
			return nil, err
		}
		shares[shard] = append(shares[shard], i)
	}
	if bytes > maxPutBytes {
		return nil, invalid("Records", "Records size exceeds 10 MB limit")
	}
	placed := make([]Placed, len(records))
	var owned sync.WaitGroup
	for shard, share := range shares {
		owned.Go(func() { s.putShare(ctx, &st, shard, records, share, placed) })
	}
	owned.Wait()
	return placed, nil
}

// tooLarge refuses record at of so many.
func tooLarge(st *Stream, r *Record, at, of int) error {
	data := "data"
	if of > 1 {
		data = fmt.Sprintf("records.%d.member.data", at+1)
	}
	return fault.New(fault.Validation, "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", data, st.RecordKiB<<10-len(r.PartitionKey)).On("Data") // wording (inferred)
}

// putShare puts those records that go to one shard.
func (s *Service) putShare(ctx context.Context, st *Stream, n int, records []Record, share []int, placed []Placed) {
	p := &putting{records: make([]Record, len(share))}
	for i, at := range share {
		p.records[i] = records[at]
	}
	err := s.putTo(ctx, st, n, p)
	for i, at := range share {
		if err != nil {
			placed[at].Err = err
			continue
		}
		placed[at] = Placed{Shard: ShardID(n), Sequence: sequence(n, p.places[i])}
	}
}

func (s *Service) putTo(ctx context.Context, st *Stream, n int, p *putting) error {
	sh, err := s.at(st, n)
	if err != nil {
		return err
	}
	if err = s.put(ctx, sh, p); errors.Is(err, journal.ErrNoLog) { // deleted since it was found
		s.forget(st)
		return missing(st.Name)
	}
	return err
}
