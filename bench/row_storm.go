package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"golang.org/x/sync/errgroup"
)

// measureStorm has many alarms change at one instant, each with a message through
// a topic to an HTTP endpoint.
func measureStorm(ctx context.Context, b *bench) (figures []figure, err error) {
	r, err := b.startRouter(ctx, "storm")
	if err != nil {
		return nil, err
	}
	defer r.kill()
	defer r.caller.close()
	s := &storm{heard: make([]time.Time, b.scaled(10_000))}
	to, err := receive(s.hear)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	topic, err := r.topic(ctx, "storm", to.url)
	if err != nil {
		return nil, err
	}
	c := cloudwatch.New(cloudwatch.Options{Region: region, BaseEndpoint: &r.url, Credentials: r.topics.Options().Credentials})
	b.progress("storm: %d alarms", len(s.heard))
	if err := s.put(ctx, c, topic); err != nil {
		return nil, err
	}
	begin, err := s.rouse(ctx, c, b.tiny)
	if err != nil {
		return nil, err
	}
	if err := pause(ctx, time.Until(begin.Add(-alarmSettle))); err != nil { // what follows is short, and is what a profile is to show
		return nil, err
	}
	cpu, _, err := b.watch(ctx, r.server, "storm", func() error { return poll(ctx, s.all) })
	if err != nil {
		return nil, err
	}
	m, err := r.metrics(ctx)
	if err != nil {
		return nil, err
	}
	if n := m["skywatch_alarm_transitions_total"]; n < float64(len(s.heard)) {
		return nil, fmt.Errorf("%v transitions of %d alarms", n, len(s.heard))
	}
	slices.SortFunc(s.heard, time.Time.Compare)
	at := func(share float64) float64 {
		return milliseconds(s.heard[int(share*float64(len(s.heard)-1))].Sub(begin))
	}
	return []figure{value(
		fmt.Sprintf("%d alarms change at one instant: from instant + settle to the message at its HTTP endpoint, p99", len(s.heard)),
		at(0.99), "ms", "p99 < 3 s", fmt.Sprintf("p50 %s ms, the last %s ms; %s ms CPU each, history, event and delivery included",
			number(at(0.5)), number(at(1)), number(milliseconds(cpu)/float64(len(s.heard)))),
	)}, nil
}

// storm is when the message of each alarm came first.
type storm struct {
	mu     sync.Mutex
	heard  []time.Time
	n      int
	failed error
}

func (s *storm) hear(_ http.ResponseWriter, req *http.Request) {
	now := time.Now()
	var told struct{ AlarmName, NewStateValue string }
	err := json.NewDecoder(req.Body).Decode(&told)
	i, numberErr := strconv.Atoi(told.AlarmName[strings.LastIndexByte(told.AlarmName, '-')+1:])
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case errors.Join(err, numberErr) != nil || i >= len(s.heard) || told.NewStateValue != "ALARM":
		s.failed = fmt.Errorf("a message of %+v: %w", told, errors.Join(err, numberErr))
	case s.heard[i].IsZero():
		s.heard[i] = now
		s.n++
	}
}

func (s *storm) all() (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n == len(s.heard), s.failed
}

// put makes the alarms, all on one metric.
func (s *storm) put(ctx context.Context, c *cloudwatch.Client, topic string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i := range s.heard {
		g.Go(func() error {
			in := alarmOn("storm", alarmPeriod)
			in.AlarmName, in.AlarmActions = aws.String(fmt.Sprintf("storm-%05d", i)), []string{topic}
			_, err := c.PutMetricAlarm(ctx, in)
			return err
		})
	}
	return g.Wait()
}

// rouse sends what all alarms wait for, early in a period, and returns when that
// has settled. In a hurry it is of a period that has: it is looked at at once.
func (s *storm) rouse(ctx context.Context, c *cloudwatch.Client, hurry bool) (time.Time, error) {
	start := time.Now().Truncate(alarmPeriod).Add(alarmPeriod)
	if hurry {
		start = start.Add(-3 * alarmPeriod)
	}
	if err := pause(ctx, time.Until(start.Add(time.Second))); err != nil {
		return time.Time{}, err
	}
	in := alarmOn("storm", alarmPeriod)
	_, err := c.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: in.Namespace, MetricData: []types.MetricDatum{{
		MetricName: in.MetricName, Value: aws.Float64(1), Timestamp: aws.Time(start.Add(time.Second)), StorageResolution: aws.Int32(1),
	}}})
	return start.Add(alarmPeriod + alarmSettle), err
}
