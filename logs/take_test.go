package logs_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"skywatch/logs"
	"skywatch/targets"
)

func delivery(id, message string) targets.Delivery {
	return targets.Delivery{
		ID: id, Tenant: tenant, Cause: "arn:aws:events:us-east-1:123456789012:rule/r", Target: group.ARN(), Message: message, Created: noon,
	}
}

// taken is what is in the only stream of the group.
func (r *rig) taken() []logs.Event {
	r.t.Helper()
	all, _, err := r.Streams(logs.StreamListing{GroupName: group, Limit: 50})
	r.ok(err)
	if len(all) != 1 || uuid.Validate(all[0].Stream) != nil {
		r.t.Fatalf("%+v", all)
	}
	p, err := r.Events(logs.Reading{StreamName: all[0].StreamName})
	r.ok(err)
	return p.Events
}

func TestWhatADeliverySays(t *testing.T) {
	t.Parallel()
	hour := noon.Add(-time.Hour)
	for message, want := range map[string]logs.Event{
		`plain`:   {Time: noon, Message: `plain`},
		`"text"`:  {Time: noon, Message: `"text"`},
		`{"a":1}`: {Time: noon, Message: `{"a":1}`},
		`{"timestamp":1772362800000,"message":"m"}`:          {Time: hour, Message: "m"},
		`{"timestamp":"1772362800000","message":{"a": 1}}`:   {Time: hour, Message: `{"a": 1}`},
		`{"timestamp":"2026-03-01T11:00:00Z","message":"m"}`: {Time: hour, Message: "m"},
		`{"timestamp":"soon","message":"m"}`:                 {Time: noon, Message: `{"timestamp":"soon","message":"m"}`},
		`{"timestamp":1,"message":"m","more":2}`:             {Time: noon, Message: `{"timestamp":1,"message":"m","more":2}`},
		`{"detail-type":"t","time":"2026-03-01T11:00:00Z"}`:  {Time: hour, Message: `{"detail-type":"t","time":"2026-03-01T11:00:00Z"}`},
	} {
		r := fresh(t)
		// Twice, and again: it is there once.
		for range 2 {
			d := delivery("1", message)
			if errs := r.Take(t.Context(), []targets.Delivery{d, d}); errors.Join(errs...) != nil {
				t.Errorf("%s: %v", message, errs)
			}
		}
		got := r.taken()
		if len(got) != 1 || !got[0].Time.Equal(want.Time) || got[0].Message != want.Message {
			t.Errorf("%s: %+v", message, got)
		}
	}
}

func TestDeliveriesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	r := fresh(t)
	away := delivery("1", "m")
	away.Target = group.ARN() + "x:*"
	odd := delivery("2", "m")
	odd.Target = "arn:aws:logs:us-east-1:123456789012:destination:d"
	old := delivery("3", `{"timestamp":1,"message":"m"}`)
	errs := r.Take(t.Context(), []targets.Delivery{away, odd, old, delivery("4", "good")})
	if fmt.Sprint(errs[0]) != "The specified log group does not exist." || errs[1] == nil || errs[2] == nil || errs[3] != nil {
		t.Errorf("%v", errs)
	}
	if got := r.taken(); said(got) != "good" {
		t.Errorf("%+v", got)
	}
}

// What functions write makes its group and stream; the order is kept.
func TestAppend(t *testing.T) {
	t.Parallel()
	r := fresh(t)
	n := logs.StreamName{GroupName: logs.GroupName{Tenant: tenant, Group: "/aws/lambda/f"}, Stream: "2026/03/01/[$LATEST]1"}
	r.ok(r.Append(t.Context(), n, nil))
	for range 2 {
		r.ok(r.Append(t.Context(), n, []logs.Event{at(0, "b"), at(0, "a")}))
	}
	p, err := r.Events(logs.Reading{StreamName: n})
	if said(p.Events) != "b a b a" || err != nil {
		t.Errorf("%q %v", said(p.Events), err)
	}
}
