package scaling

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"skywatch/targets"
	"skywatch/targets/driver"
	"skywatch/targets/forward"
)

// AWS is the driver whose instances are EC2's, of AWS or whatever speaks like
// it: RunInstances from the group's launch template, TerminateInstances,
// DescribeInstances, by the forwarding profile for ec2 in the group's account
// and region.
//
// It does not change a group of EC2 Auto Scaling's instead: a desired capacity
// that is set twice is set once, but one that is raised for an activity whose
// answer was lost cannot be told from one that was not. RunInstances can: the
// activity is its ClientToken.
type AWS struct {
	Client *forward.Client // nil: there are no profiles
}

// Launch implements Driver.
func (a *AWS) Launch(ctx context.Context, o Order) (Launched, error) {
	if o.LaunchTemplate == (LaunchTemplate{}) {
		return Launched{}, errors.New("the aws driver launches from a launch template, and the group has none")
	}
	var got struct {
		Instances []ec2Instance `xml:"instancesSet>item"`
	}
	err := a.call(ctx, o.GroupName, "RunInstances", launchForm(o), &got)
	if forward.CodeOf(err) == "IdempotentParameterMismatch" {
		// An earlier call for the activity had its effect; the group has changed
		// since.
		got.Instances, err = a.find(ctx, o.GroupName, "client-token", o.Activity)
	}
	if err == nil && len(got.Instances) == 0 {
		err = errors.New("the answer to RunInstances has no instance")
	}
	if err != nil {
		return Launched{}, err
	}
	i := got.Instances[0]
	return Launched{ID: i.ID, Type: i.Type, Zone: i.Zone}, nil
}

// launchForm is the input of RunInstances. The same order makes the same one.
func launchForm(o Order) url.Values {
	f := url.Values{"MinCount": {"1"}, "MaxCount": {"1"}, "ClientToken": {o.Activity}}
	for name, v := range map[string]string{
		"LaunchTemplate.LaunchTemplateId": o.LaunchTemplate.ID, "LaunchTemplate.LaunchTemplateName": o.LaunchTemplate.Name,
		"LaunchTemplate.Version": o.LaunchTemplate.Version, "Placement.GroupName": o.PlacementGroup,
	} {
		if v != "" {
			f.Set(name, v)
		}
	}
	if o.Subnets != "" {
		f.Set("SubnetId", pick(strings.Split(o.Subnets, ","), o.Activity))
	} else if o.Zone != "" {
		f.Set("Placement.AvailabilityZone", o.Zone)
	}
	tags := map[string]string{groupTag: o.Group}
	for k, v := range o.Tags {
		tags[k] = v
	}
	f.Set("TagSpecification.1.ResourceType", "instance")
	for i, k := range slices.Sorted(maps.Keys(tags)) {
		n := "TagSpecification.1.Tag." + strconv.Itoa(i+1)
		f.Set(n+".Key", k)
		f.Set(n+".Value", tags[k])
	}
	return f
}

// groupTag is the tag of instances that tells people which group they are of.
const groupTag = "skywatch:autoscaling:groupName"

// pick chooses one of several at random, always the same for an activity.
func pick(of []string, activity string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(activity))
	return strings.TrimSpace(of[h.Sum32()%uint32(len(of))])
}

// Terminate implements Driver.
func (a *AWS) Terminate(ctx context.Context, o Order) error {
	err := a.call(ctx, o.GroupName, "TerminateInstances", url.Values{"InstanceId.1": {o.Instance}}, nil)
	if forward.CodeOf(err) == "InvalidInstanceID.NotFound" {
		return nil // EC2 forgets what has ended
	}
	return err
}

// listPage is how many instances one call asks about: the answer, with some
// kilobytes of each, is bounded.
const listPage = 50

// List implements Driver.
func (a *AWS) List(ctx context.Context, n GroupName, asked []string) (out []Listed, err error) {
	for page := range slices.Chunk(asked, listPage) {
		found, err := a.find(ctx, n, "instance-id", page...)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			if i.State == "pending" || i.State == "running" {
				out = append(out, Listed{ID: i.ID})
			}
		}
	}
	return out, nil
}

// ec2Instance is what we read of an instance.
type ec2Instance struct {
	ID    string `xml:"instanceId"`
	Type  string `xml:"instanceType"`
	Zone  string `xml:"placement>availabilityZone"`
	State string `xml:"instanceState>name"`
}

// find looks instances up by a filter. Those that are not there any more are not
// found, which is no error.
func (a *AWS) find(ctx context.Context, n GroupName, filter string, values ...string) (out []ec2Instance, err error) {
	f := url.Values{"Filter.1.Name": {filter}}
	for i, v := range values {
		f.Set("Filter.1.Value."+strconv.Itoa(i+1), v)
	}
	for {
		var got struct {
			Instances []ec2Instance `xml:"reservationSet>item>instancesSet>item"`
			Next      string        `xml:"nextToken"`
		}
		if err := a.call(ctx, n, "DescribeInstances", f, &got); err != nil {
			return nil, err
		}
		out = append(out, got.Instances...)
		if got.Next == "" {
			return out, nil
		}
		f.Set("NextToken", got.Next)
	}
}

// call makes a call and reads its answer. What may have had its effect, or fares
// better another time, is asked for again under the same activity.
func (a *AWS) call(ctx context.Context, n GroupName, action string, form url.Values, into any) error {
	if a.Client == nil {
		return errors.New("the aws driver needs a forwarding profile for ec2, and there are no profiles")
	}
	b, err := a.Client.Call(ctx, forward.Call{Service: "ec2", Account: n.Account, Region: n.Region, Action: action, Form: form})
	var f *targets.Failure
	switch {
	case errors.As(err, &f) && !f.Permanent:
		return driver.Unknown(err)
	case err != nil || into == nil:
		return err
	}
	if err := xml.Unmarshal(b, into); err != nil {
		return driver.Unknown(fmt.Errorf("the answer to %s is not the XML that is wanted: %w", action, err))
	}
	return nil
}
