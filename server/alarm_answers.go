package server

import (
	"context"

	"skywatch/alarms"
	"skywatch/metric"
	"skywatch/query"
	"skywatch/query/promql"
)

// answers are what alarms ask that look at more than single metrics.
type answers struct {
	data   *query.Engine
	promql *promql.Engine
}

func (a *answers) forAlarms() alarms.Answers {
	return alarms.Answers{Insights: a.data, PromQL: vectors{a.promql}}
}

// vectors answers the PromQL queries of alarms. It implements alarms.Vectors.
type vectors struct{ engine *promql.Engine }

func (v vectors) Vector(ctx context.Context, t metric.Tenant, text string, at metric.Instant) ([]alarms.Element, error) {
	found, err := v.engine.Vector(ctx, promql.Caller{Tenant: t, Now: at, Closed: true}, text, at)
	if err != nil {
		return nil, err
	}
	out := make([]alarms.Element, len(found))
	for i, e := range found {
		out[i] = alarms.Element(e)
	}
	return out, nil
}
