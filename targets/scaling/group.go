package scaling

import (
	"time"
)

// LaunchTemplate names what instances are launched from. It is not looked up:
// the driver gets it.
type LaunchTemplate struct {
	ID      string `json:",omitempty"`
	Name    string `json:",omitempty"`
	Version string `json:",omitempty"`
}

// Settings are what a user says of a group.
type Settings struct {
	LaunchConfiguration string          `json:",omitempty"`
	LaunchTemplate      *LaunchTemplate `json:",omitempty"`
	Min, Max            int
	// DefaultCooldown and GracePeriod are in seconds.
	DefaultCooldown int
	GracePeriod     int      `json:",omitempty"`
	Zones           []string `json:",omitempty"`
	Subnets         string   `json:",omitempty"` // comma-separated
	HealthCheckType string
	PlacementGroup  string `json:",omitempty"`
	// TerminationPolicies choose what goes first.
	TerminationPolicies []string
	ProtectNew          bool `json:",omitempty"`
	// DefaultWarmup is in seconds; nil: each policy's own.
	DefaultWarmup      *int   `json:",omitempty"`
	ServiceLinkedRole  string `json:",omitempty"`
	DeletionProtection string `json:",omitempty"`
	// Spread is how instances are spread over the zones; empty: BestEffort.
	Spread string `json:",omitempty"`
}

// Tag is the value of a tag.
type Tag struct {
	Value string
	// Propagate has the driver hear of the tag at launch.
	Propagate bool `json:",omitempty"`
}

// Group is a group and what is wanted of it.
type Group struct {
	GroupName
	ID string // a UUID, in the ARN
	Settings
	Desired int
	Created time.Time
	// Suspended processes, with the reason.
	Suspended map[string]string `json:",omitempty"`
	Tags      map[string]Tag    `json:",omitempty"`
	// Metrics that are collected, in the order of Metrics.
	Metrics []string `json:",omitempty"`
	// Deleting: the group goes once its last instance has gone.
	Deleting bool `json:",omitempty"`

	// Why is the cause of the last change of Desired, in AWS's words.
	Why string `json:",omitempty"`
	// Cooldown is that of the last policy that acted, in seconds; nil: the
	// default. Cooled is when it is over.
	Cooldown *int      `json:",omitempty"`
	Cooled   time.Time `json:",omitzero"`
	// Moved is when the last launch or termination ended.
	Moved time.Time `json:",omitzero"`
	// Warmup is how long the instances take that the last policy asked for, in
	// seconds; nil: they are warm at once.
	Warmup *int `json:",omitempty"`
	// Failures in a row; nothing is begun before Retry.
	Failures int       `json:",omitempty"`
	Retry    time.Time `json:",omitzero"`
}

// ARN returns the group's name.
func (g *Group) ARN() string {
	return g.arn("autoScalingGroup", g.ID, "autoScalingGroupName/"+g.Group)
}

// defaultCooldown is in seconds (API reference, DefaultCooldown).
const defaultCooldown = 300

// warmup is how long an instance that is launched now takes to warm up.
func (g *Group) warmup() *int {
	if g.DefaultWarmup != nil {
		return g.DefaultWarmup
	}
	return g.Warmup
}

// want changes the desired capacity, within the bounds; cause says who did so,
// in the words that come before "changing the desired capacity".
func (g *Group) want(desired int, now time.Time, cause string) {
	desired = min(max(desired, g.Min), g.Max)
	if desired == g.Desired {
		return
	}
	g.Why = at(now) + " " + cause + " changing the desired capacity from " + count(g.Desired) + " to " + count(desired) + "."
	g.Desired = desired
	// What failed for the size that was wanted before says nothing of this one.
	g.Failures, g.Retry = 0, time.Time{}
}
