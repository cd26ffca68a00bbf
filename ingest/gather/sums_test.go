package gather

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// At any load a series has a bounded number of values.
func TestValuesAreFew(t *testing.T) {
	t.Parallel()
	var s sum
	for v := 1e-3; v < 86400e3; v *= 1.0001 {
		s.add(v, true)
	}
	if n := len(s.values); n > 2500 {
		t.Errorf("%d values", n)
	}
}

var noon = time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC)

type lines []string

func (l *lines) Append(_ context.Context, batch []metric.Sample) error {
	for _, s := range batch {
		*l = append(*l, fmt.Sprintf("%s %s %s %v %v %v", s.ID.Account, s.ID.Name, s.Time.Time().Format("15:04"), s.ID.Dimensions, s.Set, s.Incomplete))
	}
	slices.Sort(*l)
	return nil
}

// floor has each room of a house, and the house as a whole.
func floor(to *lines) *Sums[string] {
	return NewSums(Options{To: to}, Layout[string]{
		Of: "tests", Namespace: "T", Figures: []Figure{{Name: "n", Unit: metric.Count}, {Name: "took", Unit: metric.Milliseconds, Spread: true}},
		SeriesOf: func(room string) func(int) []Series {
			if room == "" {
				return nil
			}
			return func(int) []Series {
				house := Series{Tenant: metric.Tenant{Account: "1", Region: "r"}}
				one := house
				one.Dimensions[0] = metric.Dimension{Name: "Room", Value: room}
				return []Series{house, one}
			}
		},
	})
}

// Places add up to what they are part of; minutes do not.
func TestSumsAddUp(t *testing.T) {
	t.Parallel()
	var to lines
	s := floor(&to)
	for i, room := range []string{"a", "b", "a", ""} {
		s.At(room, noon.Add(time.Duration(i)*20*time.Second), func(c *Cell) {
			c.Add(0, float64(i+1))
			c.Add(1, 5)
		})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want := lines{
		"1 n 12:00 [] {3 6 1 3} true", "1 n 12:00 [{Room a}] {2 4 1 3} true", "1 n 12:00 [{Room b}] {1 2 2 2} false",
		"1 took 12:00 [] {3 15 5 5} false", "1 took 12:00 [{Room a}] {2 10 5 5} false", "1 took 12:00 [{Room b}] {1 5 5 5} false",
	}
	if diff := cmp.Diff(want, to); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What there is no place for is not counted, and that is told.
func TestSumsAreBounded(t *testing.T) {
	t.Parallel()
	var to lines
	s := floor(&to)
	const more = 2 * shards * perShard
	for i := range more {
		s.At(fmt.Sprint(i), noon, func(c *Cell) { c.Add(0, 1) })
	}
	if n := s.Uncounted(); n < more/2 || n > more {
		t.Errorf("%d are not counted", n)
	}
}
