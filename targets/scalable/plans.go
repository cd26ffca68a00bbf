package scalable

import (
	"fmt"
	"time"

	"skywatch/catalog"
	"skywatch/schedule/ticker"
)

// Owner is the name of the room's plans.
const Owner = "scalable"

// The kinds of plans: the first part of the key; that of the target follows.
const (
	retryKind  = "retry"  // a target has something to do again
	actionKind = "action" // name: a scheduled action runs
)

func plan(kind string, n Name, more ...string) ticker.Plan {
	return ticker.Plan{Owner: Owner, Key: append([]string{kind}, n.key(more...)...)}
}

func retryPlan(n Name, of ...string) ticker.Plan { return plan(retryKind, n, of...) }

// Owner acts on the room's planned times.
func (s *Service) Owner() ticker.Owner {
	return ticker.Owner{Fire: s.fire, Next: s.nextTime}
}

func split(key []string) (kind string, n Name, rest []string, err error) {
	n, rest, ok := nameOf(key[min(1, len(key)):])
	if !ok || key[0] == actionKind && len(rest) != 1 {
		return "", n, nil, fmt.Errorf("plan %q is malformed", key)
	}
	return key[0], n, rest, nil
}

func (s *Service) fire(tx *catalog.Tx, t ticker.Tick) (ticker.Then, error) {
	kind, n, rest, err := split(t.Key)
	if err != nil {
		return ticker.Then{}, err
	}
	if kind == actionKind {
		return s.act(tx, n, rest[0], t)
	}
	tx.After(func() { s.tell(n) })
	return ticker.Then{}, nil
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
