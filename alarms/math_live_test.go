package alarms

import (
	"testing"
	"testing/synctest"
	"time"

	"skywatch/metric"
)

// onMath makes a request one for an alarm on the rate of two metrics.
func onMath(p *Put) {
	yes, no := true, false
	of := func(name string) *MetricStat {
		return &MetricStat{Namespace: "App", MetricName: name, Stat: "Sum", Period: metric.Minute}
	}
	p.Namespace, p.MetricName, p.Statistic, p.Period = "", "", "", 0
	p.Queries = []Query{
		{ID: "rate", Expression: "100*errors/all", ReturnData: &yes},
		{ID: "errors", Metric: of("Errors"), ReturnData: &no},
		{ID: "all", Metric: of("Requests"), ReturnData: &no},
	}
}

// named appends a sample of a metric of this moment.
func (l *live) named(name string, v float64) {
	s := value(time.Now(), v)
	s.ID.Name = name
	l.store.append(s)
	synctest.Wait()
}

// An alarm on metric math hears of all its metrics.
func TestMathIsLive(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(onMath)
		l.sleepUntil("00:10:30")
		l.named("Requests", 100)
		l.named("Errors", 49)
		l.sleepUntil("00:11:06")
		l.is(OK)
		l.named("Errors", 51)
		l.sleepUntil("00:11:30")
		l.named("Requests", 100)
		l.sleepUntil("00:12:06")
		l.is(Alarming)
		l.evaluator.Stop()
		l.start(EvaluatorOptions{})
		l.sleepUntil("00:13:06")
		l.is(Alarming)
		// Late: the rate of 00:11 is 51/200 now.
		s := value(time.Date(2000, 1, 1, 0, 11, 10, 0, time.UTC), 100)
		s.ID.Name = "Requests"
		l.store.append(s)
		synctest.Wait()
		l.is(OK)
		if n := len(deliveries(l, l.service.opts.Catalog)); n != 1 {
			l.Errorf("%d deliveries", n)
		}
	})
}

// Periods by the clock: what lies in an open hour is not looked at, however long
// ago it was.
func TestWallClockIsLive(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) {
			p.Period, p.Statistic = 3600, "Maximum"
			p.EvaluationWindow = &EvaluationWindow{WallClock: true, Timezone: "+00:30"}
		})
		l.sleepUntil("00:40:30")
		l.datum(0, 80)
		l.sleepUntil("01:29:59")
		l.is(InsufficientData)
		l.sleepUntil("01:30:06")
		l.is(Alarming)
		if at := describe(l, l.service, "cpu").Transitioned.Time(); at.Minute() != 30 {
			l.Errorf("changed at %v", at)
		}
	})
}
