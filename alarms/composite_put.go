package alarms

import (
	"context"
	"slices"
	"strings"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// PutComposite is what PutCompositeAlarm was sent. What the API model demands of
// single fields was checked before.
type PutComposite struct {
	Name                    string
	Description             *string
	ActionsEnabled          *bool
	OKActions               []string
	AlarmActions            []string
	InsufficientDataActions []string
	TagPropagation          *TagPropagation
	Composite
	Tags []Tag // used when the alarm is new
}

// PutComposite creates a composite alarm or replaces its definition completely,
// and evaluates its rule. The state of one that exists is kept as long as the rule
// does not lead to another; a definition that is the same changes nothing at all.
func (s *Service) PutComposite(ctx context.Context, t metric.Tenant, p *PutComposite, now time.Time) error {
	k := Key{t, p.Name}
	d, err := p.define(k)
	if err != nil {
		return err
	}
	tags, err := mergeTags(nil, p.Tags)
	if err != nil {
		return err
	}
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := d.Composite.check(tx, k); err != nil {
			return err
		}
		old, ok, err := load(tx, k)
		switch {
		case err != nil:
			return err
		case !ok:
			if err := s.create(tx, k, d, tags, metric.At(now)); err != nil {
				return err
			}
			_, err := s.defined(tx, k, "created and its", now)
			return err
		case old.Kind() != OnChildren:
			return otherKind(k)
		case same(&old.Definition, &d):
			return nil
		}
		return s.redefine(tx, old, d, now)
	})
}

// otherKind refuses to put an alarm over one of another kind (the service does so,
// recorded; wording inferred).
func otherKind(k Key) error {
	return invalid("An alarm of another type with the name %s exists already", k.Name)
}

// redefine replaces the definition of a composite alarm. Where that leaves it in its
// state, but under another suppressor, what was held back is decided anew.
func (s *Service) redefine(tx *catalog.Tx, old *Alarm, d Definition, now time.Time) error {
	at := metric.At(now)
	if err := s.catchUpSuppression(tx, old, at); err != nil {
		return err
	}
	if err := s.replace(tx, old, d, at); err != nil {
		return err
	}
	a, err := s.defined(tx, old.Key, "updated and its new", now)
	if err != nil || a == nil || a.SuppressedBy == "" || old.Composite.suppressor(old.Tenant) == a.Composite.suppressor(a.Tenant) {
		return err
	}
	return s.resuppress(tx, a, at)
}

// defined evaluates a composite alarm whose definition has just been kept. It
// returns the alarm if it stays in its state, and nil if it does not.
func (s *Service) defined(tx *catalog.Tx, k Key, how string, now time.Time) (*Alarm, error) {
	a, ok, err := load(tx, k)
	if err != nil || !ok {
		return nil, err
	}
	states, _, err := childStates.Get(tx, k.parts()...)
	if err != nil {
		return nil, err
	}
	j, err := rules(a, states)
	if err != nil || j.value == a.Value {
		return a, err
	}
	data, err := j.reasonData(tx, a.Tenant)
	if err != nil {
		return nil, err
	}
	reason := a.ARN() + " was " + how + " alarm rule evaluates to " + string(j.value)
	return nil, s.change(tx, a, j.value, reason, data, metric.At(now))
}

// define checks the request and returns the definition that it makes.
func (p *PutComposite) define(k Key) (d Definition, err error) {
	d = Definition{
		Description:             p.Description,
		ActionsEnabled:          p.ActionsEnabled == nil || *p.ActionsEnabled,
		OKActions:               p.OKActions,
		AlarmActions:            p.AlarmActions,
		InsufficientDataActions: p.InsufficientDataActions,
		TagPropagation:          p.TagPropagation,
		Composite:               &p.Composite,
	}
	common := &Put{Name: p.Name, TagPropagation: p.TagPropagation}
	for _, check := range []func() error{
		common.checkName, common.checkPropagation, p.checkSuppression,
		func() error { return d.checkCompositeActions(k.Region) },
	} {
		if err := check(); err != nil {
			return Definition{}, err
		}
	}
	return d, nil
}

// checkSuppression wants both periods with a suppressor, and none without.
func (c *Composite) checkSuppression() error {
	switch {
	case c.Rule == "":
		return missing("AlarmRule")
	case c.Suppressor != "" && c.Wait == nil:
		return missing("ActionsSuppressorWaitPeriod")
	case c.Suppressor != "" && c.Extension == nil:
		return missing("ActionsSuppressorExtensionPeriod")
	case c.Suppressor == "" && (c.Wait != nil || c.Extension != nil): // wording (inferred)
		return invalid("ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod need an ActionsSuppressor")
	case c.Suppressor != "" && *c.Wait < 0: // wording (inferred)
		return invalid("ActionsSuppressorWaitPeriod must not be negative, it is %d", *c.Wait)
	case c.Suppressor != "" && *c.Extension < 0:
		return invalid("ActionsSuppressorExtensionPeriod must not be negative, it is %d", *c.Extension)
	}
	return nil
}

// checkCompositeActions holds what actions a composite alarm may have
// (cloudwatch.md 15.1).
func (d *Definition) checkCompositeActions(region string) error {
	for _, target := range slices.Concat(d.OKActions, d.AlarmActions, d.InsufficientDataActions) {
		_, instance := targets.InstanceAction(target)
		if instance || repeats(target) { // wording (inferred)
			return invalid("A composite alarm cannot have EC2 or Auto Scaling actions (%s)", target)
		}
	}
	return checkActions(d, region)
}

// check holds the rules for what a composite alarm depends on, which must exist.
func (c *Composite) check(r catalog.Reader, of Key) error {
	rule, err := c.ruleOf(of.Tenant)
	if err != nil {
		return err
	}
	if err := c.checkSuppressor(r, of); err != nil {
		return err
	}
	var gone []string
	for _, name := range rule.Refs() {
		k := Key{of.Tenant, name}
		if k == of { // (recorded)
			return invalid("A composite alarm cannot have a child relation with itself via its AlarmRule, " +
				"as it would introduce a circular dependency")
		}
		_, ok, err := statuses.Get(r, k.parts()...)
		if err != nil {
			return err
		}
		if !ok {
			gone = append(gone, k.ARN())
			continue
		}
		if err := checkParents(r, of, k); err != nil {
			return err
		}
	}
	if len(gone) > 0 { // (recorded)
		return invalid("Could not save the composite alarm as alarms [%s] in the alarm rule do not exist", strings.Join(gone, ", "))
	}
	return nil
}

// checkSuppressor: wordings (inferred).
func (c *Composite) checkSuppressor(r catalog.Reader, of Key) error {
	if c.Suppressor == "" {
		return nil
	}
	name, err := alarmNamed(of.Tenant, c.Suppressor)
	if err != nil {
		return fault.New(fault.Validation, "%s", err.Error())
	}
	k := Key{of.Tenant, name}
	if k == of {
		return invalid("A composite alarm cannot suppress its own actions")
	}
	_, ok, err := statuses.Get(r, k.parts()...)
	if err == nil && !ok {
		err = invalid("Could not save the composite alarm as its ActionsSuppressor %s does not exist", k.ARN())
	}
	return err
}
