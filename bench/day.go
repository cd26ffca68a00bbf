package main

import (
	"context"
	"path/filepath"
)

// dayMinutes is 24 hours.
const dayMinutes = 24 * 60

// day is a data directory with 24 hours of 1-minute data, written through
// PutMetricData by a server that then ended cleanly.
type day struct {
	workload
	dir     string
	written int64 // bytes that the server had written to disk
}

// theDay makes the day when the first row asks for it.
func (b *bench) theDay(ctx context.Context) (*day, error) {
	if b.day != nil {
		return b.day, nil
	}
	d := &day{workload: newWorkload(b.scaled(1000), dayMinutes), dir: filepath.Join(b.dir, "day")}
	b.progress("loading 24 hours of %d series", d.series)
	srv, err := b.start(d.dir)
	if err != nil {
		return nil, err
	}
	defer srv.kill()
	s := newSender(d.workload, srv.url, cbor(), false)
	defer s.close()
	if err := s.send(ctx, 0, d.minutes); err != nil {
		return nil, err
	}
	end, err := srv.stop()
	if err != nil {
		return nil, err
	}
	d.written, b.day = end.written, d
	return d, nil
}
