package api

import (
	groups "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/metric"
	"skywatch/targets/scaling/tracking"
)

// trackingFields are the members of a group's TargetTrackingConfiguration.
func trackingFields(all Fields) Fields {
	const (
		config  = "TargetTrackingConfiguration"
		custom  = config + ".CustomizedMetricSpecification"
		metrics = custom + ".Metrics"
		stat    = metrics + ".MetricStat"
	)
	for _, member := range []string{
		config, config + ".TargetValue", config + ".DisableScaleIn",
		config + ".PredefinedMetricSpecification", config + ".PredefinedMetricSpecification.PredefinedMetricType", config + ".PredefinedMetricSpecification.ResourceLabel",
		custom, custom + ".Namespace", custom + ".MetricName", custom + ".Dimensions", custom + ".Dimensions.Name", custom + ".Dimensions.Value",
		custom + ".Statistic", custom + ".Unit", custom + ".Period",
		metrics, metrics + ".Id", metrics + ".Expression", metrics + ".Label", metrics + ".Period", metrics + ".ReturnData",
		stat, stat + ".Stat", stat + ".Unit", stat + ".Period",
		stat + ".Metric", stat + ".Metric.Namespace", stat + ".Metric.MetricName", stat + ".Metric.Dimensions", stat + ".Metric.Dimensions.Name", stat + ".Metric.Dimensions.Value",
	} {
		all[member] = Acts
	}
	return all
}

// groupTracking reads what a policy of a group tracks; nil: nothing.
func groupTracking(in *groups.TargetTrackingConfiguration) *tracking.Settings {
	if in == nil {
		return nil
	}
	out := &tracking.Settings{NoScaleIn: yes(in.DisableScaleIn)}
	if in.TargetValue != nil {
		out.Target = *in.TargetValue
	}
	if p := in.PredefinedMetricSpecification; p != nil {
		out.Predefined, out.Label = string(p.PredefinedMetricType), text(p.ResourceLabel)
	}
	c := in.CustomizedMetricSpecification
	if c == nil {
		return out
	}
	for _, q := range c.Metrics {
		out.Queries = append(out.Queries, groupQuery(&q))
	}
	if len(c.Metrics) == 0 || c.MetricName != nil || c.Namespace != nil {
		out.Custom = &tracking.Metric{
			Namespace: text(c.Namespace), Name: text(c.MetricName), Dimensions: groupDimensions(c.Dimensions),
			Statistic: string(c.Statistic), Unit: text(c.Unit), Period: whole(c.Period),
		}
	}
	return out
}

func groupQuery(q *groups.TargetTrackingMetricDataQuery) tracking.Query {
	out := tracking.Query{ID: text(q.Id), Expression: text(q.Expression), Label: q.Label, Period: whole(q.Period), ReturnData: q.ReturnData}
	if m := q.MetricStat; m != nil {
		out.Metric = &tracking.Metric{Statistic: text(m.Stat), Unit: text(m.Unit), Period: whole(m.Period)}
		if m.Metric != nil {
			out.Metric.Namespace, out.Metric.Name = text(m.Metric.Namespace), text(m.Metric.MetricName)
			out.Metric.Dimensions = groupDimensions(m.Metric.Dimensions)
		}
	}
	return out
}

func groupDimensions(in []groups.MetricDimension) (out []metric.Dimension) {
	for _, d := range in {
		out = append(out, metric.Dimension{Name: text(d.Name), Value: text(d.Value)})
	}
	return out
}

// wireGroupTracking shows what a policy of a group tracks.
func wireGroupTracking(s *tracking.Settings) *groups.TargetTrackingConfiguration {
	if s == nil {
		return nil
	}
	out := &groups.TargetTrackingConfiguration{TargetValue: &s.Target, DisableScaleIn: &s.NoScaleIn}
	switch {
	case s.Predefined != "":
		out.PredefinedMetricSpecification = &groups.PredefinedMetricSpecification{
			PredefinedMetricType: groups.MetricType(s.Predefined), ResourceLabel: unlessEmpty(s.Label),
		}
	case s.Custom != nil:
		m := s.Custom
		out.CustomizedMetricSpecification = &groups.CustomizedMetricSpecification{
			Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: wireGroupDimensions(m.Dimensions),
			Statistic: groups.MetricStatistic(m.Statistic), Unit: unlessEmpty(m.Unit), Period: short(m.Period),
		}
	default:
		c := &groups.CustomizedMetricSpecification{}
		for _, q := range s.Queries {
			c.Metrics = append(c.Metrics, wireGroupQuery(&q))
		}
		out.CustomizedMetricSpecification = c
	}
	return out
}

func wireGroupQuery(q *tracking.Query) groups.TargetTrackingMetricDataQuery {
	out := groups.TargetTrackingMetricDataQuery{Id: &q.ID, Expression: unlessEmpty(q.Expression), Label: q.Label, Period: short(q.Period), ReturnData: q.ReturnData}
	if m := q.Metric; m != nil {
		out.MetricStat = &groups.TargetTrackingMetricStat{
			Metric: &groups.Metric{Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: wireGroupDimensions(m.Dimensions)},
			Stat:   &m.Statistic, Unit: unlessEmpty(m.Unit), Period: short(m.Period),
		}
	}
	return out
}

func wireGroupDimensions(in []metric.Dimension) (out []groups.MetricDimension) {
	for _, d := range in {
		out = append(out, groups.MetricDimension{Name: &d.Name, Value: &d.Value})
	}
	return out
}
