package scaling

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"skywatch/catalog"
	"skywatch/targets/driver"
)

// How long a group that failed waits before it begins anew: doubled from the
// first to the longest. AWS publishes neither. An activity whose outcome is not
// known is called for again at the same pace, maxCalls times.
const (
	firstRetry   = 5 * time.Second
	longestRetry = 15 * time.Minute
	maxCalls     = 5
)

func delay(failures int) time.Duration {
	return min(longestRetry, firstRetry<<min(max(failures-1, 0), 10))
}

// idPattern is what an identifier may be (API model: 19 characters).
var idPattern = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,19}$`)

func plausible(id string) bool { return idPattern.MatchString(id) }

func badID(id string) error {
	return fmt.Errorf("the driver answered with %.40q, which is no identifier of an instance: 1 to 19 letters, digits or ._:- are", id)
}

// errNoDriver is the reason of every failure of a group without a driver.
var errNoDriver = errors.New("no capacity driver is configured")

func noDriver(n GroupName) error {
	return fmt.Errorf("%w for the Auto Scaling group %.80s: name one under scaling-drivers in the configuration file", errNoDriver, n.Group)
}

// finish records how the call for an activity ended, in one transaction with
// everything that follows from it.
func (s *Service) finish(ctx context.Context, a Activity, got Launched, failure error) error {
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		now, ok, err := activities.Get(tx, a.parts()...)
		if err != nil || !ok || !now.open() || now.Waits {
			return err
		}
		g, err := group(tx, a.GroupName)
		if err != nil {
			return err
		}
		if failure == nil && a.Task == launch {
			if _, taken, err := members.Get(tx, g.Account, g.Region, got.ID); err != nil {
				return err
			} else if taken {
				failure = fmt.Errorf("the driver answered with %s, which is in a group already", got.ID)
			}
		}
		switch {
		case driver.IsUnknown(failure) && now.Calls+1 < maxCalls:
			err = s.askAgain(tx, &now)
		case failure != nil:
			err = s.fail(tx, g, &now, failure)
		case a.Task == launch:
			err = s.launched(tx, g, &now, got)
		default:
			err = s.terminated(tx, g, &now)
		}
		if err != nil {
			return err
		}
		return s.reconcile(tx, g)
	})
}

// askAgain has the driver called once more for the same activity.
func (s *Service) askAgain(tx *catalog.Tx, a *Activity) error {
	a.Calls++
	a.Next = s.now().Add(delay(a.Calls))
	if err := s.Plans.Set(tx, retryPlan(a.GroupName, a.ID), a.Next); err != nil {
		return err
	}
	return a.save(tx)
}

// fail ends an activity badly; the group rests before it begins another.
func (s *Service) fail(tx *catalog.Tx, g *Group, a *Activity, failure error) error {
	now := s.now()
	a.end(Failed, failure.Error(), now)
	g.Failures++
	g.Retry = now.Add(delay(g.Failures))
	if err := s.Plans.Set(tx, retryPlan(g.GroupName), g.Retry); err != nil {
		return err
	}
	if err := a.save(tx); err != nil {
		return err
	}
	return s.announce(tx, g, a, outcomeOf(a.Task, false))
}

// launched takes in an instance that the driver started.
func (s *Service) launched(tx *catalog.Tx, g *Group, a *Activity, got Launched) error {
	now := s.now()
	i := &Instance{
		ID: got.ID, Group: g.Group, State: Pending, Type: got.Type, Zone: got.Zone, Protected: g.ProtectNew,
		LaunchConfiguration: g.LaunchConfiguration, LaunchTemplate: g.LaunchTemplate, Launched: now,
	}
	if i.Zone == "" {
		i.Zone = a.Zone
	}
	a.Instance, a.Zone = i.ID, i.Zone
	a.Description = "Launching a new EC2 instance: " + i.ID
	if err := s.state(tx, g, i.ID, "pending", "running"); err != nil {
		return err
	}
	waits, err := s.hold(tx, g, i, a, Launching)
	if err != nil {
		return err
	}
	if !waits {
		return s.serve(tx, g, i, a)
	}
	i.State = PendingWait
	if err := g.put(tx, i); err != nil {
		return err
	}
	return a.save(tx)
}

// serve puts an instance into service and ends its launch.
func (s *Service) serve(tx *catalog.Tx, g *Group, i *Instance, a *Activity) error {
	now := s.now()
	i.State = InService
	if a.Warmup != nil {
		i.Warm = now.Add(time.Duration(*a.Warmup) * time.Second)
	}
	if err := g.put(tx, i); err != nil {
		return err
	}
	g.Failures, g.Retry = 0, time.Time{}
	g.rest(now)
	a.end(Successful, "", now)
	if err := a.save(tx); err != nil {
		return err
	}
	return s.announce(tx, g, a, outcomeOf(launch, true))
}

// terminated takes an instance out that the driver has ended.
func (s *Service) terminated(tx *catalog.Tx, g *Group, a *Activity) error {
	now := s.now()
	if err := g.drop(tx, a.Instance); err != nil {
		return err
	}
	if !now.Before(g.Retry) { // otherwise launches are what failed
		g.Failures = 0
	}
	g.rest(now)
	a.end(Successful, "", now)
	if err := a.save(tx); err != nil {
		return err
	}
	if err := s.state(tx, g, a.Instance, "shutting-down", "terminated"); err != nil {
		return err
	}
	return s.announce(tx, g, a, outcomeOf(terminate, true))
}

// rest notes that a launch or a termination has ended: cooldowns count from
// here.
func (g *Group) rest(now time.Time) {
	seconds := g.DefaultCooldown
	if g.Cooldown != nil {
		seconds = *g.Cooldown
	}
	g.Moved = now
	g.Cooled = now.Add(time.Duration(seconds) * time.Second)
}
