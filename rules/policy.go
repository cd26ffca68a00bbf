package rules

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"skywatch/internal/arn"
)

// putEvents is the only action that a bus's policy decides here.
const putEvents = "events:PutEvents"

// policy is a resource policy as far as it is asked. A nil policy allows
// nothing.
type policy struct{ statements []statement }

type statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal principal
	Action    texts
	Resource  texts           `json:",omitempty"`
	Condition json.RawMessage `json:",omitempty"`
	// What we do not judge makes a statement that we do not understand.
	NotPrincipal, NotAction, NotResource json.RawMessage `json:",omitempty"`
}

// texts is a JSON string or a list of them.
type texts []string

// UnmarshalJSON reads both forms.
func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// principal holds the AWS principals; "*" is everybody.
type principal []string

// UnmarshalJSON reads "*" and {"AWS": ...}; services are not callers here.
func (p *principal) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*p = principal{one}
		return nil
	}
	var of struct{ AWS texts }
	if err := json.Unmarshal(b, &of); err != nil {
		return err
	}
	*p = principal(of.AWS)
	return nil
}

// document is a policy's outer form; Statement may be one object or a list.
type document struct {
	Version   string
	Statement []json.RawMessage
}

func parseDocument(text string) (document, error) {
	var d struct {
		Version   string
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return document{}, fmt.Errorf("read policy: %w", err)
	}
	out := document{Version: d.Version}
	if json.Unmarshal(d.Statement, &out.Statement) != nil {
		out.Statement = []json.RawMessage{d.Statement}
	}
	return out, nil
}

func parsePolicy(text string) (*policy, error) {
	if text == "" {
		return nil, nil
	}
	d, err := parseDocument(text)
	if err != nil {
		return nil, err
	}
	p := &policy{}
	for _, raw := range d.Statement {
		var s statement
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, fmt.Errorf("read policy statement: %w", err)
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

// allows reports whether the policy lets an account put events on the bus. No
// condition is known to hold: a statement with one allows nothing, and forbids
// as if it held.
func (p *policy) allows(account, bus string) bool {
	if p == nil {
		return false
	}
	allowed := false
	for i := range p.statements {
		s := &p.statements[i]
		odd := s.NotPrincipal != nil || s.NotAction != nil || s.NotResource != nil
		named := s.Principal.names(account) && anyLike(s.Action, putEvents) && (len(s.Resource) == 0 || anyLike(s.Resource, bus))
		switch {
		case s.Effect == "Deny" && (named || odd):
			return false
		case s.Effect == "Allow" && named && !odd && s.Condition == nil:
			allowed = true
		}
	}
	return allowed
}

func (p principal) names(account string) bool {
	for _, who := range p {
		if who == "*" || who == account {
			return true
		}
		// A principal inside an account is not told apart from it.
		if a, err := arn.Parse(who); err == nil && a.Account == account && a.Resource == "root" {
			return true
		}
	}
	return false
}

// anyLike reports whether a text is like one of the patterns, in which * is any
// run and ? any character.
func anyLike(patterns texts, text string) bool {
	for _, p := range patterns {
		p = regexp.QuoteMeta(p)
		p = strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(p)
		if like, err := regexp.MatchString("^(?s:"+p+")$", text); err == nil && like {
			return true
		}
	}
	return false
}
