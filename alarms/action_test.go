package alarms

import (
	"strings"
	"testing"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

const destination = "arn:aws:events:us-east-1:123456789012:api-destination/chat/6f2c1d1e-0000-4000-8000-000000000000"

// An API destination gets an alarm's message as a topic does; the history tells
// what was handed over.
func TestDestinationAsAction(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), func(p *Put) { p.AlarmActions = []string{destination, topic} })
	s.set(t, "cpu", Alarming, at(1))
	all := deliveries(t, s.opts.Catalog)
	if len(all) != 2 {
		t.Fatalf("%d deliveries", len(all))
	}
	var d, other targets.Delivery
	for _, one := range all {
		if one.Target == destination {
			d = one
		} else {
			other = one
		}
	}
	if d.Message != other.Message || d.Subject != other.Subject || d.Shaped || d.Group != "" || d.Kind != ActionKind {
		t.Errorf("%+v\nbeside\n%+v", d, other)
	}
	err := s.opts.Catalog.Update(t.Context(), func(tx *catalog.Tx) error {
		return s.ActionOutcome(tx, targets.Outcome{Delivery: d, At: at(2)})
	})
	if err != nil {
		t.Fatal(err)
	}
	items := history(t, s, HistoryQuery{AlarmName: "cpu", Type: Action})
	if len(items) != 1 || items[0].Summary != "Successfully executed action "+destination || !strings.Contains(items[0].Data, `"publishedMessage":`+encode(d.Message)) {
		t.Errorf("history %+v", items)
	}
}

// A FIFO topic gets an alarm's messages in one group, each under an id of its own.
func TestFifoTopicAsAction(t *testing.T) {
	t.Parallel()
	const fifo = topic + ".fifo"
	for _, name := range []string{"cpu", "with spaces", strings.Repeat("x", 200)} {
		s := newTestService(t)
		put(t, s, at(0), func(p *Put) { p.Name, p.AlarmActions, p.OKActions = name, []string{fifo, fifo}, []string{fifo} })
		s.set(t, name, Alarming, at(1))
		s.set(t, name, OK, at(2))
		all := deliveries(t, s.opts.Catalog)
		ids := map[string]bool{}
		for _, d := range all {
			ids[d.Deduplication] = true
			if d.Group != all[0].Group || d.Deduplication != d.ID {
				t.Errorf("%s: %+v", name, d)
			}
		}
		if len(all) != 3 || len(ids) != 3 {
			t.Errorf("%s: %d deliveries, %d ids", name, len(all), len(ids))
		}
		// A name that cannot stand in a group gives way to a digest.
		digest := len(all[0].Group) == 64 && strings.Trim(all[0].Group, "0123456789abcdef") == ""
		if got := all[0].Group; name == "cpu" && got != "arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu" || name != "cpu" && !digest {
			t.Errorf("%s: group %q", name, got)
		}
	}
}

func TestActionARNs(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]string{
		destination:     "",
		topic + ".fifo": "",
		strings.Replace(destination, "us-east-1", "eu-west-1", 1):    "Invalid arn syntax: ",
		"arn:aws:events:us-east-1:123456789012:rule/r":               "Invalid arn syntax: ",
		"arn:aws:events:us-east-1:123456789012:api-destination/chat": "Invalid arn syntax: ",
		"arn:aws:events:us-east-1::api-destination/chat/x":           "Invalid arn syntax: ",
		topic + " b": "Invalid arn syntax: ",
		// Groups and policies may have spaces in their names.
		"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:6f2c1d1e:autoScalingGroupName/my group:policyName/scale out":  "",
		"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:6f2c1d1e:autoScalingGroupName/my group:policyName/scale\nout": "Invalid arn syntax: ",
	} {
		if want != "" {
			want += arn
		}
		got := ""
		if err := checkAction(arn, "us-east-1"); err != nil {
			got = fault.Of(err).Message
		}
		if got != want {
			t.Errorf("%s: %q", arn, got)
		}
	}
}
