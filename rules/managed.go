package rules

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
)

// ManagedRule is the fault.Error.Subject of the refusal to change a managed
// rule.
const ManagedRule = "managed rule"

// PutManaged makes a managed rule, or replaces it with its targets, within tx.
// Its ManagedBy says who may do that; to everybody else it is there to be seen
// and, by force, to be removed. It does not count towards the bus's quota
// (inferred).
func (s *Service) PutManaged(tx *catalog.Tx, rule Rule) error {
	if err := checkRule(&rule); err != nil {
		return err
	}
	if _, err := getBus(tx, rule.BusName); err != nil {
		return err
	}
	old, exists, err := rules.Get(tx, rule.parts()...)
	if err != nil {
		return err
	}
	if exists && old.ManagedBy != rule.ManagedBy {
		f := fault.New(fault.Conflict, "Rule %s already exists.", rule.Rule) // wording (inferred)
		f.Subject = "rule"
		return f
	}
	s.refreshAfter(tx, rule.RuleName)
	return rules.Put(tx, rule, rule.parts()...)
}

// DeleteManaged removes a managed rule within tx; one that is not there, or is
// not managed by the one who asks, stays as it is.
func (s *Service) DeleteManaged(tx *catalog.Tx, n RuleName, by string) error {
	rule, _, err := rules.Get(tx, n.parts()...)
	if err != nil || rule.ManagedBy != by {
		return err
	}
	s.refreshAfter(tx, n)
	return rules.Delete(tx, n.parts()...)
}

// Managed reports whether a rule is there with its targets and managed by the
// one who asks: by force it may have been removed.
func (s *Service) Managed(r catalog.Reader, n RuleName, by string) (bool, error) {
	rule, ok, err := rules.Get(r, n.parts()...)
	return ok && rule.ManagedBy == by && len(rule.Targets) > 0, err
}

// refreshAfter lets routing know of a change of a rule once tx is on disk.
func (s *Service) refreshAfter(tx *catalog.Tx, n RuleName) {
	tx.After(func() {
		if err := s.refreshRule(n); err != nil {
			s.Logger.Error("change of a rule is not followed until the next start", "rule", n.ARN(), "err", err)
		}
	})
}

// free refuses what only the manager of a rule may do.
func (r *Rule) free() error {
	if r.ManagedBy == "" {
		return nil
	}
	// The words of ManagedRuleException's description in the API model; those of
	// the service are not known (inferred).
	f := fault.New(fault.Conflict, "Rule %s was created by an AWS service on behalf of your account. It is managed by that service.", r.Rule)
	f.Subject = ManagedRule
	return f
}
