package scaling

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
)

// lifecycleAction is an instance that a hook holds.
type lifecycleAction struct {
	Token    string // a UUID
	Instance string
	Hook     string
	Activity []string // the key of the one that waits
	Deadline time.Time
	Latest   time.Time // the deadline can be moved no further
}

// hookMessage is what a hook's target and the bus get. As the detail of an
// event it has the first five members alone.
type hookMessage struct {
	LifecycleActionToken string
	AutoScalingGroupName string
	LifecycleHookName    string
	EC2InstanceID        string `json:"EC2InstanceId"`
	LifecycleTransition  Transition
	NotificationMetadata string `json:",omitempty"`
	Origin, Destination  string
	AccountID            string `json:"AccountId,omitempty"`
	RequestID            string `json:"RequestId,omitempty"`
	Service              string `json:",omitempty"`
	Time                 string `json:",omitempty"`
}

// hold has the hooks of a transition hold an instance, if there are any, and
// marks its activity.
func (s *Service) hold(tx *catalog.Tx, g *Group, i *Instance, a *Activity, t Transition) (bool, error) {
	if g.Deleting { // ForceDelete waits for nobody
		return false, nil
	}
	have, err := all(tx, hooks, g.GroupName)
	if err != nil {
		return false, err
	}
	for _, h := range have {
		if h.Transition != t {
			continue
		}
		if err := s.holdFor(tx, g, i, a, &h); err != nil {
			return false, err
		}
		a.Waits, a.Status = true, MidLifecycleAction
	}
	return a.Waits, nil
}

func (s *Service) holdFor(tx *catalog.Tx, g *Group, i *Instance, a *Activity, h *Hook) error {
	now := s.now()
	w := lifecycleAction{
		Token: uuid.NewString(), Instance: i.ID, Hook: h.Name, Activity: a.parts(),
		Deadline: now.Add(time.Duration(h.Heartbeat) * time.Second), Latest: now.Add(time.Duration(h.GlobalTimeout()) * time.Second),
	}
	if err := s.Plans.Set(tx, hookPlan(g.GroupName, &w), w.Deadline); err != nil {
		return err
	}
	if err := waits.Put(tx, w, g.key(i.ID, h.Name)...); err != nil {
		return err
	}
	m := hookMessage{
		LifecycleActionToken: w.Token, AutoScalingGroupName: g.Group, LifecycleHookName: h.Name, EC2InstanceID: i.ID,
		LifecycleTransition: h.Transition, NotificationMetadata: h.Metadata, Origin: "EC2", Destination: "AutoScalingGroup",
	}
	detailType := "EC2 Instance-launch Lifecycle Action"
	if h.Transition == Terminated {
		m.Origin, m.Destination = m.Destination, m.Origin
		detailType = "EC2 Instance-terminate Lifecycle Action"
	}
	if err := s.publish(tx, g, "aws.autoscaling", detailType, []string{g.ARN()}, m); err != nil {
		return err
	}
	if h.Target == "" {
		return nil
	}
	m.AccountID, m.RequestID, m.Service, m.Time = g.Account, a.ID, "AWS Auto Scaling", now.Format(stampFormat)
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.deliver(tx, g, h.Target, `Auto Scaling:  Lifecycle action '`+detailVerb(h.Transition)+`' for instance `+i.ID+` in progress.`, string(b))
}

func detailVerb(t Transition) string {
	if t == Launching {
		return "LAUNCHING"
	}
	return "TERMINATING"
}
