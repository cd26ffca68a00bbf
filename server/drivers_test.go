package server

import (
	"testing"

	"skywatch/targets/forward"
	"skywatch/targets/scalable"
	"skywatch/targets/scaling"
)

// A driver that calls by a forwarding profile needs one.
func TestDriversNeedTheirProfile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ services, scaling, scalable string }{
		{"", "--scaling-drivers: entry 1, of \"*\": an aws driver calls by a profile for ec2, and --forward-profiles has none", "--scalable-drivers: entry 1, of \"*\": an aws driver calls by a profile for ecs or lambda, and --forward-profiles has none"},
		{"lambda", "--scaling-drivers: entry 1, of \"*\": an aws driver calls by a profile for ec2, and --forward-profiles has none", ""},
		{"e*", "", ""},
	} {
		for i, want := range []string{c.scaling, c.scalable} {
			cfg := DefaultConfig()
			if c.services != "" {
				cfg.ForwardProfiles = forward.Profiles{{Services: []string{c.services}, Regions: []string{"eu-*"}}}
			}
			if i == 0 {
				cfg.ScalingDrivers = scaling.Drivers{{Groups: "*", Kind: "aws"}}
			} else {
				cfg.ScalableDrivers = scalable.Drivers{{Resources: "*", Kind: "aws"}}
			}
			if got := errorText(cfg.Validate()); got != want {
				t.Errorf("profile for %q: %s, want %s", c.services, got, want)
			}
		}
	}
}
