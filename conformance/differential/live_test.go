package differential

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
	"skywatch/conformance/oracle/trial"
)

// TestAlarmsAgreeWithModelLive has random alarms watch random data arrive, late
// ones too, on a clock that is moved by hand, and compares their histories.
func TestAlarmsAgreeWithModelLive(t *testing.T) {
	t.Parallel()
	seed := number(t, "SKYWATCH_SEED", uint64(time.Now().UnixNano()))
	alarms := int(number(t, "SKYWATCH_DIFF_LIVE", 60))
	random := rand.New(rand.NewPCG(seed, 4))
	w := newWorld(t, random)
	g := trial.New(random, w.now.Add(365*24*time.Hour))
	changes := 0
	for ; alarms > 0; alarms -= 60 {
		for _, cadence := range []time.Duration{10 * time.Second, time.Minute, time.Hour} {
			changes += w.watch(t, g, cadence, 20)
		}
	}
	t.Logf("%d changes of state", changes)
	if changes == 0 {
		t.Error("nothing was compared")
	}
	if t.Failed() {
		t.Logf("replay with SKYWATCH_SEED=%d", seed)
	}
}

// watched is how many instants live alarms are watched.
const watched = 25

// watch plays so many live trials at once and returns how many changes of state
// were compared.
func (w *world) watch(t *testing.T, g *trial.Generator, cadence time.Duration, n int) int {
	t.Helper()
	start := w.now.Add(2 * time.Hour).Truncate(time.Hour)
	all := make([]trial.Live, n)
	for i := range all {
		all[i] = g.Live(cadence, start, watched)
	}
	w.until(t, start.Add(-3*time.Second))
	w.put(t, all, func(l trial.Live) []oracle.Datum { return l.Before })
	w.until(t, start.Add(-2*time.Second))
	for _, l := range all {
		if _, err := w.PutMetricAlarm(t.Context(), putAlarm(l.Definition)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range watched {
		for _, at := range trial.Moments(start.Add(time.Duration(i)*cadence), cadence) {
			w.until(t, at)
			w.put(t, all, func(l trial.Live) []oracle.Datum { return l.Arrivals[at] })
		}
	}
	w.until(t, w.now.Add(500*time.Millisecond)) // what came last is decided
	changes := 0
	for _, l := range all {
		changes += w.judge(t, l)
		_, err := w.DeleteAlarms(t.Context(), &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{l.Definition.Metric.MetricName}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return changes
}

// put sends what arrives of all trials now.
func (w *world) put(t *testing.T, all []trial.Live, arrives func(trial.Live) []oracle.Datum) {
	t.Helper()
	var data []oracle.Datum
	for _, l := range all {
		data = append(data, arrives(l)...)
	}
	for chunk := range slices.Chunk(data, putSize) {
		in := putInput(oracle.PutMetricDataInput{Namespace: trial.Namespace, MetricData: chunk})
		if _, err := w.PutMetricData(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

func putAlarm(d alarm.Definition) *cloudwatch.PutMetricAlarmInput {
	in := &cloudwatch.PutMetricAlarmInput{
		AlarmName: &d.Metric.MetricName, Namespace: &d.Metric.Namespace, MetricName: &d.Metric.MetricName,
		Dimensions: each(d.Metric.Dimensions, dimension), Period: seconds(d.Period), EvaluationPeriods: seconds(d.EvaluationPeriods),
		DatapointsToAlarm: whole(d.DatapointsToAlarm), ComparisonOperator: types.ComparisonOperator(d.ComparisonOperator),
		Threshold: &d.Threshold, TreatMissingData: text(d.TreatMissingData), Unit: types.StandardUnit(d.Unit),
		EvaluateLowSampleCountPercentile: text(d.EvaluateLowSampleCountPercentile),
	}
	if alarm.Basic(d.Statistic) {
		in.Statistic = types.Statistic(d.Statistic)
	} else {
		in.ExtendedStatistic = &d.Statistic
	}
	return in
}

// judge compares the history of an alarm with the model's, that has decided on
// creation or has not.
func (w *world) judge(t *testing.T, l trial.Live) int {
	t.Helper()
	got := w.history(t, l.Definition.Metric.MetricName)
	var wrong [][]string
	for _, decided := range []bool{true, false} {
		want, doubtful, err := l.Run(trialTenant, decided)
		if err != nil {
			t.Fatal(err)
		}
		if doubtful {
			return 0
		}
		differences := diffHistory(got, want)
		if len(differences) == 0 {
			return len(want)
		}
		wrong = append(wrong, differences)
	}
	definition, _ := json.Marshal(alarmInput(l.Definition)) // only of types that have a form
	text := fmt.Sprintf("%s\n  from %s\n", definition, clock(l.Start))
	for _, d := range l.Before {
		datum, _ := json.Marshal(d)
		text += fmt.Sprintf("  before %s\n", datum)
	}
	for _, at := range l.Stamps() {
		for _, d := range l.Arrivals[at] {
			datum, _ := json.Marshal(d)
			text += fmt.Sprintf("  %s %s\n", clock(at), datum)
		}
	}
	t.Errorf("%sdecided on creation: %s\nnot: %s", text, strings.Join(wrong[0], "\n  "), strings.Join(wrong[1], "\n  "))
	return 0
}

// change is one of a history.
type change struct {
	At                 time.Time
	From, To           alarm.State
	Reason, ReasonData string
}

// history are the changes of state of an alarm, oldest first.
func (w *world) history(t *testing.T, name string) []change {
	t.Helper()
	in := &cloudwatch.DescribeAlarmHistoryInput{
		AlarmName: &name, HistoryItemType: types.HistoryItemTypeStateUpdate, ScanBy: types.ScanByTimestampAscending,
		AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm},
	}
	var all []change
	for {
		out, err := w.DescribeAlarmHistory(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.AlarmHistoryItems {
			all = append(all, readChange(t, item))
		}
		if out.NextToken == nil {
			return all
		}
		in.NextToken = out.NextToken
	}
}

func readChange(t *testing.T, item types.AlarmHistoryItem) change {
	t.Helper()
	type state struct {
		StateValue      alarm.State
		StateReason     string
		StateReasonData json.RawMessage
	}
	var data struct{ OldState, NewState state }
	if err := json.Unmarshal([]byte(aws.ToString(item.HistoryData)), &data); err != nil {
		t.Fatal(err)
	}
	return change{
		At: *item.Timestamp, From: data.OldState.StateValue, To: data.NewState.StateValue,
		Reason: data.NewState.StateReason, ReasonData: string(data.NewState.StateReasonData),
	}
}

// diffHistory compares changes of state; the time of one is between its instant
// and the next but one.
func diffHistory(got []change, want []alarm.Verdict) []string {
	var wrong []string
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			wrong = append(wrong, fmt.Sprintf("missing: %s of %s by rule %d; points %s", want[i].State, clock(want[i].At), want[i].Rule, points(want[i])))
		case i >= len(want):
			wrong = append(wrong, fmt.Sprintf("not wanted: %s to %s: %s", clock(got[i].At), got[i].To, got[i].Reason))
		case got[i].To != want[i].State || got[i].From != want[i].Before:
			wrong = append(wrong, fmt.Sprintf("%s to %s: %s\n   want %s of %s by rule %d; points %s",
				clock(got[i].At), got[i].To, got[i].Reason, want[i].State, clock(want[i].At), want[i].Rule, points(want[i])))
		default:
			wrong = append(wrong, want[i].DiffReason(got[i].Reason)...)
			wrong = append(wrong, want[i].DiffData(got[i].ReasonData)...)
			wrong = append(wrong, late(got[i].At, want[i])...)
		}
		if len(wrong) > 0 {
			return wrong
		}
	}
	return nil
}

func late(at time.Time, v alarm.Verdict) []string {
	cadence := v.Definition.Cadence()
	if after := at.Sub(v.At); after < 0 || after > cadence+trial.Settle(cadence) {
		return []string{fmt.Sprintf("%s decided at %s", clock(v.At), clock(at))}
	}
	return nil
}
