package differential

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/oracle/composite"
	"skywatch/conformance/oracle/trial"
)

// TestCompositesAgreeWithModel sets the states of alarms at random moments of a
// clock that is moved by hand, and compares what composite alarms over them
// decide, and when their actions run.
func TestCompositesAgreeWithModel(t *testing.T) {
	t.Parallel()
	seed := number(t, "SKYWATCH_SEED", uint64(time.Now().UnixNano()))
	for i := range number(t, "SKYWATCH_DIFF_COMPOSITES", 1) {
		t.Run(fmt.Sprintf("SKYWATCH_SEED=%d", seed+i), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed+i, 5))
			s := &stage{world: newWorld(t, random), Generator: trial.New(random, time.Time{})}
			s.topics(t)
			s.build(t)
			s.play(t, 150)
			s.judge(t)
		})
	}
}

// stage is a world with alarms that do as they are told.
type stage struct {
	*world
	*trial.Generator
	model composite.World
	all   []*composite.Alarm
	ticks int

	children, suppressors []string
}

// children are alarms whose state is set by hand: they see no data and ignore
// that. Some names need quotation marks.
func (s *stage) build(t *testing.T) {
	t.Helper()
	s.children = []string{"a", "b c", `d"\e`, "f-g", "NOT", "h"}
	s.suppressors = []string{"s1", "s2"}
	for _, name := range append(slices.Clone(s.children), s.suppressors...) {
		s.puppet(t, name)
		s.model.Set(s.now, name, "INSUFFICIENT_DATA")
	}
	for i := range 30 {
		s.composite(t, fmt.Sprintf("composite-%d", i), s.children)
	}
	for i := range 10 { // each over one of the others, and over alarms that this one does not look at
		inner := s.all[i]
		free := slices.DeleteFunc(slices.Clone(s.children), func(name string) bool { return slices.Contains(inner.Rule.References(), name) })
		s.composite(t, fmt.Sprintf("outer-%d", i), append(free, inner.Name))
	}
}

// puppet makes an alarm whose state is set by hand.
func (s *stage) puppet(t *testing.T, name string) {
	t.Helper()
	_, err := s.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("Nothing"), MetricName: aws.String("m"), Statistic: types.StatisticSum,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(0), TreatMissingData: aws.String("ignore"),
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		OKActions:          []string{topicARN("OK")}, AlarmActions: []string{topicARN("ALARM")}, InsufficientDataActions: []string{topicARN("INSUFFICIENT_DATA")},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// composite puts a composite alarm on both sides, and one whose rule is damaged.
func (s *stage) composite(t *testing.T, name string, over []string) {
	t.Helper()
	s.tick(t)
	text := s.Rule(over)
	s.refuse(t, s.Damage(text), over)
	rule, err := composite.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	in := &cloudwatch.PutCompositeAlarmInput{
		AlarmName: &name, AlarmRule: &text, OKActions: []string{topicARN("OK")}, AlarmActions: []string{topicARN("ALARM")},
	}
	c := &composite.Alarm{Name: name, Rule: rule}
	if s.IntN(3) > 0 {
		c.By = s.suppressors[s.IntN(2)]
		wait, extension := s.IntN(30), s.IntN(30)
		c.Suppress = &composite.Suppressor{Wait: time.Duration(wait) * time.Second, Extension: time.Duration(extension) * time.Second}
		in.ActionsSuppressor = &c.By
		in.ActionsSuppressorWaitPeriod, in.ActionsSuppressorExtensionPeriod = aws.Int32(int32(wait)), aws.Int32(int32(extension))
	}
	if _, err := s.PutCompositeAlarm(t.Context(), in); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	s.model.Put(s.now, c)
	s.all = append(s.all, c)
}

// refuse puts a rule that may be none: the two must agree on it.
func (s *stage) refuse(t *testing.T, text string, over []string) {
	t.Helper()
	rule, parsed := composite.Parse(text)
	known := !slices.ContainsFunc(rule.References(), func(ref string) bool { return !slices.Contains(over, ref) })
	_, err := s.PutCompositeAlarm(t.Context(), &cloudwatch.PutCompositeAlarmInput{AlarmName: aws.String("damaged"), AlarmRule: &text})
	if want := parsed == nil && known; (err == nil) != want {
		t.Errorf("rule %q: %v, want accepted: %v (%v)", text, err, want, parsed)
	}
}

// tick moves the clock by some seconds, and by a millisecond more each time, so
// that no period ends when something else happens.
func (s *stage) tick(t *testing.T) {
	t.Helper()
	s.ticks++
	s.until(t, s.now.Add(time.Duration(1+s.IntN(12))*time.Second+time.Duration(s.ticks)*time.Millisecond))
}

// play sets states.
func (s *stage) play(t *testing.T, moves int) {
	t.Helper()
	for range moves {
		s.tick(t)
		name, state := s.children[s.IntN(len(s.children))], []string{"OK", "ALARM", "INSUFFICIENT_DATA"}[s.IntN(3)]
		if s.IntN(4) == 0 {
			name = s.suppressors[s.IntN(2)]
		}
		s.set(t, name, state)
		s.model.Set(s.now, name, state)
	}
	s.until(t, s.now.Add(time.Minute))
	for _, c := range s.all {
		if c.Suppress != nil {
			c.Suppress.Until(s.now)
		}
	}
}

func (s *stage) set(t *testing.T, name, state string) {
	t.Helper()
	in := &cloudwatch.SetAlarmStateInput{AlarmName: &name, StateValue: types.StateValue(state), StateReason: aws.String("told so")}
	if _, err := s.SetAlarmState(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// judge compares histories.
func (s *stage) judge(t *testing.T) {
	t.Helper()
	changes, actions := 0, 0
	for _, c := range s.all {
		changes += len(c.Changes)
		actions += len(c.Acted())
		got, want := s.changes(t, c.Name), wanted(c)
		if !slices.Equal(got, want) {
			t.Errorf("%s\n%s", c.Name, sides(got, want))
		}
		if got, want := s.acted(t, c.Name), acted(c.Acted()); !slices.Equal(got, want) {
			t.Errorf("actions of %s, suppressed by %s %+v\n%s\nchanges %v", c.Name, c.By, c.Suppress, sides(got, want), wanted(c))
		}
	}
	t.Logf("%d changes, %d actions", changes, actions)
}

// sides shows where two lists part.
func sides(got, want []string) string {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			return fmt.Sprintf("from item %d of %d and %d:\n  %s\n  want\n  %s", i, len(got), len(want),
				strings.Join(got[i:min(len(got), i+3)], "\n  "), strings.Join(want[i:min(len(want), i+3)], "\n  "))
		}
	}
	return "equal"
}

// changes of a composite with their reasons (15.3).
func (s *stage) changes(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, c := range s.history(t, name) {
		if c.From != c.To {
			all = append(all, fmt.Sprintf("%s from %s to %s: %s", clock(c.At), c.From, c.To, c.Reason))
		}
	}
	return all
}

func wanted(c *composite.Alarm) []string {
	var all []string
	for _, change := range c.Changes {
		reason := fmt.Sprintf("%s was created and its alarm rule evaluates to %s", alarmARN(c.Name), change.To)
		if change.Cause != c.Name {
			reason = fmt.Sprintf("%s transitioned to %s at %s", alarmARN(change.Cause), change.CausedTo, change.At.UTC().Format("Monday 2 January, 2006 15:04:05 UTC"))
		}
		all = append(all, fmt.Sprintf("%s from %s to %s: %s", clock(change.At), change.From, change.To, reason))
	}
	return all
}

func acted(actions []composite.Action) []string {
	var all []string
	for _, a := range actions {
		all = append(all, clock(a.At)+" "+a.State)
	}
	return all
}

func alarmARN(name string) string {
	return fmt.Sprintf("arn:aws:cloudwatch:%s:%s:alarm:%s", trialTenant.Region, trialTenant.Account, name)
}
