package alarms

import (
	"context"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
)

// HistoryType is a HistoryItemType.
type HistoryType string

// The types of items.
const (
	ConfigurationUpdate    HistoryType = "ConfigurationUpdate"
	StateUpdate            HistoryType = "StateUpdate"
	Action                 HistoryType = "Action"
	ContributorStateUpdate HistoryType = "AlarmContributorStateUpdate"
	ContributorAction      HistoryType = "AlarmContributorAction"
)

// HistoryItem is one thing that happened to an alarm.
type HistoryItem struct {
	AlarmName string
	// Composite says that the alarm is a composite one: the items of both kinds lie
	// together.
	Composite bool `json:",omitempty"`
	At        metric.Instant
	Type      HistoryType
	Summary   string
	Data      string // JSON
	// ContributorID and Attributes name the contributor that the item is about;
	// empty: the alarm itself.
	ContributorID string            `json:",omitempty"`
	Attributes    map[string]string `json:",omitempty"`
}

// historyKept is how long items are kept, also those of a deleted alarm.
const historyKept = 30 * 24 * time.Hour

// maxSummary is the length of a HistorySummary in characters (API model).
const maxSummary = 255

// clip cuts a text to so many characters.
func clip(s string, limit int) string {
	for i := range s {
		if limit == 0 {
			return s[:i]
		}
		limit--
	}
	return s
}

// Items are under (account, region, time, sequence number); the index has
// (account, region, alarm, time, sequence number).
var (
	historyItems   = catalog.Table[HistoryItem]{Name: "alarm-history"}
	historyByAlarm = catalog.Table[struct{}]{Name: "alarm-history-by-alarm"}
)

// remember appends an item to the history.
func remember(tx *catalog.Tx, t metric.Tenant, it HistoryItem) error {
	n, err := next(tx)
	if err != nil {
		return err
	}
	it.Summary = clip(it.Summary, maxSummary)
	at, seq := catalog.TimePart(it.At.Time()), catalog.NumberPart(n)
	if err := historyItems.Put(tx, it, t.Account, t.Region, at, seq); err != nil {
		return err
	}
	return historyByAlarm.Put(tx, struct{}{}, t.Account, t.Region, it.AlarmName, at, seq)
}

// remembers reports whether the history knows the name of an alarm.
func remembers(r catalog.Reader, k Key) (found bool, err error) {
	err = historyByAlarm.Scan(r, catalog.Range{Prefix: k.parts()}, func([]string, struct{}) (bool, error) {
		found = true
		return false, nil
	})
	return found, err
}

// forgetBatch is how many items one transaction of Forget deletes.
const forgetBatch = 500

// Forget deletes the items that have been kept long enough, in small
// transactions. It is called now and then.
func (s *Service) Forget(ctx context.Context, now time.Time) error {
	before := catalog.TimePart(now.Add(-historyKept))
	tenants, err := s.tenantsWithHistory()
	if err != nil {
		return err
	}
	for _, t := range tenants {
		for more := true; more; {
			err := s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
				more, err = forget(tx, t, before)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// forget deletes a batch of a tenant's items older than before, and reports
// whether there may be more.
func forget(tx *catalog.Tx, t metric.Tenant, before string) (more bool, err error) {
	n := 0
	err = historyItems.Scan(tx, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(key []string, it HistoryItem) (bool, error) {
		if at := key[2]; at >= before {
			return false, nil
		}
		if n == forgetBatch {
			more = true
			return false, nil
		}
		n++
		if err := historyItems.Delete(tx, key...); err != nil {
			return false, err
		}
		return true, historyByAlarm.Delete(tx, t.Account, t.Region, it.AlarmName, key[2], key[3])
	})
	return more, err
}

// tenantsWithHistory skips from one tenant's items to the next one's.
func (s *Service) tenantsWithHistory() (tenants []metric.Tenant, err error) {
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		var rg catalog.Range
		for more := true; more; {
			more = false
			if err := historyItems.Scan(r, rg, func(key []string, _ HistoryItem) (bool, error) {
				tenants = append(tenants, metric.Tenant{Account: key[0], Region: key[1]})
				rg.After, more = key[:2], true
				return false, nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return tenants, err
}
