package api

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"skywatch/metric"
	"skywatch/targets/scaling/tracking"
)

// scalableTrackingFields are the members of a scalable target's
// TargetTrackingScalingPolicyConfiguration. No service here sends the predefined
// metrics.
func scalableTrackingFields(all Fields) Fields {
	const (
		config  = "TargetTrackingScalingPolicyConfiguration"
		custom  = config + ".CustomizedMetricSpecification"
		metrics = custom + ".Metrics"
		stat    = metrics + ".MetricStat"
	)
	for _, member := range []string{
		config, config + ".TargetValue", config + ".DisableScaleIn", config + ".ScaleOutCooldown", config + ".ScaleInCooldown",
		custom, custom + ".Namespace", custom + ".MetricName", custom + ".Dimensions", custom + ".Dimensions.Name", custom + ".Dimensions.Value",
		custom + ".Statistic", custom + ".Unit",
		metrics, metrics + ".Id", metrics + ".Expression", metrics + ".Label", metrics + ".ReturnData",
		stat, stat + ".Stat", stat + ".Unit",
		stat + ".Metric", stat + ".Metric.Namespace", stat + ".Metric.MetricName", stat + ".Metric.Dimensions", stat + ".Metric.Dimensions.Name", stat + ".Metric.Dimensions.Value",
	} {
		all[member] = Acts
	}
	all[config+".PredefinedMetricSpecification"] = Refused
	return all
}

// scalableTracking reads what a policy of a scalable target tracks.
func scalableTracking(in *sdk.TargetTrackingScalingPolicyConfiguration) *tracking.Settings {
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
		out.Queries = append(out.Queries, scalableQuery(&q))
	}
	if len(c.Metrics) == 0 || c.MetricName != nil || c.Namespace != nil {
		m := &tracking.Metric{Namespace: text(c.Namespace), Name: text(c.MetricName), Statistic: string(c.Statistic), Unit: text(c.Unit)}
		for _, d := range c.Dimensions {
			m.Dimensions = append(m.Dimensions, metric.Dimension{Name: text(d.Name), Value: text(d.Value)})
		}
		out.Custom = m
	}
	return out
}

func scalableQuery(q *sdk.TargetTrackingMetricDataQuery) tracking.Query {
	out := tracking.Query{ID: text(q.Id), Expression: text(q.Expression), Label: q.Label, ReturnData: q.ReturnData}
	if m := q.MetricStat; m != nil {
		out.Metric = &tracking.Metric{Statistic: text(m.Stat), Unit: text(m.Unit)}
		if m.Metric != nil {
			out.Metric.Namespace, out.Metric.Name = text(m.Metric.Namespace), text(m.Metric.MetricName)
			for _, d := range m.Metric.Dimensions {
				out.Metric.Dimensions = append(out.Metric.Dimensions, metric.Dimension{Name: text(d.Name), Value: text(d.Value)})
			}
		}
	}
	return out
}

// wireScalableTracking shows what a policy of a scalable target tracks.
func wireScalableTracking(s *tracking.Settings) *sdk.TargetTrackingScalingPolicyConfiguration {
	c := &sdk.CustomizedMetricSpecification{}
	if m := s.Custom; m != nil {
		c.Namespace, c.MetricName, c.Statistic, c.Unit = &m.Namespace, &m.Name, sdk.MetricStatistic(m.Statistic), unlessEmpty(m.Unit)
		for _, d := range m.Dimensions {
			c.Dimensions = append(c.Dimensions, sdk.MetricDimension{Name: &d.Name, Value: &d.Value})
		}
	}
	for _, q := range s.Queries {
		c.Metrics = append(c.Metrics, wireScalableQuery(&q))
	}
	return &sdk.TargetTrackingScalingPolicyConfiguration{TargetValue: &s.Target, DisableScaleIn: &s.NoScaleIn, CustomizedMetricSpecification: c}
}

func wireScalableQuery(q *tracking.Query) sdk.TargetTrackingMetricDataQuery {
	out := sdk.TargetTrackingMetricDataQuery{Id: &q.ID, Expression: unlessEmpty(q.Expression), Label: q.Label, ReturnData: q.ReturnData}
	if m := q.Metric; m != nil {
		on := &sdk.TargetTrackingMetric{Namespace: &m.Namespace, MetricName: &m.Name}
		for _, d := range m.Dimensions {
			on.Dimensions = append(on.Dimensions, sdk.TargetTrackingMetricDimension{Name: &d.Name, Value: &d.Value})
		}
		out.MetricStat = &sdk.TargetTrackingMetricStat{Metric: on, Stat: &m.Statistic, Unit: unlessEmpty(m.Unit)}
	}
	return out
}
