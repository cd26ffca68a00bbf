package function

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// maxPolicy is the longest policy (Lambda quotas).
const maxPolicy = 20 << 10

// Policy says who may invoke a function, a version or an alias. It is kept and
// shown and not enforced.
type Policy struct {
	Statements []json.RawMessage
	Revision   string
}

// Permission is a statement as AddPermission makes it.
type Permission struct {
	ID, Action, Principal            string
	SourceARN, SourceAccount         string
	EventSourceToken, OrganizationID string
	// URLAuth is the AuthType of the URL that it is for; ViaURL: only through
	// a function URL.
	URLAuth string
	ViaURL  bool
}

type statement struct {
	Sid       string                       `json:"Sid"`
	Effect    string                       `json:"Effect"`
	Principal any                          `json:"Principal"`
	Action    string                       `json:"Action"`
	Resource  string                       `json:"Resource"`
	Condition map[string]map[string]string `json:"Condition,omitempty"`
}

func (p *Permission) statement(resource string) statement {
	st := statement{Sid: p.ID, Effect: "Allow", Action: p.Action, Resource: resource}
	switch {
	case p.Principal == "*":
		st.Principal = "*"
	case strings.Contains(p.Principal, ".") && !strings.HasPrefix(p.Principal, "arn:"):
		st.Principal = map[string]string{"Service": p.Principal}
	case len(p.Principal) == 12 && numbered(p.Principal):
		st.Principal = map[string]string{"AWS": "arn:aws:iam::" + p.Principal + ":root"}
	default:
		st.Principal = map[string]string{"AWS": p.Principal}
	}
	when := func(operator, key, value string) {
		if value == "" {
			return
		}
		if st.Condition == nil {
			st.Condition = map[string]map[string]string{}
		}
		if st.Condition[operator] == nil {
			st.Condition[operator] = map[string]string{}
		}
		st.Condition[operator][key] = value
	}
	when("ArnLike", "AWS:SourceArn", p.SourceARN)
	when("StringEquals", "AWS:SourceAccount", p.SourceAccount)
	when("StringEquals", "lambda:EventSourceToken", p.EventSourceToken)
	when("StringEquals", "aws:PrincipalOrgID", p.OrganizationID)
	when("StringEquals", "lambda:FunctionUrlAuthType", p.URLAuth)
	if p.ViaURL {
		when("Bool", "lambda:InvokedViaFunctionUrl", "true")
	}
	return st
}

// AddPermission adds a statement to a policy, and returns it as JSON.
func (s *Service) AddPermission(ctx context.Context, n Name, qualifier, revision string, p Permission) (text string, err error) {
	b, err := json.Marshal(p.statement(n.Qualified(qualifier)))
	if err != nil {
		return "", err
	}
	return string(b), s.changePolicy(ctx, n, qualifier, revision, func(have *Policy) error {
		if have.find(p.ID) >= 0 { // AWS's words
			return conflict("The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.", p.ID)
		}
		have.Statements = append(have.Statements, b)
		if text := have.text(); len(text) > maxPolicy {
			return &fault.Error{Kind: fault.LimitExceeded, Subject: "policy", Message: "The final policy size is bigger than the limit (20480)."} // AWS's words
		}
		return nil
	})
}

// RemovePermission takes a statement out of a policy.
func (s *Service) RemovePermission(ctx context.Context, n Name, qualifier, revision, id string) error {
	return s.changePolicy(ctx, n, qualifier, revision, func(have *Policy) error {
		i := have.find(id)
		if i < 0 { // AWS's words
			return notFound("Statement %s is not found in resource policy.", id)
		}
		have.Statements = slices.Delete(have.Statements, i, i+1)
		return nil
	})
}

// Policy returns a policy as JSON, and its revision.
func (s *Service) Policy(n Name, qualifier string) (text, revision string, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if err := s.mustBe(r, n, qualifier); err != nil {
			return err
		}
		p, ok, err := policies.Get(r, n.key(qualifier)...)
		if err == nil && !ok {
			err = notFound("The resource you requested does not exist.") // AWS's words
		}
		text, revision = p.text(), p.Revision
		return err
	})
	return text, revision, err
}

func (s *Service) changePolicy(ctx context.Context, n Name, qualifier, revision string, f func(*Policy) error) error {
	if qualifier == Latest { // API reference: permissions apply to the function, a version or an alias
		return invalid("Qualifier", "We currently do not support adding policies for $LATEST.") // AWS's words
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.mustBe(tx, n, qualifier); err != nil {
			return err
		}
		p, _, err := policies.Get(tx, n.key(qualifier)...)
		if err != nil {
			return err
		}
		if err := mustMatch(revision, p.Revision); err != nil {
			return err
		}
		if err := f(&p); err != nil {
			return err
		}
		if len(p.Statements) == 0 {
			return policies.Delete(tx, n.key(qualifier)...)
		}
		p.Revision = uuid.NewString()
		return policies.Put(tx, p, n.key(qualifier)...)
	})
}

// find returns the place of the statement with an id, or -1.
func (p *Policy) find(id string) int {
	return slices.IndexFunc(p.Statements, func(b json.RawMessage) bool {
		var st statement
		return json.Unmarshal(b, &st) == nil && st.Sid == id
	})
}

func (p *Policy) text() string {
	b, err := json.Marshal(struct {
		Version   string            `json:"Version"`
		ID        string            `json:"Id"`
		Statement []json.RawMessage `json:"Statement"`
	}{"2012-10-17", "default", p.Statements})
	if err != nil {
		return "" // statements are JSON: this does not happen
	}
	return string(b)
}
