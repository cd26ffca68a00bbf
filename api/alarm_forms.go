package api

import (
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/alarms"
	"skywatch/metric"
)

// The members of an alarm that are structures, as they are sent and as they are
// shown: each pair of functions stands together, for what comes in must go out
// the same.

func alarmQueries(in []types.MetricDataQuery) []alarms.Query {
	out := make([]alarms.Query, len(in))
	for i, q := range in {
		out[i] = alarms.Query{
			ID: text(q.Id), AccountID: text(q.AccountId), Expression: text(q.Expression), Label: q.Label,
			Period: metric.Period(number(q.Period)), ReturnData: q.ReturnData, Metric: alarmStat(q.MetricStat),
		}
	}
	return out
}

func alarmStat(in *types.MetricStat) *alarms.MetricStat {
	if in == nil {
		return nil
	}
	out := &alarms.MetricStat{Stat: text(in.Stat), Unit: string(in.Unit), Period: metric.Period(number(in.Period))}
	if m := in.Metric; m != nil {
		out.Namespace, out.MetricName, out.Dimensions = text(m.Namespace), text(m.MetricName), dimensions(m.Dimensions)
	}
	return out
}

func wireQueries(in []alarms.Query) []types.MetricDataQuery {
	if len(in) == 0 {
		return nil
	}
	out := make([]types.MetricDataQuery, len(in))
	for i, q := range in {
		out[i] = types.MetricDataQuery{
			Id: &q.ID, AccountId: optional(q.AccountID), Expression: optional(q.Expression), Label: q.Label,
			Period: optionalPeriod(q.Period), ReturnData: q.ReturnData,
		}
		if m := q.Metric; m != nil {
			out[i].MetricStat = &types.MetricStat{
				Metric: &types.Metric{Namespace: &m.Namespace, MetricName: &m.MetricName, Dimensions: wireDimensions(m.Dimensions)},
				Period: new(int32(m.Period)), Stat: &m.Stat, Unit: types.StandardUnit(m.Unit),
			}
		}
	}
	return out
}

// wireDimensions are never absent (recorded).
func wireDimensions(in []metric.Dimension) []types.Dimension {
	out := make([]types.Dimension, len(in))
	for i := range in {
		out[i] = types.Dimension{Name: &in[i].Name, Value: &in[i].Value}
	}
	return out
}

func optionalPeriod(p metric.Period) *int32 { return optionalNumber(int(p)) }

// optionalNumber makes zero an absent number.
func optionalNumber(n int) *int32 {
	if n == 0 {
		return nil
	}
	return new(int32(n))
}

func alarmPromQL(in types.EvaluationCriteria) *alarms.PromQL {
	c, ok := in.(*types.EvaluationCriteriaMemberPromQLCriteria)
	if !ok {
		return nil
	}
	return &alarms.PromQL{Query: text(c.Value.Query), Pending: integer(c.Value.PendingPeriod), Recovery: integer(c.Value.RecoveryPeriod)}
}

func wirePromQL(q *alarms.PromQL) types.EvaluationCriteria {
	if q == nil {
		return nil
	}
	return &types.EvaluationCriteriaMemberPromQLCriteria{Value: types.AlarmPromQLCriteria{
		Query: &q.Query, PendingPeriod: wireInteger(q.Pending), RecoveryPeriod: wireInteger(q.Recovery),
	}}
}

// integer and wireInteger keep apart what is absent and what is zero.
func integer(n *int32) *int {
	if n == nil {
		return nil
	}
	return new(int(*n))
}

func wireInteger(n *int) *int32 {
	if n == nil {
		return nil
	}
	return new(int32(*n))
}

func alarmWindow(in types.EvaluationWindow) *alarms.EvaluationWindow {
	switch w := in.(type) {
	case *types.EvaluationWindowMemberWallClockWindow:
		return &alarms.EvaluationWindow{WallClock: true, Timezone: text(w.Value.Timezone)}
	case *types.EvaluationWindowMemberSlidingWindow:
		return &alarms.EvaluationWindow{}
	}
	return nil
}

func wireWindow(w *alarms.EvaluationWindow) types.EvaluationWindow {
	switch {
	case w == nil:
		return nil
	case w.WallClock:
		return &types.EvaluationWindowMemberWallClockWindow{Value: types.WallClockWindow{Timezone: optional(w.Timezone)}}
	}
	return &types.EvaluationWindowMemberSlidingWindow{}
}

func alarmWarmUp(in *types.WarmUpConfiguration) *alarms.WarmUp {
	if in == nil {
		return nil
	}
	return &alarms.WarmUp{Minutes: number(in.WarmUpPeriodDurationInMinutes), Whole: in.OnlyStartEvaluatingAfterWarmUpPeriodEnds}
}

func wireWarmUp(w *alarms.WarmUp) *types.WarmUpConfiguration {
	if w == nil {
		return nil
	}
	return &types.WarmUpConfiguration{WarmUpPeriodDurationInMinutes: new(int32(w.Minutes)), OnlyStartEvaluatingAfterWarmUpPeriodEnds: w.Whole}
}

func tagPropagation(in *types.ActionConfiguration) *alarms.TagPropagation {
	if in == nil || in.AlarmTagsPropagation == nil {
		return nil
	}
	t := in.AlarmTagsPropagation
	return &alarms.TagPropagation{Enabled: t.Enabled != nil && *t.Enabled, Included: t.IncludedTagKeys, Excluded: t.ExcludedTagKeys}
}

func wirePropagation(t *alarms.TagPropagation) *types.ActionConfiguration {
	if t == nil {
		return nil
	}
	return &types.ActionConfiguration{AlarmTagsPropagation: &types.AlarmTagsPropagation{
		Enabled: &t.Enabled, IncludedTagKeys: t.Included, ExcludedTagKeys: t.Excluded,
	}}
}
