package query

import (
	"context"
	"fmt"
	"slices"
	"time"

	"skywatch/metric"
)

// ListInput selects metrics. Empty fields select all (clients send empty
// strings for what they do not ask for).
type ListInput struct {
	Namespace      string
	Name           string
	Dimensions     []metric.DimensionFilter
	RecentlyActive string // PT3H or empty
	// IncludeLinkedAccounts asks for ListPage.OwningAccounts. There are no
	// linked accounts, so it adds no metrics.
	IncludeLinkedAccounts bool
	OwningAccount         string
	NextToken             string
}

// ListPage is one page of metrics, in the order of metric.ID.AppendKey.
type ListPage struct {
	Metrics []metric.ID
	// OwningAccounts is parallel to Metrics if linked accounts were asked for,
	// else nil.
	OwningAccounts []string
	NextToken      string // empty on the last page
}

// Limits of ListMetrics (cloudwatch.md 5.4).
const (
	listPageSize        = 500
	maxDimensionFilters = 10
	listedFor           = 14 * 24 * time.Hour // since the newest datum
	recentlyActive      = 3 * time.Hour
)

// ListMetrics returns a page of the tenant's metrics that have a datum of the
// last 14 days, or of the last 3 hours where RecentlyActive asks for it.
func (e *Engine) ListMetrics(ctx context.Context, now metric.Instant, tenant metric.Tenant, in ListInput) (ListPage, error) {
	if err := in.validate(); err != nil {
		return ListPage{}, err
	}
	token := in.NextToken
	in.NextToken = ""
	bound := request{"ListMetrics", tenant, in}
	var after []byte
	if token != "" {
		var err error
		if after, err = e.tokens.open(bound, token); err != nil {
			return ListPage{}, err
		}
	}
	if in.OwningAccount != "" && in.OwningAccount != tenant.Account {
		return ListPage{}, nil // no account is linked to this one
	}
	page, more, err := e.list(ctx, in.filter(now, tenant), after)
	if err != nil {
		return ListPage{}, fmt.Errorf("list metrics: %w", err)
	}
	if more {
		page.NextToken = e.tokens.seal(bound, page.Metrics[listPageSize-1].AppendKey(nil))
	}
	if in.IncludeLinkedAccounts {
		page.OwningAccounts = make([]string, len(page.Metrics))
		for i := range page.OwningAccounts {
			page.OwningAccounts[i] = tenant.Account
		}
	}
	return page, nil
}

// list reads one page and whether another follows.
func (e *Engine) list(ctx context.Context, f metric.Filter, after []byte) (page ListPage, more bool, err error) {
	err = e.source.Metrics(ctx, f, after, func(l metric.Listing) bool {
		if len(page.Metrics) == listPageSize {
			more = true
			return false
		}
		page.Metrics = append(page.Metrics, l.ID)
		return true
	})
	return page, more, err
}

func (in *ListInput) validate() error {
	var c constraints
	c.namespace("namespace", in.Namespace)
	c.text("metricName", in.Name, maxName)
	names := make([]string, len(in.Dimensions))
	for i, d := range in.Dimensions {
		names[i] = d.Name
	}
	c.count("dimensions", names, maxDimensionFilters)
	for i, d := range in.Dimensions {
		at := fmt.Sprintf("dimensions.%d.member", i+1)
		c.dimensionName(at+".name", d.Name)
		c.text(at+".value", d.Value, maxDimensionValue)
	}
	if in.RecentlyActive != "" {
		c.enum("recentlyActive", in.RecentlyActive, "PT3H")
	}
	c.text("owningAccount", in.OwningAccount, maxName)
	return c.err()
}

// listedSince is how new the newest datum of a metric must be for the metric to
// be listed or found.
func listedSince(now metric.Instant) metric.Instant { return activeSince(now, listedFor) }

// activeSince takes the limit of age to the minute, for the newest datum of a
// metric is known to the minute.
func activeSince(now metric.Instant, age time.Duration) metric.Instant {
	return now.Add(-age).Floor(metric.Minute)
}

// filter returns what the source is asked for.
func (in *ListInput) filter(now metric.Instant, tenant metric.Tenant) metric.Filter {
	age := listedFor
	if in.RecentlyActive != "" {
		age = recentlyActive
	}
	dimensions := slices.Clone(in.Dimensions)
	for i := range dimensions {
		dimensions[i].AnyValue = dimensions[i].AnyValue || dimensions[i].Value == ""
	}
	return metric.Filter{
		Tenant: tenant, Namespace: in.Namespace, Name: in.Name, Dimensions: dimensions,
		ActiveSince: activeSince(now, age),
	}
}
