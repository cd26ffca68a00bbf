package alarms

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/metric"
	"skywatch/tsdb"
)

// The evaluator on the real store: what it observes and what it reads again
// after a restart are the same, at both grains.
func TestOnTheStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newTestService(t)
		put(t, s, time.Now(), func(p *Put) { p.Statistic, p.EvaluationPeriods, *p.Threshold = "Sum", 2, 150 })
		put(t, s, time.Now(), func(p *Put) {
			p.Name, p.Statistic, p.ExtendedStatistic, p.Period, p.DatapointsToAlarm = "high", "", "p90", 10, 1
		})
		fs := vfs.NewMem()
		var e *Evaluator
		open := func() *tsdb.DB {
			e = NewEvaluator(s, EvaluatorOptions{})
			db, err := tsdb.Open(tsdb.Options{Dir: "tsdb", FS: fs, Observer: e.Observe, Partitions: 1, MinFreeBytes: -1})
			if err != nil {
				t.Fatal(err)
			}
			if err := e.Start(db, db); err != nil {
				t.Fatal(err)
			}
			return db
		}
		closeAll := func(db *tsdb.DB) {
			e.Stop()
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
		send := func(db *tsdb.DB, v float64) {
			low, high := value(time.Now(), v), value(time.Now(), v)
			high.HighResolution = true
			if err := db.Append(t.Context(), []metric.Sample{low, high}); err != nil {
				t.Fatal(err)
			}
		}
		db := open()
		time.Sleep(10*time.Minute + 5*time.Second)
		send(db, 80)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if a := describe(t, s, "high"); a.Value != Alarming {
			t.Errorf("high: %s, %s", a.Value, a.Reason)
		}
		closeAll(db)
		db = open()
		defer func() { closeAll(db) }()
		time.Sleep(time.Minute)
		send(db, 80) // the first datum of this minute, the second one of the alarm
		time.Sleep(55 * time.Second)
		synctest.Wait()
		a := describe(t, s, "cpu")
		const want = "Threshold Crossed: 2 datapoints [160.0 (01/01/00 00:11:00), 160.0 (01/01/00 00:10:00)] were greater than the threshold (150.0)."
		if a.Value != Alarming || a.Reason != want {
			t.Errorf("cpu: %s, %s", a.Value, a.Reason)
		}
	})
}
