package tally_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skywatch/ingest/gather"
	"skywatch/metric"
	"skywatch/targets/scaling"
	"skywatch/targets/scaling/tally"
)

// memory is an ingest.Appender that keeps what it is given.
type memory struct{ lines []string }

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	for _, s := range samples {
		m.lines = append(m.lines, fmt.Sprintf("%s %s %s %v %v", s.Time.Time().Format("15:04"), s.ID.Namespace, s.ID.Name, s.ID.Dimensions, s.Set))
	}
	return nil
}

// A group is read once a minute, and again if it could not be read.
func TestTally(t *testing.T) {
	t.Parallel()
	to, now, trouble := &memory{}, time.Date(2026, 5, 20, 12, 0, 7, 0, time.UTC), errors.New("no catalog")
	web := scaling.GroupName{Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"}, Group: "web"}
	count := 0.0
	c := tally.New(tally.Options{
		Options: gather.Options{To: to}, Now: func() time.Time { return now },
		Readings: func() ([]scaling.Reading, error) {
			count++
			return []scaling.Reading{{GroupName: web, Values: map[string]float64{scaling.GroupTotalInstances: count, scaling.GroupMinSize: 1}}}, trouble
		},
	})
	for _, after := range []time.Duration{0, 0, 2 * time.Second, time.Minute} {
		now = now.Add(after)
		if err := c.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		trouble = nil
	}
	want := []string{
		"12:00 AWS/AutoScaling GroupMinSize [{AutoScalingGroupName web}] {1 1 1 1}",
		"12:00 AWS/AutoScaling GroupTotalInstances [{AutoScalingGroupName web}] {1 2 2 2}",
		"12:01 AWS/AutoScaling GroupMinSize [{AutoScalingGroupName web}] {1 1 1 1}",
		"12:01 AWS/AutoScaling GroupTotalInstances [{AutoScalingGroupName web}] {1 3 3 3}",
	}
	if diff := cmp.Diff(want, to.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
