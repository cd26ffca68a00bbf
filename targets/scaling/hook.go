package scaling

import (
	"context"
	"regexp"
	"slices"
	"time"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// Transition is when a lifecycle hook holds an instance.
type Transition string

// The transitions.
const (
	Launching  Transition = "autoscaling:EC2_INSTANCE_LAUNCHING"
	Terminated Transition = "autoscaling:EC2_INSTANCE_TERMINATING"
)

// Transitions lists them.
func Transitions() []string { return []string{string(Launching), string(Terminated)} }

// The results of a lifecycle action.
const (
	Continue = "CONTINUE"
	Abandon  = "ABANDON"
)

// Bounds of hooks (API reference, PutLifecycleHook; user guide, "Lifecycle
// hook quotas").
const (
	defaultHeartbeat = 3600
	minHeartbeat     = 30
	maxHeartbeat     = 7200
	maxHooks         = 50
	longestWait      = 48 * time.Hour
	mostHeartbeats   = 100
)

// Hook holds instances at a transition until somebody says how to go on.
type Hook struct {
	Name       string
	Transition Transition
	Target     string `json:",omitempty"` // ARN of a topic or queue
	Role       string `json:",omitempty"`
	Metadata   string `json:",omitempty"`
	Heartbeat  int    // seconds
	Default    string // result when nobody says
}

// GlobalTimeout is the longest that an instance is held, in seconds.
func (h *Hook) GlobalTimeout() int {
	return min(int(longestWait/time.Second), mostHeartbeats*h.Heartbeat)
}

// HookChange is a Hook to be made or changed; nil keeps what there is.
type HookChange struct {
	Name             string
	Transition       string
	Target, Metadata *string
	Role             *string
	Heartbeat        *int
	Default          string
}

var hookName = regexp.MustCompile(`^[A-Za-z0-9\-_/]+$`)

// PutHook makes or changes a hook.
func (s *Service) PutHook(ctx context.Context, n GroupName, c HookChange) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error { return s.putHook(tx, g, c) })
}

func (s *Service) putHook(tx *catalog.Tx, g *Group, c HookChange) error {
	h, there, err := hooks.Get(tx, g.key(c.Name)...)
	if err != nil {
		return err
	}
	if !there {
		have, err := all(tx, hooks, g.GroupName)
		if err != nil {
			return err
		}
		if len(have) >= maxHooks {
			return fault.New(fault.LimitExceeded, "You have reached the limit of %d lifecycle hooks for the Auto Scaling group.", maxHooks) // (inferred)
		}
		h = Hook{Name: c.Name, Heartbeat: defaultHeartbeat, Default: Abandon}
	}
	if err := h.apply(c); err != nil {
		return err
	}
	if c.Target != nil && h.Target != "" {
		message := encodeNotice(s.testNotice(g))
		if err := s.deliver(tx, g, h.Target, `Auto Scaling: test notification for group "`+g.Group+`"`, message); err != nil {
			return err
		}
	}
	return hooks.Put(tx, h, g.key(h.Name)...)
}

// apply changes a hook and checks it.
func (h *Hook) apply(c HookChange) error {
	if !hookName.MatchString(c.Name) {
		return fault.New(fault.Validation, "Invalid lifecycle hook name: %s", c.Name).On("LifecycleHookName") // (inferred)
	}
	if c.Transition != "" {
		h.Transition = Transition(c.Transition)
	}
	set(&h.Target, c.Target)
	set(&h.Metadata, c.Metadata)
	set(&h.Role, c.Role)
	set(&h.Heartbeat, c.Heartbeat)
	if c.Default != "" {
		h.Default = c.Default
	}
	switch {
	case h.Transition == "":
		return fault.New(fault.Validation, "LifecycleTransition is required.").On("LifecycleTransition") // (inferred)
	case !slices.Contains(Transitions(), string(h.Transition)):
		return fault.New(fault.Validation, "Invalid lifecycle transition: %s", h.Transition).On("LifecycleTransition") // (inferred)
	case h.Default != Continue && h.Default != Abandon:
		return fault.New(fault.Validation, "Invalid lifecycle default result, please use one of CONTINUE or ABANDON").On("DefaultResult") // (inferred)
	case h.Heartbeat < minHeartbeat || h.Heartbeat > maxHeartbeat:
		return fault.New(fault.Validation, "HeartbeatTimeout must be between %d and %d seconds.", minHeartbeat, maxHeartbeat).On("HeartbeatTimeout") // (inferred)
	case h.Target != "" && targets.KindOf(h.Target) != targets.Topic && targets.KindOf(h.Target) != targets.Queue:
		return fault.New(fault.Validation, "Invalid notification target ARN: %s", h.Target).On("NotificationTargetARN") // (inferred)
	}
	return nil
}

// set changes what a request names.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// DeleteHook removes a hook. Instances that it holds go on as if it had been
// abandoned when launching, and go when terminating (API reference).
func (s *Service) DeleteHook(ctx context.Context, n GroupName, name string) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		if _, ok, err := hooks.Get(tx, g.key(name)...); err != nil {
			return err
		} else if !ok {
			return noHook(g, name)
		}
		held, err := all(tx, waits, n)
		if err != nil {
			return err
		}
		for i := range held {
			if held[i].Hook != name {
				continue
			}
			if err := s.complete(tx, g, &held[i], Abandon, true); err != nil {
				return err
			}
		}
		return hooks.Delete(tx, g.key(name)...)
	})
}

func noHook(g *Group, name string) error {
	return fault.New(fault.Validation, "No Lifecycle Hook found with name '%s' for AutoScalingGroup: %s", name, g.Group).On("LifecycleHookName") // (inferred)
}

// Hooks lists the hooks of a group, those with the names if there are any.
func (s *Service) Hooks(n GroupName, names []string) (out []Hook, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := group(r, n); err != nil {
			return err
		}
		out, err = all(r, hooks, n)
		return err
	})
	if len(names) > 0 {
		out = slices.DeleteFunc(out, func(h Hook) bool { return !slices.Contains(names, h.Name) })
	}
	return out, err
}
