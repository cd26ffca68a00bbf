package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// Limits of a queue's policy (SQS developer guide, "quotas related to policies").
const (
	maxPolicyActions    = 7
	maxPolicyPrincipals = 50
	maxPolicyStatements = 20
)

var (
	accountID = regexp.MustCompile(`^[0-9]{12}$`)
	// sharedActions are what the owner may let others do (API reference of
	// AddPermission).
	sharedActions = []string{
		"*", "SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl",
	}
)

// statement is a permission as AddPermission puts it into a policy.
type statement struct {
	ID        string     `json:"Sid"`
	Effect    string     `json:"Effect"`
	Principal principals `json:"Principal"`
	Action    oneOrMore  `json:"Action"`
	Resource  string     `json:"Resource"`
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

// AddPermission adds a statement to a queue's policy that lets other accounts
// do something with it. As all policies of queues it is kept and not enforced.
func (s *Service) AddPermission(ctx context.Context, n Name, label string, accounts, actions []string) error {
	st, err := newStatement(n, label, accounts, actions)
	if err != nil {
		return err
	}
	return s.changePolicy(ctx, n, func(p *policy) error {
		if p.find(label) >= 0 {
			return wrongPolicy("Label", label, "Already exists.")
		}
		if len(p.statements) == maxPolicyStatements {
			return on("over-limit", fault.New(fault.LimitExceeded, "%d statements were found, maximum allowed is %d.", len(p.statements)+1, maxPolicyStatements))
		}
		b, err := json.Marshal(st)
		p.statements = append(p.statements, b)
		return err
	})
}

func newStatement(n Name, label string, accounts, actions []string) (statement, error) {
	st := statement{ID: label, Effect: "Allow", Resource: n.ARN()}
	switch {
	case label == "":
		return st, missing("Label")
	case !batchID.MatchString(label):
		return st, wrongPolicy("Label", label, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.")
	case len(accounts) == 0:
		return st, missing("AWSAccountIds")
	case len(actions) == 0:
		return st, missing("Actions")
	case len(actions) > maxPolicyActions:
		return st, on("over-limit", fault.New(fault.LimitExceeded, "%d Actions were found, maximum allowed is %d.", len(actions), maxPolicyActions))
	case len(accounts) > maxPolicyPrincipals:
		return st, on("over-limit", fault.New(fault.LimitExceeded, "%d Principals were found, maximum allowed is %d.", len(accounts), maxPolicyPrincipals)) // (inferred)
	}
	for _, a := range accounts {
		if !accountID.MatchString(a) {
			return st, wrongPolicy("PrincipalId", "["+a+"]", "Unable to verify.")
		}
		st.Principal.AWS = append(st.Principal.AWS, "arn:aws:iam::"+a+":root")
	}
	for _, a := range actions {
		if !slices.Contains(sharedActions, a) {
			return st, wrongPolicy("ActionName", "SQS:"+a, "Only the queue owner is allowed to invoke this action.")
		}
		st.Action = append(st.Action, "SQS:"+a)
	}
	return st, nil
}

func missing(parameter string) error {
	return fault.New(fault.Missing, "The request must contain the parameter %s.", parameter).On(parameter)
}

// RemovePermission takes the statement with a label out of a queue's policy.
func (s *Service) RemovePermission(ctx context.Context, n Name, label string) error {
	if label == "" {
		return missing("Label")
	}
	return s.changePolicy(ctx, n, func(p *policy) error {
		i := p.find(label)
		if i < 0 {
			return wrongPolicy("Label", label, "can't find label on existing policy.")
		}
		p.statements = slices.Delete(p.statements, i, i+1)
		return nil
	})
}

// changePolicy reads, changes and writes a queue's policy; one without a
// statement is none (inferred).
func (s *Service) changePolicy(ctx context.Context, n Name, f func(*policy) error) error {
	return s.change(ctx, n, func(_ *catalog.Tx, q *record) error {
		p, err := readPolicy(q)
		if err != nil {
			return err
		}
		if err := f(&p); err != nil {
			return err
		}
		q.Modified = s.now()
		q.Settings.Policy, err = p.text()
		return err
	})
}

// policy is a resource policy whose other members stay as they are.
type policy struct {
	members    map[string]json.RawMessage
	statements []json.RawMessage
}

func readPolicy(q *record) (p policy, err error) {
	if q.Settings.Policy == "" {
		p.members = map[string]json.RawMessage{
			"Version": json.RawMessage(`"2008-10-17"`), "Id": json.RawMessage(strconv.Quote(q.ARN() + "/SQSDefaultPolicy")),
		}
		return p, nil
	}
	if err := json.Unmarshal([]byte(q.Settings.Policy), &p.members); err != nil {
		return p, wrongValue("Policy")
	}
	text := bytes.TrimSpace(p.members["Statement"])
	switch {
	case len(text) == 0:
	case text[0] == '{': // one, without its list
		p.statements = []json.RawMessage{text}
	default:
		if err := json.Unmarshal(text, &p.statements); err != nil {
			return p, wrongValue("Policy")
		}
	}
	return p, nil
}

// find returns the place of the statement with a label, or -1.
func (p *policy) find(label string) int {
	return slices.IndexFunc(p.statements, func(b json.RawMessage) bool {
		var st struct{ Sid string }
		return json.Unmarshal(b, &st) == nil && st.Sid == label
	})
}

func (p *policy) text() (string, error) {
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
