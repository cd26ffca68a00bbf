package targets

import (
	"bytes"
	"encoding/json"
	"slices"
)

// PolicyDocument is the resource policy of a topic or a queue as AddPermission
// and RemovePermission change it: statement by statement, everything else in it
// stays as it is.
type PolicyDocument struct {
	members    map[string]json.RawMessage
	statements []json.RawMessage
}

// ParsePolicyDocument reads a policy; its statements may be a list or one alone.
func ParsePolicyDocument(text string) (p PolicyDocument, err error) {
	if err := json.Unmarshal([]byte(text), &p.members); err != nil {
		return p, err
	}
	all := bytes.TrimSpace(p.members["Statement"])
	switch {
	case len(all) == 0:
	case all[0] == '{':
		p.statements = []json.RawMessage{all}
	default:
		err = json.Unmarshal(all, &p.statements)
	}
	return p, err
}

// NewPolicyDocument returns a policy without a statement.
func NewPolicyDocument(id string) PolicyDocument {
	name, _ := json.Marshal(id) // a string: cannot fail
	return PolicyDocument{members: map[string]json.RawMessage{"Version": json.RawMessage(`"2008-10-17"`), "Id": name}}
}

// Len is the number of statements.
func (p *PolicyDocument) Len() int { return len(p.statements) }

// Has reports whether there is a statement with a label.
func (p *PolicyDocument) Has(label string) bool { return p.find(label) >= 0 }

// Add appends a statement.
func (p *PolicyDocument) Add(s PolicyStatement) {
	b, _ := json.Marshal(s) // strings: cannot fail
	p.statements = append(p.statements, b)
}

// Remove takes the statement with a label away, if there is one.
func (p *PolicyDocument) Remove(label string) {
	if i := p.find(label); i >= 0 {
		p.statements = slices.Delete(p.statements, i, i+1)
	}
}

func (p *PolicyDocument) find(label string) int {
	return slices.IndexFunc(p.statements, func(b json.RawMessage) bool {
		var st struct{ Sid string }
		return json.Unmarshal(b, &st) == nil && st.Sid == label
	})
}

// Text is the policy as JSON; empty where it has no statement.
func (p *PolicyDocument) Text() (string, error) {
	if len(p.statements) == 0 {
		return "", nil
	}
	all, err := json.Marshal(p.statements)
	if err != nil {
		return "", err
	}
	p.members["Statement"] = all
	b, err := json.Marshal(p.members)
	return string(b), err
}

// PolicyStatement is a permission as AddPermission puts it into a policy.
type PolicyStatement struct {
	ID        string     `json:"Sid"`
	Effect    string     `json:"Effect"`
	Principal principals `json:"Principal"`
	Action    oneOrMore  `json:"Action"`
	Resource  string     `json:"Resource"`
}

// Allow is the statement that lets accounts do something with a resource.
func Allow(label, resource string, accounts, actions []string) PolicyStatement {
	s := PolicyStatement{ID: label, Effect: "Allow", Action: actions, Resource: resource}
	for _, a := range accounts {
		s.Principal.AWS = append(s.Principal.AWS, "arn:aws:iam::"+a+":root")
	}
	return s
}

type principals struct {
	AWS oneOrMore `json:"AWS"`
}

// oneOrMore is a list that is a plain text where it has one element.
type oneOrMore []string

// MarshalJSON implements json.Marshaler.
func (o oneOrMore) MarshalJSON() ([]byte, error) {
	if len(o) == 1 {
		return json.Marshal(o[0])
	}
	return json.Marshal([]string(o))
}
