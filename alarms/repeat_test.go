package alarms

import (
	"strings"
	"testing"
)

// The scaling policies of a state are executed again every minute while it
// lasts, with what the metric shows then; topics are not.
func TestScalingActionsRepeat(t *testing.T) {
	for _, of := range []string{"autoScalingGroupName/g", "resource/custom-resource/https://127.0.0.1:1/x"} {
		t.Run(of, func(t *testing.T) {
			scalingActionsRepeat(t, "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u-1:"+of+":policyName/p")
		})
	}
}

func scalingActionsRepeat(t *testing.T, policy string) {
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.AlarmActions = []string{topic, policy} })
		count := func() (topics, policies int, last string) {
			for _, d := range deliveries(l, l.service.opts.Catalog) {
				if d.Target == topic {
					topics++
				} else {
					policies++
					if strings.Contains(string(d.Parameters), "[95]") || strings.Contains(string(d.Parameters), "95.0]") {
						last = string(d.Parameters)
					}
				}
			}
			return topics, policies, last
		}
		l.sleepUntil("00:10:30")
		l.datum(0, 80)
		l.sleepUntil("00:11:06")
		if topics, policies, _ := count(); topics != 1 || policies != 1 {
			t.Errorf("at the change: %d and %d", topics, policies)
		}
		l.sleepUntil("00:11:30")
		l.datum(0, 95)
		l.sleepUntil("00:12:06")
		l.is(Alarming)
		if topics, policies, last := count(); topics != 1 || policies != 2 || last == "" {
			t.Errorf("a minute later: %d and %d, with %s", topics, policies, last)
		}
		l.datum(0, 95) // another look at the same minute is no other minute
		l.sleepUntil("00:12:50")
		if _, policies, _ := count(); policies != 2 {
			t.Errorf("within the minute: %d", policies)
		}
		l.sleepUntil("00:12:51")
		l.datum(0, 1)
		l.sleepUntil("00:13:06")
		l.is(OK)
		if topics, policies, _ := count(); topics != 1 || policies != 2 {
			t.Errorf("after the state: %d and %d", topics, policies)
		}
	})
}

// An alarm that is evaluated every ten seconds waits a minute, too, wherever in
// a minute its state began.
func TestFastAlarmRepeatsEachMinute(t *testing.T) {
	const policy = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u-1:autoScalingGroupName/g:policyName/p"
	inBubble(t, EvaluatorOptions{}, func(l *live) {
		l.put(func(p *Put) { p.Period, p.TreatMissingData, p.AlarmActions = 10, "ignore", []string{policy} })
		l.sleepUntil("00:10:43")
		l.datum(0, 80) // a new look at the instant 00:10:40; after it missing data keep the state
		for _, c := range []struct {
			at   string
			want int
		}{{"00:10:44", 1}, {"00:11:03", 1}, {"00:11:41", 1}, {"00:11:43", 2}, {"00:12:41", 2}, {"00:12:43", 3}} {
			l.sleepUntil(c.at)
			if got := len(deliveries(l, l.service.opts.Catalog)); got != c.want {
				t.Errorf("%s: executed %d times, want %d", c.at, got, c.want)
			}
		}
	})
}
