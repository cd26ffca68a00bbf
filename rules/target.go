package rules

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// PutTargets puts targets on a rule; one with the ID of another replaces it,
// also within the call.
func (s *Service) PutTargets(ctx context.Context, n RuleName, add []Target) error {
	for i := range add {
		if err := add[i].check(); err != nil {
			return err
		}
	}
	return s.change(ctx, n, func(tx *catalog.Tx) error {
		rule, err := getRule(tx, n)
		if err != nil {
			return err
		}
		if err := rule.free(); err != nil {
			return err
		}
		for _, t := range add {
			i, there := findTarget(rule.Targets, t.ID)
			if there {
				rule.Targets[i] = t
			} else {
				rule.Targets = slices.Insert(rule.Targets, i, t)
			}
		}
		if len(rule.Targets) > s.Limits.TargetsPerRule {
			return tooMany()
		}
		return rules.Put(tx, rule, n.parts()...)
	})
}

func findTarget(all []Target, id string) (int, bool) {
	return slices.BinarySearchFunc(all, id, func(t Target, id string) int { return cmp.Compare(t.ID, id) })
}

func (t *Target) check() error {
	a, err := arn.Parse(t.ARN)
	if err != nil {
		return fault.New(fault.Validation, "Parameter %s is not valid. Reason: Provided Arn is not in correct format.", t.ARN).On("Targets") // wording (inferred)
	}
	if err := t.Input.check(t.ID); err != nil {
		return err
	}
	if err := t.checkParameters(); err != nil {
		return err
	}
	fifo := a.Service == "sqs" && strings.HasSuffix(a.Resource, ".fifo")
	if fifo && t.MessageGroupID == "" {
		return fault.New(fault.Validation, "Parameter(s) SqsParameters must be specified for target: %s.", t.ID) // wording (inferred)
	}
	if _, bus := busOf(t.ARN); bus && t.Input.given() {
		// A bus is sent the event itself; what another body would mean there is
		// not documented.
		return fault.New(fault.Validation, "Input, InputPath and InputTransformer are not supported for target %s, an event bus.", t.ID) // wording (inferred)
	}
	return t.checkDeadLetter()
}

// checkDeadLetter wants a standard queue.
func (t *Target) checkDeadLetter() error {
	if t.DeadLetter == "" {
		return nil
	}
	a, err := arn.Parse(t.DeadLetter)
	if err != nil || a.Service != "sqs" || strings.HasSuffix(a.Resource, ".fifo") {
		return fault.New(fault.Validation, "Parameter DeadLetterConfig.Arn is not valid for target %s. Reason: It must be the ARN of a standard queue.", t.ID) // wording (inferred)
	}
	return nil
}

// retry is the target's policy as deliveries have it.
func (t *Target) retry() *targets.Retry {
	if t.Retry == nil {
		return nil
	}
	r := targets.GeneralRetry()
	if n := t.Retry.MaxAttempts; n != nil {
		r.Max = *n
	}
	if n := t.Retry.MaxAgeSeconds; n != nil {
		r.MaxAge = time.Duration(*n) * time.Second
	}
	return &r
}

// RemoveTargets takes targets off a rule and returns the IDs that it did not
// have. force is for a managed rule.
func (s *Service) RemoveTargets(ctx context.Context, n RuleName, ids []string, force bool) (unknown []string, err error) {
	err = s.change(ctx, n, func(tx *catalog.Tx) error {
		rule, err := getRule(tx, n)
		if err != nil {
			return err
		}
		if err := rule.free(); err != nil && !force {
			return err
		}
		for _, id := range ids {
			if i, ok := findTarget(rule.Targets, id); ok {
				rule.Targets = slices.Delete(rule.Targets, i, i+1)
			} else {
				unknown = append(unknown, id)
			}
		}
		return rules.Put(tx, rule, n.parts()...)
	})
	return unknown, err
}

// Targets lists up to limit targets of a rule by ID, those after an ID, and
// says whether there are more.
func (s *Service) Targets(n RuleName, after string, limit int) (page []Target, more bool, err error) {
	rule, err := s.Rule(n)
	if err != nil {
		return nil, false, err
	}
	page = rule.Targets
	if after != "" {
		i, there := findTarget(page, after)
		if there {
			i++
		}
		page = page[i:]
	}
	if len(page) > limit {
		return page[:limit], true, nil
	}
	return page, false, nil
}
