package alarms

import "skywatch/metric"

// The two values of EvaluateLowSampleCountPercentile.
const (
	lowSamplesEvaluate = "evaluate"
	lowSamplesIgnore   = "ignore"
)

// insignificant reports whether the slot's percentile stands on too few
// samples to count: fewer than 10/(1-p) from the median up, fewer than 10/p
// below it (cloudwatch.md 12.3).
func (d *Definition) insignificant(s Slot) bool {
	if d.LowSamples != lowSamplesIgnore {
		return false
	}
	stat, _ := metric.ParseStatistic(d.judged())
	p, ok := stat.Percentile()
	if !ok || p <= 0 || p >= 100 {
		return false
	}
	tail := p
	if p >= 50 {
		tail = 100 - p
	}
	// In percent, and with room for the rounding of 100-p: p90 with exactly 100
	// samples counts (recorded).
	const slack = 1e-9
	return s.Samples*tail < 1000*(1-slack)
}
