package server

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"skywatch/ingest"
	"skywatch/metric"
)

// selfNamespace holds Skywatch's own figures, under the names of /metrics.
const selfNamespace = "Skywatch"

// selfMetrics keeps the figures of /metrics as metrics: a gauge as it is, a
// counter as what it grew by since the last time.
type selfMetrics struct {
	from   prometheus.Gatherer
	to     ingest.Appender
	tenant metric.Tenant
	log    *slog.Logger
	last   map[string]float64
}

// run puts the figures every selfInterval until ctx ends.
func (s *selfMetrics) run(ctx context.Context) {
	tick := time.NewTicker(selfInterval)
	defer tick.Stop()
	s.last = map[string]float64{}
	for {
		if err := s.put(ctx, time.Now()); err != nil && ctx.Err() == nil {
			s.log.Warn("own metrics not kept", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *selfMetrics) put(ctx context.Context, now time.Time) error {
	families, err := s.from.Gather()
	if err != nil {
		return fmt.Errorf("gather own metrics: %w", err)
	}
	var out []metric.Sample
	add := func(name string, m *dto.Metric, v float64, unit metric.Unit) {
		id := metric.ID{Tenant: s.tenant, Namespace: selfNamespace, Name: name}
		for _, l := range m.GetLabel() {
			if l.GetValue() != "" { // an absent label, for CloudWatch
				id.Dimensions = append(id.Dimensions, metric.Dimension{Name: l.GetName(), Value: l.GetValue()})
			}
		}
		id.Normalize()
		out = append(out, metric.Sample{ID: id, Time: metric.At(now), Unit: unit, Set: metric.Single(v)})
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			switch f.GetType() {
			case dto.MetricType_COUNTER:
				add(f.GetName(), m, s.growth(f.GetName(), m, m.GetCounter().GetValue()), metric.Count)
			case dto.MetricType_GAUGE:
				add(f.GetName(), m, m.GetGauge().GetValue(), metric.None)
			case dto.MetricType_HISTOGRAM:
				h := m.GetHistogram()
				add(f.GetName()+"_count", m, s.growth(f.GetName()+"_count", m, float64(h.GetSampleCount())), metric.Count)
				add(f.GetName()+"_sum", m, s.growth(f.GetName()+"_sum", m, h.GetSampleSum()), metric.None)
			default: // summaries of the runtime: their quantiles do not add up
			}
		}
	}
	return s.to.Append(ctx, out)
}

// growth returns how much a counter grew since the last call.
func (s *selfMetrics) growth(name string, m *dto.Metric, v float64) float64 {
	key := name
	for _, l := range m.GetLabel() {
		key += "\x00" + l.GetValue()
	}
	d := v - s.last[key]
	s.last[key] = v
	return d
}
