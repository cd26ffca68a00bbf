package alarms

import (
	"math"

	"skywatch/metric"
)

// judgedBy reads how the datapoints of an alarm are judged; what it is on, and
// its period, are in the definition.
func (p *Put) judgedBy(d *Definition) error {
	for _, check := range []func() error{
		func() error { return p.checkPeriods(d.Period) }, p.checkThreshold, func() error { return p.checkMissing(d) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	d.EvaluationPeriods, d.DatapointsToAlarm = p.EvaluationPeriods, p.DatapointsToAlarm
	d.Threshold, d.Comparison = *p.Threshold, Comparison(p.Comparison)
	d.TreatMissingData, d.LowSamples = Treatment(p.TreatMissingData), p.LowSamples
	return nil
}

// The longest stretches that an alarm may look at, in seconds.
const (
	maxStretch     = 86400
	maxLongStretch = 604800 // with periods of an hour or more
)

func (p *Put) checkPeriods(period metric.Period) error {
	switch {
	case p.EvaluationPeriods == 0:
		return missing("EvaluationPeriods")
	case p.DatapointsToAlarm > p.EvaluationPeriods:
		return invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
	}
	stretch := int64(period) * int64(p.EvaluationPeriods)
	switch {
	case period < metric.Hour && stretch > maxStretch:
		return invalid("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) " +
			"for alarms using period < 3600")
	case stretch > maxLongStretch:
		return invalid("Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) " +
			"for alarms using period >= 3600")
	}
	return nil
}

func (p *Put) checkThreshold() error {
	switch {
	case p.Comparison == "":
		return missing("ComparisonOperator")
	case Comparison(p.Comparison).band():
		return unsupported("The ComparisonOperator %s (anomaly detection) is", p.Comparison)
	case p.Threshold == nil:
		return missing("Threshold")
	case math.IsNaN(*p.Threshold) || math.IsInf(*p.Threshold, 0):
		return invalid("Threshold must be a finite number") // wording (inferred)
	}
	return nil
}

func (p *Put) checkMissing(d *Definition) error {
	if p.TreatMissingData != "" && !Treatment(p.TreatMissingData).valid() {
		return invalid("The value %s is not supported for TreatMissingData parameter. "+
			"Supported values are [breaching, notBreaching, ignore, missing].", p.TreatMissingData)
	}
	if p.LowSamples == "" {
		return nil
	}
	judged := d.judged()
	if stat, ok := metric.ParseStatistic(judged); ok {
		if _, percentile := stat.Percentile(); percentile {
			return p.checkLowSamples()
		}
	}
	if judged == "" {
		judged = "of an expression" // (inferred)
	}
	return invalid("Option evaluateLowSampleCountPercentile can not be applied with statistic %s. "+
		"This option is enabled only for percentile statistics.", judged)
}

func (p *Put) checkLowSamples() error {
	switch p.LowSamples {
	case lowSamplesEvaluate, lowSamplesIgnore:
		return nil
	}
	return invalid("The value %s is not supported for EvaluateLowSampleCountPercentile parameter. "+
		"Supported values are [evaluate, ignore].", p.LowSamples) // (inferred) from the text above
}
