package queue

import (
	"context"
	"regexp"
	"slices"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
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

// AddPermission adds a statement to a queue's policy that lets other accounts
// do something with it. As all policies of queues it is kept and not enforced.
func (s *Service) AddPermission(ctx context.Context, n Name, label string, accounts, actions []string) error {
	st, err := newStatement(n, label, accounts, actions)
	if err != nil {
		return err
	}
	return s.changePolicy(ctx, n, func(p *targets.PolicyDocument) error {
		if p.Has(label) {
			return wrongPolicy("Label", label, "Already exists.")
		}
		if p.Len() == maxPolicyStatements {
			return on("over-limit", fault.New(fault.LimitExceeded, "%d statements were found, maximum allowed is %d.", p.Len()+1, maxPolicyStatements))
		}
		p.Add(st)
		return nil
	})
}

func newStatement(n Name, label string, accounts, actions []string) (st targets.PolicyStatement, err error) {
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
	}
	named := make([]string, 0, len(actions))
	for _, a := range actions {
		if !slices.Contains(sharedActions, a) {
			return st, wrongPolicy("ActionName", "SQS:"+a, "Only the queue owner is allowed to invoke this action.")
		}
		named = append(named, "SQS:"+a)
	}
	return targets.Allow(label, n.ARN(), accounts, named), nil
}

func missing(parameter string) error {
	return fault.New(fault.Missing, "The request must contain the parameter %s.", parameter).On(parameter)
}

// RemovePermission takes the statement with a label out of a queue's policy.
func (s *Service) RemovePermission(ctx context.Context, n Name, label string) error {
	if label == "" {
		return missing("Label")
	}
	return s.changePolicy(ctx, n, func(p *targets.PolicyDocument) error {
		if !p.Has(label) {
			return wrongPolicy("Label", label, "can't find label on existing policy.")
		}
		p.Remove(label)
		return nil
	})
}

// changePolicy reads, changes and writes a queue's policy; one without a
// statement is none (inferred).
func (s *Service) changePolicy(ctx context.Context, n Name, f func(*targets.PolicyDocument) error) error {
	return s.change(ctx, n, func(_ *catalog.Tx, q *record) error {
		p, err := readPolicy(q)
		if err != nil {
			return err
		}
		if err := f(&p); err != nil {
			return err
		}
		q.Modified = s.now()
		q.Settings.Policy, err = p.Text()
		return err
	})
}

func readPolicy(q *record) (targets.PolicyDocument, error) {
	if q.Settings.Policy == "" {
		return targets.NewPolicyDocument(q.ARN() + "/SQSDefaultPolicy"), nil
	}
	p, err := targets.ParsePolicyDocument(q.Settings.Policy)
	if err != nil {
		return p, wrongValue("Policy")
	}
	return p, nil
}
