package differential

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/formula"
)

// asked is what an interview has compared.
type asked struct {
	Requests, Expressions, Refused, Series, Points, Doubtful int
}

// ask puts the question to both and lists what differs.
func (iv *interview) ask(ctx context.Context, in formula.Request, count *asked) []string {
	for _, q := range in.Queries {
		if q.Expression != "" {
			count.Expressions++
		}
	}
	count.Requests++
	want, errs := formula.Ask(iv.model, iv.now, iv.tenant, in)
	got, err := iv.client.GetMetricData(ctx, formulaInput(in))
	wrong, answered := iv.refusal(errs, err)
	if !answered {
		count.Refused++
		return wrong
	}
	if got.NextToken != nil {
		wrong = append(wrong, "a NextToken")
	}
	if len(got.Messages) > 0 {
		wrong = append(wrong, fmt.Sprintf("messages about the whole call: %v", *got.Messages[0].Value))
	}
	if len(got.MetricDataResults) != len(want) {
		return append(wrong, fmt.Sprintf("%d series, want %d", len(got.MetricDataResults), len(want)))
	}
	for i, w := range want {
		count.Series++
		count.Points += len(w.Points)
		if w.Doubtful {
			count.Doubtful++
			continue
		}
		wrong = append(wrong, differences(i, w, got.MetricDataResults[i])...)
	}
	return wrong
}

// differences of one series.
func differences(i int, want formula.Result, got types.MetricDataResult) []string {
	name := fmt.Sprintf("series %d, %s", i, want.ID)
	if aws.ToString(got.Id) != want.ID {
		return []string{fmt.Sprintf("%s: id %s", name, aws.ToString(got.Id))}
	}
	var wrong []string
	if label := aws.ToString(got.Label); !want.Label.Matches(label) {
		wrong = append(wrong, fmt.Sprintf("%s: label %q, want %q", name, label, want.Label))
	}
	if got.StatusCode != types.StatusCodeComplete {
		wrong = append(wrong, fmt.Sprintf("%s: StatusCode %s", name, got.StatusCode))
	}
	if len(got.Values) != len(want.Points) || len(got.Timestamps) != len(want.Points) {
		return append(wrong, fmt.Sprintf("%s: %d points %v %v\n  want %d: %v",
			name, len(got.Values), got.Timestamps, got.Values, len(want.Points), want.Points))
	}
	for k, p := range want.Points {
		if !got.Timestamps[k].Equal(p.Timestamp) || !nearly(got.Values[k], p) {
			wrong = append(wrong, fmt.Sprintf("%s, point %d: %s %v, want %s %v", name, k,
				got.Timestamps[k].UTC().Format("15:04:05"), got.Values[k], p.Timestamp.Format("15:04:05"), p.Value))
		}
	}
	return wrong
}

// nearly allows for sums in another order.
func nearly(got float64, want formula.Point) bool {
	return math.Abs(got-want.Value) <= 1e-9*math.Abs(want.Value)+1e-12*want.Scale
}

// report is the smallest part of the question on which the two differ.
func (iv *interview) report(ctx context.Context, in formula.Request) string {
	var wrong []string
	differs := func(queries []formula.Query) bool {
		if len(queries) == 0 {
			return false
		}
		part := in
		part.Queries = queries
		found := iv.ask(ctx, part, &asked{})
		if len(found) > 0 {
			wrong = found
		}
		return len(found) > 0
	}
	differs(in.Queries)
	in.Queries = smallest(in.Queries, maxTries, differs)
	differs(in.Queries)
	return written(in) + strings.Join(wrong, "\n")
}

// written is a question in lines.
func written(in formula.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s to %s %s\n", in.StartTime.Format("2006-01-02 15:04:05"), in.EndTime.Format("15:04:05"), in.ScanBy)
	for _, q := range in.Queries {
		fmt.Fprintf(&b, "  %s = %s", q.ID, q.Expression)
		if q.Stat != nil {
			fmt.Fprintf(&b, "%s %s by %d s", q.Stat.Stat, q.Stat.Metric, q.Stat.Period)
		}
		if q.Period > 0 {
			fmt.Fprintf(&b, ", Period %d", q.Period)
		}
		if q.Label != nil {
			fmt.Fprintf(&b, ", Label %q", *q.Label)
		}
		if q.ReturnData != nil {
			fmt.Fprintf(&b, ", ReturnData %v", *q.ReturnData)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func formulaInput(in formula.Request) *cloudwatch.GetMetricDataInput {
	return &cloudwatch.GetMetricDataInput{
		StartTime: &in.StartTime, EndTime: &in.EndTime, ScanBy: types.ScanBy(in.ScanBy),
		MetricDataQueries: each(in.Queries, func(q formula.Query) types.MetricDataQuery {
			out := types.MetricDataQuery{Id: text(q.ID), Expression: text(q.Expression), Label: q.Label, ReturnData: q.ReturnData, Period: seconds(q.Period)}
			if q.Stat != nil {
				direct := query(oracle.Query{MetricStat: *q.Stat})
				out.MetricStat = direct.MetricStat
			}
			return out
		}),
	}
}
