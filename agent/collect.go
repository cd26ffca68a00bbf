package agent

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// collector reads one part of the machine.
type collector interface {
	// name is the part's, as in the CloudWatch agent's configuration.
	name() string
	metrics() []Definition
	// collect reads once and appends datums to out, without time and without
	// the host dimension. It is called by one goroutine at a time.
	collect(ctx context.Context, out []Datum) ([]Datum, error)
}

func newCollectors(m machine, ignoreFileSystems []string) []collector {
	return []collector{
		newCPU(m),
		newMem(m),
		newSwap(m),
		newDisk(m, ignoreFileSystems),
		newDiskIO(m),
		newNet(m),
		newNetstat(m),
		newProcesses(m),
	}
}

// reader takes one reading of the whole machine. A part that cannot be read
// is left out and told once, until it can be read again.
type reader struct {
	collectors []collector
	host       Dimension
	log        *slog.Logger
	counts     *counts
	failing    map[string]bool // by collector
	refused    map[string]bool // by metric: told once
	lastLen    int
}

func newReader(collectors []collector, host string, log *slog.Logger, c *counts) *reader {
	return &reader{
		collectors: collectors,
		host:       Dimension{"host", host},
		log:        log,
		counts:     c,
		failing:    map[string]bool{},
		refused:    map[string]bool{},
	}
}

// read returns the datums of one reading, all at time at.
func (r *reader) read(ctx context.Context, at time.Time) []Datum {
	out := make([]Datum, 0, r.lastLen+8)
	for _, c := range r.collectors {
		start := len(out)
		read, err := c.collect(ctx, out)
		if r.note(c.name(), err) {
			out = read
		} else {
			out = out[:start]
		}
	}
	r.lastLen = len(out)
	return r.stamp(out, at)
}

// note keeps count of a collector's failures and reports whether it did not
// fail.
func (r *reader) note(name string, err error) bool {
	if errors.Is(err, context.Canceled) {
		return false // the agent is stopping
	}
	switch {
	case err != nil && !r.failing[name]:
		r.log.Warn("host metrics cannot be read", "part", name, "error", err)
	case err == nil && r.failing[name]:
		r.log.Info("host metrics can be read again", "part", name)
	}
	r.failing[name] = err != nil
	if err != nil {
		r.counts.readErrors.Add(1)
	}
	return err == nil
}

// stamp gives each datum its time and the host, and drops what PutMetricData
// would refuse.
func (r *reader) stamp(datums []Datum, at time.Time) []Datum {
	at = at.UTC().Truncate(time.Millisecond) // the wire's resolution
	var dims, of []Dimension                 // dims is of with the host in front
	kept := datums[:0]
	for i, d := range datums {
		if i == 0 || !same(d.Dimensions, of) {
			of = d.Dimensions
			dims = append([]Dimension{r.host}, of...)
		}
		d.Dimensions, d.Time = dims, at
		if !d.acceptable() {
			r.refuse(d)
			continue
		}
		kept = append(kept, d)
	}
	r.counts.collected.Add(uint64(len(kept)))
	return kept
}

// same reports whether a and b are one slice: the datums of one device share
// their dimensions.
func same(a, b []Dimension) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (r *reader) refuse(d Datum) {
	r.counts.refused.Add(1)
	if r.refused[d.Name] {
		return
	}
	r.refused[d.Name] = true
	r.log.Warn("metric left out: PutMetricData would refuse it", "metric", d.Name, "dimensions", d.Dimensions, "value", d.Value)
}
