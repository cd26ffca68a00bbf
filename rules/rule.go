package rules

import (
	"context"
	"strings"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/pattern"
)

// PutRule makes a rule or replaces it whole, except for its targets and tags:
// tags are taken only when the rule is made.
func (s *Service) PutRule(ctx context.Context, rule Rule) error {
	if err := checkRule(&rule); err != nil {
		return err
	}
	return s.change(ctx, rule.RuleName, func(tx *catalog.Tx) error {
		if _, err := getBus(tx, rule.BusName); err != nil {
			return err
		}
		old, exists, err := rules.Get(tx, rule.parts()...)
		if err != nil {
			return err
		}
		if err := old.free(); err != nil {
			return err
		}
		if exists {
			rule.Targets, rule.Tags = old.Targets, old.Tags
		} else if err := s.roomForRule(tx, rule.BusName); err != nil {
			return err
		}
		if err := s.plan(tx, &old, &rule); err != nil {
			return err
		}
		return rules.Put(tx, rule, rule.parts()...)
	})
}

func checkRule(rule *Rule) error {
	if rule.State == "" {
		rule.State = Enabled
	}
	if rule.Pattern == "" && rule.Schedule == "" {
		return fault.New(fault.Validation, "Parameter(s) EventPattern or ScheduleExpression must be specified.") // wording (inferred)
	}
	if rule.Schedule != "" {
		if err := checkSchedule(rule.Bus, rule.Schedule); err != nil {
			return err
		}
	}
	if rule.Pattern != "" {
		if _, err := pattern.Compile([]byte(rule.Pattern)); err != nil {
			return err
		}
	}
	return checkTags(rule.Tags)
}

func (s *Service) roomForRule(r catalog.Reader, n BusName) error {
	have := 0
	err := rules.Scan(r, catalog.Range{Prefix: n.parts()}, func(_ []string, rule Rule) (bool, error) {
		if rule.ManagedBy == "" {
			have++
		}
		return true, nil
	})
	if err == nil && have >= s.Limits.RulesPerBus {
		err = tooMany()
	}
	return err
}

// Rule returns a rule.
func (s *Service) Rule(n RuleName) (rule Rule, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		rule, err = getRule(r, n)
		return err
	})
	return rule, err
}

// Listing says which rules of a bus are listed.
type Listing struct {
	BusName
	Prefix string // of the rule's name
	Target string // an ARN that one of the targets has; empty: any rule
	After  string // a rule's name
	Limit  int
}

func (l *Listing) takes(rule *Rule) bool {
	if l.Target == "" {
		return strings.HasPrefix(rule.Rule, l.Prefix)
	}
	for _, t := range rule.Targets {
		if t.ARN == l.Target {
			return true
		}
	}
	return false
}

// Rules lists rules by name and says whether there are more.
func (s *Service) Rules(l Listing) (page []Rule, more bool, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := getBus(r, l.BusName); err != nil {
			return err
		}
		rg := catalog.Range{Prefix: l.parts()}
		if l.After != "" {
			rg.After = RuleName{l.BusName, l.After}.parts()
		}
		return rules.Scan(r, rg, func(key []string, rule Rule) (bool, error) {
			rule.RuleName = ruleNameOf(key)
			if !l.takes(&rule) {
				return true, nil
			}
			if more = len(page) == l.Limit; !more {
				page = append(page, rule)
			}
			return !more, nil
		})
	})
	return page, more, err
}

// SetState enables or disables a rule.
func (s *Service) SetState(ctx context.Context, n RuleName, state State) error {
	return s.change(ctx, n, func(tx *catalog.Tx) error {
		rule, err := getRule(tx, n)
		if err != nil {
			return err
		}
		if err := rule.free(); err != nil {
			return err
		}
		old := rule
		rule.State = state
		if err := s.plan(tx, &old, &rule); err != nil {
			return err
		}
		return rules.Put(tx, rule, n.parts()...)
	})
}

// DeleteRule removes a rule without targets; one that is not there is removed
// already. force is for a managed one.
func (s *Service) DeleteRule(ctx context.Context, n RuleName, force bool) error {
	return s.change(ctx, n, func(tx *catalog.Tx) error {
		rule, err := getRule(tx, n)
		if fault.Is(err, fault.NotFound) {
			_, err = getBus(tx, n.BusName)
			return err
		}
		if err != nil {
			return err
		}
		if err := rule.free(); err != nil && !force {
			return err
		}
		if len(rule.Targets) > 0 {
			return fault.New(fault.Validation, "Rule can't be deleted since it has targets.")
		}
		if err := s.plan(tx, &rule, &Rule{RuleName: n}); err != nil {
			return err
		}
		return rules.Delete(tx, n.parts()...)
	})
}
