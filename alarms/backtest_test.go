package alarms

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func backtest(t testing.TB, s *Service, st *store, change func(*Put), b Backtest, now time.Time) *Course {
	t.Helper()
	b.Tenant = tenant
	if b.Alarm == nil && b.Name == "" {
		b.Alarm = cpu()
		if change != nil {
			change(b.Alarm)
		}
	}
	c, err := s.Backtest(t.Context(), Past{Source: st}, b, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// strip writes a state for each evaluation: O, A or I.
func strip(c *Course) string {
	var b strings.Builder
	for _, state := range c.States() {
		b.WriteByte(state[0])
	}
	return b.String()
}

// Every minute is decided, ends included, with all data of the periods that are
// closed, and with those from before the range.
func TestBacktest(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	for minute, v := range map[int]float64{-1: 80, 0: 80, 1: 20, 4: 90, 5: 90} {
		st.append(value(at(60*minute+59), v))
	}
	// Ends that are no instants are those within.
	c := backtest(t, s, st, nil, Backtest{Start: at(-30), End: at(630)}, at(3600))
	if got, want := strip(c), "AAOOOAAAAII"; got != want || c.Count != 11 || c.First.Time() != at(0) || c.Exact != c.First {
		t.Errorf("%s, want %s: %+v", got, want, c)
	}
	var got []string
	for _, tr := range c.Transitions {
		got = append(got, fmt.Sprintf("%s %s > %s: %s", tr.At.Time().Format(time.TimeOnly), tr.From, tr.To, tr.Reason))
	}
	want := []string{
		"12:00:00 INSUFFICIENT_DATA > ALARM: Threshold Crossed: 1 datapoint [80.0 (22/11/26 11:59:00)] was greater than the threshold (50.0).",
		"12:02:00 ALARM > OK: Threshold Crossed: 1 datapoint [20.0 (22/11/26 12:01:00)] was not greater than the threshold (50.0).",
		"12:05:00 OK > ALARM: Threshold Crossed: 1 datapoint [90.0 (22/11/26 12:04:00)] was greater than the threshold (50.0).",
		"12:09:00 ALARM > INSUFFICIENT_DATA: Insufficient Data: 1 datapoint was unknown.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if c := backtest(t, s, st, nil, Backtest{Start: at(0).Add(1), End: at(59)}, at(3600)); c.Count != 0 || len(c.Transitions) != 0 {
		t.Errorf("between two instants: %+v", c)
	}
	if c := backtest(t, s, st, func(p *Put) { p.TreatMissingData = "ignore" }, Backtest{Start: at(1800), End: at(1800), Initial: OK}, at(3600)); strip(c) != "O" {
		t.Errorf("from OK: %s", strip(c))
	}
}

// An alarm that exists is put to the test by its name, and stays as it is.
func TestBacktestByName(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	put(t, s, noon, func(p *Put) { *p.Threshold = 70 })
	st.append(value(at(60), 71))
	if c := backtest(t, s, st, nil, Backtest{Name: "cpu", Start: at(60), End: at(120)}, at(600)); strip(c) != "IA" {
		t.Errorf("%s", strip(c))
	}
	if a := describe(t, s, "cpu"); a.Value != InsufficientData {
		t.Errorf("the alarm itself is in %s", a.Value)
	}
}

func TestBacktestRefuses(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	week := 7 * 24 * time.Hour
	for name, c := range map[string]struct {
		b      Backtest
		change func(*Put)
		want   string
	}{
		"what a put refuses":   {Backtest{Start: noon, End: noon}, func(p *Put) { p.Period = 61 }, "Period must be 10, 20, 30 or a multiple of 60"},
		"no start":             {Backtest{End: noon}, nil, "The parameter StartTime is required."},
		"no end":               {Backtest{Start: noon}, nil, "The parameter EndTime is required."},
		"turned round":         {Backtest{Start: noon, End: noon.Add(-1)}, nil, "EndTime must not be before StartTime"},
		"the future":           {Backtest{Start: noon, End: noon.Add(3 * time.Hour)}, nil, "more than two hours in the future"},
		"no state":             {Backtest{Start: noon, End: noon, Initial: "FINE"}, nil, "The value FINE is not supported for InitialState"},
		"no alarm":             {Backtest{Name: "other", Start: noon, End: noon}, nil, "no alarm with the name other"},
		"minutes of a month":   {Backtest{Start: noon.Add(-4 * week), End: noon.Add(-3 * week)}, nil, "2026-11-07T12:03:00Z are not kept any more"},
		"5 minutes of a year":  {Backtest{Start: noon.Add(-52 * week), End: noon}, func(p *Put) { p.Period = 300 }, "before 2026-09-20T12:15:00Z are"},
		"seconds of a morning": {Backtest{Start: noon.Add(-4 * time.Hour), End: noon}, func(p *Put) { p.Period = 10 }, "before 2026-11-22T09:01:10Z are"},
		"hours of two years":   {Backtest{Start: noon.Add(-104 * week), End: noon.Add(-103 * week)}, func(p *Put) { p.Period = 3600 }, "before 2025-08-24T15:00:00Z are"},
		"too many evaluations": {Backtest{Start: noon.Add(-60 * week), End: noon}, func(p *Put) { p.Period = 3600 }, "must not have more than 500000 evaluations, and from StartTime to EndTime there are 604801"},
	} {
		b := c.b
		b.Tenant = tenant
		if b.Name == "" {
			b.Alarm = cpu()
			if c.change != nil {
				c.change(b.Alarm)
			}
		}
		_, err := s.Backtest(t.Context(), Past{Source: st}, b, noon)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The earliest time that a refusal names is taken.
func TestBacktestFromTheEarliest(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	for period, from := range map[int]string{10: "2026-11-22T09:01:10Z", 60: "2026-11-07T12:03:00Z", 300: "2026-09-20T12:15:00Z", 3600: "2025-08-24T15:00:00Z"} {
		start, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		backtest(t, s, st, func(p *Put) { p.Period = period }, Backtest{Start: start, End: start.Add(time.Hour)}, noon)
	}
}

// Where only coarse datapoints are left the instants on their grid are decided,
// exactly, and the state is carried on between them.
func TestBacktestOnCoarseTiers(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	now := at(0).Add(15*24*time.Hour + 15*time.Minute) // minutes are kept since noon + 15 minutes
	for minute := 0; minute < 60; minute += 10 {
		st.append(value(at(60*minute+120), 80)) // in 12:02, 12:12...
		st.append(value(at(60*minute+420), 20)) // in 12:07...
	}
	c := backtest(t, s, st, func(p *Put) { p.Period = 300 }, Backtest{Start: at(0), End: at(3600)}, now)
	// By minutes the datum of 12:32 is seen at 12:33 and that of 12:37 at 12:38.
	want := "IIIII" + "AAAAA" + "OOOOO" + "AAAAA" + "OOOOO" + "AAAAA" + "OOO" + "AAAAA" + "OOOOO" + "AAAAA" + "OOOOO" + "AAAAA" + "OOO"
	if got := strip(c); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if c.Exact.Time() != at(1800) {
		t.Errorf("exact from %s", c.Exact.Time())
	}
	// All of it on one tier.
	c = backtest(t, s, st, func(p *Put) { p.Period = 300 }, Backtest{Start: at(0), End: at(3600)}, now.Add(30*24*time.Hour))
	if got, want := strip(c), "IIIII"+strings.Repeat("AAAAAOOOOO", 5)+"AAAAAO"; got != want || c.Exact.Time() != at(3660) {
		t.Errorf("\n got %s\nwant %s, exact from %s", got, want, c.Exact.Time())
	}
	// Hours of a year.
	c = backtest(t, s, st, func(p *Put) { p.Period, p.Statistic, *p.Threshold = 3600, "Sum", 500 }, Backtest{Start: at(3600), End: at(3*3600 - 60)}, now.Add(400*24*time.Hour))
	if got, want := strip(c), strings.Repeat("A", 120); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// Blocks of a long range see what lies before them.
func TestBacktestInBlocks(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	const minutes = 3*blockPeriods + 7
	for m := range minutes {
		if m%11 < 6 {
			st.append(value(at(60*m), float64(m%7*15)))
		}
	}
	change := func(p *Put) { p.Period, p.EvaluationPeriods, p.DatapointsToAlarm = 300, 3, 2 }
	now := at(60 * minutes)
	whole := backtest(t, s, st, change, Backtest{Start: at(0), End: now}, now)
	var parts strings.Builder
	state := InsufficientData
	for m := 0; m <= minutes; m += 100 {
		c := backtest(t, s, st, change, Backtest{Start: at(60 * m), End: at(60 * min(m+99, minutes)), Initial: state}, now)
		parts.WriteString(strip(c))
		for _, state = range c.States() {
		}
	}
	if strip(whole) != parts.String() || whole.Count != minutes+1 {
		t.Errorf("%d evaluations at once are not the same as in parts", whole.Count)
	}
	if st.reads > 200 || len(whole.Transitions) < 100 {
		t.Errorf("%d reads, %d transitions", st.reads, len(whole.Transitions))
	}
}

// A period under a minute sees seconds, and minutes without seconds.
func TestBacktestOfHighResolution(t *testing.T) {
	t.Parallel()
	s, st := newTestService(t), newStore()
	high := value(at(45), 80)
	high.HighResolution = true
	st.append(high)
	st.append(value(at(150), 90)) // of the minute 12:02
	c := backtest(t, s, st, func(p *Put) { p.Period, p.TreatMissingData = 10, "notBreaching" }, Backtest{Start: at(0), End: at(200)}, at(600))
	if got, want := strip(c), "OOOOOAAAAAAAOAAAAAAAO"; got != want || c.Step != 10 {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
