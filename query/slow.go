package query

import (
	"context"
	"log/slog"
	"time"

	"skywatch/metric"
)

// slow tells the log of requests that took long.
type slow struct {
	after time.Duration
	log   *slog.Logger
}

// LogSlow has requests that take longer told to the log, with what they read and
// the beginning of their first expression. It is to be called before the first
// request; without it, or with 0, none is told.
func (e *Engine) LogSlow(after time.Duration, log *slog.Logger) { e.slow = slow{after, log} }

// shownExpression bounds how much of an expression the log gets.
const shownExpression = 200

func (s slow) tell(ctx context.Context, took time.Duration, tenant metric.Tenant, in *DataInput, spent *budget, err error) {
	if s.log == nil || s.after == 0 || took < s.after {
		return
	}
	expression := ""
	for i := range in.Queries {
		if expression = in.Queries[i].Expression; expression != "" {
			break
		}
	}
	s.log.WarnContext(ctx, "slow GetMetricData", "took", took.Round(time.Millisecond), "account", tenant.Account, "region", tenant.Region,
		"queries", len(in.Queries), "expression", expression[:min(len(expression), shownExpression)], "used", spent.String(), "err", err)
}
