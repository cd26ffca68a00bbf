package rules

import (
	"fmt"
	"sync/atomic"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/pattern"
)

// route is a bus as events see it.
type route struct {
	rules  *pattern.Set[*live]
	policy atomic.Pointer[policy]
	// settings is the bus as it was last read, never nil.
	settings atomic.Pointer[Bus]
	// lives are the rules in the set; guarded by Service.mu.
	lives map[string]*live
}

// live is a rule as events see it. It stays the same through the changes of
// the rule, so that a change of targets does not touch the set.
type live struct{ now atomic.Pointer[compiled] }

// compiled is one version of a rule.
type compiled struct {
	RuleName
	arn     string
	text    string // the pattern's
	targets []Target
	inputs  []*input // of the targets
	// parameters are of the targets too; nil for one without.
	parameters []*parameters
}

// routeTo returns the route of a bus, nil if there is none.
func (s *Service) routeTo(n BusName) *route {
	r, ok := s.routes.Load(n)
	if !ok {
		return nil
	}
	return r.(*route)
}

func (s *Service) openRoute(n BusName) *route {
	fresh := &route{rules: pattern.NewSet[*live](), lives: map[string]*live{}}
	fresh.settings.Store(&Bus{BusName: n})
	r, _ := s.routes.LoadOrStore(n, fresh)
	return r.(*route)
}

// load makes the routes of what is in the catalog.
func (s *Service) load() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Catalog.View(func(r catalog.Reader) error {
		err := buses.Scan(r, catalog.Range{}, func(key []string, b Bus) (bool, error) {
			n := BusName{metric.Tenant{Account: key[0], Region: key[1]}, key[2]}
			b.BusName = n
			return true, s.openRoute(n).follow(&b)
		})
		if err != nil {
			return err
		}
		return rules.Scan(r, catalog.Range{}, func(key []string, rule Rule) (bool, error) {
			rule.RuleName = ruleNameOf(key)
			return true, s.openRoute(rule.BusName).set(rule)
		})
	})
}

// refreshRule brings the route of a rule's bus up to date with the catalog.
// Whichever of two changes refreshes last sees both.
func (s *Service) refreshRule(n RuleName) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Catalog.View(func(r catalog.Reader) error {
		rule, ok, err := rules.Get(r, n.parts()...)
		if err != nil {
			return err
		}
		rule.RuleName = n
		if !ok {
			rule.State = Disabled
		}
		if to := s.routeTo(n.BusName); to != nil || ok {
			return s.openRoute(n.BusName).set(rule)
		}
		return nil
	})
}

// refreshBus does the same for a bus itself.
func (s *Service) refreshBus(n BusName) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Catalog.View(func(r catalog.Reader) error {
		b, ok, err := findBus(r, n)
		switch {
		case err != nil:
			return err
		case !ok:
			s.routes.Delete(n)
			return nil
		}
		return s.openRoute(n).follow(&b)
	})
}

// follow has the route follow its bus as it is now.
func (r *route) follow(b *Bus) error {
	p, err := parsePolicy(b.Policy)
	if err != nil {
		return err
	}
	r.policy.Store(p)
	r.settings.Store(b)
	return nil
}

// set has the route follow a rule as it is now.
func (r *route) set(rule Rule) error {
	l := r.lives[rule.Rule]
	if rule.State == Disabled || rule.Pattern == "" {
		if l != nil {
			r.rules.Delete(l)
			delete(r.lives, rule.Rule)
		}
		return nil
	}
	next, err := compile(rule)
	if err != nil {
		return err
	}
	same := l != nil && l.now.Load().text == rule.Pattern
	if l == nil {
		l = &live{}
		r.lives[rule.Rule] = l
	}
	l.now.Store(next)
	if same {
		return nil
	}
	p, err := pattern.Compile([]byte(rule.Pattern))
	if err != nil {
		return fmt.Errorf("compile rule %s: %w", next.arn, err)
	}
	r.rules.Put(l, p)
	return nil
}

func compile(rule Rule) (*compiled, error) {
	c := &compiled{RuleName: rule.RuleName, arn: rule.ARN(), text: rule.Pattern, targets: rule.Targets}
	for _, t := range rule.Targets {
		in, err := t.Input.compile()
		if err != nil {
			return nil, fmt.Errorf("compile target %s of %s: %w", t.ID, c.arn, err)
		}
		p, err := t.compileParameters()
		if err != nil {
			return nil, fmt.Errorf("compile target %s of %s: %w", t.ID, c.arn, err)
		}
		c.inputs, c.parameters = append(c.inputs, in), append(c.parameters, p)
	}
	return c, nil
}
