package scalable

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/event"
)

// detail is of the room's one event (user guide, "Monitor Application Auto
// Scaling events using Amazon EventBridge").
type detail struct {
	StartTime  string `json:"startTime"`
	EndTime    string `json:"endTime"`
	New        int    `json:"newDesiredCapacity"`
	Old        int    `json:"oldDesiredCapacity"`
	Min        int    `json:"minCapacity"`
	Max        int    `json:"maxCapacity"`
	Resource   string `json:"resourceId"`
	Dimension  string `json:"scalableDimension"`
	Namespace  string `json:"serviceNamespace"`
	StatusCode Status `json:"statusCode"`
	ToMax      bool   `json:"scaledToMax"`
	Direction  string `json:"direction"`
}

// announce tells the bus of a target that was scaled out to its maximum: the
// only event that Application Auto Scaling has.
func (s *Service) announce(tx *catalog.Tx, t *Target, a *Activity) error {
	if a.To <= a.From || a.To < t.Max {
		return nil
	}
	b, err := json.Marshal(detail{
		StartTime: a.Start.Format(time.RFC3339), EndTime: a.End.Format(time.RFC3339), New: a.To, Old: a.From, Min: t.Min, Max: t.Max,
		Resource: t.Resource, Dimension: t.Dimension, Namespace: t.Namespace, StatusCode: a.Status, ToMax: true, Direction: "scale-out",
	})
	if err != nil {
		return err
	}
	return s.Events.Publish(tx, event.Event{
		ID: uuid.NewString(), Source: "aws.application-autoscaling", DetailType: "Application Auto Scaling Scaling Activity State Change",
		Account: t.Account, Region: t.Region, Time: s.now(), Resources: []string{}, Detail: b,
	})
}
