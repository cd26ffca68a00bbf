package tally_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/metric"
	"skywatch/targets/function"
	"skywatch/targets/function/tally"
)

var noon = time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC)

// memory is an ingest.Appender that keeps what it is given.
type memory struct {
	err   error
	lines []string
}

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	if m.err != nil {
		return m.err
	}
	for _, s := range samples {
		m.lines = append(m.lines, fmt.Sprintf("%s %s %v %v", s.ID.Name, s.Time.Time().Format("15:04"), s.ID.Dimensions, s.Set))
	}
	slices.Sort(m.lines)
	return nil
}

func TestTally(t *testing.T) {
	t.Parallel()
	to := &memory{err: errors.New("the disk is full")}
	c := tally.New(tally.Options{To: to})
	f := function.Name{Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, Function: "f"}
	c.Count(function.Invoked{Name: f, At: noon, Duration: 20 * time.Millisecond, Concurrent: 1, ConcurrentOverAll: 3})
	c.Count(function.Invoked{Name: f, At: noon, Duration: 1500 * time.Microsecond, Failed: true, Concurrent: 2, ConcurrentOverAll: 4})
	c.Count(function.Invoked{Name: f, At: noon, Throttled: true})
	c.Count(function.Invoked{Name: f, At: noon, Circular: true})
	if c.Flush(t.Context()) == nil {
		t.Error("no error")
	}
	to.err = nil
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	var want []string
	for of, concurrent := range map[string]string{"[{FunctionName f}]": "{2 3 1 2}", "[]": "{2 7 3 4}"} {
		want = append(want,
			"Invocations 12:00 "+of+" {2 2 1 1}", "Errors 12:00 "+of+" {2 1 0 1}", "Throttles 12:00 "+of+" {3 1 0 1}",
			"Duration 12:00 "+of+" {2 21.5 1.5 20}", "ConcurrentExecutions 12:00 "+of+" "+concurrent, "RecursiveInvocationsDropped 12:00 "+of+" {1 1 1 1}")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, to.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
