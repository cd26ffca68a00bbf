package tail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/pattern"
	"skywatch/rules"
	"skywatch/rules/tail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func bus(name string) rules.BusName { return rules.BusName{Tenant: tenant, Bus: name} }

// routed is an event with the given id and source.
func routed(t testing.TB, on rules.BusName, id, source string, matched ...string) rules.Routed {
	t.Helper()
	r := rules.Routed{Bus: on, Event: event.Event{ID: id, Source: source, DetailType: "x", Detail: []byte(`{}`)}}
	var err error
	if r.Envelope, err = r.Event.Envelope(); err != nil {
		t.Fatal(err)
	}
	for _, name := range matched {
		r.Rules = append(r.Rules, rules.Matched{RuleName: rules.RuleName{BusName: on, Rule: name}})
	}
	return r
}

func listen(t *testing.T, h *tail.Hub, f tail.Filter) *tail.Listener {
	t.Helper()
	l, err := h.Listen(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// heard takes what waits for l: ids, and gaps as -n.
func heard(t *testing.T, h *tail.Hub, l *tail.Listener) (out []string) {
	t.Helper()
	h.Routed(routed(t, l.Bus, "end", "shop", "r"))
	for {
		item, err := l.Next(t.Context())
		switch {
		case err != nil:
			t.Fatal(err)
		case item.Event.ID == "end":
			return out
		case item.Dropped > 0:
			out = append(out, fmt.Sprint("-", item.Dropped))
		default:
			out = append(out, item.Event.ID)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	var h tail.Hub
	p, err := pattern.Compile([]byte(`{"source":["shop"]}`))
	if err != nil {
		t.Fatal(err)
	}
	other := rules.BusName{Tenant: metric.Tenant{Account: "999999999999", Region: "us-east-1"}, Bus: "default"}
	all := listen(t, &h, tail.Filter{Bus: bus("default")})
	matching := listen(t, &h, tail.Filter{Bus: bus("default"), Pattern: p})
	ofRule := listen(t, &h, tail.Filter{Bus: bus("default"), Rule: "r"})
	both := listen(t, &h, tail.Filter{Bus: bus("default"), Rule: "r", Pattern: p})
	elsewhere := listen(t, &h, tail.Filter{Bus: bus("shop")})
	for _, r := range []rules.Routed{
		routed(t, bus("default"), "1", "shop"), routed(t, bus("default"), "2", "app", "r"), routed(t, bus("default"), "3", "shop", "q", "r"),
		routed(t, bus("shop"), "4", "shop", "r"), routed(t, other, "5", "shop", "r"),
	} {
		h.Routed(r)
	}
	for l, want := range map[*tail.Listener][]string{
		all: {"1", "2", "3"}, matching: {"1", "3"}, ofRule: {"2", "3"}, both: {"3"}, elsewhere: {"4"},
	} {
		if diff := cmp.Diff(want, heard(t, &h, l)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// A slow listener holds up nobody; it is told in its place how many events it
// missed.
func TestOverflow(t *testing.T) {
	t.Parallel()
	var h tail.Hub
	l := listen(t, &h, tail.Filter{Bus: bus("default")})
	for i := range 1100 {
		h.Routed(routed(t, bus("default"), fmt.Sprint(i), "shop"))
	}
	ctx := t.Context()
	for i := range 500 {
		if item, err := l.Next(ctx); err != nil || item.Event.ID != fmt.Sprint(i) {
			t.Fatalf("item %d is %+v, %v", i, item, err)
		}
	}
	h.Routed(routed(t, bus("default"), "late", "shop"))
	got := heard(t, &h, l)
	if len(got) != 502 || got[499] != "999" || got[500] != "-100" || got[501] != "late" {
		t.Errorf("%d items, the last ones %v", len(got), got[max(0, len(got)-4):])
	}
}

// Large events are bounded by their bytes; one is always taken.
func TestOverflowOfBytes(t *testing.T) {
	t.Parallel()
	var h tail.Hub
	l := listen(t, &h, tail.Filter{Bus: bus("default")})
	r := routed(t, bus("default"), "1", "shop")
	r.Envelope = []byte(strings.Repeat(" ", 5<<20))
	h.Routed(r)
	h.Routed(r)
	small := routed(t, bus("default"), "2", "shop")
	h.Routed(small)
	for i, want := range []int{0, 2} {
		if item, err := l.Next(t.Context()); err != nil || item.Dropped != want {
			t.Errorf("item %d: %d dropped, %v", i, item.Dropped, err)
		}
	}
	h.Routed(small)
	if diff := cmp.Diff([]string{"2"}, heard(t, &h, l)); diff != "" {
		t.Errorf("after room was made (-want +got)\n%s", diff)
	}
}

func TestListenersAreBounded(t *testing.T) {
	t.Parallel()
	var h tail.Hub
	var last *tail.Listener
	for range tail.MaxListeners {
		last = listen(t, &h, tail.Filter{Bus: bus("default")})
	}
	_, err := h.Listen(tail.Filter{Bus: bus("default")})
	if fault.Of(err).Kind != fault.Throttled {
		t.Errorf("one more: %v", err)
	}
	last.Close()
	last.Close() // as the test's end does
	if n := h.Listeners(); n != tail.MaxListeners-1 {
		t.Errorf("%d listeners", n)
	}
	listen(t, &h, tail.Filter{Bus: bus("default")})
}

func TestNextWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var h tail.Hub
		l := listen(t, &h, tail.Filter{Bus: bus("default")})
		go func() {
			time.Sleep(time.Hour)
			h.Routed(routed(t, bus("default"), "1", "shop"))
		}()
		began := time.Now()
		item, err := l.Next(t.Context())
		if err != nil || item.Event.ID != "1" || time.Since(began) != time.Hour {
			t.Errorf("%+v %v after %s", item, err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nothing: %v", err)
		}
	})
}

// Whatever comes, each listener gets every event or is told that it did not.
func TestNothingVanishes(t *testing.T) {
	t.Parallel()
	var h tail.Hub
	const writers, each = 4, 2000
	ctx, cancel := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	for range 3 {
		l := listen(t, &h, tail.Filter{Bus: bus("default")})
		reading.Go(func() {
			seen := 0
			for seen < writers*each {
				item, err := l.Next(ctx)
				if err != nil {
					t.Errorf("%d of %d: %v", seen, writers*each, err)
					return
				}
				seen += max(1, item.Dropped)
			}
			if seen != writers*each {
				t.Errorf("%d events, want %d", seen, writers*each)
			}
		})
	}
	var writing sync.WaitGroup
	r := routed(t, bus("default"), "1", "shop")
	for range writers {
		writing.Go(func() {
			for range each {
				h.Routed(r)
			}
		})
	}
	writing.Wait()
	stop := time.AfterFunc(30*time.Second, cancel)
	defer stop.Stop()
	reading.Wait()
	cancel()
}

// BenchmarkRouted is what an event costs without listeners, and with one on
// another bus.
func BenchmarkRouted(b *testing.B) {
	for _, n := range []int{0, 1} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var h tail.Hub
			for range n {
				if _, err := h.Listen(tail.Filter{Bus: bus("other")}); err != nil {
					b.Fatal(err)
				}
			}
			r := routed(b, bus("default"), "1", "shop")
			b.ReportAllocs()
			for b.Loop() {
				h.Routed(r)
			}
		})
	}
}
