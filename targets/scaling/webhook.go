package scaling

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"skywatch/targets/driver"
	"skywatch/targets/webhook"
)

// Webhook is the driver that posts JSON to a URL, under the rules for outbound
// calls. Status 200 with a JSON body is success.
type Webhook struct {
	Client  *webhook.Client
	URL     string
	Lists   bool
	Timeout time.Duration
}

// asked is what is posted.
type asked struct {
	Action               string // Launch, Terminate, List
	ActivityID           string `json:"ActivityId,omitempty"`
	AccountID            string `json:"AccountId"`
	Region               string
	AutoScalingGroupName string
	InstanceID           string            `json:"InstanceId,omitempty"`
	AvailabilityZone     string            `json:",omitempty"`
	VPCZoneIdentifier    string            `json:",omitempty"`
	LaunchConfiguration  string            `json:"LaunchConfigurationName,omitempty"`
	LaunchTemplate       *askedTemplate    `json:",omitempty"`
	PlacementGroup       string            `json:",omitempty"`
	Tags                 map[string]string `json:",omitempty"`
}

type askedTemplate struct {
	ID      string `json:"LaunchTemplateId,omitempty"`
	Name    string `json:"LaunchTemplateName,omitempty"`
	Version string `json:",omitempty"`
}

// Launch implements Driver.
func (w *Webhook) Launch(ctx context.Context, o Order) (Launched, error) {
	a, err := w.ask(ctx, "Launch", o)
	return a.launched(), err
}

// Terminate implements Driver.
func (w *Webhook) Terminate(ctx context.Context, o Order) error {
	_, err := w.ask(ctx, "Terminate", o)
	return err
}

// List implements Driver.
func (w *Webhook) List(ctx context.Context, n GroupName, _ []string) ([]Listed, error) {
	if !w.Lists {
		return nil, ErrNotListed
	}
	a, err := w.ask(ctx, "List", Order{GroupName: n})
	return a.listed(), err
}

func (w *Webhook) ask(ctx context.Context, action string, o Order) (a answer, err error) {
	q := asked{
		Action: action, ActivityID: o.Activity, AccountID: o.Account, Region: o.Region, AutoScalingGroupName: o.Group,
		InstanceID: o.Instance, AvailabilityZone: o.Zone, VPCZoneIdentifier: o.Subnets, LaunchConfiguration: o.LaunchConfiguration,
		PlacementGroup: o.PlacementGroup, Tags: o.Tags,
	}
	if o.LaunchTemplate != (LaunchTemplate{}) {
		t := askedTemplate(o.LaunchTemplate)
		q.LaunchTemplate = &t
	}
	body, err := json.Marshal(q)
	if err != nil {
		return a, err
	}
	got, err := driver.Call(ctx, w.Client, webhook.Request{
		URL: w.URL, Body: body, Total: w.Timeout,
		Header: http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {o.Activity}},
	})
	if err != nil || action == "Terminate" {
		return a, err
	}
	if err := json.Unmarshal(got, &a); err != nil {
		return a, driver.Unknown(fmt.Errorf("the answer of the driver is not the JSON that is wanted: %w", err)) // it was taken
	}
	return a, nil
}
