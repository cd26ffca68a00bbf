package topic

import (
	"context"
	"regexp"
	"slices"

	"skywatch/targets"
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// sharedActions are what a topic's owner may let others do (SNS developer
// guide, "SNS API permissions").
var sharedActions = []string{
	"*", "AddPermission", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTagsForResource",
	"Publish", "PutDataProtectionPolicy", "Receive", "RemovePermission", "SetTopicAttributes", "Subscribe",
}

// AddPermission adds a statement to a topic's policy that lets other accounts
// do something with it. As all policies of topics it is kept and not enforced.
func (s *Service) AddPermission(ctx context.Context, n Name, label string, accounts, actions []string) error {
	named, err := checkPermission(label, accounts, actions)
	if err != nil {
		return err
	}
	return s.changePolicy(ctx, n, func(p *targets.PolicyDocument) error {
		if p.Has(label) {
			return invalid("Statement already exists").On("Label")
		}
		p.Add(targets.Allow(label, n.ARN(), accounts, named))
		return nil
	})
}

func checkPermission(label string, accounts, actions []string) (named []string, err error) {
	switch {
	case label == "":
		return nil, invalid("Label Reason: no value for required parameter").On("Label")
	case len(accounts) == 0:
		return nil, invalid("AWSAccountId Reason: no value for required parameter").On("AWSAccountId")
	case len(actions) == 0:
		return nil, invalid("ActionName Reason: no value for required parameter").On("ActionName")
	}
	for _, a := range accounts {
		if !accountID.MatchString(a) {
			return nil, invalid("PrincipalId").On("AWSAccountId") // (inferred)
		}
	}
	for _, a := range actions {
		if !slices.Contains(sharedActions, a) {
			return nil, invalid("Policy statement action out of service scope!").On("ActionName")
		}
		named = append(named, "SNS:"+a)
	}
	return named, nil
}

// RemovePermission takes the statement with a label out of a topic's policy. It
// is no error if there is none (inferred).
func (s *Service) RemovePermission(ctx context.Context, n Name, label string) error {
	if label == "" {
		return invalid("Label Reason: no value for required parameter").On("Label")
	}
	return s.changePolicy(ctx, n, func(p *targets.PolicyDocument) error {
		p.Remove(label)
		return nil
	})
}

// changePolicy changes the policy that a topic shows. One without a statement
// gives way to the default (inferred).
func (s *Service) changePolicy(ctx context.Context, n Name, f func(*targets.PolicyDocument) error) error {
	return s.change(ctx, n, func(t *record) error {
		p, err := targets.ParsePolicyDocument(t.policy())
		if err != nil {
			return invalid("Policy Error: null").On("Policy")
		}
		if err := f(&p); err != nil {
			return err
		}
		t.Policy, err = p.Text()
		return err
	})
}
