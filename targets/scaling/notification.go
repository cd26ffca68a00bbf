package scaling

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets"
)

// Notification is a topic that hears of a group.
type Notification struct {
	Group string
	Topic string // ARN
	Types []string
}

func (n *Notification) hears(kind string) bool { return slices.Contains(n.Types, kind) }

// NotificationTypes lists the types in AWS's order.
func NotificationTypes() []string {
	return []string{LaunchNotification, LaunchErrorNotification, TerminateNotification, TerminateErrorNotification, TestNotification}
}

// PutNotification has a topic hear of a group.
func (s *Service) PutNotification(ctx context.Context, n GroupName, topic string, types []string) error {
	if targets.KindOf(topic) != targets.Topic {
		return fault.New(fault.Validation, "Invalid SNS topic ARN: %s", topic).On("TopicARN") // (inferred)
	}
	for _, t := range types {
		if !slices.Contains(NotificationTypes(), t) {
			return fault.New(fault.Validation, "%q is not a valid Notification Type", t).On("NotificationTypes") // (inferred)
		}
	}
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error {
		if err := listeners.Put(tx, Notification{g.Group, topic, slices.Clone(types)}, g.key(topic)...); err != nil {
			return err
		}
		if !slices.Contains(types, TestNotification) {
			return nil
		}
		return s.deliver(tx, g, topic, `Auto Scaling: test notification for group "`+g.Group+`"`, encodeNotice(s.testNotice(g)))
	})
}

// testNotice tells that notifications arrive.
type testNotice struct {
	AccountID            string `json:"AccountId"`
	RequestID            string `json:"RequestId"`
	AutoScalingGroupARN  string
	AutoScalingGroupName string
	Service              string
	Event                string
	Time                 string
}

func (s *Service) testNotice(g *Group) testNotice {
	return testNotice{
		AccountID: g.Account, RequestID: uuid.NewString(), AutoScalingGroupARN: g.ARN(), AutoScalingGroupName: g.Group,
		Service: "AWS Auto Scaling", Event: TestNotification, Time: s.now().Format(time.RFC3339Nano),
	}
}

func encodeNotice(v testNotice) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// DeleteNotification ends what PutNotification began.
func (s *Service) DeleteNotification(ctx context.Context, n GroupName, topic string) error {
	return s.change(ctx, n, func(tx *catalog.Tx, g *Group) error { return listeners.Delete(tx, g.key(topic)...) })
}

// Notifications lists the topics of the named groups, of all if none is named,
// by group and topic.
func (s *Service) Notifications(t metric.Tenant, names []string) (out []Notification, err error) {
	err = s.Catalog.View(func(r catalog.Reader) error {
		return listeners.Scan(r, catalog.Range{Prefix: []string{t.Account, t.Region}}, func(_ []string, n Notification) (bool, error) {
			if len(names) == 0 || slices.Contains(names, n.Group) {
				out = append(out, n)
			}
			return true, nil
		})
	})
	return out, err
}
