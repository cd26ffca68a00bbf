package notice

import (
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode"
)

// Kind is what a notice is of.
type Kind string

// The kinds.
const (
	OfAlarm Kind = "alarm"
	OfEvent Kind = "event"
	OfText  Kind = "text"
)

// Severity says how bad it is, in the words of PagerDuty's common event format.
type Severity string

// The severities that are given.
const (
	Critical Severity = "critical"
	Warning  Severity = "warning"
	Notable  Severity = "info"
)

// Message is what is delivered.
type Message struct {
	// ID is the delivery's: the key of what has no other.
	ID string
	// Cause is the ARN of what made it.
	Cause string
	// Subject is empty where the cause gives none.
	Subject, Body string
	At            time.Time
}

// Notice is a message as people read it.
type Notice struct {
	Kind Kind
	ID   string
	// Title is one line, never empty; Text are the words below it: an alarm's
	// reason, an event's detail, a text as it is.
	Title, Text string
	Severity    Severity
	// Source is who it is about: an alarm's ARN, an event's source, a topic's
	// ARN. Key is the same for all that is about one thing.
	Source, Key string
	// Time is RFC 3339 in UTC.
	Time   string
	Fields []Field
	// Subject and Message are as they were sent, out of the envelope of the
	// Topic where they came in one. Body is Message as JSON, nil where it is not.
	Subject, Message, Topic string
	Body                    any
	// Alarm is of kind OfAlarm, Event of OfEvent and of alarms that came as
	// events.
	Alarm Alarm
	Event Event
}

// Field is something with a name.
type Field struct{ Name, Value string }

// timeForm is RFC 3339 with milliseconds.
const timeForm = "2006-01-02T15:04:05.000Z07:00"

func spell(t time.Time) string { return t.UTC().Format(timeForm) }

// Read reads a message.
func Read(m Message) Notice {
	n := Notice{Kind: OfText, ID: m.ID, Key: m.ID, Source: m.Cause, Severity: Notable, Time: spell(m.At)}
	unwrap(&m, &n)
	n.Subject, n.Message, n.Text, n.Body = m.Subject, m.Body, m.Body, parse(m.Body)
	switch {
	case readAlarm(&n), readEvent(&n):
	default:
		n.Title = n.Subject
	}
	if n.Title = line(n.Title); n.Title == "" {
		n.Title = "Notification from " + line(nameOf(n.Source))
	}
	return n
}

// Instant is the notice's Time.
func (n *Notice) Instant() time.Time {
	t, _ := time.Parse(timeForm, n.Time) // spell wrote it
	return t
}

// unwrap takes a message out of the envelope of a topic (events.md 4.4).
func unwrap(m *Message, n *Notice) {
	var e struct{ Type, MessageID, TopicArn, Subject, Message, Timestamp string }
	if !strings.Contains(m.Body, `"TopicArn"`) || json.Unmarshal([]byte(m.Body), &e) != nil || e.Type != "Notification" || e.TopicArn == "" {
		return
	}
	m.Subject, m.Body = e.Subject, e.Message
	n.Topic, n.Source = e.TopicArn, e.TopicArn
	if e.MessageID != "" {
		n.Key = e.MessageID
	}
	if at, err := time.Parse(time.RFC3339, e.Timestamp); err == nil {
		n.Time = spell(at)
	}
}

// parse reads JSON, numbers as they are spelled; nil for what is none.
func parse(text string) (v any) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil
	}
	if _, err := d.Token(); err != io.EOF {
		return nil
	}
	return v
}

// line makes any text one line.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.TrimSpace(s)
}

// nameOf is the last part of an ARN.
func nameOf(arn string) string {
	if arn == "" {
		return "Skywatch"
	}
	return arn[strings.LastIndexAny(arn, ":/")+1:]
}
