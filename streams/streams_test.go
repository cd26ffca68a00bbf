package streams_test

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
	"skywatch/streams"
	"skywatch/targets"
)

func data(all []streams.Record) string {
	var out []string
	for i := range all {
		out = append(out, string(all[i].Data))
	}
	return strings.Join(out, " ")
}

func batch(words ...string) (all []streams.Record) {
	for _, w := range words {
		all = append(all, streams.Record{Data: []byte(w), PartitionKey: "k"})
	}
	return all
}

// Each start begins where it says, in pages of any size.
func TestStarts(t *testing.T) {
	t.Parallel()
	r := fresh(t, 1)
	shard := streams.ShardID(0)
	placed, err := r.Put(t.Context(), name, batch("a", "b"))
	r.ok(err)
	latest, err := r.Iterator(name, shard, streams.From{Start: streams.Latest})
	r.ok(err)
	r.clock.set(noon.Add(time.Second))
	_, err = r.Put(t.Context(), name, batch("c", "d"))
	r.ok(err)
	second := placed[1].Sequence
	for _, c := range []struct {
		from streams.From
		want string
	}{
		{streams.From{Start: streams.TrimHorizon}, "a b c d"},
		{streams.From{Start: streams.Latest}, ""},
		{streams.From{Start: streams.AtSequence, Sequence: second}, "b c d"},
		{streams.From{Start: streams.AfterSequence, Sequence: second}, "c d"},
		{streams.From{Start: streams.AtTimestamp, Time: noon.Add(time.Millisecond)}, "c d"},
	} {
		for limit := range 4 {
			if got := data(r.read(shard, c.from, limit)); got != c.want {
				t.Errorf("%+v in pages of %d: %q, want %q", c.from, limit, got, c.want)
			}
		}
	}
	p, err := r.Read(tenant, latest, 1)
	r.ok(err)
	if data(p.Records) != "c" || p.Behind <= 0 {
		t.Errorf("behind latest: %q, %v behind", data(p.Records), p.Behind)
	}
	r.clock.set(noon.Add(6 * time.Minute))
	if _, err = r.Read(tenant, latest, 1); !fault.Is(err, fault.InvalidToken) || !strings.Contains(err.Error(), "Iterator expired.") {
		t.Errorf("an old iterator: %v", err)
	}
	r.clock.set(noon.Add(24*time.Hour + time.Second))
	if got := data(r.read(shard, streams.From{Start: streams.TrimHorizon}, 0)); got != "c d" {
		t.Errorf("after a day: %q", got)
	}
}

// The ranges of shards are all hash keys, and a record is in the shard whose
// range has its key.
func TestShardsOfKeys(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 7} {
		r := fresh(t, n)
		st, err := r.Stream(name)
		r.ok(err)
		next := new(big.Int)
		for _, sh := range st.List("") {
			if sh.From != next.String() {
				t.Errorf("%d shards: %s begins at %s, want %s", n, sh.ID, sh.From, next)
			}
			for _, key := range []string{sh.From, sh.To} {
				placed, err := r.Put(t.Context(), name, []streams.Record{{PartitionKey: "x", HashKey: key}})
				r.ok(err)
				if placed[0].Shard != sh.ID {
					t.Errorf("%d shards: key %s is in %s, want %s", n, key, placed[0].Shard, sh.ID)
				}
			}
			next.SetString(sh.To, 10)
			next.Add(next, big.NewInt(1))
		}
		if next.BitLen() != 129 {
			t.Errorf("%d shards end at %s", n, next)
		}
		if _, err := r.Put(t.Context(), name, []streams.Record{{PartitionKey: "x", HashKey: next.String()}}); !fault.Is(err, fault.InvalidValue) {
			t.Errorf("key 2^128: %v", err)
		}
	}
}

// The partition key of AWS's own examples hashes as there: MD5 of "a" is
// 0cc1..., in the first of two shards, that of "b" is 92eb..., in the second.
func TestPartitionKeys(t *testing.T) {
	t.Parallel()
	r := fresh(t, 2)
	placed, err := r.Put(t.Context(), name, []streams.Record{{PartitionKey: "a"}, {PartitionKey: "b"}})
	r.ok(err)
	if placed[0].Shard != streams.ShardID(0) || placed[1].Shard != streams.ShardID(1) || len(placed[0].Sequence) != 56 {
		t.Errorf("%+v", placed)
	}
}

// What is delivered is there once, however often it comes.
func TestDeliveries(t *testing.T) {
	t.Parallel()
	r := fresh(t, 1)
	d := targets.Delivery{ID: "1", Target: name.ARN(), Message: `{"id":"e","detail-type":"t"}`}
	own := d
	own.ID, own.Parameters = "2", []byte(`{"PartitionKeyPath":"mine"}`)
	for range 3 {
		r.ok(errors.Join(r.Take(t.Context(), []targets.Delivery{d, d, own})...))
	}
	all := r.read(streams.ShardID(0), streams.From{Start: streams.TrimHorizon}, 0)
	if len(all) != 2 || all[0].PartitionKey != "e" || all[1].PartitionKey != "mine" {
		t.Errorf("%+v", all)
	}
	d.Target += "x"
	if err := errors.Join(r.Take(t.Context(), []targets.Delivery{d})...); !fault.Is(err, fault.NotFound) {
		t.Errorf("no stream: %v", err)
	}
}

// The machine dies at random moments, losing what was not synced, and the clock
// is set at random. Whatever was answered is there once, in its order and with
// sequence numbers that grow.
func TestCrashesLoseNothing(t *testing.T) {
	t.Parallel()
	for range 8 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			crashes(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func crashes(t *testing.T, rng *rand.Rand) {
	const shards = 3
	fs := vfs.NewCrashableMem()
	r := newRig(t, fs)
	r.ok(r.Create(t.Context(), streams.Stream{Name: name, Shards: shards}))
	want := map[string][]string{} // sequence numbers by shard
	var sent []targets.Delivery
	for life := range 4 {
		for i := range 15 {
			if rng.IntN(4) == 0 {
				sent = append(sent, targets.Delivery{ID: fmt.Sprint(len(sent)), Target: name.ARN(), Message: "delivered"})
				r.ok(errors.Join(r.Take(t.Context(), sent)...))
				continue
			}
			var all []streams.Record
			for range 1 + rng.IntN(5) {
				all = append(all, streams.Record{PartitionKey: fmt.Sprint(rng.IntN(9)), Data: fmt.Append(nil, life, i)})
			}
			placed, err := r.Put(t.Context(), name, all)
			r.ok(err)
			for _, p := range placed {
				r.ok(p.Err)
				want[p.Shard] = append(want[p.Shard], p.Sequence)
			}
		}
		next := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rng.IntN(101), RNG: rng})
		r.stop()
		fs, r = next, newRig(t, next)
		r.clock.set(noon.Add(time.Duration(rng.IntN(100)-50) * time.Second)) // it may be set back
		delivered := 0
		for i := range shards {
			id := streams.ShardID(i)
			var got []string
			for _, rec := range r.read(id, streams.From{Start: streams.TrimHorizon}, 1+rng.IntN(7)) {
				if string(rec.Data) == "delivered" {
					delivered++
					continue
				}
				got = append(got, rec.Sequence)
			}
			if !slices.Equal(got, want[id]) || !slices.IsSorted(got) {
				t.Errorf("life %d, %s: %v, want %v", life, id, got, want[id])
			}
		}
		if delivered != len(sent) {
			t.Errorf("life %d: %d deliveries are there %d times", life, len(sent), delivered)
		}
	}
	r.stop()
}

// What clients make up as an iterator is refused, and never more than that.
func FuzzIterator(f *testing.F) {
	f.Add("")
	f.Add("AQ==")
	f.Fuzz(func(t *testing.T, token string) {
		r := fresh(t, 1)
		if _, err := r.Read(tenant, token, 0); err == nil {
			t.Errorf("%q was read", token)
		}
	})
}

// What clients make up as a sequence number or a hash key is refused or is a
// place.
func FuzzNumbers(f *testing.F) {
	f.Add("0")
	f.Add("49")
	f.Add("-1")
	f.Add("340282366920938463463374607431768211455")
	f.Fuzz(func(t *testing.T, text string) {
		r := fresh(t, 3)
		token, err := r.Iterator(name, streams.ShardID(0), streams.From{Start: streams.AtSequence, Sequence: text})
		if err == nil {
			_, err = r.Read(tenant, token, 0)
			r.ok(err)
		}
		if _, err := r.Put(t.Context(), name, []streams.Record{{PartitionKey: "k", HashKey: text}}); err != nil && !fault.Is(err, fault.InvalidValue) {
			t.Error(err)
		}
	})
}
