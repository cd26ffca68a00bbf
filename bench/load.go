package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// connections is how many requests are under way at once.
const connections = 4

// sender writes a workload over a few connections, each with its share of the
// series.
type sender struct {
	workload
	url     string
	dialect dialect
	gzip    bool
	shares  []*share
}

// share is what one connection writes: whole requests of series.
type share struct {
	over  *transport
	first []int // series of each request
	walks [][]*walk
	slow  time.Duration // longest exchange
}

func newSender(w workload, url string, d dialect, gzip bool) *sender {
	s := &sender{workload: w, url: url, dialect: d, gzip: gzip}
	for range connections {
		s.shares = append(s.shares, &share{over: newTransport()})
	}
	for n, first := 0, 0; first < w.series; n, first = n+1, first+perPut {
		sh := s.shares[n%connections]
		var walks []*walk
		for i := first; i < min(first+perPut, w.series); i++ {
			walks = append(walks, newWalk(i))
		}
		sh.first, sh.walks = append(sh.first, first), append(sh.walks, walks)
	}
	return s
}

// send writes the minutes from one to another; each must be sent once and in
// order. It returns when all are acknowledged.
func (s *sender) send(ctx context.Context, from, to int) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, sh := range s.shares {
		g.Go(func() error {
			c := connect(s.url, s.dialect, s.gzip, sh.over)
			for n := from; n < to; n++ {
				for i, walks := range sh.walks {
					if _, err := c.PutMetricData(ctx, put(walks, sh.first[i], s.minute(n))); err != nil {
						return err
					}
					sh.slow = max(sh.slow, sh.over.last)
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// sent returns the bytes of all request bodies so far, and the longest
// exchange.
func (s *sender) sent() (bytes int64, slowest time.Duration) {
	for _, sh := range s.shares {
		bytes += sh.over.sent
		slowest = max(slowest, sh.slow)
	}
	return bytes, slowest
}

func (s *sender) close() {
	for _, sh := range s.shares {
		sh.over.close()
	}
}
