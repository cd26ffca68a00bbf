package template

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"unicode/utf8"

	"skywatch/targets/notice"
)

// Limits of PagerDuty's Events API v2 ("Send an Alert Event"), in characters; an
// event has at most 512 KB, which those of ours below keep far away.
const (
	pagerSummary = 1024
	pagerKey     = 255
	pagerSource  = 1024 // ours
	pagerDetail  = 4000 // ours
)

// routingKey is the form of an integration key.
var routingKey = regexp.MustCompile(`^[0-9A-Za-z]{32}$`)

type (
	pagerEvent struct {
		RoutingKey string        `json:"routing_key,omitempty"`
		Action     string        `json:"event_action"`
		Key        string        `json:"dedup_key"`
		Payload    *pagerPayload `json:"payload,omitempty"`
		Client     string        `json:"client,omitempty"`
	}
	pagerPayload struct {
		Summary   string            `json:"summary"`
		Source    string            `json:"source"`
		Severity  notice.Severity   `json:"severity"`
		Timestamp string            `json:"timestamp"`
		Component string            `json:"component,omitempty"`
		Group     string            `json:"group,omitempty"`
		Class     string            `json:"class,omitempty"`
		Details   map[string]string `json:"custom_details,omitempty"`
	}
)

func pagerDuty(key string) (*Template, error) {
	if key != "" && !routingKey.MatchString(key) {
		return nil, invalid("RoutingKey must be an integration key of 32 letters and digits.")
	}
	return &Template{jsonType, func(n *notice.Notice) ([]byte, error) {
		e := pagerEventOf(n)
		e.RoutingKey = key
		text, err := compact(e)
		return []byte(text), err
	}}, nil
}

// pagerEventOf: an alarm in ALARM, or without data, triggers; OK resolves what
// the same alarm triggered; everything else triggers under a key of its own.
func pagerEventOf(n *notice.Notice) pagerEvent {
	e := pagerEvent{Action: "trigger", Key: pagerKeyOf(n.Key), Client: "Skywatch"}
	if n.Kind == notice.OfAlarm && n.Alarm.State == notice.InOrder {
		return pagerEvent{Action: "resolve", Key: e.Key} // its other members are of triggers
	}
	p := &pagerPayload{
		Summary: n.Title, Source: shorten(n.Source, pagerSource), Severity: n.Severity, Timestamp: n.Time, Details: map[string]string{},
	}
	switch n.Kind {
	case notice.OfAlarm:
		p.Summary += ": " + n.Text
		p.Component, p.Group, p.Class = shorten(n.Alarm.Metric, pagerSource), shorten(n.Alarm.Namespace, pagerSource), "alarm"
	case notice.OfEvent:
		p.Class = shorten(n.Event.DetailType, pagerSource)
	}
	p.Summary = shorten(p.Summary, pagerSummary)
	if p.Source == "" {
		p.Source = "skywatch"
	}
	for _, f := range n.Fields {
		p.Details[f.Name] = shorten(f.Value, pagerDetail)
	}
	p.Details["Text"] = shorten(n.Text, pagerDetail)
	e.Payload = p
	return e
}

// pagerKeyOf is a notice's key, or the digest of one that is too long.
func pagerKeyOf(key string) string {
	if utf8.RuneCountInString(key) <= pagerKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
