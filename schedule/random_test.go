package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"skywatch/schedule"
)

// zones have clocks that move in many ways: by an hour, by half of one, by two,
// at midnight, across a day, backwards in summer, not at all.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein",
	"America/St_Johns", "Antarctica/Troll", "Africa/Casablanca", "Europe/Dublin", "Asia/Kathmandu", "Pacific/Chatham",
	"Asia/Tehran", "America/Sao_Paulo", "America/Havana", "Asia/Gaza", "America/Santiago", "Asia/Kolkata",
}

// number reads a number from the environment; the default is from a function.
func number(t *testing.T, name string, otherwise func() uint64) uint64 {
	t.Helper()
	n := otherwise()
	if s := os.Getenv(name); s != "" {
		var err error
		if n, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return n
}

// source returns a source of randomness whose seed is printed; SKYWATCH_SEED
// replays one.
func source(t *testing.T) *rand.Rand {
	t.Helper()
	seed := number(t, "SKYWATCH_SEED", rand.Uint64)
	t.Logf("SKYWATCH_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// rounds is how many expressions a test draws; SKYWATCH_ROUNDS asks for others.
func rounds(t *testing.T, usual uint64) uint64 {
	t.Helper()
	if testing.Short() {
		usual /= 10
	}
	return number(t, "SKYWATCH_ROUNDS", func() uint64 { return usual })
}

// TestOracle compares the next 20 runs of random expressions with the oracle's,
// from random instants, many of them shortly before or after a change of clocks.
func TestOracle(t *testing.T) {
	t.Parallel()
	r := source(t)
	for i := range rounds(t, 120) {
		text := randomCron(r)
		name := pick(r, zones...)
		e := parseIn(t, text, schedule.Scheduler, name)
		zone := parseZone(t, name)
		from := randomInstant(r, zone)
		want, until := newOracle(text, zone).runs(from, from.AddDate(2, 0, 0), 20)
		after := from
		for n := 0; n <= len(want) && n < 20; n++ {
			got, ok := e.Next(after)
			if n < len(want) && (!ok || !got.Equal(want[n])) {
				t.Fatalf("round %d: %s in %v from %v, run %d: got %v, %v; want %v", i, text, zone, from, n, got, ok, want[n])
			}
			if n == len(want) && ok && got.Before(until) {
				t.Fatalf("round %d: %s in %v from %v: got %v, want none before %v", i, text, zone, from, got, until)
			}
			after = got
		}
	}
}

// TestRareDays compares all runs of expressions that pick few days, to the end of
// the calendar.
func TestRareDays(t *testing.T) {
	t.Parallel()
	r := source(t)
	for i := range rounds(t, 30) {
		day := pick(r, "29 2 ?", "31 2 ?", "? 2 FRI#5", "30W 2 ?", "1W 2/7 ?", "L-27 2 ?", "? 2 4#5", "LW 2 ?", "29W 2 ?")
		text := fmt.Sprintf("cron(0 0 %s %s)", day, randomYears(r))
		from := time.Date(1970+r.IntN(220), 1, 1, 0, 0, 0, 0, time.UTC)
		var want []time.Time
		o := newOracle(text, time.UTC)
		for d := from.AddDate(0, 0, 1); d.Year() < 2200; d = d.AddDate(0, 0, 1) {
			if o.onDate(d) {
				want = append(want, d)
			}
		}
		e := parseIn(t, text, schedule.Rule, "")
		var got []time.Time
		for next, ok := e.Next(from); ok; next, ok = e.Next(next) {
			got = append(got, next)
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("round %d: %s from %v:\ngot  %v\nwant %v", i, text, from, got, want)
		}
	}
}

// TestRates compares a rate with a walk from its start.
func TestRates(t *testing.T) {
	t.Parallel()
	r := source(t)
	for range rounds(t, 300) {
		minutes := 2 + r.IntN(3000)
		start := randomInstant(r, time.UTC).Add(time.Duration(r.Int64N(1e9)))
		after := start.Add(time.Duration(r.Int64N(int64(90 * 24 * time.Hour))))
		want := start
		for !want.After(after) {
			want = want.Add(time.Duration(minutes) * time.Minute)
		}
		e := parseIn(t, fmt.Sprintf("rate(%d minutes)", minutes), schedule.Rule, "").Since(start)
		if got, ok := e.Next(after); !ok || !got.Equal(want) {
			t.Fatalf("%v since %v, after %v: got %v, want %v", e, start, after, got, want)
		}
	}
}

func parseZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := schedule.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// randomInstant lies between 1973 (before, some clocks were seconds off) and
// 2190, mostly within two days of a change of clocks or of the end of a leap year.
func randomInstant(r *rand.Rand, zone *time.Location) time.Time {
	if r.IntN(3) == 0 {
		return time.Date(1973+r.IntN(217), 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(366*86400)) * time.Second)
	}
	t := time.Date(1973+r.IntN(67), time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, zone)
	if r.IntN(8) == 0 { // the end of a leap year
		t = time.Date(2000+4*r.IntN(40), 12, 31, 0, 0, 0, 0, zone)
	} else if _, end := t.ZoneBounds(); !end.IsZero() && end.Year() < 2190 {
		t = end
	}
	return t.Add(time.Duration(r.IntN(4*86400)-2*86400) * time.Second).UTC()
}

func randomCron(r *rand.Rand) string {
	day, weekday := "?", "?"
	if r.IntN(2) == 0 {
		day = randomList(r, func() string {
			return pick(r, "*", "L", "LW", fmt.Sprintf("L-%d", r.IntN(31)), fmt.Sprintf("%dW", 1+r.IntN(31)), randomTerm(r, 1, 31, nil), randomTerm(r, 1, 31, nil))
		})
	} else {
		weekday = randomList(r, func() string {
			return pick(r, "*", "L", fmt.Sprintf("%dL", 1+r.IntN(7)), pick(r, weekdays...)+"L", randomTerm(r, 1, 7, weekdays), randomTerm(r, 1, 7, nil))
		})
		if r.IntN(4) == 0 {
			weekday = fmt.Sprintf("%d#%d", 1+r.IntN(7), 1+r.IntN(5))
		}
	}
	return fmt.Sprintf("cron(%s %s %s %s %s %s)",
		randomList(r, func() string { return pick(r, "0", "*", randomTerm(r, 0, 59, nil)) }),
		randomList(r, func() string { return pick(r, "*", "0-3", randomTerm(r, 0, 23, nil), randomTerm(r, 0, 23, nil)) }),
		day,
		randomList(r, func() string {
			return pick(r, "*", "*", randomTerm(r, 1, 12, nil), randomTerm(r, 1, 12, months))
		}),
		weekday, randomYears(r))
}

var (
	weekdays = strings.Fields("SUN MON TUE WED THU FRI SAT")
	months   = strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
)

func randomYears(r *rand.Rand) string {
	a := 1970 + r.IntN(200)
	return pick(r, "*", "*", "*", "*/2", "*/4", fmt.Sprintf("%d-%d", a, a+r.IntN(30)), fmt.Sprintf("%d/%d", a, 1+r.IntN(9)), fmt.Sprintf("%d,2030,2199", a))
}

func randomList(r *rand.Rand, term func() string) string {
	terms := []string{term()}
	for r.IntN(3) == 0 {
		terms = append(terms, term())
	}
	return strings.Join(terms, ",")
}

// randomTerm is a, a-b, a/n, a-b/n or */n; names, if any, stand for the numbers.
func randomTerm(r *rand.Rand, low, high int, names []string) string {
	value := func() string {
		n := low + r.IntN(high-low+1)
		if names != nil {
			return names[n-low]
		}
		return strconv.Itoa(n)
	}
	step := 1 + r.IntN(high)
	return pick(r, value(), value(), value()+"-"+value(), fmt.Sprintf("%s/%d", value(), step),
		fmt.Sprintf("%s-%s/%d", value(), value(), step), fmt.Sprintf("*/%d", step))
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }
