package scaling

import (
	"fmt"
	"time"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/schedule/ticker"
)

// Owner is the name of the room's plans.
const Owner = "scaling"

// The kinds of plans: the first part of the key; account, region and group
// follow.
const (
	retryKind  = "retry"  // a group begins anew, or calls for an activity again
	hookKind   = "hook"   // instance, hook, token: nobody completed the action
	actionKind = "action" // name: a scheduled action runs
)

func plan(kind string, n GroupName, more ...string) ticker.Plan {
	return ticker.Plan{Owner: Owner, Key: append([]string{kind}, n.key(more...)...)}
}

func retryPlan(n GroupName, activity ...string) ticker.Plan { return plan(retryKind, n, activity...) }

// hookPlan has the token in it: what follows when one time is up may be that
// the same hook holds the same instance again.
func hookPlan(n GroupName, w *lifecycleAction) ticker.Plan {
	return plan(hookKind, n, w.Instance, w.Hook, w.Token)
}

// Owner acts on the room's planned times.
func (s *Service) Owner() ticker.Owner {
	return ticker.Owner{Fire: s.fire, Next: s.nextTime}
}

func (s *Service) fire(tx *catalog.Tx, t ticker.Tick) (ticker.Then, error) {
	kind, n, rest, err := split(t.Key)
	if err != nil {
		return ticker.Then{}, err
	}
	switch kind {
	case hookKind:
		return ticker.Then{}, s.overdue(tx, n, rest[0], rest[1], rest[2])
	case actionKind:
		return s.act(tx, n, rest[0], t)
	}
	g, ok, err := groups.Get(tx, n.key()...)
	if err != nil || !ok {
		return ticker.Then{}, err
	}
	return ticker.Then{}, s.reconcile(tx, &g)
}

func split(key []string) (kind string, n GroupName, rest []string, err error) {
	want := map[string]int{retryKind: 0, hookKind: 3, actionKind: 1}
	if len(key) < 4 || len(key) < 4+want[key[0]] {
		return "", n, nil, fmt.Errorf("plan %q is malformed", key)
	}
	return key[0], GroupName{metric.Tenant{Account: key[1], Region: key[2]}, key[3]}, key[4:], nil
}

// nextTime is asked after the clock was set back.
func (s *Service) nextTime(r catalog.Reader, key []string, after time.Time) (time.Time, error) {
	kind, n, rest, err := split(key)
	if err != nil || kind != actionKind {
		return time.Time{}, err // they have one time
	}
	a, ok, err := scheduled.Get(r, n.key(rest[0])...)
	if err != nil || !ok {
		return time.Time{}, err
	}
	return a.next(after), nil
}
