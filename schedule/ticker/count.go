package ticker

import "time"

// maxMissedLogged bounds the lines about single plans between two rests: after
// a long stop there may be as many as there are plans.
const maxMissedLogged = 20

// count takes into account what was committed.
func (t *Ticker) count(q *queue, done []outcome) {
	for i := range done {
		o := &done[i]
		if o.Missed == 0 {
			t.fired.Add(1)
			t.late.Store(int64(max(0, o.Now.Sub(o.Planned))))
			continue
		}
		t.missed.Add(int64(o.Missed))
		if t.logged++; t.logged > maxMissedLogged {
			t.unlogged += o.Missed
			continue
		}
		t.Logger.Warn("planned times were missed", "owner", q.name, "key", o.Key, "first", o.Planned,
			"missed", o.Missed, "late", o.Noticed.Sub(o.Planned).Round(time.Second), "next", o.Next)
	}
}
