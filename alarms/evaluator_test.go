package alarms

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
)

// live is a service with its evaluator over a store in memory, in a bubble of
// synctest: its clock begins at midnight of 2000-01-01 and moves only while
// everything waits.
type live struct {
	*testing.T
	service   *Service
	evaluator *Evaluator
	store     *store
}

func inBubble(t *testing.T, o EvaluatorOptions, test func(*live)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &live{T: t, service: newTestService(t), store: newStore()}
		l.Cleanup(func() { l.evaluator.Stop() })
		l.start(o)
		test(l)
	})
}

func (l *live) start(o EvaluatorOptions) {
	l.Helper()
	l.evaluator = NewEvaluator(l.service, o)
	l.store.observer = l.evaluator
	if err := l.evaluator.Start(l.store, l.store); err != nil {
		l.Fatal(err)
	}
	synctest.Wait()
}

// put creates or replaces the alarm and lets the evaluator hear of it.
func (l *live) put(change func(*Put)) {
	l.Helper()
	put(l, l.service, time.Now(), change)
	synctest.Wait()
}

// sleepUntil sleeps to a clock time of the first day.
func (l *live) sleepUntil(clock string) {
	l.Helper()
	at, err := time.Parse("2006-01-02 15:04:05.999", "2000-01-01 "+clock)
	if err != nil || at.Before(time.Now()) {
		l.Fatalf("sleep until %s: %v", clock, err)
	}
	time.Sleep(time.Until(at))
	synctest.Wait()
}

func (l *live) datum(age time.Duration, v float64) {
	l.store.append(value(time.Now().Add(-age), v))
	synctest.Wait()
}

func (l *live) is(want State) {
	l.Helper()
	if got := describe(l, l.service, "cpu"); got.Value != want {
		l.Fatalf("%s: state %s, want %s\n%s\n%s", time.Now().Format(time.TimeOnly), got.Value, want, got.Reason, got.ReasonData)
	}
}

// The corridor: a datum, the close of its minute, the settling time, and then
// state, history and delivery at once.
func TestBreachReachesTheOutbox(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(nil)
		l.sleepUntil("00:10:30")
		l.datum(0, 80)
		l.sleepUntil("00:11:04.9")
		l.is(InsufficientData) // the data have not settled
		l.sleepUntil("00:11:05.6")
		l.is(Alarming)
		a := describe(l, l.service, "cpu")
		if late := a.Updated.Time().Sub(time.Date(2000, 1, 1, 0, 11, 5, 0, time.UTC)); late < 0 || late > 500*time.Millisecond {
			l.Errorf("changed %v after it had settled", late)
		}
		sent := deliveries(l, l.service.opts.Catalog)
		if len(sent) != 1 || sent[0].Target != topic || sent[0].Subject != `ALARM: "cpu" in US East (N. Virginia)` {
			l.Fatalf("sent %+v", sent)
		}
		var summaries []string
		for _, it := range history(l, l.service, HistoryQuery{AlarmName: "cpu", Ascending: true}) {
			summaries = append(summaries, it.Summary)
		}
		if diff := cmp.Diff([]string{`Alarm "cpu" created`, "Alarm updated from INSUFFICIENT_DATA to ALARM"}, summaries); diff != "" {
			l.Errorf("(-want +got)\n%s", diff)
		}
		// The datum leaves the range of N + 2 minutes: a metric that stopped.
		l.sleepUntil("00:13:06")
		l.is(Alarming)
		l.sleepUntil("00:14:06")
		l.is(InsufficientData)
	})
}

// Points older than the alarm count. The first evaluation is at the next
// instant.
func TestNewAlarmLooksBack(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.datum(0, 80)
		l.sleepUntil("00:02:30")
		l.put(nil)
		l.is(InsufficientData)
		l.sleepUntil("00:03:06")
		l.is(Alarming)
	})
}

// An instant whose data settle while an alarm is made is not that alarm's: its
// first change is to what its data say, and not to what there was before them.
func TestNewAlarmLeavesTheInstantBefore(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.Name, p.TreatMissingData = "old", string(NotBreaching) })
		l.sleepUntil("00:02:03")
		l.put(func(p *Put) { p.TreatMissingData = string(NotBreaching) })
		l.put(func(p *Put) { p.Name, p.TreatMissingData = "old", string(Breaching) })
		l.datum(0, 80)
		l.sleepUntil("00:02:06")
		l.is(InsufficientData)
		if old := describe(l, l.service, "old"); old.Value != Alarming {
			l.Errorf("what was defined anew is %s", old.Value)
		}
		l.sleepUntil("00:03:06")
		l.is(Alarming)
	})
}

// As recorded: a breaching datum, then at once the alarm, which takes missing
// data as good. Its first change is to ALARM, not to OK.
func TestNewAlarmWaitsForItsFirstInstant(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.sleepUntil("00:02:13")
		l.datum(0, 80)
		l.put(func(p *Put) { p.TreatMissingData = "notBreaching" })
		l.is(InsufficientData)
		l.evaluator.Stop()
		l.start(EvaluatorOptions{}) // a restart brings no evaluation forward
		l.sleepUntil("00:03:04.9")
		l.is(InsufficientData)
		l.sleepUntil("00:03:05.6")
		l.is(Alarming)
		if n := len(history(l, l.service, HistoryQuery{Type: StateUpdate})); n != 1 {
			l.Errorf("%d changes of state, want 1", n)
		}
	})
}

func TestLateDatumIsLookedAtAtOnce(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(nil)
		l.sleepUntil("00:10:20")
		l.datum(0, 80) // its minute is open
		l.is(InsufficientData)
		l.sleepUntil("00:10:40")
		l.datum(time.Minute, 70) // 00:09 is closed and in the range
		l.is(Alarming)
		l.datum(time.Hour, 10) // out of the range
		l.is(Alarming)
		l.datum(50*time.Second, 0) // 00:09 again: the average is 35
		l.is(OK)
	})
}

func TestRestart(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.EvaluationPeriods = 2 })
		l.sleepUntil("00:10:30")
		l.datum(0, 80)
		l.evaluator.Stop()
		l.sleepUntil("00:11:30")
		l.datum(0, 80) // nobody hears of it
		l.sleepUntil("00:12:03")
		l.start(EvaluatorOptions{})
		l.is(InsufficientData) // the instant of 12:00 has not settled yet
		l.sleepUntil("00:12:06")
		l.is(Alarming)
		l.evaluator.Stop()
		if err := l.evaluator.Start(l.store, l.store); err != nil { // the same one again
			l.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		l.is(InsufficientData)
		if n := len(deliveries(l, l.service.opts.Catalog)); n != 1 {
			l.Errorf("%d deliveries", n)
		}
	})
}

func TestStateSetByHandReturns(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.TreatMissingData = "notBreaching" })
		l.sleepUntil("00:10:30")
		l.is(OK)
		l.service.set(l, "cpu", Alarming, time.Now())
		synctest.Wait()
		l.is(Alarming)
		l.sleepUntil("00:11:04")
		l.is(Alarming)
		l.sleepUntil("00:11:06")
		l.is(OK)
	})
}

func TestReplacedAlarmKeepsItsState(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(nil)
		l.sleepUntil("00:10:30")
		l.datum(time.Minute, 80)
		l.is(Alarming)
		l.put(func(p *Put) { *p.Threshold = 90 })
		l.is(Alarming)
		l.sleepUntil("00:11:06")
		l.is(OK)
		l.put(func(p *Put) { p.MetricName = "Other" })
		l.sleepUntil("00:15:00")
		l.is(InsufficientData)
		l.put(func(p *Put) { *p.Threshold = 70 }) // back on the first metric, whose data are long out of the range
		l.datum(2*time.Minute, 80)
		l.is(Alarming)
		if err := l.service.Delete(l.Context(), tenant, []string{"cpu"}, time.Now()); err != nil {
			l.Fatal(err)
		}
		synctest.Wait()
		for key, on := range l.store.watched {
			if on {
				l.Errorf("%q is still watched", key)
			}
		}
		l.put(nil) // made again: the data are in the store
		l.is(InsufficientData)
		l.sleepUntil("00:16:06")
		l.is(Alarming)
	})
}

func TestHighResolution(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.Period, p.EvaluationPeriods, p.DatapointsToAlarm = 10, 3, 2 })
		high := func(v float64) {
			s := value(time.Now(), v)
			s.HighResolution = true
			l.store.append(s)
		}
		l.sleepUntil("00:10:05")
		high(80)
		l.sleepUntil("00:10:15")
		high(80)
		l.datum(0, 0) // of a whole minute: not seen
		l.sleepUntil("00:10:21.9")
		l.is(InsufficientData)
		l.sleepUntil("00:10:22.6")
		l.is(Alarming)
		// In the range for N + 6 periods: until 80 s after the second point.
		l.sleepUntil("00:11:41")
		l.is(Alarming)
		l.sleepUntil("00:11:53")
		l.is(InsufficientData)
	})
}

// A period under a minute sees data of standard resolution where their minute
// begins, as recorded, and only in minutes without high resolution.
func TestStandardResolutionInShortPeriods(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.sleepUntil("00:10:09")
		l.datum(0, 80)
		l.put(func(p *Put) { p.Period, p.TreatMissingData = 30, "notBreaching" })
		l.sleepUntil("00:10:12.6")
		l.is(Alarming)
		if n := len(history(l, l.service, HistoryQuery{Type: StateUpdate})); n != 1 {
			l.Errorf("%d changes of state, want 1", n)
		}
		l.sleepUntil("00:12:09")
		l.is(OK)
		high := value(time.Now(), 0)
		high.HighResolution = true
		l.store.append(high)
		l.datum(0, 80) // in a minute with high resolution
		l.sleepUntil("00:12:59")
		l.is(OK)
		l.datum(time.Minute, 80) // late, in one without
		l.is(OK)                 // and not yet in sight: 12:00 is newer
		l.sleepUntil("00:13:20")
		l.datum(0, 80)
		l.is(Alarming) // 13:00 is over
		l.evaluator.Stop()
		l.sleepUntil("00:13:25")
		l.start(EvaluatorOptions{})
		l.is(Alarming)
	})
}

// An alarm that looks at more than a day is evaluated at the hour, from the
// store.
func TestLongAlarm(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) {
			p.Period, p.EvaluationPeriods, p.DatapointsToAlarm, p.Statistic, *p.Threshold = 3600, 25, 1, "Sum", 99
		})
		l.sleepUntil("01:30:00")
		l.datum(0, 60)
		l.sleepUntil("02:00:04")
		l.is(InsufficientData)
		l.sleepUntil("02:00:06")
		l.is(OK)
		l.sleepUntil("02:10:00")
		l.datum(0, 100) // its hour is open
		l.is(OK)
		l.datum(30*time.Minute, 50) // late: the hour from 01:00 is closed
		l.is(Alarming)
	})
}

func TestUnits(t *testing.T) {
	for unit, want := range map[string]State{"": Alarming, "Percent": Alarming, "Count": OK, "Seconds": InsufficientData} {
		t.Run("unit "+unit, func(t *testing.T) {
			inBubble(t, EvaluatorOptions{}, func(l *live) {
				l.put(func(p *Put) { p.Unit = unit })
				l.sleepUntil("00:10:00")
				none := value(time.Now(), 0)
				none.Unit = metric.None // comes after Percent in the order of choice
				l.store.append(none)
				l.datum(0, 80)
				if unit == "Count" {
					count := value(time.Now(), 1)
					count.Unit = metric.Count
					l.store.append(count)
				}
				l.sleepUntil("00:11:06")
				l.is(want)
			})
		})
	}
}

func TestPercentile(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.Statistic, p.ExtendedStatistic, p.Period, *p.Threshold = "", "p90", 300, 85 })
		l.sleepUntil("00:10:00")
		for i := range 100 { // over five minutes
			l.datum(time.Duration(-i)*3*time.Second, float64(i))
		}
		l.sleepUntil("00:15:06")
		l.is(Alarming)
	})
}

// Observations that find no room are made up for by reading.
func TestOverflow(t *testing.T) {
	inBubble(t, EvaluatorOptions{Queue: 1}, func(l *live) {
		for i := range 50 {
			l.put(func(p *Put) { p.Name = fmt.Sprintf("other-%d", i) })
		}
		l.put(nil)
		l.sleepUntil("00:10:30")
		before := l.store.reads
		for range 1000 {
			l.store.append(value(time.Now().Add(-time.Minute), 80))
		}
		synctest.Wait()
		l.is(Alarming)
		if l.store.reads == before || l.evaluator.Stats().Dropped == 0 {
			l.Errorf("%d reads, %+v", l.store.reads-before, l.evaluator.Stats())
		}
	})
}

func TestReread(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(nil)
		l.sleepUntil("00:10:30")
		sample := value(time.Now().Add(-time.Minute), 80)
		d, _ := l.store.fold(sample, metric.Minute)
		d.Set = metric.StatisticSet{} // not whole
		l.evaluator.Observe(metric.Observation{ID: sample.ID, Tier: metric.Minute, Datapoint: d, Reread: true})
		synctest.Wait()
		l.is(Alarming)
	})
}

// failing fails its first reads.
type failing struct {
	*store
	left int
}

func (f *failing) Read(ctx context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	f.mu.Lock()
	f.left--
	fail := f.left >= 0
	f.mu.Unlock()
	if fail {
		fn(metric.Datapoint{Start: from, Set: metric.Single(1e9)}) // must not be kept
		return errors.New("disk is away")
	}
	return f.store.Read(ctx, id, tier, from, to, fn)
}

func TestReadIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, st := newTestService(t), newStore()
		put(t, s, time.Now().Add(-time.Hour), func(p *Put) { p.TreatMissingData = "notBreaching" })
		e := NewEvaluator(s, EvaluatorOptions{})
		if err := e.Start(&failing{store: st, left: 3}, st); err != nil {
			t.Fatal(err)
		}
		if err := e.Start(st, st); err == nil {
			t.Error("started twice")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := describe(t, s, "cpu"); got.Value != InsufficientData {
			t.Errorf("%s without data", got.Value)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := describe(t, s, "cpu"); got.Value != OK {
			t.Errorf("%s: %s", got.Value, got.Reason)
		}
		e.Stop()
		e.Stop() // is harmless
	})
}

func TestHistoryIsForgotten(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		put(l, l.service, time.Now().Add(-historyKept), nil)
		time.Sleep(forgetEvery)
		synctest.Wait()
		if n := len(history(l, l.service, HistoryQuery{})); n != 0 {
			l.Errorf("%d items are left", n)
		}
	})
}

// held answers its first read late: with what the store held when it was asked.
type held struct {
	*store
	first   bool
	release chan struct{}
}

func (h *held) Read(ctx context.Context, id metric.ID, tier metric.Period, from, to metric.Instant, fn func(metric.Datapoint)) error {
	h.mu.Lock()
	wait := !h.first
	h.first = true
	h.mu.Unlock()
	var all []metric.Datapoint
	err := h.store.Read(ctx, id, tier, from, to, func(d metric.Datapoint) { all = append(all, d) })
	if wait {
		<-h.release
	}
	for _, d := range all {
		fn(d)
	}
	return err
}

// What is to be read again while a read is under way is read after it.
func TestReadUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, st := newTestService(t), newStore()
		put(t, s, time.Now(), nil)
		e := NewEvaluator(s, EvaluatorOptions{})
		h := &held{store: st, release: make(chan struct{})}
		if err := e.Start(h, st); err != nil {
			t.Fatal(err)
		}
		defer e.Stop()
		time.Sleep(10 * time.Minute)
		sample := value(time.Now().Add(-2*time.Minute), 80)
		st.fold(sample, metric.Minute)
		e.Observe(metric.Observation{
			ID: sample.ID, Tier: metric.Minute,
			Datapoint: metric.Datapoint{Start: sample.Time.Floor(metric.Minute)}, Reread: true,
		})
		synctest.Wait()
		close(h.release)
		synctest.Wait()
		if got := describe(t, s, "cpu"); got.Value != Alarming {
			t.Errorf("%s: %s", got.Value, got.Reason)
		}
	})
}

// Transitions of many alarms at once are all committed, in few transactions.
func TestStorm(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		const n = maxBatch + 44
		for i := range n {
			put(l, l.service, time.Now(), func(p *Put) { p.Name = fmt.Sprintf("storm-%d", i) })
		}
		l.put(nil)
		l.sleepUntil("00:10:30")
		l.datum(0, 80)
		l.sleepUntil("00:11:06")
		page, _, err := l.service.Describe(tenant, Description{State: Alarming, Max: 2 * n})
		if err != nil || len(page) != n+1 {
			l.Errorf("%d alarms changed, %v", len(page), err)
		}
		if got := len(deliveries(l, l.service.opts.Catalog)); got != n+1 {
			l.Errorf("%d deliveries", got)
		}
		if st := l.evaluator.Stats(); st.Following != n+1 || st.Transitions != n+1 || st.Evaluations < n+1 || st.Lag > time.Second {
			l.Errorf("%+v", st)
		}
		if l.store.reads > n+10 {
			l.Errorf("%d reads of one metric", l.store.reads)
		}
	})
}
