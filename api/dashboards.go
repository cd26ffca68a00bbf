package api

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/api/wire"
	"skywatch/dashboards"
	"skywatch/dashboards/body"
)

func dashboardOperations(d *dashboards.Service) []offered {
	return []offered{putDashboard(d), getDashboard(d), listDashboards(d), deleteDashboards(d)}
}

func putDashboard(d *dashboards.Service) offered {
	return offer("PutDashboard",
		func(ctx context.Context, c *Call, r *cloudwatch.PutDashboardInput) (*cloudwatch.PutDashboardOutput, error) {
			warnings, err := d.Put(ctx, dashboardName(c, r.DashboardName), text(r.DashboardBody), dashboardTags(r.Tags), c.Now)
			if err != nil {
				return nil, err
			}
			return &cloudwatch.PutDashboardOutput{DashboardValidationMessages: wireFindings(warnings)}, nil
		},
		"conformance: TestDashboards", Fields{
			"DashboardName": Acts, "DashboardBody": Acts, "Tags": Kept, "Tags.Key": Kept, "Tags.Value": Kept,
		})
}

func dashboardName(c *Call, name *string) dashboards.Name {
	return dashboards.Name{Account: c.Account, Dashboard: text(name)}
}

func wireFindings(found []body.Finding) []types.DashboardValidationMessage {
	out := make([]types.DashboardValidationMessage, len(found))
	for i := range found {
		out[i] = types.DashboardValidationMessage{DataPath: &found[i].Path, Message: &found[i].Message}
	}
	return out
}

func getDashboard(d *dashboards.Service) offered {
	return offer("GetDashboard",
		func(_ context.Context, c *Call, r *cloudwatch.GetDashboardInput) (*cloudwatch.GetDashboardOutput, error) {
			n := dashboardName(c, r.DashboardName)
			kept, err := d.Get(n)
			if err != nil {
				return nil, err
			}
			return &cloudwatch.GetDashboardOutput{DashboardArn: new(n.ARN()), DashboardBody: &kept, DashboardName: &n.Dashboard}, nil
		},
		"conformance: TestDashboards", Fields{"DashboardName": Acts})
}

func listDashboards(d *dashboards.Service) offered {
	return offer("ListDashboards",
		func(_ context.Context, c *Call, r *cloudwatch.ListDashboardsInput) (*cloudwatch.ListDashboardsOutput, error) {
			page, next, err := d.List(c.Account, text(r.DashboardNamePrefix), text(r.NextToken))
			if err != nil {
				return nil, err
			}
			out := &cloudwatch.ListDashboardsOutput{DashboardEntries: make([]types.DashboardEntry, len(page)), NextToken: optional(next)}
			for i, e := range page {
				out.DashboardEntries[i] = types.DashboardEntry{
					DashboardName: &e.Dashboard, DashboardArn: new(e.ARN()), LastModified: &e.Modified, Size: new(int64(e.Size)),
				}
			}
			return out, nil
		},
		"conformance: TestDashboards", Fields{"DashboardNamePrefix": Acts, "NextToken": Acts})
}

func deleteDashboards(d *dashboards.Service) offered {
	return offer("DeleteDashboards",
		func(ctx context.Context, c *Call, r *cloudwatch.DeleteDashboardsInput) (*cloudwatch.DeleteDashboardsOutput, error) {
			if err := d.Delete(ctx, c.Account, r.DashboardNames); err != nil {
				return nil, err
			}
			return &cloudwatch.DeleteDashboardsOutput{}, nil
		},
		"conformance: TestDashboards", Fields{"DashboardNames": Acts})
}

// dashboardError adds what is wrong with a body, each mistake by itself.
func dashboardError(e *wire.Error, err error) {
	var refused *dashboards.Refused
	if !errors.As(err, &refused) || len(refused.Findings) == 0 {
		return
	}
	e.Details = &types.DashboardInvalidInputError{DashboardValidationMessages: wireFindings(refused.Findings)}
	e.Schema = schemas.DashboardInvalidInputError
}
