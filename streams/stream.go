package streams

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Limits ("Quotas and limits" of the developer guide, but for what is ours).
const (
	// MostShards is how many shards a tenant has at most (ours: AWS's quota is
	// 500 in most regions).
	MostShards = 500
	// MostOnDemand is how many on-demand streams a tenant has at most.
	MostOnDemand = 50
	// onDemandShards is what a new on-demand stream has at AWS. Here it stays at
	// that: one machine does not write faster to more of them.
	onDemandShards = 4
	// minHours and maxHours bound the retention; a new stream has the least.
	minHours, maxHours = 24, 8760
	// minRecordKiB and maxRecordKiB bound the largest record of a stream; a new
	// stream has the least.
	minRecordKiB, maxRecordKiB = 1024, 10240
)

// Stream is a data stream.
type Stream struct {
	Name `json:"-"`
	// Log tells this stream's logs of the journal from those of an earlier one of
	// its name: a UUID.
	Log      string
	Shards   int
	OnDemand bool `json:",omitempty"`
	// Hours is how long records are kept.
	Hours int
	// RecordKiB bounds a record's data and partition key together.
	RecordKiB int
	Tags      map[string]string `json:",omitempty"`
	Created   time.Time
}

// streams are by account, region and name.
var streams = catalog.Table[Stream]{Name: "streams"}

func (st *Stream) log(shard int) string { return fmt.Sprintf("%s%s/%d", logPrefix, st.Log, shard) }

func (st *Stream) logs() []string {
	all := make([]string, st.Shards)
	for i := range all {
		all[i] = st.log(i)
	}
	return all
}

func get(r catalog.Reader, n Name) (Stream, error) {
	st, ok, err := streams.Get(r, n.parts()...)
	st.Name = n
	if err == nil && !ok {
		err = missing(n)
	}
	return st, err
}

// Stream returns a stream.
func (s *Service) Stream(n Name) (st Stream, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		st, err = get(r, n)
		return err
	})
	return st, err
}

// Create makes a stream: its Name, Shards (on demand: 0), OnDemand, RecordKiB
// (0: the least) and Tags are the caller's.
func (s *Service) Create(ctx context.Context, st Stream) error {
	if err := st.complete(); err != nil {
		return err
	}
	st.Log, st.Hours, st.Created = uuid.NewString(), minHours, s.now()
	// The logs come first: whoever finds the stream can put to it.
	for _, log := range st.logs() {
		if err := s.Journal.Create(ctx, log); err != nil {
			return err
		}
	}
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, there, err := streams.Get(tx, st.parts()...); err != nil || there {
			if there {
				err = fault.New(fault.Conflict, "Stream %s under account %s already exists.", st.Stream, st.Account)
			}
			return err
		}
		if err := room(tx, &st); err != nil {
			return err
		}
		return streams.Put(tx, st, st.parts()...)
	})
	if err != nil {
		_ = s.Journal.Delete(context.WithoutCancel(ctx), st.logs()...) // else the next start drops them
	}
	return err
}

// complete fills in what the caller leaves open, and checks the rest.
func (st *Stream) complete() error {
	if st.RecordKiB == 0 {
		st.RecordKiB = minRecordKiB
	}
	switch {
	case st.OnDemand && st.Shards != 0:
		return fault.New(fault.Validation, "ShardCount must not be set for a stream in ON_DEMAND mode.") // wording (inferred)
	case st.OnDemand:
		st.Shards = onDemandShards
	case st.Shards < 1:
		return fault.New(fault.Validation, "ShardCount must be set for a stream in PROVISIONED mode.") // wording (inferred)
	}
	if err := checkRecordSize(st.RecordKiB); err != nil {
		return err
	}
	return checkTags(st.Name, st.Tags)
}

func checkRecordSize(kib int) error {
	if kib < minRecordKiB || kib > maxRecordKiB {
		return invalid("MaxRecordSizeInKiB", "MaxRecordSizeInKiB must be %d to %d.", minRecordKiB, maxRecordKiB) // wording (inferred)
	}
	return nil
}

// room refuses a stream that the tenant has no room for.
func room(r catalog.Reader, st *Stream) error {
	u, err := usage(r, st.Tenant)
	switch {
	case err != nil:
		return err
	case st.OnDemand && u.OnDemand >= MostOnDemand:
		return fault.New(fault.LimitExceeded, "On-demand stream count would exceed the limit of %d for account %s.", MostOnDemand, st.Account) // wording (inferred)
	case u.Shards+st.Shards > MostShards:
		return fault.New(fault.LimitExceeded, "This request would exceed the shard limit for the account %s in %s. Current shard count for the account: %d. Limit: %d. Number of additional shards that would have resulted from this request: %d. Refer to the AWS Service Limits page for current limits and how to request higher limits.",
			st.Account, st.Region, u.Shards, MostShards, st.Shards)
	}
	return nil
}

// Usage is what a tenant has.
type Usage struct{ Shards, OnDemand int }

func usage(r catalog.Reader, t metric.Tenant) (u Usage, err error) {
	err = streams.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(_ []string, st Stream) (bool, error) {
		u.Shards += st.Shards
		if st.OnDemand {
			u.OnDemand++
		}
		return true, nil
	})
	return u, err
}

// Usage returns how much of the limits a tenant uses.
func (s *Service) Usage(t metric.Tenant) (u Usage, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		u, err = usage(r, t)
		return err
	})
	return u, err
}

// Delete removes a stream with all its records.
func (s *Service) Delete(ctx context.Context, n Name) error {
	var st Stream
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
		if st, err = get(tx, n); err != nil {
			return err
		}
		return streams.Delete(tx, n.parts()...)
	})
	if err != nil {
		return err
	}
	s.forget(&st)
	return s.Journal.Delete(context.WithoutCancel(ctx), st.logs()...)
}

// Streams returns the streams of a tenant by name, those behind after, and
// whether there are more.
func (s *Service) Streams(t metric.Tenant, after string, limit int) (page []Stream, more bool, err error) {
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if after != "" {
		rg.After = []string{t.Account, t.Region, after}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return streams.Scan(r, rg, func(key []string, st Stream) (bool, error) {
			if more = len(page) == limit; more {
				return false, nil
			}
			st.Name = Name{t, key[2]}
			page = append(page, st)
			return true, nil
		})
	})
	return page, more, err
}

// change changes a stream's record.
func (s *Service) change(ctx context.Context, n Name, fn func(*Stream) error) (st Stream, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if st, err = get(tx, n); err != nil {
			return err
		}
		if err := fn(&st); err != nil {
			return err
		}
		return streams.Put(tx, st, n.parts()...)
	})
	return st, err
}

// SetRecordSize sets how large a record may be.
func (s *Service) SetRecordSize(ctx context.Context, n Name, kib int) error {
	if err := checkRecordSize(kib); err != nil {
		return err
	}
	_, err := s.change(ctx, n, func(st *Stream) error {
		st.RecordKiB = kib
		return nil
	})
	return err
}
