package notice

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Event is an event of EventBridge.
type Event struct {
	ID, Source, DetailType, Account, Region, Time string
	Resources                                     []string
	// Detail is JSON, numbers as they are spelled.
	Detail any
}

// envelope is the event as targets get it.
type envelope struct {
	ID         string
	Source     string
	DetailType string `json:"detail-type"`
	Account    string
	Region     string
	Time       string
	Resources  []string
	Detail     json.RawMessage
}

// readEvent makes n the notice of an event, if its message is one.
func readEvent(n *Notice) bool {
	var e envelope
	if !strings.Contains(n.Message, `"detail-type"`) || json.Unmarshal([]byte(n.Message), &e) != nil || e.DetailType == "" || e.Source == "" || e.ID == "" {
		return false
	}
	n.Event = Event{
		ID: e.ID, Source: e.Source, DetailType: e.DetailType, Account: e.Account, Region: e.Region, Time: e.Time,
		Resources: e.Resources, Detail: parse(string(e.Detail)),
	}
	if at, err := time.Parse(time.RFC3339, e.Time); err == nil {
		n.Time = spell(at)
	}
	if readAlarmEvent(n, &e) {
		return true
	}
	n.Kind, n.Source, n.Key, n.Text = OfEvent, e.Source, e.ID, indented(e.Detail)
	if n.Title = n.Subject; n.Title == "" {
		n.Title = e.DetailType + " from " + e.Source
	}
	for _, f := range []Field{
		{"Source", e.Source},
		{"Detail type", e.DetailType},
		{"Time", n.Time},
		{"Resources", strings.Join(e.Resources, ", ")},
		{"Account", e.Account},
		{"Region", e.Region},
	} {
		if f.Value != "" {
			n.Fields = append(n.Fields, f)
		}
	}
	return true
}

// indented is JSON laid out for people.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

// stateChange is the detail of an alarm's event (cloudwatch.md 14.4).
type stateChange struct {
	AlarmName            string
	State, PreviousState struct{ Value, Reason, Timestamp string }
	Configuration        struct {
		Description string
		Metrics     []struct {
			MetricStat struct {
				Metric struct {
					Namespace, Name string
					Dimensions      map[string]string
				}
				Period     int
				Stat, Unit string
			}
		}
	}
}

// readAlarmEvent makes n the notice of an alarm that came as an event: the same
// key, as it is about the same thing.
func readAlarmEvent(n *Notice, e *envelope) bool {
	var d stateChange
	if e.Source != "aws.cloudwatch" || e.DetailType != "CloudWatch Alarm State Change" || len(e.Resources) == 0 ||
		json.Unmarshal(e.Detail, &d) != nil || d.AlarmName == "" || !state(d.State.Value) {
		return false
	}
	a := Alarm{
		Name: d.AlarmName, ARN: e.Resources[0], Description: d.Configuration.Description, Account: e.Account, Region: e.Region,
		State: d.State.Value, OldState: d.PreviousState.Value, Reason: d.State.Reason,
	}
	if m := d.Configuration.Metrics; len(m) == 1 {
		s := &m[0].MetricStat
		a.Namespace, a.Metric, a.Statistic, a.Unit, a.Period = s.Metric.Namespace, s.Metric.Name, s.Stat, s.Unit, s.Period
		for _, name := range slices.Sorted(maps.Keys(s.Metric.Dimensions)) {
			a.Dimensions = append(a.Dimensions, Field{name, s.Metric.Dimensions[name]})
		}
	}
	n.alarm(a, d.State.Timestamp)
	return true
}
