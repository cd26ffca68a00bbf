package destination_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"skywatch/targets/destination"
)

// However calls come, no second sees more than the rate and a tenth of it, and
// who asks when he is told to gets all that the rate allows.
func TestRateHolds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.connection("c", basicAuth)
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.IntRange(1, 1000).Draw(t, "rate")
		_ = r.DeleteDestination(t.Context(), name("d"))
		d, err := r.CreateDestination(t.Context(), name("d"), destination.Change{Connection: c.ARN(), Endpoint: "http://127.0.0.1/", Method: "POST", Rate: rate})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var begun []time.Time
		for len(begun) < 3*rate {
			at := r.Pace(d.ARN(), now)
			if at.IsZero() {
				begun = append(begun, now)
				now = now.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "pause")) * time.Millisecond)
				continue
			}
			if !at.After(now) || at.Sub(now) > time.Second || at.Truncate(time.Millisecond) != at {
				t.Fatalf("told to wait from %v until %v", now, at)
			}
			now = at
		}
		most := rate + max(1, rate/10)
		for i := most; i < len(begun); i++ {
			if begun[i].Sub(begun[i-most]) < time.Second {
				t.Fatalf("%d calls begin within %v at a rate of %d", most+1, begun[i].Sub(begun[i-most]), rate)
			}
		}
		if took, pause := now.Sub(begun[0]), time.Duration(3*len(begun))*time.Millisecond; took > 3*time.Second+pause+time.Duration(3*rate)*time.Millisecond {
			t.Fatalf("%d calls at a rate of %d took %v", len(begun), rate, took)
		}
	})
}
