package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/internal/fault"
)

// maxPolicy is the longest policy of a bus, in characters (user guide,
// "Quotas").
const maxPolicy = 10240

// Permission is one statement of a bus's policy, as PutPermission takes it.
type Permission struct {
	Action, Principal, StatementID string
	Condition                      *Condition
}

// Condition narrows a permission.
type Condition struct{ Type, Key, Value string }

var twelveDigits = regexp.MustCompile(`^\d{12}$`)

func (p *Permission) check() error {
	wrong := func(param string) error {
		return fault.New(fault.Validation, "Parameter %s is not valid.", param).On(param) // wording (inferred)
	}
	switch {
	case p.Action != putEvents:
		return wrong("Action")
	case p.Principal != "*" && !twelveDigits.MatchString(p.Principal):
		return wrong("Principal")
	case p.StatementID == "":
		return wrong("StatementId")
	}
	return nil
}

// granted is a statement in the form in which the service keeps it.
type granted struct {
	Sid       string
	Effect    string
	Principal any
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

func (p *Permission) statement(bus BusName) granted {
	g := granted{Sid: p.StatementID, Effect: "Allow", Principal: "*", Action: p.Action, Resource: bus.ARN()}
	if p.Principal != "*" {
		g.Principal = map[string]string{"AWS": arn.New("iam", "", p.Principal, "root").String()}
	}
	if c := p.Condition; c != nil {
		g.Condition = map[string]map[string]string{c.Type: {c.Key: c.Value}}
	}
	return g
}

// SetPolicy gives a bus a policy in the place of the one it has.
func (s *Service) SetPolicy(ctx context.Context, n BusName, text string) error {
	if _, err := parsePolicy(text); err != nil {
		return &fault.Error{Kind: fault.Validation, Param: "Policy", Message: "Parameter Policy is not valid.", Err: err} // wording (inferred)
	}
	return s.rewrite(ctx, n, func(string) (string, error) { return text, nil })
}

// Permit adds a statement to a bus's policy, in the place of the one with its
// Sid.
func (s *Service) Permit(ctx context.Context, n BusName, p Permission) error {
	if err := p.check(); err != nil {
		return err
	}
	statement, err := json.Marshal(p.statement(n))
	if err != nil {
		return err
	}
	return s.rewrite(ctx, n, func(old string) (string, error) {
		d, _, err := without(old, p.StatementID)
		if err != nil {
			return "", err
		}
		d.Statement = append(d.Statement, statement)
		return d.text()
	})
}

// Forbid takes the statement with a Sid from a bus's policy.
func (s *Service) Forbid(ctx context.Context, n BusName, sid string) error {
	return s.rewrite(ctx, n, func(old string) (string, error) {
		d, found, err := without(old, sid)
		if err != nil {
			return "", err
		}
		if !found {
			return "", fault.New(fault.NotFound, "Statement with the provided id does not exist.")
		}
		return d.text()
	})
}

// without returns a policy but for the statement with a Sid.
func without(text, sid string) (d document, found bool, err error) {
	if text == "" {
		return document{Version: "2012-10-17"}, false, nil
	}
	all, err := parseDocument(text)
	d.Version = all.Version
	for _, raw := range all.Statement {
		var s struct{ Sid string }
		if err := json.Unmarshal(raw, &s); err != nil {
			return d, false, fmt.Errorf("read policy statement: %w", err)
		}
		if s.Sid == sid {
			found = true
			continue
		}
		d.Statement = append(d.Statement, raw)
	}
	return d, found, err
}

// text writes the policy; one without statements is none.
func (d document) text() (string, error) {
	if len(d.Statement) == 0 {
		return "", nil
	}
	b, err := json.Marshal(d)
	return string(b), err
}

func (s *Service) rewrite(ctx context.Context, n BusName, fn func(old string) (string, error)) error {
	return s.changeBus(ctx, n, func(tx *catalog.Tx) error {
		b, err := getBus(tx, n)
		if err != nil {
			return err
		}
		if b.Policy, err = fn(b.Policy); err != nil {
			return err
		}
		if len(b.Policy) > maxPolicy {
			f := fault.New(fault.LimitExceeded, "The event bus policy is longer than %d characters.", maxPolicy) // wording (inferred)
			f.Subject = "policy"
			return f
		}
		return s.putBus(tx, &b)
	})
}
