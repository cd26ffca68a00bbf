package scaling

import (
	"time"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
)

// act runs a scheduled action.
func (s *Service) act(tx *catalog.Tx, n GroupName, name string, t ticker.Tick) (ticker.Then, error) {
	a, ok, err := scheduled.Get(tx, n.key(name)...)
	if err != nil || !ok {
		return ticker.Then{}, err
	}
	g, ok, err := groups.Get(tx, n.key()...)
	if err != nil || !ok || g.Deleting {
		return ticker.Then{}, err
	}
	// Times that passed while nothing ran are one: what counts is the size now.
	then := ticker.Then{Next: a.next(t.Now)}
	if then.Next.IsZero() {
		err = scheduled.Delete(tx, n.key(name)...)
	} else {
		a.Start = then.Next
		err = scheduled.Put(tx, a, n.key(name)...)
	}
	if err != nil {
		return then, err
	}
	if g.suspended(ScheduledActions) {
		return then, nil
	}
	g.resize(a.Min, a.Max, a.Desired, s.now(), "a scheduled action "+name+" update of AutoScalingGroup constraints to min: "+shown(a.Min, g.Min)+", max: "+shown(a.Max, g.Max)+", desired: "+shown(a.Desired, g.Desired))
	return then, s.reconcile(tx, &g)
}

func shown(v *int, old int) string {
	if v != nil {
		old = *v
	}
	return count(old)
}

// resize sets bounds and the desired capacity, which is moved into the bounds.
func (g *Group) resize(least, most, desired *int, now time.Time, cause string) {
	set(&g.Min, least)
	set(&g.Max, most)
	if g.Max < g.Min { // only one bound was named, and it passed the other
		if least == nil {
			g.Min = g.Max
		} else {
			g.Max = g.Min
		}
	}
	wanted := g.Desired
	set(&wanted, desired)
	g.Cooldown, g.Warmup = nil, nil
	g.want(wanted, now, cause)
}
