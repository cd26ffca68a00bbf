package tally_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/ingest/gather"
	"skywatch/logs"
	"skywatch/logs/tally"
	"skywatch/metric"
)

// memory is an ingest.Appender that keeps what it is given.
type memory struct{ lines []string }

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	for _, s := range samples {
		m.lines = append(m.lines, fmt.Sprintf("%s %s %v %v %s", s.Time.Time().Format("15:04"), s.ID.Name, s.ID.Dimensions, s.Set, s.Unit))
	}
	return nil
}

func TestTally(t *testing.T) {
	t.Parallel()
	to, now := &memory{}, time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC)
	c := tally.New(tally.Options{Options: gather.Options{To: to}, Now: func() time.Time { return now }})
	of := metric.Tenant{Account: "123456789012", Region: "us-east-1"}
	g, h := logs.GroupName{Tenant: of, Group: "g"}, logs.GroupName{Tenant: of, Group: "h"}
	c.Incoming(g, 2, 10)
	c.Incoming(h, 1, 5)
	c.Extracted(g, 0, 0)
	c.Extracted(g, 3, 0)
	now = now.Add(time.Minute)
	c.Extracted(h, 0, 1)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(to.lines)
	want := []string{
		"12:00 EMFParsingErrors [{LogGroupName g}] {1 3 3 3} None",
		"12:00 IncomingBytes [] {2 15 5 10} Bytes",
		"12:00 IncomingBytes [{LogGroupName g}] {1 10 10 10} Bytes",
		"12:00 IncomingBytes [{LogGroupName h}] {1 5 5 5} Bytes",
		"12:00 IncomingLogEvents [] {2 3 1 2} None",
		"12:00 IncomingLogEvents [{LogGroupName g}] {1 2 2 2} None",
		"12:00 IncomingLogEvents [{LogGroupName h}] {1 1 1 1} None",
		"12:01 EMFValidationErrors [{LogGroupName h}] {1 1 1 1} None",
	}
	if diff := cmp.Diff(want, to.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
