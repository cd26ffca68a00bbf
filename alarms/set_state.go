package alarms

import (
	"context"
	"encoding/json"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// SetState puts an alarm into a state by hand; its next evaluation decides
// anew. The value that it has already changes nothing, the reason included.
func (s *Service) SetState(ctx context.Context, k Key, value State, reason, reasonData string, now time.Time) error {
	if reasonData != "" && !json.Valid([]byte(reasonData)) {
		return fault.New(fault.InvalidFormat, "") // without a message (recorded)
	}
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		a, ok, err := load(tx, k)
		switch {
		case err != nil:
			return err
		case !ok:
			return &fault.Error{Kind: fault.NotFound, Subject: "alarm"} // without a message (recorded)
		case a.Value == value:
			return nil
		}
		s.tell(tx, k)
		return s.change(tx, a, value, reason, reasonData, metric.At(now))
	})
}
