package api

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	sdk "skywatch/api/wire/schemas/ec2"
	"skywatch/internal/fault"
)

// ec2Model is what of EC2 is known here (see package ec2).
var ec2Model = []model{
	{"DescribeInstances", sdk.DescribeInstancesRequest, sdk.DescribeInstancesResult, func() any { return new(sdk.DescribeInstancesInput) }},
	{"DescribeRegions", sdk.DescribeRegionsRequest, sdk.DescribeRegionsResult, func() any { return new(sdk.DescribeRegionsInput) }},
}

const shownNeighbours = "conformance: TestOperationsWithCLI, TestGrafanaDataSource"

// machineOperations are those of EC2 that dashboards ask for at their start.
func machineOperations() []offered {
	return []offered{
		offer("DescribeRegions", describeRegions, shownNeighbours, Fields{
			"RegionNames": Acts, "AllRegions": Acts, "Filters": Acts, "Filters.Name": Acts, "Filters.Values": Acts, "DryRun": Refused,
		}),
		offer("DescribeInstances", describeInstances, shownNeighbours, Fields{
			"InstanceIds": Acts, "IncludeManagedResources": Acts, "MaxResults": Acts, "NextToken": Acts,
			"Filters": Acts, "Filters.Name": Acts, "Filters.Values": Acts, "DryRun": Refused,
		}),
	}
}

// describeRegions knows one region, the one in which the caller asks: data of any
// other are there as soon as somebody writes with its name.
func describeRegions(_ context.Context, c *Call, in *sdk.DescribeRegionsInput) (*sdk.DescribeRegionsOutput, error) {
	for _, name := range in.RegionNames {
		if name != c.Region { // wording (inferred)
			return nil, fault.New(fault.InvalidValue, "Invalid region provided: %s", name).On("RegionName")
		}
	}
	host := c.BaseURL[strings.Index(c.BaseURL, "://")+len("://"):]
	region := sdk.Region{RegionName: &c.Region, Endpoint: &host, OptInStatus: new("opt-in-not-required")}
	properties := map[string]string{"region-name": c.Region, "endpoint": host, "opt-in-status": *region.OptInStatus}
	out := &sdk.DescribeRegionsOutput{Regions: []sdk.Region{}}
	for _, f := range in.Filters {
		value, known := properties[text(f.Name)]
		if !known { // wording (inferred)
			return nil, fault.New(fault.InvalidValue, "The filter '%s' is invalid", text(f.Name)).On("Filter")
		}
		if !slices.ContainsFunc(f.Values, func(pattern string) bool { return likeEC2(pattern, value) }) {
			return out, nil
		}
	}
	out.Regions = append(out.Regions, region)
	return out, nil
}

// likeEC2 compares with a value of a filter, in which * stands for any text and ?
// for one character.
func likeEC2(pattern, value string) bool {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + quoted + "$").MatchString(value)
}

// describeInstances tells that there are none: those of Auto Scaling groups here
// are their drivers', not EC2's (docs/scaling.md).
func describeInstances(_ context.Context, _ *Call, in *sdk.DescribeInstancesInput) (*sdk.DescribeInstancesOutput, error) {
	if n := len(in.InstanceIds); n > 0 {
		what := fmt.Sprintf("ID '%s' does", in.InstanceIds[0])
		if n > 1 {
			what = fmt.Sprintf("IDs '%s' do", strings.Join(in.InstanceIds, ", "))
		}
		err := fault.New(fault.NotFound, "The instance %s not exist", what).On("InstanceId")
		err.Subject = "instance"
		return nil, err
	}
	if text(in.NextToken) != "" { // no page has one. Wording (inferred)
		return nil, fault.New(fault.InvalidValue, "Unable to parse pagination token").On("NextToken")
	}
	return &sdk.DescribeInstancesOutput{Reservations: []sdk.Reservation{}}, nil
}
