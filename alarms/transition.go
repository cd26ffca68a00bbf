package alarms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// ActionKind is the Delivery.Kind of alarm actions: Service.ActionOutcome
// hears how they end.
const ActionKind = "alarm-action"

// change moves the alarm into another state, in tx: the status, its history
// item, a delivery for each action and the event. The caller has seen that the
// value differs.
func (s *Service) change(tx *catalog.Tx, a *Alarm, value State, reason, reasonData string, now metric.Instant) error {
	next := a.Status
	next.Value, next.Reason, next.ReasonData = value, reason, reasonData
	return s.become(tx, a, next, now)
}

// become is change for a status of which more than the value may differ; the
// times are set here.
func (s *Service) become(tx *catalog.Tx, a *Alarm, next Status, now metric.Instant) error {
	// A period that was over may have left its actions to a mute window that is over,
	// too: in this order.
	if err := s.catchUpSuppression(tx, a, now); err != nil {
		return err
	}
	if err := s.catchUp(tx, a.Key, now); err != nil {
		return err
	}
	old := a.Status
	// The caller took the time before it was its turn: history is in the order
	// of what happened.
	now = max(now, old.Updated)
	next.Updated, next.Transitioned = now, now
	a.Status = next
	if err := s.suppress(tx, a, old); err != nil {
		return err
	}
	if err := saveStatus(tx, a); err != nil {
		return err
	}
	err := remember(tx, a.Tenant, HistoryItem{
		AlarmName: a.Name, Composite: a.Kind() == OnChildren, At: now, Type: StateUpdate,
		Summary: "Alarm updated from " + string(old.Value) + " to " + string(a.Value),
		Data:    stateData(old, a.Status),
	})
	if err != nil {
		return err
	}
	muted, err := s.mutedBy(tx, a.Key, now)
	if err != nil {
		return err
	}
	if s.opts.Events != nil {
		if err := s.opts.Events.Publish(tx, stateChangeEvent(a, old, muted)); err != nil {
			return err
		}
	}
	s.spread(tx, a, old.Value)
	return s.respond(tx, a, old, muted)
}

// actionNote is a delivery's own note: what the outcome needs to know.
type actionNote struct {
	Alarm     string
	Composite bool           `json:",omitempty"`
	Updated   metric.Instant // the state's
	// MuteEnd is the end of the mute window that had held the action; zero: none had.
	MuteEnd metric.Instant `json:",omitempty"`
	// ContributorID and Attributes name the contributor that the action is for.
	ContributorID string            `json:",omitempty"`
	Attributes    map[string]string `json:",omitempty"`
}

// occasion is why actions are carried out: the alarm has left an old status, or a
// mute window has ended that had held what follows from it.
type occasion struct {
	old Status
	// muteEnd and now are the end of the window and the time; zero: none had.
	muteEnd, now metric.Instant
	// contributor is the one that the alarm's status is of; nil: the alarm's own.
	contributor *Contributor
}

// act enqueues the actions of the alarm's state.
func (s *Service) act(tx *catalog.Tx, a *Alarm, why occasion) error {
	actions := a.actions(a.Value)
	if !a.ActionsEnabled || a.Warming != 0 || len(actions) == 0 {
		return nil
	}
	var all []targets.Delivery
	for i, target := range actions {
		if onlyInAlarm(target) && a.Value != Alarming || why.leaves(a, target) {
			continue
		}
		d, err := action(a, why, target, a.ReasonData, append(why.contributor.words(), "action", strconv.Itoa(i))...)
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	return s.opts.Outbox.Enqueue(tx, all...)
}

// action makes the delivery to one action of the alarm's state; id tells it from
// the others of this state. A scaling policy gets the data that the state is
// based on beside the message: it acts on the metric's value.
func action(a *Alarm, why occasion, target, reasonData string, id ...string) (targets.Delivery, error) {
	about := actionNote{Alarm: a.Name, Composite: a.Kind() == OnChildren, Updated: a.Updated, MuteEnd: why.muteEnd}
	n := notify(a, why.old.Value)
	if c := why.contributor; c != nil {
		about.ContributorID, about.Attributes = c.ID, c.Attributes
		n.AlarmContributorID, n.AlarmContributorAttributes = c.ID, c.Attributes
	}
	note, err := json.Marshal(about)
	if err != nil {
		return targets.Delivery{}, err
	}
	n.ActionExecutedAfterMuteWindow = why.muteEnd != 0
	d := targets.Delivery{
		ID: derived(a, id...), Tenant: a.Tenant, Cause: a.ARN(), Target: target, Kind: ActionKind,
		Subject: n.subject(), Message: encode(n), Context: string(note), Created: max(a.Updated, why.now).Time(),
	}
	switch kind := targets.KindOf(target); {
	case repeats(target) && json.Valid([]byte(reasonData)):
		d.Parameters = json.RawMessage(reasonData)
	case kind == targets.Function:
		d.Message = functionEvent(a, why)
	case kind == targets.Topic && strings.HasSuffix(target, ".fifo"):
		d.Group, d.Deduplication = groupOf(a.ARN()), d.ID
	}
	return d, address(&d, a, why.contributor)
}

// groupOf is the message group of an alarm's messages to a FIFO topic: a group for
// each alarm, so that its states are read in their order (inferred). What cannot
// name a group gives way to its digest.
func groupOf(arn string) string {
	const longest = 128 // API reference of Publish
	if len(arn) <= longest && !strings.ContainsFunc(arn, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return arn
	}
	sum := sha256.Sum256([]byte(arn))
	return hex.EncodeToString(sum[:])
}

// derived returns a UUID for something that belongs to the alarm's status: the
// same for the same status, and no other.
func derived(a *Alarm, what ...string) string {
	name := a.ARN() + " " + strconv.FormatUint(a.version, 10)
	for _, w := range what {
		name += " " + w
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)).String()
}
