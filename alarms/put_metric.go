package alarms

import (
	"skywatch/internal/fault"
	"skywatch/metric"
)

// onMetric reads an alarm on one metric.
func (p *Put) onMetric(d *Definition) error {
	if err := p.checkMetric(); err != nil {
		return err
	}
	if err := p.checkStatistic(); err != nil {
		return err
	}
	if p.Period == 0 {
		return missing("Period")
	}
	if err := checkPeriod(p.Period); err != nil {
		return err
	}
	d.Namespace, d.MetricName, d.Dimensions = p.Namespace, p.MetricName, p.Dimensions
	d.Statistic, d.ExtendedStatistic, d.Unit = p.Statistic, p.ExtendedStatistic, p.Unit
	d.Period = metric.Period(p.Period)
	return p.judgedBy(d)
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
	return nil
}

// checkPeriod holds the rule for the periods of alarms, wherever they stand.
func checkPeriod(seconds int) error {
	if seconds <= 0 || seconds != 10 && seconds != 20 && seconds != 30 && seconds%60 != 0 {
		return invalid("Period must be 10, 20, 30 or a multiple of 60")
	}
	return nil
}
