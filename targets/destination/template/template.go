package template

import (
	"mime"
	"strings"

	"skywatch/internal/fault"
	"skywatch/targets/notice"
)

// Kind is a kind of template.
type Kind string

// The kinds.
const (
	Slack     Kind = "slack"
	Teams     Kind = "teams"
	PagerDuty Kind = "pagerduty"
	Text      Kind = "text"
)

const (
	jsonType  = "application/json; charset=utf-8"
	plainType = "text/plain; charset=utf-8"
)

// Spec defines a template.
type Spec struct {
	Kind Kind
	// Body and ContentType are of Text: a text/template, empty for the notice's
	// title and text; and what it writes, empty for plain text.
	Body, ContentType string
	// RoutingKey is of PagerDuty; empty where the connection adds it.
	RoutingKey string
}

// Template is a template ready for use, and safe for concurrent use.
type Template struct {
	// ContentType is that of the bodies.
	ContentType string
	render      func(*notice.Notice) ([]byte, error)
}

// Check compiles a spec and tries it on a notice of each kind, so that what fails
// on one is refused when it is set, and does not cost an alarm later.
func Check(s Spec) error {
	t, err := Compile(s)
	if err != nil {
		return err
	}
	for _, m := range samples {
		n := notice.Read(m)
		if _, err := t.render(&n); err != nil {
			return invalid("Body does not do for a notice of kind %s: %v. (get finds what a message may not have.)", n.Kind, err)
		}
	}
	return nil
}

// Render makes the body for a notice. Its error is one of the message and the
// template: no other attempt would fare better.
func (t *Template) Render(n *notice.Notice) ([]byte, error) { return t.render(n) }

// Compile makes a spec ready.
func Compile(s Spec) (*Template, error) {
	if s.Kind != Text && s.Body+s.ContentType != "" {
		return nil, invalid("Only a template of Kind text has a Body and a ContentType.")
	}
	if s.Kind != PagerDuty && s.RoutingKey != "" {
		return nil, invalid("Only a template of Kind pagerduty has a RoutingKey.")
	}
	switch s.Kind {
	case Slack:
		return &Template{jsonType, slack}, nil
	case Teams:
		return &Template{jsonType, teams}, nil
	case PagerDuty:
		return pagerDuty(s.RoutingKey)
	case Text:
		return compileText(&s)
	}
	return nil, invalid("Kind must be slack, teams, pagerduty or text.")
}

// compileText makes a template of Kind Text.
func compileText(s *Spec) (*Template, error) {
	t := &Template{ContentType: s.ContentType}
	if t.ContentType == "" {
		t.ContentType = plainType
	}
	kind, _, err := mime.ParseMediaType(t.ContentType)
	if err != nil || strings.ContainsFunc(t.ContentType, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, invalid("ContentType is none.")
	}
	if s.Body == "" {
		if s.ContentType != "" {
			return nil, invalid("A ContentType needs a Body.")
		}
		t.render = plain
		return t, nil
	}
	o, err := parseOwn(s.Body, kind == "application/json" || strings.HasSuffix(kind, "+json"))
	if err != nil {
		return nil, err
	}
	t.render = o.render
	return t, nil
}

// plain is a notice for people.
func plain(n *notice.Notice) ([]byte, error) {
	text := n.Title + "\n\n" + n.Text + "\n"
	if n.Kind == notice.OfAlarm {
		text += "\n"
		for _, f := range n.Fields {
			text += f.Name + ": " + f.Value + "\n"
		}
	}
	return []byte(text), nil
}

func invalid(format string, args ...any) error { return fault.New(fault.Validation, format, args...) }
