package query

import (
	"context"

	"skywatch/metric"
)

// maxSearched is how many metrics a SEARCH finds (cloudwatch.md 9).
const maxSearched = 500

// search finds the metrics of a call of SEARCH, unless it has been made before.
// Those without a datum of the last 14 days are not found.
func (c *computation) search(ctx context.Context, s searching) error {
	key := s.call
	key.Period = int(s.period)
	if _, ok := c.found[key]; ok {
		return nil
	}
	filter := s.terms.Filter(c.tenant)
	filter.ActiveSince = listedSince(c.now)
	all := []*series{}
	var failed error
	err := c.engine.source.Metrics(ctx, filter, nil, func(l metric.Listing) bool {
		if !s.terms.Match(&l.ID) {
			return true
		}
		if len(all) == c.engine.limits.Searched {
			c.tell(Message{"MaxMetricsExceeded", "A search found more than the maximum number of metrics. The result has the first ones only."}) // wording inferred
			return false
		}
		found := &series{id: l.ID, stat: s.stat, period: s.period, status: Complete}
		failed = c.want(found, "")
		all = append(all, found)
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	contrast := compareSeries(all)
	for _, found := range all {
		found.label = contrast.label(found)
	}
	c.found[key] = all
	return err
}

// tell adds a message to the answer, once.
func (c *computation) tell(m Message) {
	for _, have := range c.messages {
		if have == m {
			return
		}
	}
	c.messages = append(c.messages, m)
}
