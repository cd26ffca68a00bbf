package tsdb

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
)

// TestStories runs the conversations in testdata/stories. The clock stands at
// 2026-11-25 08:00 and moves only by `clock`. Commands:
//
//	append                 a datum a line: <metric>[/dimension] <time> <values...> [unit=U] [high]
//	read <metric> <tier>   the datapoints: start, unit, count sum min max, distribution
//	flush                  seals the head
//	reopen                 closes and opens; crash: opens what a loss of power leaves
//	retain                 runs retention; clock <duration> moves the clock
//	delete <metric>        deletes a metric's data
//	list [namespace=] [name=] [host=] [active=<duration>]
func TestStories(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		t.Parallel()
		s := newStory(t)
		datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string { return s.run(d) })
		mustClose(t, s.db)
	})
}

type story struct {
	t     *testing.T
	fs    *vfs.MemFS
	now   time.Time
	db    *DB
	seals []Seal
}

func newStory(t *testing.T) *story {
	s := &story{t: t, fs: vfs.NewCrashableMem(), now: t0.Time()}
	s.open()
	return s
}

func (s *story) open() {
	o := quiet(s.fs)
	o.Now = func() time.Time { return s.now }
	o.Events.Sealed = func(r Seal) { s.seals = append(s.seals, r) }
	s.db = mustOpen(s.t, o)
}

func (s *story) run(d *datadriven.TestData) string {
	ctx := context.Background()
	var err error
	switch d.Cmd {
	case "append":
		var samples []metric.Sample
		for line := range strings.Lines(d.Input) {
			samples = append(samples, s.sample(line))
		}
		err = s.db.Append(ctx, samples)
	case "read":
		return s.read(d)
	case "flush":
		s.seals = nil
		if err = s.db.Flush(ctx); err == nil {
			var out string
			for _, r := range s.seals {
				out += fmt.Sprintf("%d series, %d chunks, applied %d\n", r.Series, r.Chunks, r.Applied)
			}
			return out
		}
	case "reopen":
		mustClose(s.t, s.db)
		s.open()
	case "crash":
		old := s.db
		s.fs = s.fs.CrashClone(vfs.CrashCloneCfg{})
		mustClose(s.t, old)
		s.open()
	case "clock":
		var by time.Duration
		if by, err = time.ParseDuration(d.CmdArgs[0].String()); err == nil {
			s.now = s.now.Add(by)
			return s.now.Format(time.DateTime)
		}
	case "retain":
		err = s.db.Retain(metric.At(s.now))
	case "delete":
		err = s.db.DeleteMetric(ctx, s.id(d.CmdArgs[0].String()))
	case "list":
		return s.list(d)
	default:
		d.Fatalf(s.t, "unknown command %s", d.Cmd)
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

// id reads namespace:name[/host].
func (s *story) id(text string) metric.ID {
	text, host, found := strings.Cut(text, "/")
	namespace, name, _ := strings.Cut(text, ":")
	if found {
		return id(namespace, name, "Host", host)
	}
	return id(namespace, name)
}

// sample reads a datum. A value is v, v*count or {count sum min max} with
// commas.
func (s *story) sample(line string) metric.Sample {
	f := strings.Fields(line)
	at := strings.Replace(f[1], "T", " ", 1)
	when, err := time.Parse(time.DateTime, at)
	if err != nil {
		s.t.Fatal(err)
	}
	out := metric.Sample{ID: s.id(f[0]), Time: metric.At(when)}
	var weights []metric.Weight
	for _, word := range f[2:] {
		switch unit, isUnit := strings.CutPrefix(word, "unit="); {
		case isUnit:
			out.Unit, _ = metric.ParseUnit(unit)
		case word == "high":
			out.HighResolution = true
		case strings.HasPrefix(word, "{"):
			n := s.numbers(strings.Trim(word, "{}"), ",")
			out.Set = metric.StatisticSet{SampleCount: n[0], Sum: n[1], Minimum: n[2], Maximum: n[3]}
			out.Incomplete = !out.Set.Degenerate()
		default:
			n := append(s.numbers(word, "*"), 1)
			weights = append(weights, metric.Weight{Value: n[0], Count: n[1]})
		}
	}
	for i, w := range weights {
		if set := metric.Weighted(w.Value, w.Count); i == 0 {
			out.Set = set
		} else {
			out.Set = out.Set.Merge(set)
		}
	}
	if len(weights) > 1 {
		out.Values = weights
	}
	return out
}

func (s *story) numbers(text, sep string) (out []float64) {
	for _, n := range strings.Split(text, sep) {
		f, err := strconv.ParseFloat(n, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func (s *story) read(d *datadriven.TestData) string {
	tier, err := time.ParseDuration(d.CmdArgs[1].String())
	if err != nil {
		d.Fatalf(s.t, "%v", err)
	}
	var out strings.Builder
	err = s.db.Read(context.Background(), s.id(d.CmdArgs[0].String()), metric.Period(tier/time.Second), -maxTime, maxTime,
		func(p metric.Datapoint) {
			fmt.Fprintf(&out, "%s %s: %v %v %v %v", p.Start.Time().Format(time.DateTime), p.Unit,
				p.Set.SampleCount, p.Set.Sum, p.Set.Minimum, p.Set.Maximum)
			switch dist := p.Distribution; {
			case dist == nil:
			case dist.Incomplete():
				out.WriteString(", incomplete")
			default:
				fmt.Fprintf(&out, ", distribution of %v", dist.Weight())
			}
			out.WriteString("\n")
		})
	if err != nil {
		return err.Error()
	}
	return out.String()
}

func (s *story) list(d *datadriven.TestData) string {
	f := metric.Filter{Tenant: id("", "").Tenant}
	for _, a := range d.CmdArgs {
		switch v := a.Vals[0]; a.Key {
		case "namespace":
			f.Namespace = v
		case "name":
			f.Name = v
		case "host":
			f.Dimensions = []metric.DimensionFilter{{Name: "Host", Value: v, AnyValue: v == "*"}}
		case "active":
			age, err := time.ParseDuration(v)
			if err != nil {
				d.Fatalf(s.t, "%v", err)
			}
			f.ActiveSince = metric.At(s.now.Add(-age))
		}
	}
	var out strings.Builder
	err := s.db.Metrics(context.Background(), f, nil, func(l metric.Listing) bool {
		fmt.Fprintf(&out, "%s:%s", l.ID.Namespace, l.ID.Name)
		for _, dim := range l.ID.Dimensions {
			fmt.Fprintf(&out, " %s=%s", dim.Name, dim.Value)
		}
		fmt.Fprintf(&out, " last %s\n", l.LastDatum.Time().Format(time.DateTime))
		return true
	})
	if err != nil {
		return err.Error()
	}
	return out.String()
}
