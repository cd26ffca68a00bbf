package differential

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/history"
)

// maxExact is how many different values a distribution holds exactly (package
// metric/sketch); beyond, a percentile may be off by 1 %.
const maxExact = 64

// maxPages ends a paging that would not end.
const maxPages = 5000

// duel is the server and the model side by side.
type duel struct {
	house *house
	model *oracle.Model
	tally tally
}

// tally is what a run has compared.
type tally struct {
	puts, reads, refused, restarts int
	metrics, points, pages         int
}

// play does one step on both and lists what differs. An error is of the
// machinery.
func (d *duel) play(ctx context.Context, s step) (wrong []string, err error) {
	d.house.now.Store(s.op.At.UnixMilli())
	if s.restart {
		if err := d.house.restart(); err != nil {
			return nil, err
		}
		d.tally.restarts++
	}
	client := d.house.client(s.op.Tenant.Region)
	if s.op.Put != nil {
		d.tally.puts++
		return d.put(ctx, client, s.op), nil
	}
	d.tally.reads++
	switch op := s.op; {
	case op.List != nil:
		return d.list(ctx, client, op), nil
	case op.Statistics != nil:
		return d.statistics(ctx, client, op), nil
	case op.Data != nil:
		return d.data(ctx, client, op), nil
	}
	return nil, errors.New("an operation without a request")
}

func (d *duel) put(ctx context.Context, c *cloudwatch.Client, op history.Op) []string {
	want := d.model.PutMetricData(op.At, op.Tenant, *op.Put)
	_, err := c.PutMetricData(ctx, putInput(*op.Put))
	wrong, _ := d.refusal(want, err)
	return wrong
}

func (d *duel) list(ctx context.Context, c *cloudwatch.Client, op history.Op) []string {
	want, errs := d.model.ListMetrics(op.At, op.Tenant, *op.List)
	in := listInput(*op.List)
	var pages [][]oracle.Metric
	for range maxPages {
		out, err := c.ListMetrics(ctx, in)
		if wrong, answered := d.refusal(errs, err); !answered {
			return wrong
		}
		pages = append(pages, each(out.Metrics, gotMetric))
		d.tally.pages++
		d.tally.metrics += len(out.Metrics)
		if out.NextToken == nil {
			return want.Diff(pages)
		}
		in.NextToken = out.NextToken
	}
	return []string{"the pages do not end"}
}

func (d *duel) statistics(ctx context.Context, c *cloudwatch.Client, op history.Op) []string {
	want, errs := d.model.GetMetricStatistics(op.At, op.Tenant, *op.Statistics)
	out, err := c.GetMetricStatistics(ctx, statisticsInput(*op.Statistics))
	if wrong, answered := d.refusal(errs, err); !answered {
		return wrong
	}
	label := ""
	if out.Label != nil {
		label = *out.Label
	}
	d.tally.pages++
	d.tally.points += len(out.Datapoints)
	return want.Diff(label, each(out.Datapoints, gotDatapoint), oracle.Strict(maxExact))
}

func (d *duel) data(ctx context.Context, c *cloudwatch.Client, op history.Op) []string {
	want, errs := d.model.GetMetricData(op.At, op.Tenant, *op.Data)
	in := dataInput(*op.Data)
	var pages []oracle.Page
	for range maxPages {
		out, err := c.GetMetricData(ctx, in)
		if wrong, answered := d.refusal(errs, err); !answered {
			return wrong
		}
		if len(out.Messages) > 0 { // only expressions have a reason for one
			return []string{fmt.Sprintf("messages about the whole call: %v", out.Messages)}
		}
		pages = append(pages, gotPage(out))
		d.tally.pages++
		if out.NextToken == nil {
			d.tally.points += want.Points()
			return want.Diff(pages, pageSize(*op.Data), oracle.Strict(maxExact))
		}
		in.NextToken = out.NextToken
	}
	return []string{"the pages do not end"}
}

func pageSize(in oracle.GetMetricDataInput) int {
	if in.MaxDatapoints != nil {
		return *in.MaxDatapoints
	}
	return oracle.DefaultMaxDatapoints
}
