package query

import (
	"context"
	"encoding/binary"
	"sync"

	"skywatch/metric"
)

// shared has identical requests that overlap in time answered by one reading of
// the store: dashboards of many viewers ask the same things at the same time.
// Those are identical between whose beginnings nothing was appended, so nobody
// misses what was acknowledged before he asked. An answer is as of the instant of
// the request that made it; nobody changes it.
type shared struct {
	mu      sync.Mutex
	flights map[string]*flight
}

// flight is an answer under way.
type flight struct {
	done chan struct{}
	out  DataOutput
	err  error
	left bool // the caller who made it left before it was there
}

// do answers the request with the given key: by fn, or by what another caller's
// fn answers who has begun already. Where that caller leaves first, one of those
// who wait begins anew.
func (s *shared) do(ctx context.Context, key string, fn func() (DataOutput, error)) (DataOutput, error) {
	for {
		f, mine := s.join(key)
		if mine {
			return s.fly(ctx, key, f, fn)
		}
		select {
		case <-f.done:
			if !f.left {
				return f.out, f.err
			}
		case <-ctx.Done():
			return DataOutput{}, ctx.Err()
		}
	}
}

func (s *shared) join(key string) (f *flight, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.flights[key]; f != nil {
		return f, false
	}
	if s.flights == nil {
		s.flights = map[string]*flight{}
	}
	f = &flight{done: make(chan struct{}), left: true} // until it is there
	s.flights[key] = f
	return f, true
}

// fly makes the answer; those who wait are told also when fn panics.
func (s *shared) fly(ctx context.Context, key string, f *flight, fn func() (DataOutput, error)) (DataOutput, error) {
	defer func() {
		s.mu.Lock()
		delete(s.flights, key)
		s.mu.Unlock()
		close(f.done)
	}()
	out, err := fn()
	f.out, f.err, f.left = out, err, ctx.Err() != nil
	return out, err
}

// share answers a request together with identical ones, where the source tells
// of its state.
func (e *Engine) share(ctx context.Context, tenant metric.Tenant, in *DataInput, fn func() (DataOutput, error)) (DataOutput, error) {
	v, ok := e.source.(Versioned)
	if !ok {
		return fn()
	}
	key := e.tokens.mac(request{"GetMetricData", tenant, *in}, binary.BigEndian.AppendUint64(nil, v.Version()))
	return e.shared.do(ctx, string(key), fn)
}
