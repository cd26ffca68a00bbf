package function

import (
	"context"
	"sync"
	"time"
)

// mostPollers bounds the goroutines of all mappings.
const mostPollers = 256

// mappingsChanged has Poll look at the mappings.
func (s *Service) mappingsChanged() {
	s.mappings.Nudge()
}

// poller polls for one mapping.
type poller struct {
	mapping Mapping
	stop    context.CancelFunc
	count   int
}

// pollers are those of all mappings, by the mapping's ARN.
type pollers struct {
	s     *Service
	of    map[string]poller
	count int
	owned sync.WaitGroup
}

// Poll works the mappings until ctx ends, and then waits for the batches under
// way, which it breaks off.
func (s *Service) Poll(ctx context.Context) error {
	p := &pollers{s: s, of: map[string]poller{}}
	defer p.owned.Wait()
	defer p.end(nil)
	s.mappings.Run(ctx, s.Clock, func(ctx context.Context) (never time.Time) {
		want, err := s.active()
		if err != nil {
			s.Logger.Error("event source mappings cannot be read", "err", err)
			return never
		}
		p.end(want)
		p.begin(ctx, want)
		return never
	})
	return nil
}

// end stops the pollers of mappings that are not wanted any more as they are.
func (p *pollers) end(want map[string]Mapping) {
	for arn, have := range p.of {
		if m, ok := want[arn]; !ok || !m.same(have.mapping) {
			have.stop()
			delete(p.of, arn)
			p.count -= have.count
		}
	}
}

// begin starts those of mappings that have none.
func (p *pollers) begin(ctx context.Context, want map[string]Mapping) {
	for arn, m := range want {
		if _, ok := p.of[arn]; ok {
			continue
		}
		source := p.s.sourceOf(&m)
		filter, err := compileFilter(m.Filters)
		if source == nil || err != nil { // it was right when it was made
			p.s.Logger.Error("an event source mapping cannot be polled", "mapping", arn, "err", err)
			continue
		}
		n := source.Pollers(&m)
		if p.count+n > mostPollers {
			p.s.Logger.Error("too many event source mappings: one is not polled", "mapping", arn)
			continue
		}
		one, stop := context.WithCancel(ctx)
		p.of[arn] = poller{m, stop, n}
		p.count += n
		w := &Worker{s: p.s, m: m, filter: filter, stands: p.s.stands.begin(n)}
		p.owned.Go(func() { source.Poll(one, m, w) })
	}
}
