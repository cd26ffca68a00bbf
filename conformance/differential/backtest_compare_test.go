package differential

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
	"skywatch/conformance/oracle/trial"
)

// backtest is the answer of the server.
type backtest struct {
	Evaluations []struct {
		Timestamp time.Time
		State     alarm.State
	}
	Transitions []struct {
		Timestamp                    time.Time
		PreviousState, State         alarm.State
		StateReason, StateReasonData string
	}
}

// putSize is how many data one request carries.
const putSize = 400

// put sends the data of many trials.
func (tr *trials) put(ctx context.Context, data []oracle.Datum) error {
	client := tr.house.client(trialTenant.Region)
	for chunk := range slices.Chunk(data, putSize) {
		in := putInput(oracle.PutMetricDataInput{Namespace: trial.Namespace, MetricData: chunk})
		if _, err := client.PutMetricData(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// ask back-tests the alarm of a trial.
func (tr *trials) ask(ctx context.Context, one trial.Trial) (backtest, error) {
	var out backtest
	err := tr.house.admin(ctx, "alarms/backtest", map[string]any{
		"Alarm": trialInput(one), "StartTime": one.Start, "EndTime": one.End, "InitialState": one.Initial,
	}, &out)
	return out, err
}

// trialInput is the PutMetricAlarm input of a trial.
func trialInput(one trial.Trial) map[string]any {
	in := alarmInput(one.Definition)
	if one.Expression == "" {
		return in
	}
	for _, name := range []string{"Namespace", "MetricName", "Period", "ExtendedStatistic"} {
		delete(in, name)
	}
	metrics := []map[string]any{{"Id": "e", "Expression": one.Expression}}
	for i, stat := range one.Inputs {
		metrics = append(metrics, map[string]any{"Id": string(rune('a' + i)), "ReturnData": false, "MetricStat": map[string]any{
			"Metric": map[string]any{"Namespace": stat.Metric.Namespace, "MetricName": stat.Metric.MetricName},
			"Period": stat.Period, "Stat": stat.Stat,
		}})
	}
	in["Metrics"] = metrics
	return in
}

// alarmInput is the PutMetricAlarm input in the form of AWS JSON.
func alarmInput(d alarm.Definition) map[string]any {
	in := map[string]any{
		"AlarmName": d.Metric.MetricName, "Namespace": d.Metric.Namespace, "MetricName": d.Metric.MetricName,
		"Period": d.Period, "EvaluationPeriods": d.EvaluationPeriods,
		"ComparisonOperator": d.ComparisonOperator, "Threshold": d.Threshold,
	}
	if len(d.Metric.Dimensions) > 0 {
		in["Dimensions"] = d.Metric.Dimensions
	}
	if d.DatapointsToAlarm != nil {
		in["DatapointsToAlarm"] = *d.DatapointsToAlarm
	}
	statistic := "ExtendedStatistic"
	if alarm.Basic(d.Statistic) {
		statistic = "Statistic"
	}
	for name, value := range map[string]string{
		statistic: d.Statistic, "Unit": d.Unit, "TreatMissingData": d.TreatMissingData,
		"EvaluateLowSampleCountPercentile": d.EvaluateLowSampleCountPercentile,
	} {
		if value != "" {
			in[name] = value
		}
	}
	return in
}

// compare lists what differs between the server's back-test and the model's.
func (tr *trials) compare(ctx context.Context, one trial.Trial) []string {
	want, doubtful := tr.model(one)
	got, err := tr.ask(ctx, one)
	if err != nil {
		return []string{err.Error()}
	}
	if doubtful {
		tr.doubtful++
		return nil
	}
	tr.instants += len(want)
	if len(got.Evaluations) != len(want) {
		return []string{fmt.Sprintf("%d evaluations, want %d", len(got.Evaluations), len(want))}
	}
	for i, v := range want {
		if g := got.Evaluations[i]; !g.Timestamp.Equal(v.At) || g.State != v.State {
			return []string{fmt.Sprintf("%s: %s, want %s: %s by rule %d; points %s",
				clock(g.Timestamp), g.State, clock(v.At), v.State, v.Rule, points(v))}
		}
	}
	return tr.compareTransitions(got, alarm.Transitions(want))
}

func (tr *trials) compareTransitions(got backtest, want []alarm.Verdict) (wrong []string) {
	tr.transitions += len(want)
	if len(got.Transitions) != len(want) {
		return []string{fmt.Sprintf("%d transitions, want %d", len(got.Transitions), len(want))}
	}
	for i, v := range want {
		g := got.Transitions[i]
		if !g.Timestamp.Equal(v.At) || g.State != v.State || g.PreviousState != v.Before {
			wrong = append(wrong, fmt.Sprintf("transition %d: %s from %s to %s", i, clock(g.Timestamp), g.PreviousState, g.State))
		}
		wrong = append(wrong, v.DiffReason(g.StateReason)...)
		wrong = append(wrong, v.DiffData(g.StateReasonData)...)
	}
	return wrong
}

func clock(t time.Time) string { return t.UTC().Format("01-02T15:04:05.999") }

// points are the retained ones of a verdict.
func points(v alarm.Verdict) string {
	var all []string
	for _, s := range v.Retained {
		all = append(all, fmt.Sprintf("%s %v of %v", clock(s.Start), s.Point.Value, s.Point.Count))
	}
	return strings.Join(all, ", ")
}

// report is the trial with as few data as still show a difference.
func (tr *trials) report(ctx context.Context, one trial.Trial, wrong []string) string {
	differs := func(data []oracle.Datum) bool {
		tr.probes++
		probe := renamed(one, fmt.Sprintf("probe%d-", tr.probes))
		probe.Data = slices.Clone(data)
		for i := range probe.Data {
			probe.Data[i].MetricName = fmt.Sprintf("probe%d-", tr.probes) + probe.Data[i].MetricName
		}
		if err := tr.put(ctx, probe.Data); err != nil {
			return false
		}
		found := tr.compare(ctx, probe)
		if len(found) > 0 {
			wrong = found
		}
		return len(found) > 0
	}
	one.Data = smallest(one.Data, maxTries, differs)
	differs(one.Data)
	definition, _ := json.Marshal(trialInput(one)) // only of types that have a form
	text := fmt.Sprintf("%s\n  from %s to %s, initially %s\n", definition, clock(one.Start), clock(one.End), one.Initial)
	for _, d := range one.Data {
		datum, _ := json.Marshal(d)
		text += fmt.Sprintf("  %s\n", datum)
	}
	return text + strings.Join(wrong, "\n")
}

// renamed is the trial on metrics whose names have a prefix.
func renamed(one trial.Trial, prefix string) trial.Trial {
	one.Definition.Metric.MetricName = prefix + one.Definition.Metric.MetricName
	one.Inputs = slices.Clone(one.Inputs)
	for i := range one.Inputs {
		one.Inputs[i].Metric.MetricName = prefix + one.Inputs[i].Metric.MetricName
	}
	return one
}
