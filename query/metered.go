package query

import (
	"context"

	"skywatch/metric"
)

// metered is a Source that counts what a request reads against its budget.
type metered struct {
	Source
	spent *budget
}

// Read implements Source. What is read when the budget is used up is not told,
// and the fault is the error.
func (m *metered) Read(ctx context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	if err := m.spent.read(); err != nil {
		return err
	}
	var over error
	err := m.Source.Read(ctx, id, tier, from, to, func(d metric.Datapoint) {
		if over == nil {
			over = m.spent.datapoint()
		}
		if over == nil {
			fn(d)
		}
	})
	if err == nil {
		err = over
	}
	return err
}

// forRequest returns the engine for one request, whose reads are counted.
func (e *Engine) forRequest() (*Engine, *budget) {
	spent := &budget{limits: e.limits}
	own := *e
	own.source = &metered{e.source, spent}
	return &own, spent
}
