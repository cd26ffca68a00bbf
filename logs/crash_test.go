package logs_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/logs"
	"skywatch/targets"
)

// The machine dies at random moments, losing what was not synced. Whatever was
// answered is there, each event once and in its order; what was deleted is gone;
// what is delivered again is not there again; no log of the journal is left over.
func TestCrashesLoseNothing(t *testing.T) {
	t.Parallel()
	for range 10 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			crashes(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func crashes(t *testing.T, rng *rand.Rand) {
	fs := vfs.NewCrashableMem()
	r := newRig(t, fs)
	r.ok(r.CreateGroup(t.Context(), group, map[string]string{"a": "b"}))
	wrote := map[string][]string{} // by stream, in order
	var delivered []targets.Delivery
	for life := range 4 {
		for range 20 {
			name := fmt.Sprint(rng.IntN(4))
			switch rng.IntN(8) {
			case 0:
				if _, there := wrote[name]; there {
					r.ok(r.DeleteStream(t.Context(), stream(name)))
					delete(wrote, name)
				}
			case 1:
				delivered = append(delivered, delivery(fmt.Sprint(len(delivered)), "m"))
				r.ok(errors.Join(r.Take(t.Context(), delivered)...))
			default:
				m := fmt.Sprint(life, rng.Uint64())
				r.ok(r.Append(t.Context(), stream(name), []logs.Event{at(0, m)}))
				wrote[name] = append(wrote[name], m)
			}
		}
		next := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		r.stop()
		fs, r = next, newRig(t, next)
		r.clock.set(noon.Add(time.Duration(rng.IntN(100)-50) * time.Second)) // it may be set back
		compare(r, wrote, len(delivered))
	}
	r.stop()
}

func compare(r *rig, wrote map[string][]string, delivered int) {
	r.t.Helper()
	all, _, err := r.Streams(logs.StreamListing{GroupName: group, Limit: 50})
	r.ok(err)
	if held := len(r.journal.Logs()); held != len(all) {
		r.t.Errorf("%d streams, %d logs in the journal", len(all), held)
	}
	for _, st := range all {
		p, err := r.Events(logs.Reading{StreamName: st.StreamName})
		r.ok(err)
		if len(st.Stream) > 1 { // the deliveries'
			if len(p.Events) != delivered {
				r.t.Errorf("%d deliveries are there as %d events", delivered, len(p.Events))
			}
			continue
		}
		var got []string
		for _, e := range p.Events {
			got = append(got, e.Message)
		}
		// After the clock was set back events of one time may change places.
		want := slices.Clone(wrote[st.Stream])
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			r.t.Errorf("stream %s: %v, want %v", st.Stream, got, want)
		}
		delete(wrote, st.Stream)
		defer func() { wrote[st.Stream] = want }()
	}
	if len(wrote) > 0 {
		r.t.Errorf("streams are gone: %v", wrote)
	}
}
