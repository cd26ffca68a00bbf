package tally

import (
	"slices"
	"sync"
	"time"

	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets/scaling"
)

// Namespace is that of the groups' metrics.
const Namespace = "AWS/AutoScaling"

// Options are what a Tally works with.
type Options struct {
	gather.Options
	// Readings reads the groups; *scaling.Service does.
	Readings func() ([]scaling.Reading, error)
	Now      func() time.Time
}

// Tally writes. It is safe for concurrent use.
type Tally struct {
	*gather.Writer
	readings func() ([]scaling.Reading, error)
	now      func() time.Time

	mu   sync.Mutex
	last int64 // minute that was read last, since the epoch
}

// New returns a Tally; Run makes it write.
func New(o Options) *Tally {
	t := &Tally{readings: o.Readings, now: o.Now}
	t.Writer = gather.NewWriter(o.Options, "scaling groups", t.read)
	return t
}

// read takes the readings of a minute, once. What cannot be read is tried again
// with the next writing.
func (t *Tally) read() [][]metric.Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	minute := t.now().Unix() / 60
	if minute == t.last {
		return nil
	}
	all, err := t.readings()
	if err != nil {
		t.Logger.Warn("scaling groups cannot be read for their metrics; it is tried again", "err", err)
		return nil
	}
	t.last = minute
	var out [][]metric.Sample
	for _, r := range all {
		out = append(out, samples(&r, metric.Instant(minute)*metric.Minute.Millis()))
	}
	return out
}

// samples makes one batch of a group, in the order of the names.
func samples(r *scaling.Reading, at metric.Instant) (out []metric.Sample) {
	for _, name := range scaling.Metrics() {
		if v, ok := r.Values[name]; ok {
			out = append(out, metric.Sample{
				ID: metric.ID{
					Tenant: r.Tenant, Namespace: Namespace, Name: name,
					Dimensions: []metric.Dimension{{Name: "AutoScalingGroupName", Value: r.Group}},
				},
				Time: at, Set: metric.Single(v),
			})
		}
	}
	return slices.Clip(out)
}
