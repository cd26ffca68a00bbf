package scaling

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/internal/tag"
)

// Change is what a user says of a group that is made or changed; nil keeps what
// there is, or takes the default.
type Change struct {
	LaunchConfiguration *string
	LaunchTemplate      *LaunchTemplate
	Min, Max, Desired   *int
	DefaultCooldown     *int
	GracePeriod         *int
	Zones               []string
	Subnets             *string
	HealthCheckType     *string
	PlacementGroup      *string
	TerminationPolicies []string
	ProtectNew          *bool
	DefaultWarmup       *int // -1 takes it away
	ServiceLinkedRole   *string
	DeletionProtection  *string
	Spread              *string
	// Of new groups only.
	Hooks []HookChange
	Tags  map[string]Tag
}

// MaxGroups is how many groups an account has in a region (user guide,
// "Quotas").
const MaxGroups = 500

// Create makes a group and begins to fill it.
func (s *Service) Create(ctx context.Context, n GroupName, c Change) error {
	g := &Group{
		GroupName: n, ID: uuid.NewString(), Created: s.now(), Tags: c.Tags,
		Settings: Settings{DefaultCooldown: defaultCooldown, HealthCheckType: "EC2", TerminationPolicies: []string{defaultPolicy}},
	}
	if err := g.apply(c); err != nil {
		return err
	}
	switch {
	case strings.Contains(n.Group, ":"): // API reference: "You cannot use a colon (:) in the name"
		return fault.New(fault.Validation, "Invalid Auto Scaling group name: %s", n.Group).On("AutoScalingGroupName") // wording (inferred)
	case g.LaunchConfiguration == "" && g.LaunchTemplate == nil:
		return fault.New(fault.Validation, "Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.")
	case len(g.Zones) == 0 && g.Subnets == "":
		return fault.New(fault.Validation, "At least one Availability Zone or VPC Subnet is required.")
	case len(g.Tags) > tag.Most:
		return tooManyTags()
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := s.room(tx, n); err != nil {
			return err
		}
		if err := g.save(tx); err != nil {
			return err
		}
		for _, h := range c.Hooks {
			if err := s.putHook(tx, g, h); err != nil {
				return err
			}
		}
		desired := g.Min
		set(&desired, c.Desired)
		g.want(desired, s.now(), "a user request created an AutoScalingGroup")
		return s.reconcile(tx, g)
	})
}

// room refuses a group for which there is no place.
func (s *Service) room(tx *catalog.Tx, n GroupName) error {
	if _, there, err := groups.Get(tx, n.key()...); err != nil {
		return err
	} else if there {
		return fault.New(fault.Conflict, "AutoScalingGroup by this name already exists - A group with the name %s already exists", n.Group).On("AutoScalingGroupName")
	}
	have := 0
	err := groups.ScanKeys(tx, catalog.Range{Prefix: []string{n.Account, n.Region}}, func([]string) (bool, error) {
		have++
		return true, nil
	})
	if err == nil && have >= MaxGroups {
		err = fault.New(fault.LimitExceeded, "You have already reached the limit of %d Auto Scaling groups.", MaxGroups) // (inferred)
	}
	return err
}

// Update changes a group.
func (s *Service) Update(ctx context.Context, n GroupName, c Change) error {
	return s.change(ctx, n, func(_ *catalog.Tx, g *Group) error {
		if g.Deleting {
			return deleting(n)
		}
		if err := g.apply(c); err != nil {
			return err
		}
		desired := min(max(g.Desired, g.Min), g.Max)
		set(&desired, c.Desired)
		if c.Min != nil || c.Max != nil || c.Desired != nil {
			g.Cooldown, g.Warmup = nil, nil
		}
		g.want(desired, s.now(), "a user request update of AutoScalingGroup constraints to min: "+count(g.Min)+", max: "+count(g.Max)+", desired: "+count(desired))
		return nil
	})
}

func deleting(n GroupName) error {
	return fault.New(fault.Validation, "AutoScalingGroup name not found - group %s is pending delete", n.Group) // wording (inferred)
}

// apply takes the settings that c names, and checks what comes of it.
func (g *Group) apply(c Change) error {
	if c.LaunchConfiguration != nil && c.LaunchTemplate != nil {
		return fault.New(fault.Validation, "Valid requests must contain either LaunchTemplate, LaunchConfigurationName or MixedInstancesPolicy parameter.") // (inferred)
	}
	if c.LaunchConfiguration != nil {
		g.LaunchConfiguration, g.LaunchTemplate = *c.LaunchConfiguration, nil
	}
	if c.LaunchTemplate != nil {
		g.LaunchConfiguration, g.LaunchTemplate = "", c.LaunchTemplate
	}
	set(&g.Min, c.Min)
	set(&g.Max, c.Max)
	set(&g.DefaultCooldown, c.DefaultCooldown)
	set(&g.GracePeriod, c.GracePeriod)
	set(&g.Subnets, c.Subnets)
	set(&g.HealthCheckType, c.HealthCheckType)
	set(&g.PlacementGroup, c.PlacementGroup)
	set(&g.ProtectNew, c.ProtectNew)
	set(&g.ServiceLinkedRole, c.ServiceLinkedRole)
	set(&g.DeletionProtection, c.DeletionProtection)
	set(&g.Spread, c.Spread)
	if len(c.Zones) > 0 {
		g.Zones = c.Zones
	}
	if len(c.TerminationPolicies) > 0 {
		g.TerminationPolicies = c.TerminationPolicies
	}
	if c.DefaultWarmup != nil {
		g.DefaultWarmup = c.DefaultWarmup
		if *c.DefaultWarmup == -1 {
			g.DefaultWarmup = nil
		}
	}
	return g.check(c)
}

func (g *Group) check(c Change) error {
	bad := func(param, format string, args ...any) error {
		return fault.New(fault.Validation, format, args...).On(param)
	}
	switch {
	case g.Min < 0 || g.Max < 0:
		return bad("MinSize", "Min and max size must not be negative.") // (inferred)
	case g.Max < g.Min:
		return bad("MaxSize", "Max bound, %d, must be greater than or equal to min bound, %d", g.Max, g.Min)
	case c.Desired != nil && (*c.Desired < g.Min || *c.Desired > g.Max):
		return bad("DesiredCapacity", "Desired capacity:%d must be between the specified min size:%d and max size:%d", *c.Desired, g.Min, g.Max)
	case g.DefaultCooldown < 0 || g.GracePeriod < 0 || g.DefaultWarmup != nil && *g.DefaultWarmup < 0:
		return bad("DefaultCooldown", "Cooldown, grace period and warm-up must not be negative.") // (inferred)
	case g.HealthCheckType != "EC2":
		return bad("HealthCheckType", "The HealthCheckType %s is not supported by this version of Skywatch; only EC2 is.", g.HealthCheckType)
	}
	for _, p := range g.TerminationPolicies {
		if !slices.Contains(TerminationPolicies(), p) {
			return bad("TerminationPolicies", "The termination policy %s is not supported by this version of Skywatch.", p)
		}
	}
	return nil
}
