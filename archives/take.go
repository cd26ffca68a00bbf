package archives

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/journal"
	"skywatch/metric"
	"skywatch/targets"
)

// Take archives events. It is an Idempotent target: an event is in the log
// under its time and ID.
func (s *Service) Take(ctx context.Context, all []targets.Delivery) []error {
	results := make([]error, len(all))
	type share struct { // of the deliveries, those to one archive
		records []journal.Record
		from    []int
	}
	shares := map[string]*share{} // by log
	err := s.Catalog.View(func(r catalog.Reader) error {
		for i := range all {
			log, rec, err := s.record(r, &all[i])
			if err != nil {
				results[i] = err
				continue
			}
			if shares[log] == nil {
				shares[log] = &share{}
			}
			shares[log].records = append(shares[log].records, rec)
			shares[log].from = append(shares[log].from, i)
		}
		return nil
	})
	if err != nil {
		for i := range results {
			results[i] = err
		}
		return results
	}
	for log, sh := range shares {
		err := s.add(ctx, log, sh.records)
		for _, i := range sh.from {
			results[i] = err
		}
	}
	return results
}

func (s *Service) add(ctx context.Context, log string, records []journal.Record) error {
	added, err := s.Journal.Append(ctx, log, records...)
	s.counts.archived.Add(added.Records)
	if errors.Is(err, journal.ErrNoLog) {
		return gone(err)
	}
	return err
}

func gone(err error) error {
	return &targets.Failure{Code: targets.NoResource, Permanent: true, Err: err}
}

// record is the journal's form of an event that is delivered, and the log that
// it belongs to.
func (s *Service) record(r catalog.Reader, d *targets.Delivery) (log string, rec journal.Record, err error) {
	n, ok := archiveOf(d.Target)
	if !ok {
		return "", rec, gone(fmt.Errorf("%s is not an archive", d.Target))
	}
	a, err := get(r, n)
	if err != nil {
		return "", rec, err
	}
	// Only the archive's own rule keeps out what must not enter.
	if d.Cause != a.ruleName().ARN() {
		return "", rec, &targets.Failure{Code: targets.NoPermissions, Permanent: true, Err: errors.New("only its managed rule adds to an archive")}
	}
	var e struct {
		ID   string    `json:"id"`
		Time time.Time `json:"time"`
	}
	if err := json.Unmarshal([]byte(d.Message), &e); err != nil {
		return "", rec, &targets.Failure{Code: targets.ClientError, Permanent: true, Err: fmt.Errorf("read event: %w", err)}
	}
	return a.Log, journal.Record{Position: journal.Position{Time: e.Time, ID: e.ID}, Value: []byte(d.Message)}, nil
}

// archiveOf reads the ARN of an archive.
func archiveOf(text string) (Name, bool) {
	a, err := arn.Parse(text)
	if err != nil || a.Service != "events" {
		return Name{}, false
	}
	name, ok := strings.CutPrefix(a.Resource, archiveResource)
	return Name{metric.Tenant{Account: a.Account, Region: a.Region}, name}, ok && name != ""
}
