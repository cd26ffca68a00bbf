package alarms

import (
	"math"
	"unicode/utf8"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Put is what PutMetricAlarm was sent, for an alarm on one metric. Zero means
// not sent, except where there is a pointer. What the API model demands of
// single fields (lengths, enumerations, least values) was checked before.
type Put struct {
	Name                    string
	Description             *string
	ActionsEnabled          *bool
	OKActions               []string
	AlarmActions            []string
	InsufficientDataActions []string

	Namespace, MetricName string
	Dimensions            []metric.Dimension
	Statistic             string
	ExtendedStatistic     string
	Unit                  string
	Period                int

	EvaluationPeriods int
	DatapointsToAlarm int
	Threshold         *float64
	Comparison        string
	TreatMissingData  string
	LowSamples        string // EvaluateLowSampleCountPercentile

	Tags []Tag // used when the alarm is new
}

// define checks the request and returns the definition that it makes.
func (p *Put) define(region string) (Definition, error) {
	for _, check := range []func() error{
		p.checkName, p.checkMetric, p.checkStatistic, p.checkPeriods, p.checkThreshold, p.checkMissing,
		func() error { return p.checkActions(region) },
	} {
		if err := check(); err != nil {
			return Definition{}, err
		}
	}
	return Definition{
		Description:             p.Description,
		ActionsEnabled:          p.ActionsEnabled == nil || *p.ActionsEnabled,
		OKActions:               p.OKActions,
		AlarmActions:            p.AlarmActions,
		InsufficientDataActions: p.InsufficientDataActions,
		Namespace:               p.Namespace, MetricName: p.MetricName, Dimensions: p.Dimensions,
		Statistic: p.Statistic, ExtendedStatistic: p.ExtendedStatistic, Unit: p.Unit,
		Period:            metric.Period(p.Period),
		EvaluationPeriods: p.EvaluationPeriods,
		DatapointsToAlarm: p.DatapointsToAlarm,
		Threshold:         *p.Threshold,
		Comparison:        Comparison(p.Comparison),
		TreatMissingData:  Treatment(p.TreatMissingData),
		LowSamples:        p.LowSamples,
	}, nil
}

func (p *Put) checkName() error {
	if p.Name == "" {
		return missing("AlarmName")
	}
	for i := range len(p.Name) {
		if p.Name[i] < ' ' || p.Name[i] == 0x7f {
			return invalid("AlarmName must not contain ASCII Control characters")
		}
	}
	if !utf8.ValidString(p.Name) {
		return invalid("AlarmName must be valid UTF-8") // wording (inferred)
	}
	return nil
}

func (p *Put) checkStatistic() error {
	if p.Statistic != "" && p.ExtendedStatistic != "" {
		return invalid("PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic parameters. " +
			"Only one of them should be present")
	}
	if p.Statistic == "" && p.ExtendedStatistic == "" {
		return missing("Statistic") // code and text (inferred)
	}
	param, text, basic := "Statistic", p.Statistic, true
	if text == "" {
		param, text, basic = "ExtendedStatistic", p.ExtendedStatistic, false
	}
	stat, ok := metric.ParseStatistic(text)
	if !ok || stat.Basic() != basic || !stat.AlarmBounds() {
		return fault.New(fault.InvalidValue, "The value %s for parameter %s is not supported.", text, param).On(param)
	}
	if _, percentile := stat.Percentile(); p.LowSamples != "" && !percentile {
		return invalid("Option evaluateLowSampleCountPercentile can not be applied with statistic %s. "+
			"This option is enabled only for percentile statistics.", text)
	}
	return nil
}

// The longest stretches that an alarm may look at, in seconds.
const (
	maxStretch     = 86400
	maxLongStretch = 604800 // with periods of an hour or more
)

func (p *Put) checkPeriods() error {
	switch {
	case p.Period == 0:
		return missing("Period")
	case p.EvaluationPeriods == 0:
		return missing("EvaluationPeriods")
	case p.Period < 0 || p.Period != 10 && p.Period != 20 && p.Period != 30 && p.Period%60 != 0:
		return invalid("Period must be 10, 20, 30 or a multiple of 60")
	case p.DatapointsToAlarm > p.EvaluationPeriods:
		return invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
	}
	stretch := int64(p.Period) * int64(p.EvaluationPeriods)
	switch {
	case p.Period < int(metric.Hour) && stretch > maxStretch:
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

func (p *Put) checkMissing() error {
	if p.TreatMissingData != "" && !Treatment(p.TreatMissingData).valid() {
		return invalid("The value %s is not supported for TreatMissingData parameter. "+
			"Supported values are [breaching, notBreaching, ignore, missing].", p.TreatMissingData)
	}
	switch p.LowSamples {
	case "", lowSamplesEvaluate, lowSamplesIgnore:
		return nil
	}
	return invalid("The value %s is not supported for EvaluateLowSampleCountPercentile parameter. "+
		"Supported values are [evaluate, ignore].", p.LowSamples) // (inferred) from the text above
}

func (p *Put) checkActions(region string) error {
	for _, list := range [][]string{p.OKActions, p.AlarmActions, p.InsufficientDataActions} {
		for _, a := range list {
			known, err := p.checkFarAction(a, region)
			if !known && err == nil {
				err = checkAction(a, region)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func missing(param string) error {
	return fault.New(fault.Missing, "The parameter %s is required.", param).On(param)
}

func invalid(format string, args ...any) error { return fault.New(fault.Validation, format, args...) }

// unsupported refuses by name what AWS has and we do not; the format begins
// the sentence.
func unsupported(format string, args ...any) error {
	return fault.New(fault.Validation, format+" not supported by this version of Skywatch.", args...)
}
