package scaling

import "time"

// Moves are what brings a group nearer to its desired capacity.
type Moves struct {
	// Launch is how many launches begin.
	Launch int
	// Terminate are the instances that go, in the order in which they were
	// chosen, and why.
	Terminate []Leaving
	// Capacity is what there was, launches under way among it.
	Capacity int
}

// Leaving is an instance that goes.
type Leaving struct {
	ID     string
	Reason leaving
}

type leaving int

const (
	surplus leaving = iota
	unhealthy
	again // the driver failed to terminate it before
)

// Plan decides what is begun for a group. It is a pure function: its
// instances, its open activities and the time are all that it knows.
func Plan(g *Group, members []Instance, open []Activity, now time.Time) Moves {
	m := Moves{Capacity: capacity(members, open)}
	if now.Before(g.Retry) {
		return m
	}
	left := members
	if !g.suspended(Terminate) {
		left = m.retire(g, members, open)
	}
	kept := m.Capacity - (len(members) - len(left))
	switch want := g.Desired - kept; {
	case want > 0 && !g.suspended(Launch) && !g.Deleting:
		m.Launch = want
	case want < 0 && !g.suspended(Terminate):
		for _, id := range victims(g, left, -want, now) {
			m.Terminate = append(m.Terminate, Leaving{id, surplus})
		}
	}
	return m
}

// capacity is what a group has: instances that serve or will, and launches
// whose instance is not known yet.
func capacity(members []Instance, open []Activity) int {
	n := 0
	for i := range members {
		if members[i].counts() {
			n++
		}
	}
	return n + unanswered(open)
}

// unanswered counts the launches whose driver has not answered.
func unanswered(open []Activity) (n int) {
	for i := range open {
		if open[i].Task == launch && open[i].Instance == "" {
			n++
		}
	}
	return n
}

// retire finds the instances that go whatever the capacity, and returns the
// others with those that did not count before.
func (m *Moves) retire(g *Group, members []Instance, open []Activity) (left []Instance) {
	under := map[string]bool{}
	for i := range open {
		under[open[i].Instance] = true
	}
	for _, i := range members {
		switch {
		case i.going() && !under[i.ID]:
			m.Terminate = append(m.Terminate, Leaving{i.ID, again})
		case i.State == InService && i.Unhealthy && !g.suspended(ReplaceUnhealthy):
			m.Terminate = append(m.Terminate, Leaving{i.ID, unhealthy})
			continue
		}
		left = append(left, i)
	}
	return left
}
