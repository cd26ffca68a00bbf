package journal_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/journal"
)

// model is a journal that is obviously right.
type model map[string]map[journal.Position]string

func (m model) append(log string, records []journal.Record) (added int) {
	for _, r := range records {
		if _, there := m[log][r.Position]; !there {
			m[log][r.Position] = string(r.Value)
			added++
		}
	}
	return added
}

func (m model) expire(log string, before time.Time) (dropped journal.Size) {
	for p, v := range m[log] {
		if !p.Time.Truncate(time.Hour).Add(time.Hour).After(before) {
			dropped.Records++
			dropped.Bytes += int64(len(v))
			delete(m[log], p)
		}
	}
	return dropped
}

func (m model) size(log string) (s journal.Size) {
	for _, v := range m[log] {
		s.Records++
		s.Bytes += int64(len(v))
	}
	return s
}

func (m model) scan(log string, r journal.Range) string {
	all := slices.SortedFunc(maps.Keys(m[log]), byPosition)
	var out []string
	for _, p := range all {
		outside := r.Since != nil && byPosition(p, *r.Since) < 0 || r.Until != nil && byPosition(p, *r.Until) >= 0
		if outside || p.Time.Before(r.From) || !r.To.IsZero() && !p.Time.Before(r.To) || r.After != nil && byPosition(p, *r.After) <= 0 {
			continue
		}
		out = append(out, fmt.Sprintf("%v %s=%s", p.Time.Sub(start), p.ID, m[log][p]))
	}
	if r.Backwards {
		slices.Reverse(out)
	}
	return strings.Join(out, ", ")
}

func byPosition(a, b journal.Position) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
}

// Random histories: the journal answers as the model does, over restarts.
func TestAgainstModel(t *testing.T) {
	t.Parallel()
	for range 10 {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			history(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func history(t *testing.T, rng *rand.Rand) {
	fs := vfs.NewMem()
	db, m := open(t, fs), model{}
	moment := func() time.Time {
		return start.Add(time.Duration(rng.IntN(10)) * 20 * time.Minute)
	}
	for range 300 {
		log := []string{"a", "b", "c\x00d"}[rng.IntN(3)]
		if m[log] == nil {
			create(t, db, log)
			m[log] = map[journal.Position]string{}
		}
		switch rng.IntN(20) {
		case 0:
			if err := db.Delete(t.Context(), log); err != nil {
				t.Fatal(err)
			}
			delete(m, log)
			continue
		case 1:
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			db = open(t, fs)
		case 2:
			before := moment()
			got, err := db.Expire(t.Context(), log, before)
			if want := m.expire(log, before); err != nil || got != want {
				t.Fatalf("expire: %+v %v, want %+v", got, err, want)
			}
		case 3, 4, 5:
			r := journal.Range{From: moment(), To: moment(), Backwards: rng.IntN(2) == 0}
			for _, at := range []**journal.Position{&r.After, &r.Since, &r.Until} {
				if rng.IntN(3) == 0 {
					*at = &journal.Position{Time: moment(), ID: fmt.Sprint(rng.IntN(4))}
				}
			}
			if got, want := read(t, db, log, r), m.scan(log, r); got != want {
				t.Fatalf("%+v: %s, want %s", r, got, want)
			}
		default:
			var records []journal.Record
			for range 1 + rng.IntN(4) {
				records = append(records, journal.Record{
					Position: journal.Position{Time: moment(), ID: fmt.Sprint(rng.IntN(4))},
					Value:    []byte(strings.Repeat("v", rng.IntN(5))),
				})
			}
			put(t, db, log, m.append(log, records), records...)
		}
		size(t, db, log, m.size(log))
	}
}
