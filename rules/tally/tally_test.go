package tally_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"skywatch/metric"
	"skywatch/rules"
	"skywatch/rules/tally"
	"skywatch/targets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func rule(bus, name string) rules.RuleName {
	return rules.RuleName{BusName: rules.BusName{Tenant: tenant, Bus: bus}, Rule: name}
}

// memory is an ingest.Appender that keeps what it is given.
type memory struct {
	mu      sync.Mutex
	err     error
	samples []metric.Sample
	calls   int
}

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	if m.err != nil {
		return m.err
	}
	for i := range samples {
		if samples[i].ID.Tenant != samples[0].ID.Tenant {
			return errors.New("samples of two tenants")
		}
	}
	m.samples = append(m.samples, slices.Clone(samples)...)
	return nil
}

// lines are the samples as text, sorted.
func (m *memory) lines() (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.samples {
		text := s.Time.Time().Format("15:04") + " " + s.ID.Name
		for _, d := range s.ID.Dimensions {
			text += " " + d.Name + "=" + d.Value
		}
		if s.ID.Account != tenant.Account {
			text += " account=" + s.ID.Account
		}
		out = append(out, fmt.Sprintf("%s: %g samples, sum %g %s", text, s.Set.SampleCount, s.Set.Sum, s.Unit))
	}
	slices.Sort(out)
	return out
}

// sum adds up a metric with exactly the dimensions given (NAME=VALUE).
func (m *memory) sum(name string, dims ...string) (total float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.samples {
		var have []string
		for _, d := range s.ID.Dimensions {
			have = append(have, d.Name+"="+d.Value)
		}
		if s.ID.Name == name && slices.Equal(have, dims) {
			total += s.Set.Sum
		}
	}
	return total
}

var noon = time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC)

// routed is an event that rules of a bus matched, each with two targets.
func routed(bus string, at time.Time, names ...string) rules.Routed {
	r := rules.Routed{Bus: rules.BusName{Tenant: tenant, Bus: bus}, At: at}
	for _, name := range names {
		n := rule(bus, name)
		r.Rules = append(r.Rules, rules.Matched{RuleName: n, ARN: n.ARN(), Targets: 2})
	}
	return r
}

// attempt is a rule's delivery after an attempt that began and took so long
// after the event.
func attempt(n rules.RuleName, number int, after, took time.Duration) *targets.Delivery {
	return &targets.Delivery{
		Cause: n.ARN(), Kind: rules.DeliveryKind, Created: noon, Attempts: number,
		Tried: []targets.Attempt{{Number: number, At: noon.Add(after), Took: took.Milliseconds()}},
	}
}

func TestEachMetricHasItsDimensions(t *testing.T) {
	t.Parallel()
	to := &memory{}
	c := tally.New(tally.Options{To: to})
	c.Routed(routed("default", noon, "a", "b"))
	c.Routed(routed("default", noon.Add(time.Minute), "a"))
	c.Routed(routed("shop", noon, "a"))
	c.Routed(routed("shop", noon)) // no rule matched
	c.Attempted(attempt(rule("default", "a"), 1, time.Second, 250*time.Millisecond), nil)
	c.Attempted(attempt(rule("shop", "a"), 1, 0, 10*time.Millisecond), &targets.Failure{Code: targets.Throttling})
	c.Attempted(attempt(rule("shop", "a"), 2, 90*time.Second, 0), nil)
	c.Attempted(&targets.Delivery{Kind: "alarm-action", Tried: []targets.Attempt{{}}}, nil) // no rule's
	c.Attempted(&targets.Delivery{Kind: rules.DeliveryKind}, nil)                           // none was made
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(`
12:00 IngestionToInvocationCompleteLatency EventBusName=default RuleName=a: 1 samples, sum 1250 Milliseconds
12:00 IngestionToInvocationCompleteLatency EventBusName=default: 1 samples, sum 1250 Milliseconds
12:00 IngestionToInvocationCompleteLatency EventBusName=shop RuleName=a: 1 samples, sum 10 Milliseconds
12:00 IngestionToInvocationCompleteLatency EventBusName=shop: 1 samples, sum 10 Milliseconds
12:00 IngestionToInvocationCompleteLatency RuleName=a: 1 samples, sum 1250 Milliseconds
12:00 IngestionToInvocationCompleteLatency: 2 samples, sum 1260 Milliseconds
12:00 IngestionToInvocationStartLatency EventBusName=default RuleName=a: 1 samples, sum 1000 Milliseconds
12:00 IngestionToInvocationStartLatency EventBusName=default: 1 samples, sum 1000 Milliseconds
12:00 IngestionToInvocationStartLatency EventBusName=shop RuleName=a: 1 samples, sum 0 Milliseconds
12:00 IngestionToInvocationStartLatency EventBusName=shop: 1 samples, sum 0 Milliseconds
12:00 IngestionToInvocationStartLatency RuleName=a: 1 samples, sum 1000 Milliseconds
12:00 IngestionToInvocationStartLatency: 2 samples, sum 1000 Milliseconds
12:00 IngestionToInvocationSuccessLatency EventBusName=default RuleName=a: 1 samples, sum 1250 Milliseconds
12:00 IngestionToInvocationSuccessLatency EventBusName=default: 1 samples, sum 1250 Milliseconds
12:00 IngestionToInvocationSuccessLatency RuleName=a: 1 samples, sum 1250 Milliseconds
12:00 IngestionToInvocationSuccessLatency: 1 samples, sum 1250 Milliseconds
12:00 InvocationAttempts EventBusName=default RuleName=a: 1 samples, sum 1 Count
12:00 InvocationAttempts EventBusName=default: 1 samples, sum 1 Count
12:00 InvocationAttempts EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:00 InvocationAttempts EventBusName=shop: 1 samples, sum 1 Count
12:00 InvocationAttempts RuleName=a: 1 samples, sum 1 Count
12:00 InvocationAttempts: 2 samples, sum 2 Count
12:00 InvocationsCreated: 2 samples, sum 6 Count
12:00 MatchedEvents EventBusName=default: 1 samples, sum 1 Count
12:00 MatchedEvents EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:00 MatchedEvents EventBusName=shop: 1 samples, sum 1 Count
12:00 MatchedEvents RuleName=a: 1 samples, sum 1 Count
12:00 MatchedEvents RuleName=b: 1 samples, sum 1 Count
12:00 SuccessfulInvocationAttempts EventBusName=default RuleName=a: 1 samples, sum 1 Count
12:00 SuccessfulInvocationAttempts EventBusName=default: 1 samples, sum 1 Count
12:00 SuccessfulInvocationAttempts RuleName=a: 1 samples, sum 1 Count
12:00 SuccessfulInvocationAttempts: 1 samples, sum 1 Count
12:00 ThrottledRules EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:00 ThrottledRules EventBusName=shop: 1 samples, sum 1 Count
12:00 ThrottledRules: 1 samples, sum 1 Count
12:00 TriggeredRules EventBusName=default: 2 samples, sum 2 Count
12:00 TriggeredRules EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:00 TriggeredRules EventBusName=shop: 1 samples, sum 1 Count
12:00 TriggeredRules RuleName=a: 1 samples, sum 1 Count
12:00 TriggeredRules RuleName=b: 1 samples, sum 1 Count
12:00 TriggeredRules: 3 samples, sum 3 Count
12:01 IngestionToInvocationSuccessLatency EventBusName=shop RuleName=a: 1 samples, sum 90000 Milliseconds
12:01 IngestionToInvocationSuccessLatency EventBusName=shop: 1 samples, sum 90000 Milliseconds
12:01 IngestionToInvocationSuccessLatency: 1 samples, sum 90000 Milliseconds
12:01 InvocationAttempts EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:01 InvocationAttempts EventBusName=shop: 1 samples, sum 1 Count
12:01 InvocationAttempts: 1 samples, sum 1 Count
12:01 InvocationsCreated: 1 samples, sum 2 Count
12:01 MatchedEvents EventBusName=default: 1 samples, sum 1 Count
12:01 MatchedEvents RuleName=a: 1 samples, sum 1 Count
12:01 RetryInvocationAttempts EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:01 RetryInvocationAttempts EventBusName=shop: 1 samples, sum 1 Count
12:01 RetryInvocationAttempts: 1 samples, sum 1 Count
12:01 SuccessfulInvocationAttempts EventBusName=shop RuleName=a: 1 samples, sum 1 Count
12:01 SuccessfulInvocationAttempts EventBusName=shop: 1 samples, sum 1 Count
12:01 SuccessfulInvocationAttempts: 1 samples, sum 1 Count
12:01 TriggeredRules EventBusName=default: 1 samples, sum 1 Count
12:01 TriggeredRules RuleName=a: 1 samples, sum 1 Count
12:01 TriggeredRules: 1 samples, sum 1 Count
`), "\n")
	slices.Sort(want)
	if diff := cmp.Diff(want, to.lines()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A PutEvents counts in the account of its caller, also where its events go to
// another's bus.
func TestPutEventsAreCounted(t *testing.T) {
	t.Parallel()
	to := &memory{}
	c := tally.New(tally.Options{To: to})
	for i, p := range []rules.Put{{Entries: 10, Failed: 3, Bytes: 4000}, {Entries: 1, Bytes: 100}, {Entries: 2, Failed: 2, Err: errors.New("too large")}} {
		p.Tenant, p.At, p.Took = metric.Tenant{Account: "999999999999", Region: "eu-west-1"}, noon, time.Duration(i)*time.Millisecond
		c.Put(p)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"12:00 PutEventsApproximateCallCount account=999999999999: 3 samples, sum 3 Count",
		"12:00 PutEventsApproximateFailedCount account=999999999999: 1 samples, sum 1 Count",
		"12:00 PutEventsApproximateSuccessCount account=999999999999: 2 samples, sum 2 Count",
		"12:00 PutEventsEntriesCount account=999999999999: 3 samples, sum 13 Count",
		"12:00 PutEventsFailedEntriesCount account=999999999999: 3 samples, sum 5 Count",
		"12:00 PutEventsLatency account=999999999999: 3 samples, sum 3 Milliseconds",
		"12:00 PutEventsRequestSize account=999999999999: 3 samples, sum 4100 Bytes",
	}
	if diff := cmp.Diff(want, to.lines()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Percentiles of latencies are those of the values.
func TestLatenciesHavePercentiles(t *testing.T) {
	t.Parallel()
	to := &memory{}
	c := tally.New(tally.Options{To: to})
	for i := 1; i <= 100; i++ {
		c.Attempted(attempt(rule("default", "a"), 1, time.Duration(i)*time.Millisecond, 0), nil)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range to.samples {
		if s.ID.Name != "IngestionToInvocationStartLatency" {
			continue
		}
		for text, want := range map[string]float64{"p50": 50, "p90": 90, "p99": 99, "Maximum": 100} {
			stat, _ := metric.ParseStatistic(text)
			got, ok := stat.Of(s.Datapoint(metric.Minute))
			if !ok || got < want-1 || got > want+1 {
				t.Errorf("%v %s is %v, want %v", s.ID.Dimensions, text, got, want)
			}
		}
	}
}

// Values that come often weigh as much.
func TestLatenciesAreWeighted(t *testing.T) {
	t.Parallel()
	to := &memory{}
	c := tally.New(tally.Options{To: to})
	for i := range 100 {
		took := time.Millisecond
		if i%10 == 0 {
			took = time.Second
		}
		c.Put(rules.Put{Tenant: tenant, At: noon, Took: took})
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range to.samples {
		if s.ID.Name != "PutEventsLatency" {
			continue
		}
		for text, want := range map[string]float64{"p80": 1, "p99": 1000, "SampleCount": 100} {
			stat, _ := metric.ParseStatistic(text)
			if got, ok := stat.Of(s.Datapoint(metric.Minute)); !ok || got != want {
				t.Errorf("%s is %v, want %v", text, got, want)
			}
		}
	}
}

// What cannot be written is written later, once.
func TestNothingIsLostByAFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	to := &memory{err: broken}
	c := tally.New(tally.Options{To: to})
	for i := range 5 {
		c.Routed(routed("default", noon, "a"))
		if err := c.Flush(t.Context()); !errors.Is(err, broken) {
			t.Fatalf("flush %d: %v", i, err)
		}
	}
	to.mu.Lock()
	to.err = nil
	to.mu.Unlock()
	for range 2 {
		if err := c.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := to.sum("TriggeredRules", "RuleName=a"); got != 5 {
		t.Errorf("%v are written, want 5", got)
	}
}

// While nothing can be written memory is bounded, and what does not fit is told.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	to := &memory{}
	c := tally.New(tally.Options{To: to})
	const more = 40000 // there are 16 x 2048 places
	for i := range more {
		c.Routed(routed("default", noon, fmt.Sprint("rule-", i)))
	}
	if n := c.Uncounted(); n < more-16*2048 || n > more/2 {
		t.Errorf("%d are not counted", n)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c.Routed(routed("default", noon, "late"))
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := to.sum("TriggeredRules", "RuleName=late"); got != 3 {
		t.Errorf("%v are counted after room was made, want 3", got)
	}
}

func TestRunWritesAndCloseTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to := &memory{}
		c := tally.New(tally.Options{To: to})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- c.Run(ctx) }()
		c.Routed(routed("default", time.Now(), "a"))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := to.sum("TriggeredRules"); got != 1 {
			t.Errorf("after two seconds %v are written, want 1", got)
		}
		calls := to.calls
		time.Sleep(time.Minute)
		synctest.Wait()
		if to.calls != calls {
			t.Error("something is written although nothing happened")
		}
		c.Routed(routed("default", time.Now(), "a"))
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		c.Routed(routed("default", time.Now(), "a"))
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if got := to.sum("TriggeredRules"); got != 3 {
			t.Errorf("after the end %v are written, want 3", got)
		}
	})
}

// Every addition of many goroutines is in exactly one writing.
func TestConcurrentCountsAddUp(t *testing.T) {
	t.Parallel()
	to := &memory{}
	c := tally.New(tally.Options{To: to})
	const workers, each = 8, 500
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := range each {
				n := rule("shop", fmt.Sprint("r", i%7))
				c.Routed(routed("shop", noon, n.Rule))
				c.Attempted(attempt(n, 1, time.Duration(w)*time.Millisecond, 0), nil)
				c.Put(rules.Put{Tenant: tenant, At: noon, Entries: 1})
				if i%50 == 0 {
					if err := c.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"TriggeredRules", "InvocationAttempts", "SuccessfulInvocationAttempts", "PutEventsApproximateCallCount"} {
		if got := to.sum(name); got != workers*each {
			t.Errorf("%s is %v, want %d", name, got, workers*each)
		}
	}
}
