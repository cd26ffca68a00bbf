package scaling

import (
	"encoding/json"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
	"skywatch/internal/arn"
	"skywatch/targets"
)

// NotificationKind is the Delivery.Kind of notifications to topics.
const NotificationKind = "scaling-notification"

// The types of notifications.
const (
	LaunchNotification         = "autoscaling:EC2_INSTANCE_LAUNCH"
	LaunchErrorNotification    = "autoscaling:EC2_INSTANCE_LAUNCH_ERROR"
	TerminateNotification      = "autoscaling:EC2_INSTANCE_TERMINATE"
	TerminateErrorNotification = "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"
	TestNotification           = "autoscaling:TEST_NOTIFICATION"
)

// outcome is how an activity ended, as events and notifications call it.
type outcome struct {
	detailType, notification, short string
	ok                              bool
}

func outcomeOf(t task, ok bool) outcome {
	switch {
	case t == launch && ok:
		return outcome{"EC2 Instance Launch Successful", LaunchNotification, "launch", true}
	case t == launch:
		return outcome{"EC2 Instance Launch Unsuccessful", LaunchErrorNotification, "failed to launch", false}
	case ok:
		return outcome{"EC2 Instance Terminate Successful", TerminateNotification, "termination", true}
	default:
		return outcome{"EC2 Instance Terminate Unsuccessful", TerminateErrorNotification, "failed to terminate", false}
	}
}

// detail is the detail of the group's events (EC2 Auto Scaling user guide,
// "Amazon EC2 Auto Scaling event reference").
type detail struct {
	StatusCode           Status
	AutoScalingGroupName string
	ActivityID           string `json:"ActivityId"`
	Details              json.RawMessage
	RequestID            string `json:"RequestId"`
	StatusMessage        string
	EndTime              string
	EC2InstanceID        string `json:"EC2InstanceId"`
	StartTime            string
	Cause                string
	Description          string
	Origin               string
	Destination          string
}

const stampFormat = "2006-01-02T15:04:05.000Z"

// announce tells the bus and the topics how an activity ended.
func (s *Service) announce(tx *catalog.Tx, g *Group, a *Activity, o outcome) error {
	code := a.Status
	if o.ok {
		code = InProgress // as AWS sends it: the activity ends after the event
	}
	d := detail{
		StatusCode: code, AutoScalingGroupName: g.Group, ActivityID: a.ID, Details: json.RawMessage(a.Details()),
		RequestID: a.ID, StatusMessage: a.Message, EndTime: a.End.Format(stampFormat), EC2InstanceID: a.Instance,
		StartTime: a.Start.Format(stampFormat), Cause: a.Cause, Description: a.Description, Origin: "EC2", Destination: "AutoScalingGroup",
	}
	if a.Task == terminate {
		d.Origin, d.Destination = d.Destination, d.Origin
	}
	resources := []string{g.ARN()}
	if a.Instance != "" {
		resources = append(resources, instanceARN(g, a.Instance))
	}
	if err := s.publish(tx, g, "aws.autoscaling", o.detailType, resources, d); err != nil {
		return err
	}
	return s.notify(tx, g, a, o)
}

// state tells the bus of an instance that passes through states of EC2's.
func (s *Service) state(tx *catalog.Tx, g *Group, instance string, states ...string) error {
	for _, state := range states {
		d := struct {
			InstanceID string `json:"instance-id"`
			State      string `json:"state"`
		}{instance, state}
		if err := s.publish(tx, g, "aws.ec2", "EC2 Instance State-change Notification", []string{instanceARN(g, instance)}, d); err != nil {
			return err
		}
	}
	return nil
}

func instanceARN(g *Group, id string) string {
	return arn.New("ec2", g.Region, g.Account, "instance/"+id).String()
}

func (s *Service) publish(tx *catalog.Tx, g *Group, source, detailType string, resources []string, detail any) error {
	b, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	return s.Events.Publish(tx, event.Event{
		ID: uuid.NewString(), Source: source, DetailType: detailType, Account: g.Account, Region: g.Region,
		Time: s.now(), Resources: resources, Detail: b,
	})
}

// notice is the message to a topic (user guide, "Amazon SNS notification
// options"); the order of the members is (inferred).
type notice struct {
	Progress             int
	AccountID            string `json:"AccountId"`
	Description          string
	RequestID            string `json:"RequestId"`
	EndTime              string
	AutoScalingGroupARN  string
	ActivityID           string `json:"ActivityId"`
	StartTime            string
	Service              string
	Time                 string
	EC2InstanceID        string `json:"EC2InstanceId"`
	StatusCode           Status
	StatusMessage        string
	Details              json.RawMessage
	AutoScalingGroupName string
	Cause                string
	Event                string
}

// notify sends the group's notifications of an outcome.
func (s *Service) notify(tx *catalog.Tx, g *Group, a *Activity, o outcome) error {
	n := notice{
		Progress: 50, AccountID: g.Account, Description: a.Description, RequestID: a.ID, EndTime: a.End.Format(stampFormat),
		AutoScalingGroupARN: g.ARN(), ActivityID: a.ID, StartTime: a.Start.Format(stampFormat), Service: "AWS Auto Scaling",
		Time: s.now().Format(stampFormat), EC2InstanceID: a.Instance, StatusCode: InProgress, StatusMessage: a.Message,
		Details: json.RawMessage(a.Details()), AutoScalingGroupName: g.Group, Cause: a.Cause, Event: o.notification,
	}
	if !o.ok {
		n.StatusCode, n.Progress = Failed, 100
	}
	b, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return s.send(tx, g, o.notification, `Auto Scaling: `+o.short+` for group "`+g.Group+`"`, string(b))
}

// send enqueues a message for the topics that listen for its type.
func (s *Service) send(tx *catalog.Tx, g *Group, kind, subject, message string) error {
	to, err := all(tx, listeners, g.GroupName)
	if err != nil {
		return err
	}
	for _, l := range to {
		if !l.hears(kind) {
			continue
		}
		if err := s.deliver(tx, g, l.Topic, subject, message); err != nil {
			return err
		}
	}
	return nil
}

// maxSubject is the length of a topic's subject.
const maxSubject = 100

func (s *Service) deliver(tx *catalog.Tx, g *Group, target, subject, message string) error {
	if len(subject) > maxSubject {
		subject = subject[:maxSubject]
	}
	return s.Outbox.Enqueue(tx, targets.Delivery{
		ID: uuid.NewString(), Tenant: g.Tenant, Cause: g.ARN(), Target: target, Kind: NotificationKind,
		Subject: subject, Message: message, Created: s.now(),
	})
}
