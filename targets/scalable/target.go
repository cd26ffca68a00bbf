package scalable

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"strconv"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
	"skywatch/metric"
)

// Suspended is what does not scale a target for now.
type Suspended struct {
	In, Out   bool `json:",omitempty"` // by policies
	Scheduled bool `json:",omitempty"`
}

// Target is a registered target.
type Target struct {
	Name
	ID        string // in the ARN
	Min, Max  int
	Role      string `json:",omitempty"` // kept; nothing here assumes it
	Suspended Suspended
	Tags      map[string]string `json:",omitempty"`
	Created   time.Time

	// Change is under way, nil if none is.
	Change *change `json:",omitempty"`
	// Move is what the last policy that acted did, for the cooldown after it.
	Move *move `json:",omitempty"`
	// Moved is when the last change was fulfilled.
	Moved time.Time `json:",omitzero"`
	// Failures in a row of bringing the capacity within the bounds.
	Failures int `json:",omitempty"`
	// Said is what the last activity said that changed nothing: it is not said
	// again until something else happened.
	Said string `json:",omitempty"`
}

// ARN returns the target's name for tags.
func (t *Target) ARN() string { return targetARN(t.Tenant, t.ID) }

// Registration is what RegisterScalableTarget says; nil and empty members leave
// a target that is there as it is.
type Registration struct {
	Min, Max           *int
	Role               string
	In, Out, Scheduled *bool // suspended
	Tags               map[string]string
}

// maxTargets is how many targets a namespace has in an account and region (user
// guide, "Quotas": the most of any resource type).
const maxTargets = 5000

// Register makes or changes a target and returns its ARN. What it has is brought
// within its bounds, old or new.
func (s *Service) Register(ctx context.Context, n Name, r Registration) (arn string, err error) {
	d, err := n.check()
	if err != nil {
		return "", err
	}
	if err := checkTags(r.Tags); err != nil {
		return "", err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		t, there, err := registered.Get(tx, n.key()...)
		if err != nil {
			return err
		}
		if !there {
			if t, err = s.fresh(tx, n, r, &d); err != nil {
				return err
			}
		}
		if err := t.apply(r, &d); err != nil {
			return err
		}
		arn = t.ARN()
		if err := t.save(tx); err != nil {
			return err
		}
		return s.askBounds(tx, n, s.now())
	})
	return arn, err
}

// fresh makes a target that was not there.
func (s *Service) fresh(tx *catalog.Tx, n Name, r Registration, d *dimension) (Target, error) {
	t := Target{Name: n, Created: s.now(), Role: d.roleOf(n.Tenant, n.Namespace), ID: freshID()}
	switch {
	case r.Min == nil || r.Max == nil:
		return t, fault.New(fault.Validation, "MinCapacity and MaxCapacity are required to register a scalable target.").On("MinCapacity") // (inferred)
	case t.Role == "" && r.Role == "":
		return t, fault.New(fault.Validation, "RoleARN is required for the service namespace %s.", n.Namespace).On("RoleARN") // (inferred)
	}
	have := 0
	if err := registered.ScanKeys(tx, catalog.Range{Prefix: []string{n.Account, n.Region, n.Namespace}}, func([]string) (bool, error) {
		have++
		return have < maxTargets, nil
	}); err != nil {
		return t, err
	}
	if have >= maxTargets {
		return t, fault.New(fault.LimitExceeded, "You have reached the limit of %d scalable targets for the service namespace %s.", maxTargets, n.Namespace) // (inferred)
	}
	return t, byID.Put(tx, n.key(), n.Account, n.Region, t.ID)
}

// idBytes makes IDs as long as AWS's, 36 digits.
const idBytes = 18

func freshID() string {
	var b [idBytes]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}

// apply changes what the registration names, and holds the target to the rules.
func (t *Target) apply(r Registration, d *dimension) error {
	set(&t.Min, r.Min)
	set(&t.Max, r.Max)
	set(&t.Suspended.In, r.In)
	set(&t.Suspended.Out, r.Out)
	set(&t.Suspended.Scheduled, r.Scheduled)
	if r.Role != "" {
		t.Role = r.Role
	}
	// Tags are for new targets; what comes to one that is there is added to its
	// tags (inferred).
	if len(r.Tags) > 0 {
		if t.Tags == nil {
			t.Tags = map[string]string{}
		}
		maps.Copy(t.Tags, r.Tags)
	}
	switch {
	case len(t.Tags) > tag.Most:
		return fault.New(fault.Validation, "A scalable target has at most %d tags.", tag.Most).On("Tags") // (inferred)
	case t.Min < d.least || t.Max < d.least:
		return fault.New(fault.Validation, "The capacity of a scalable target of %s must not be less than %d.", t.Dimension, d.least).On("MinCapacity") // (inferred)
	case t.Max < t.Min:
		return fault.New(fault.Validation, "Maximum capacity cannot be less than minimum capacity").On("MaxCapacity")
	}
	return nil
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// within moves a capacity into the bounds.
func (t *Target) within(capacity int) int { return min(max(capacity, t.Min), t.Max) }

// Deregister removes a target with its policies and scheduled actions. Its
// activities stay; one that is under way is not waited for.
func (s *Service) Deregister(ctx context.Context, n Name) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		t, ok, err := registered.Get(tx, n.key()...)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "No scalable target found for %s", n)
		}
		if t.Change != nil {
			if err := s.finish(tx, &t, Overridden, "The scalable target was deregistered."); err != nil { // (inferred)
				return err
			}
		}
		if err := s.erase(tx, &t); err != nil {
			return err
		}
		return registered.Delete(tx, n.key()...)
	})
}

// erase removes what belongs to a target, but for its activities.
func (s *Service) erase(tx *catalog.Tx, t *Target) error {
	of, err := all(tx, policies, t.Name)
	if err != nil {
		return err
	}
	for _, p := range of {
		if err := s.TrackingAlarms.DropAlarms(tx, t.Tenant, p.Alarms.Names()...); err != nil {
			return err
		}
		if err := policyKeys.Delete(tx, t.Account, t.Region, p.ID); err != nil {
			return err
		}
	}
	actions, err := all(tx, scheduled, t.Name)
	if err != nil {
		return err
	}
	for _, a := range actions {
		if err := s.Plans.Remove(tx, a.plan()); err != nil {
			return err
		}
	}
	here := catalog.Range{Prefix: t.key()}
	for _, drop := range []func(*catalog.Tx, catalog.Range) error{policies.DeleteAll, scheduled.DeleteAll, asks.DeleteAll} {
		if err := drop(tx, here); err != nil {
			return err
		}
	}
	return byID.Delete(tx, t.Account, t.Region, t.ID)
}

// Targets lists the targets of a scope, in the order of dimension and resource.
func (s *Service) Targets(t metric.Tenant, scope Scope) (out []Target, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		out, err = list(r, registered, t, scope, func(v *Target) Name { return v.Name })
		return err
	})
	return out, err
}

func count(n int) string { return strconv.Itoa(n) }
