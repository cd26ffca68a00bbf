package alarms

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// vector answers every PromQL query with what it was given.
type vector struct {
	mu    sync.Mutex
	hosts map[string]float64
	asked []string // clock times
	err   error
}

func (*vector) CheckVector(text string) error {
	if !strings.HasPrefix(text, "up") {
		return fault.New(fault.Validation, "bad query")
	}
	return nil
}

func (v *vector) Vector(_ context.Context, _ metric.Tenant, _ string, at metric.Instant) (all []Element, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked = append(v.asked, at.Time().Format(time.TimeOnly))
	for host, value := range v.hosts {
		all = append(all, Element{map[string]string{"host": host}, value})
	}
	return all, v.err
}

func (v *vector) set(hosts map[string]float64, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.hosts, v.err = hosts, err
}

// onPromQLWith makes a request one for an alarm on a PromQL query.
func onPromQLWith(pending, recovery, interval int) func(*Put) {
	return func(p *Put) {
		*p = Put{
			Name: p.Name, PromQL: &PromQL{Query: "up == 0", Pending: &pending, Recovery: &recovery}, EvaluationInterval: interval,
			AlarmActions: []string{topic}, OKActions: []string{topic},
		}
	}
}

func TestPromQLIsLive(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		v := &vector{}
		l.evaluator.Stop()
		l.service.opts.Vectors = v
		l.start(EvaluatorOptions{Answers: Answers{PromQL: v}})
		l.put(onPromQLWith(20, 30, 10))
		l.is(OK)
		v.set(map[string]float64{"a": 0}, nil)
		l.sleepUntil("00:00:15")
		l.is(OK)
		l.evaluator.Stop() // what is pending is kept
		l.start(EvaluatorOptions{Answers: Answers{PromQL: v}})
		l.sleepUntil("00:00:23")
		l.is(Alarming)
		page, _, err := l.service.Contributors(Key{tenant, "cpu"}, "")
		if err != nil || len(page) != 1 || page[0].Attributes["host"] != "a" || page[0].Transitioned == 0 {
			l.Errorf("contributors %+v, %v", page, err)
		}
		if a := describe(l, l.service, "cpu"); a.Reason != "1 out of 1 time series evaluated to ALARM" {
			l.Error(a.Reason)
		}
		v.set(nil, nil)
		l.sleepUntil("00:00:55")
		l.is(Alarming)
		l.sleepUntil("00:01:03")
		l.is(OK)
		if n := len(deliveries(l, l.service.opts.Catalog)); n != 2 {
			l.Errorf("%d deliveries", n)
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		if got := strings.Join(v.asked[len(v.asked)-3:], " "); got != "00:00:40 00:00:50 00:01:00" {
			l.Errorf("asked at %s", got)
		}
	})
}

// What the query's author must mend is an EVALUATION_ERROR, with the reason.
func TestEvaluationError(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		v := &vector{}
		l.evaluator.Stop()
		l.service.opts.Vectors = v
		l.start(EvaluatorOptions{Answers: Answers{PromQL: v}})
		v.set(nil, fault.New(fault.Validation, "many-to-many matching not allowed"))
		l.put(onPromQLWith(0, 0, 60))
		l.sleepUntil("00:01:06")
		l.evaluation(EvaluationError)
		if a := describe(l, l.service, "cpu"); a.Value != OK || a.Reason != "many-to-many matching not allowed" {
			l.Errorf("%s: %s", a.Value, a.Reason)
		}
		v.set(nil, errors.New("disk is away"))
		l.sleepUntil("00:02:06")
		l.evaluation(EvaluationFailure)
		v.set(map[string]float64{"a": 1, "b": 1}, nil)
		l.sleepUntil("00:03:06")
		l.evaluation("")
		l.is(Alarming)
	})
}

// Contributors go with their alarm, and with a definition that has none.
func TestContributorsGo(t *testing.T) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		v := &vector{hosts: map[string]float64{"a": 1}}
		l.evaluator.Stop()
		l.service.opts.Vectors = v
		l.start(EvaluatorOptions{Answers: Answers{PromQL: v}})
		for _, end := range []func(){
			func() { l.put(nil) },
			func() {
				if err := l.service.Delete(l.Context(), tenant, []string{"cpu"}, time.Now()); err != nil {
					l.Fatal(err)
				}
			},
		} {
			l.put(onPromQLWith(0, 0, 10))
			time.Sleep(15 * time.Second)
			synctest.Wait()
			l.is(Alarming)
			end()
			time.Sleep(15 * time.Second)
			synctest.Wait()
			n := 0
			_ = l.service.opts.Catalog.View(func(r catalog.Reader) error {
				return contributors.Scan(r, catalog.Range{}, func([]string, Contributor) (bool, error) {
					n++
					return true, nil
				})
			})
			if n != 0 {
				l.Errorf("%d contributors are left", n)
			}
		}
		_, _, err := l.service.Contributors(Key{tenant, "cpu"}, "")
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.NotFound {
			l.Errorf("contributors of no alarm: %v", err)
		}
	})
}

func TestPromQLMustGiveAVector(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	p := cpu()
	onPromQLWith(0, 0, 60)(p)
	if err := s.Put(t.Context(), tenant, p, time.Now()); err == nil || !strings.Contains(err.Error(), "not supported") {
		t.Errorf("without anybody to answer: %v", err)
	}
	s.opts.Vectors = &vector{}
	p.PromQL.Query = "1"
	if err := s.Put(t.Context(), tenant, p, time.Now()); err == nil || !strings.Contains(err.Error(), "bad query") {
		t.Errorf("a query that gives no vector: %v", err)
	}
}
