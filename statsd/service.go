package statsd

import (
	"bytes"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"skywatch/ingest"
	"skywatch/ingest/gather"
	"skywatch/internal/fault"
	"skywatch/internal/seldom"
	"skywatch/metric"
)

// Options are what a Service works with.
type Options struct {
	Rules     *ingest.Ingester // what a metric must be
	To        ingest.Appender
	Tenant    metric.Tenant // whose the data are
	Namespace string
	// Interval is what is counted together: a whole number of seconds that divides
	// a minute. Data of less than a minute are of high resolution.
	Interval time.Duration
	Now      func() time.Time
	Logger   *slog.Logger
}

// Service takes lines. It is safe for concurrent use. Its Writer writes.
type Service struct {
	*gather.Writer
	opts Options

	mu      sync.Mutex
	table   table
	began   time.Time         // the interval
	ended   [][]metric.Sample // intervals, oldest first, that were not asked for yet
	lines   int64
	refused int64
	lost    int64
	refusal seldom.Note
}

// maxEnded is how many intervals wait while the store takes nothing.
const maxEnded = 5

// New returns a Service; Run makes it write.
func New(o Options) *Service {
	s := &Service{opts: o, began: o.Now().Truncate(o.Interval)}
	s.table = table{entries: map[string]*entry{}, seed: maphash.MakeSeed(), identify: s.identify}
	s.Writer = gather.NewWriter(gather.Options{To: o.To, Logger: o.Logger}, "StatsD", s.take)
	return s
}

// identify has the rules of PutMetricData say whether a line can be a metric.
func (s *Service) identify(l *Line, now time.Time) (metric.ID, error) {
	row := ingest.Row{Namespace: &s.opts.Namespace, Datum: ingest.Datum{Name: &l.Name, Value: new(0.0)}}
	for i := range l.Tags {
		row.Dimensions = append(row.Dimensions, ingest.Dimension{Name: &l.Tags[i].Name, Value: &l.Tags[i].Value})
	}
	samples, err := s.opts.Rules.Samples(now, s.opts.Tenant, []ingest.Row{row})
	if err != nil {
		return metric.ID{}, errors.New(fault.Of(err).Message)
	}
	return samples[0].ID, nil
}

// Receive takes a datagram: lines, each by itself.
func (s *Service) Receive(datagram []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	s.turn(now)
	for text := range bytes.SplitSeq(datagram, []byte("\n")) {
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		l, err := Parse(string(text))
		if err == nil {
			err = s.table.add(&l, now)
		}
		if err != nil {
			s.refuse(text, err, now)
			continue
		}
		s.lines++
	}
}

func (s *Service) refuse(text []byte, err error, now time.Time) {
	s.refused++
	if n, tell := s.refusal.Add(now); tell {
		s.opts.Logger.Warn("lines of StatsD are refused", "lines", n, "last", string(text[:min(len(text), 200)]), "err", err)
	}
}

// turn ends the interval if now is in another one, also after the clock was set
// back.
func (s *Service) turn(now time.Time) {
	if begins := now.Truncate(s.opts.Interval); !begins.Equal(s.began) {
		s.end(now)
		s.began = begins
	}
}

// end puts the interval behind those that wait.
func (s *Service) end(now time.Time) {
	samples := s.table.end(metric.At(s.began), s.opts.Interval < time.Minute, now)
	if len(samples) == 0 {
		return
	}
	if len(s.ended) == maxEnded {
		s.lost += int64(len(s.ended[0]))
		s.ended = s.ended[1:]
	}
	s.ended = append(s.ended, samples)
}

// take hands over the intervals that have ended.
func (s *Service) take() (out [][]metric.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(s.opts.Now())
	for _, samples := range s.ended {
		out = append(out, batches(samples)...)
	}
	s.ended = nil
	return out
}

// Close writes what is left, the interval that has not ended included, once
// nothing is received any more.
func (s *Service) Close() error {
	s.mu.Lock()
	s.end(s.opts.Now())
	s.mu.Unlock()
	// An interval whose writing failed comes by itself, and then the others.
	return errors.Join(s.Writer.Close(), s.Writer.Close())
}

// The bounds of what is appended at once: with the longest names and tags, and
// the values beside them, some two thirds of what the log takes as one record.
const (
	perAppend       = 500
	valuesPerAppend = 100_000
)

// batches splits samples.
func batches(samples []metric.Sample) (out [][]metric.Sample) {
	from, values := 0, 0
	for i := range samples {
		n := len(samples[i].Values)
		if i-from == perAppend || values+n > valuesPerAppend {
			out, from, values = append(out, samples[from:i]), i, 0
		}
		values += n
	}
	if from < len(samples) {
		out = append(out, samples[from:])
	}
	return out
}
