package scalable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"skywatch/targets"
	"skywatch/targets/driver"
	"skywatch/targets/forward"
)

// AWS is the driver of resources that AWS has, or whatever speaks like it, by
// the forwarding profile for the service in the target's account and region.
type AWS struct {
	Client *forward.Client
}

// Capacity implements Driver.
func (a *AWS) Capacity(ctx context.Context, n Name) (Capacity, error) {
	k, err := kindOf(n)
	if err != nil {
		return Capacity{}, err
	}
	body, err := a.call(ctx, n, k.read(n))
	if err != nil {
		return Capacity{}, err
	}
	return k.told(body)
}

// Set implements Driver.
func (a *AWS) Set(ctx context.Context, o Order) (*Capacity, error) {
	k, err := kindOf(o.Name)
	if err != nil {
		return nil, err
	}
	_, err = a.call(ctx, o.Name, k.set(o))
	return nil, err // it is looked at next
}

// call makes a call about a target. What another attempt may mend is not known
// to have failed.
func (a *AWS) call(ctx context.Context, n Name, c forward.Call) ([]byte, error) {
	c.Service, c.Account, c.Region = n.Namespace, n.Account, n.Region
	body, err := a.Client.Call(ctx, c)
	var f *targets.Failure
	if err != nil && (!errors.As(err, &f) || !f.Permanent) {
		err = driver.Unknown(err)
	}
	return body, err
}

// kind is how the capacity of one dimension is read and set.
type kind struct {
	read func(Name) forward.Call
	set  func(Order) forward.Call
	told func([]byte) (Capacity, error)
}

// kindOf finds the kind of a target's dimension.
func kindOf(n Name) (kind, error) {
	switch n.Dimension {
	case "ecs:service:DesiredCount":
		return kind{readService, setService, toldService}, nil
	case "lambda:function:ProvisionedConcurrency":
		return kind{readConcurrency, setConcurrency, toldConcurrency}, nil
	}
	return kind{}, fmt.Errorf("the aws driver is not for %s: an exec or webhook driver may be", n.Dimension)
}

// service splits service/cluster/name.
func service(n Name) (cluster, name string) {
	cluster, name, _ = strings.Cut(strings.TrimPrefix(n.Resource, "service/"), "/")
	return cluster, name
}

func readService(n Name) forward.Call {
	cluster, name := service(n)
	return forward.Call{Action: "DescribeServices", Input: map[string]any{"cluster": cluster, "services": []string{name}}}
}

func setService(o Order) forward.Call {
	cluster, name := service(o.Name)
	return forward.Call{Action: "UpdateService", Input: map[string]any{"cluster": cluster, "service": name, "desiredCount": o.To}}
}

// toldService reads an answer of DescribeServices. The service is done once as
// many tasks run as are wanted.
func toldService(body []byte) (Capacity, error) {
	var got struct {
		Services []struct{ DesiredCount, RunningCount int }
		Failures []struct{ Reason string }
	}
	switch err := json.Unmarshal(body, &got); {
	case err != nil:
		return Capacity{}, fmt.Errorf("read the answer to DescribeServices: %w", err)
	case len(got.Services) > 0:
		return Capacity{Desired: got.Services[0].DesiredCount, Actual: got.Services[0].RunningCount}, nil
	case len(got.Failures) > 0:
		return Capacity{}, fmt.Errorf("ECS has no such service: %s", got.Failures[0].Reason)
	}
	return Capacity{}, errors.New("ECS has no such service")
}

// function splits function:name:alias, of which the name may be an ARN.
func function(n Name) (name, qualifier string) {
	rest := strings.TrimPrefix(n.Resource, "function:")
	i := max(strings.LastIndexByte(rest, ':'), 0)
	return rest[:i], strings.TrimPrefix(rest[i:], ":")
}

// concurrency is the call about the provisioned concurrency of a function.
func concurrency(n Name, method string, input any) forward.Call {
	name, qualifier := function(n)
	return forward.Call{
		Method: method, Path: "/2019-09-30/functions/" + url.PathEscape(name) + "/provisioned-concurrency",
		Query: url.Values{"Qualifier": {qualifier}}, Input: input,
	}
}

func readConcurrency(n Name) forward.Call { return concurrency(n, "GET", nil) }

func setConcurrency(o Order) forward.Call {
	return concurrency(o.Name, "PUT", map[string]int{"ProvisionedConcurrentExecutions": o.To})
}

func toldConcurrency(body []byte) (c Capacity, err error) {
	var got struct {
		RequestedProvisionedConcurrentExecutions int
		AvailableProvisionedConcurrentExecutions int
		Status, StatusReason                     string
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return c, fmt.Errorf("read the answer to GetProvisionedConcurrencyConfig: %w", err)
	}
	c = Capacity{got.RequestedProvisionedConcurrentExecutions, got.AvailableProvisionedConcurrentExecutions, InProgress, got.StatusReason}
	switch got.Status {
	case "READY":
		c.Progress = Successful
	case "FAILED":
		c.Progress = Failed
	}
	return c, nil
}
