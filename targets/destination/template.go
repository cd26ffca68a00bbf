package destination

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets/destination/template"
)

// Template is how a destination's calls look where their cause has no say. With
// its secrets it exists in memory only: on its way in, and for a call.
type Template struct {
	Kind template.Kind
	// Body and ContentType are of a template of the user's own.
	Body        string `json:",omitempty"`
	ContentType string `json:",omitempty"`
	// RoutingKey is PagerDuty's.
	RoutingKey string `json:"-"`
	// Path are the values of the endpoint's path parameters: the part of a chat's
	// URL that is a secret.
	Path []string `json:"-"`
	// Modified is when it was set.
	Modified time.Time
}

// secrets are sealed as a whole.
type secrets struct {
	RoutingKey string   `json:",omitempty"`
	Path       []string `json:",omitempty"`
}

// storedTemplate is the record of a template. Destination is the ID of the
// destination that it was set for.
type storedTemplate struct {
	Template
	Destination string
	// HasKey and HasPath say which secrets there are.
	HasKey  bool   `json:",omitempty"`
	HasPath int    `json:",omitempty"`
	Sealed  []byte `json:",omitempty"`
}

var templates = catalog.Table[storedTemplate]{Name: "api-destination-templates"} // account, region, name

func (d *Destination) templateBinding() []string {
	return []string{"api-destination-template", d.Account, d.Region, d.Name.Name, d.ID}
}

func (t *Template) spec() template.Spec {
	return template.Spec{Kind: t.Kind, Body: t.Body, ContentType: t.ContentType, RoutingKey: t.RoutingKey}
}

// SetTemplate gives a destination a template, in place of the one that it has.
func (s *Service) SetTemplate(ctx context.Context, n Name, t Template) error {
	if err := template.Check(t.spec()); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		d, err := getDestination(tx, n)
		if err != nil {
			return err
		}
		if err := t.check(tx, &d); err != nil {
			return err
		}
		t.Modified = s.now()
		stored := storedTemplate{Template: t, Destination: d.ID, HasKey: t.RoutingKey != "", HasPath: len(t.Path)}
		if stored.HasKey || stored.HasPath > 0 {
			b, err := json.Marshal(secrets{t.RoutingKey, t.Path})
			if err != nil {
				return fmt.Errorf("encode secrets of the template of %s: %w", n.Name, err)
			}
			stored.Sealed = s.Sealer.Seal(string(b), d.templateBinding()...)
		}
		return templates.Put(tx, stored, n.parts()...)
	})
}

// check holds a template against the destination that it is for.
func (t *Template) check(r catalog.Reader, d *Destination) error {
	if d.Method == http.MethodGet || d.Method == http.MethodHead {
		return fault.New(fault.Validation, "A call with the method %s of this destination has no body for a template to make.", d.Method)
	}
	if len(t.Path) > 0 {
		path, _, _ := strings.Cut(d.Endpoint, "?")
		if _, err := fillPath(path, t.Path); err != nil {
			return fault.New(fault.Validation, "PathParameterValues do not do: %v.", err).On("PathParameterValues")
		}
	}
	if t.Kind != template.PagerDuty || t.RoutingKey != "" {
		return nil
	}
	c, _, err := connectionAt(r, d.Connection)
	if err != nil {
		return err
	}
	if p := c.Auth.Invocation; p != nil {
		for _, one := range p.Body {
			if one.Key == "routing_key" {
				return nil
			}
		}
	}
	return fault.New(fault.Validation, "A template of Kind pagerduty needs a RoutingKey, or a connection with the body parameter routing_key.").On("RoutingKey")
}

// TemplateView is a template without its secrets: that it has them is shown.
type TemplateView struct {
	Template
	HasRoutingKey  bool
	PathParameters int
}

// Template returns the template of a destination.
func (s *Service) Template(n Name) (v TemplateView, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		d, err := getDestination(r, n)
		if err != nil {
			return err
		}
		t, ok, err := templateOf(r, &d)
		if err == nil && !ok {
			err = noTemplate(n.Name)
		}
		v = TemplateView{t.Template, t.HasKey, t.HasPath}
		return err
	})
	return v, err
}

// DeleteTemplate takes a destination's template away: it is called with what is
// delivered again.
func (s *Service) DeleteTemplate(ctx context.Context, n Name) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		d, err := getDestination(tx, n)
		if err != nil {
			return err
		}
		if _, ok, err := templateOf(tx, &d); err != nil || !ok {
			return orElse(err, noTemplate(n.Name))
		}
		return templates.Delete(tx, n.parts()...)
	})
}

func noTemplate(name string) error {
	return fault.New(fault.NotFound, "The api-destination '%s' has no template.", name)
}

// templateOf is the template of that destination, and of no other that had its
// name.
func templateOf(r catalog.Reader, d *Destination) (storedTemplate, bool, error) {
	t, ok, err := templates.Get(r, d.parts()...)
	return t, ok && t.Destination == d.ID, err
}

// open puts a template's secrets into it.
func (t *storedTemplate) open(d *Destination, s Sealer) error {
	if t.Sealed == nil {
		return nil
	}
	text, err := s.Open(t.Sealed, d.templateBinding()...)
	if err != nil {
		return fmt.Errorf("open secrets of the template of %s: %w", d.Name.Name, err)
	}
	var in secrets
	if json.Unmarshal([]byte(text), &in) != nil { // its error might tell a part of them
		return fmt.Errorf("read secrets of the template of %s: not in their form", d.Name.Name)
	}
	t.RoutingKey, t.Path = in.RoutingKey, in.Path
	return nil
}

// Format keeps the secrets out of everything that is printed.
func (t Template) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "template "+string(t.Kind)+" "+hidden)
}

// LogValue keeps them out of log/slog.
func (t Template) LogValue() slog.Value {
	return slog.StringValue("template " + string(t.Kind) + " " + hidden)
}
