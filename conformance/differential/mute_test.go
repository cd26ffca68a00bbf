package differential

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/oracle/mute"
	"skywatch/conformance/oracle/trial"
)

// mutedHours is how long alarms are watched under mute rules.
const mutedHours = 4

// TestMuteRulesAgreeWithModel sets the states of alarms at random moments of a
// clock that is moved by hand, in and beside the windows of random mute rules,
// and compares when their actions run.
func TestMuteRulesAgreeWithModel(t *testing.T) {
	t.Parallel()
	seed := number(t, "SKYWATCH_SEED", uint64(time.Now().UnixNano()))
	for i := range number(t, "SKYWATCH_DIFF_MUTES", 3) {
		t.Run(fmt.Sprintf("SKYWATCH_SEED=%d", seed+i), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed+i, 6))
			w := newWorld(t, random)
			s := &mutedStage{stage: stage{world: w, Generator: trial.New(random, time.Time{})}, rules: make(map[string]trial.MuteRule), dropped: make(map[string]bool)}
			s.topics(t)
			s.setUp(t)
			s.watch(t)
			s.judge(t)
		})
	}
}

// mutedStage is a stage with mute rules.
type mutedStage struct {
	stage
	alarms  []*mute.Alarm
	rules   map[string]trial.MuteRule
	dropped map[string]bool
	script  []string // what was done
}

func (s *mutedStage) setUp(t *testing.T) {
	t.Helper()
	for i := range 12 {
		a := &mute.Alarm{Name: fmt.Sprintf("muted-%d", i), State: "INSUFFICIENT_DATA", Rules: make(map[string]mute.Rule)}
		s.puppet(t, a.Name)
		s.alarms = append(s.alarms, a)
	}
	for range 8 {
		s.rule(t)
	}
}

// rule puts a new mute rule over some of the alarms.
func (s *mutedStage) rule(t *testing.T) {
	t.Helper()
	name := fmt.Sprintf("rule-%d", len(s.rules))
	r := s.MuteRule(s.now, mutedHours)
	s.rules[name] = r
	in := &cloudwatch.PutAlarmMuteRuleInput{
		Name: &name, StartDate: instant(r.StartDate), ExpireDate: instant(r.ExpireDate), MuteTargets: &types.MuteTargets{},
		Rule: &types.Rule{Schedule: &types.Schedule{Expression: &r.Expression, Duration: &r.Duration, Timezone: text(r.Zone)}},
	}
	for _, i := range s.Perm(len(s.alarms))[:1+s.IntN(4)] {
		a := s.alarms[i]
		in.MuteTargets.AlarmNames = append(in.MuteTargets.AlarmNames, a.Name)
		a.Rules[name] = r.Rule
	}
	if _, err := s.PutAlarmMuteRule(t.Context(), in); err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	s.say("%s mutes %v: %s for %s %s from %s to %s", name, in.MuteTargets.AlarmNames, r.Expression, r.Duration, r.Zone, r.StartDate, r.ExpireDate)
	s.look()
}

func (s *mutedStage) say(format string, args ...any) {
	s.script = append(s.script, clock(s.now)+" "+fmt.Sprintf(format, args...))
}

// look tells the model that windows may have ended.
func (s *mutedStage) look() {
	for _, a := range s.alarms {
		a.Look(s.now)
	}
}

// watch moves from minute to minute, where windows begin and end, and does
// something in the middle of some.
func (s *mutedStage) watch(t *testing.T) {
	t.Helper()
	end := s.now.Add(mutedHours * time.Hour)
	for minute := s.now.Truncate(time.Minute).Add(time.Minute); minute.Before(end); minute = minute.Add(time.Minute) {
		s.now = minute // the server is moved only where something is done
		s.look()
		if s.IntN(2) == 0 {
			continue
		}
		s.until(t, minute.Add(time.Duration(1+s.IntN(58))*time.Second))
		s.act(t)
	}
}

func (s *mutedStage) act(t *testing.T) {
	t.Helper()
	switch s.IntN(30) {
	case 0:
		s.rule(t)
	case 1:
		s.drop(t)
	default:
		a := s.alarms[s.IntN(len(s.alarms))]
		state := []string{"OK", "ALARM", "INSUFFICIENT_DATA"}[s.IntN(3)]
		s.set(t, a.Name, state)
		s.say("%s to %s", a.Name, state)
		a.Changes(s.now, state)
	}
}

// drop deletes a rule, which ends its windows. Deleting it again does nothing.
func (s *mutedStage) drop(t *testing.T) {
	t.Helper()
	name := fmt.Sprintf("rule-%d", s.IntN(len(s.rules)))
	if _, err := s.DeleteAlarmMuteRule(t.Context(), &cloudwatch.DeleteAlarmMuteRuleInput{AlarmMuteRuleName: &name}); err != nil {
		t.Fatal(err)
	}
	s.dropped[name] = true
	s.say("%s is deleted", name)
	for _, a := range s.alarms {
		delete(a.Rules, name)
	}
	s.look()
}

// judge compares the actions, and what the rules say of themselves.
func (s *mutedStage) judge(t *testing.T) {
	t.Helper()
	s.until(t, s.now.Add(time.Second))
	actions := 0
	for _, a := range s.alarms {
		a.Look(s.now)
		var want []string
		for _, action := range a.Acted {
			want = append(want, clock(action.At)+" "+action.State)
		}
		actions += len(want)
		if got := s.acted(t, a.Name); !slices.Equal(got, want) {
			t.Errorf("actions of %s\n%s\n%s", a.Name, sides(got, want), lineByLine(s.script))
		}
	}
	for name, r := range s.rules {
		s.status(t, name, r)
	}
	t.Logf("%d actions", actions)
}

func (s *mutedStage) status(t *testing.T, name string, r trial.MuteRule) {
	t.Helper()
	out, err := s.GetAlarmMuteRule(t.Context(), &cloudwatch.GetAlarmMuteRuleInput{AlarmMuteRuleName: &name})
	var gone *types.ResourceNotFoundException
	if s.dropped[name] != errors.As(err, &gone) || err != nil && gone == nil {
		t.Errorf("%s, deleted: %v: %v", name, s.dropped[name], err)
	}
	if err != nil {
		return
	}
	if string(out.Status) != r.Rule.Status(s.now) || aws.ToString(out.MuteType) != r.Rule.Type() {
		t.Errorf("%s of %+v at %s: %s %s, want %s %s", name, r, s.now, out.Status, aws.ToString(out.MuteType), r.Rule.Status(s.now), r.Rule.Type())
	}
}

func lineByLine(script []string) string {
	text := ""
	for _, line := range script {
		text += "  " + line + "\n"
	}
	return text
}
