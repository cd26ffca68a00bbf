package scalable

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/metric"
)

// Status is the StatusCode of an activity.
type Status string

// The codes that this house has beside InProgress, Successful and Failed.
const (
	Overridden  Status = "Overridden"  // another change took its place
	Unfulfilled Status = "Unfulfilled" // the resource did not get there in time
)

// keepActivities is how long activities are told of (API reference: "from the
// previous six weeks").
const keepActivities = 6 * 7 * 24 * time.Hour

// Activity is a change of a target, or why there was none.
type Activity struct {
	Name
	ID          string
	Description string
	Cause       string
	Start       time.Time
	End         time.Time `json:",omitzero"`
	Status      Status
	Message     string   `json:",omitempty"`
	NotScaled   []Reason `json:",omitempty"`
	// From and To are the capacities of a change.
	From, To int `json:",omitempty"`
}

func (a *Activity) parts() []string { return a.key(catalog.TimePart(a.Start), a.ID) }

func (a *Activity) save(tx *catalog.Tx) error { return activities.Put(tx, *a, a.parts()...) }

// ended makes an activity that is over when it is told of.
func (s *Service) ended(n Name, description, cause string, status Status, message string) *Activity {
	now := s.now()
	return &Activity{Name: n, ID: freshActivity(), Description: description, Cause: cause, Start: now, End: now, Status: status, Message: message}
}

// note tells of an ask that changed nothing, unless the last activity said so
// already: alarms repeat what they ask for each minute.
func (s *Service) note(tx *catalog.Tx, t *Target, a *Activity) error {
	said := []string{a.Cause, string(a.Status), a.Message}
	for _, r := range a.NotScaled {
		said = append(said, r.Code)
	}
	if line := strings.Join(said, "\x00"); line != t.Said {
		t.Said = line
		return a.save(tx)
	}
	return nil
}

// Activities lists the activities of the last six weeks, the newest first.
// notScaled takes those, too, that tell why an alarm changed nothing.
func (s *Service) Activities(t metric.Tenant, scope Scope, notScaled bool) (out []Activity, err error) {
	since := s.now().Add(-keepActivities)
	err = s.Catalog.View(func(r catalog.Reader) error {
		out, err = list(r, activities, t, scope, func(a *Activity) Name { return a.Name })
		return err
	})
	out = slices.DeleteFunc(out, func(a Activity) bool { return a.Start.Before(since) || len(a.NotScaled) > 0 && !notScaled })
	slices.SortStableFunc(out, func(a, b Activity) int { return strings.Compare(b.Order(), a.Order()) })
	return out, err
}

// Order is the place of an activity in a list: the newest has the greatest.
func (a *Activity) Order() string { return catalog.TimePart(a.Start) + a.ID }

// freshActivity is an ID that is greater than those before it.
func freshActivity() string { return uuid.Must(uuid.NewV7()).String() }
