package mute

import (
	"testing"
	"time"

	"skywatch/internal/fault"
)

// FuzzParse feeds any texts to Parse. What is accepted has windows within its
// bounds, and mutes to the end of each and not longer than the last of them; what
// is refused is a validation fault.
func FuzzParse(f *testing.F) {
	f.Add("cron(0 2 * * SUN)", "PT4H", "Europe/Berlin", int64(1_774_000_000), int64(0))
	f.Add("cron(* * * * *)", "P15D", "", int64(2_000_000_000), int64(2_000_000_100))
	f.Add("at(2026-12-23T00:00)", "P7D", "America/New_York", int64(1_790_000_000), int64(1_800_000_000))
	f.Add("cron(0 1 1 JAN,FEB 0-7)", "P2DT12H1M1S", "UTC", int64(1), int64(2))
	f.Add("cron(0 1 1 * *)", "P2W", "Local", int64(1), int64(2))
	f.Fuzz(func(t *testing.T, expression, length, zone string, start, expire int64) {
		d := Definition{Expression: expression, Duration: length, Timezone: zone, Start: time.Unix(start%(1<<33), 0)}
		if expire != 0 {
			d.Expire = time.Unix(expire%(1<<33), 0)
		}
		s, err := Parse(d)
		if err != nil {
			if f := fault.Of(err); f.Kind != fault.Validation || f.Message == "" {
				t.Fatalf("%+v: %#v", d, err)
			}
			return
		}
		w, ok := s.Next(d.Start.Add(-time.Second))
		if !ok {
			return
		}
		if !w.Start.Before(w.End) || w.Start.Before(d.Start) || !d.Expire.IsZero() && w.End.After(d.Expire) || w.End.Sub(w.Start) > longest {
			t.Fatalf("%+v: %v", d, w)
		}
		got, active := s.At(w.End.Add(-time.Nanosecond))
		if !active || got.End.Before(w.End) {
			t.Fatalf("%+v: at the end of %v there is %v, %v", d, w, got, active)
		}
	})
}
