package alarms

import (
	"context"
	"slices"
	"time"

	"skywatch/alarms/mute"
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// MuteDefinition is what PutAlarmMuteRule defines.
type MuteDefinition struct {
	Description *string `json:",omitempty"`
	Schedule    mute.Definition
	// Targets are the names of the alarms that are muted, as they were sent. A rule
	// without any mutes nothing (inferred).
	Targets []string `json:",omitempty"`
}

// MuteRule is a rule that mutes alarms, as it stands at an instant.
type MuteRule struct {
	MuteKey
	MuteDefinition
	Updated metric.Instant
	Type    mute.Type
	Status  mute.Status
}

// MuteKey names a mute rule.
type MuteKey struct {
	metric.Tenant
	Name string
}

// muteResource is what the resource of a mute rule's ARN begins with.
const muteResource = "alarm-mute-rule:"

// ARN returns the rule's resource name.
func (k MuteKey) ARN() string {
	return "arn:aws:cloudwatch:" + k.Region + ":" + k.Account + ":" + muteResource + k.Name
}

func (k MuteKey) parts() []string { return []string{k.Account, k.Region, k.Name} }

// maxMuteRules is how many mute rules a tenant has at most (inferred: AWS has a
// quota and publishes no number).
const maxMuteRules = 1000

// PutMuteRule creates a mute rule or replaces its definition completely; tags are
// used where it is new (inferred, as with alarms). Alarms that it mutes no longer
// carry out what was held.
func (s *Service) PutMuteRule(ctx context.Context, k MuteKey, d MuteDefinition, tags []Tag, now time.Time) error {
	if err := d.check(k.Name); err != nil {
		return err
	}
	tags, err := mergeTags(nil, tags)
	if err != nil {
		return err
	}
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := checkMuteTargets(tx, k.Tenant, d.Targets); err != nil {
			return err
		}
		old, exists, err := muteRules.Get(tx, k.parts()...)
		if err != nil {
			return err
		}
		if !exists {
			if err := openMuteRule(tx, k, tags); err != nil {
				return err
			}
		}
		if err := saveMuteRule(tx, k, d, metric.At(now)); err != nil {
			return err
		}
		if err := pointMutes(tx, k, old.Targets, d.Targets); err != nil {
			return err
		}
		return s.unmute(tx, k.Tenant, slices.Concat(old.Targets, d.Targets), metric.At(now))
	})
}

// openMuteRule makes room for a new rule.
func openMuteRule(tx *catalog.Tx, k MuteKey, tags []Tag) error {
	n := 0
	err := muteRules.Scan(tx, catalog.Range{Prefix: []string{k.Account, k.Region}}, func([]string, muteRecord) (bool, error) {
		n++
		return true, nil
	})
	if err != nil {
		return err
	}
	if n >= maxMuteRules { // wording (inferred)
		return fault.New(fault.LimitExceeded, "The maximum number of alarm mute rules, %d, is reached.", maxMuteRules)
	}
	if len(tags) == 0 {
		return nil
	}
	return muteTags.Put(tx, tags, k.parts()...)
}

// DeleteMuteRule removes a mute rule with its tags, if there is one.
func (s *Service) DeleteMuteRule(ctx context.Context, k MuteKey, now time.Time) error {
	return s.opts.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		old, ok, err := muteRules.Get(tx, k.parts()...)
		if err != nil || !ok {
			return err
		}
		if err := muteRules.Delete(tx, k.parts()...); err != nil {
			return err
		}
		if err := muteTags.Delete(tx, k.parts()...); err != nil {
			return err
		}
		if err := pointMutes(tx, k, old.Targets, nil); err != nil {
			return err
		}
		return s.unmute(tx, k.Tenant, old.Targets, metric.At(now))
	})
}

// MuteRule returns a mute rule as it stands now.
func (s *Service) MuteRule(k MuteKey, now time.Time) (rule *MuteRule, err error) {
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		rec, ok, err := muteRules.Get(r, k.parts()...)
		if err != nil {
			return err
		}
		if !ok {
			// Wording (inferred).
			return &fault.Error{Kind: fault.NotFound, Subject: MuteSubject, Message: "Alarm mute rule " + k.Name + " does not exist"}
		}
		rule, err = rec.rule(k, now)
		return err
	})
	return rule, err
}

// MuteSubject is the fault.Error.Subject of a mute rule that is not found.
const MuteSubject = "alarm mute rule"
