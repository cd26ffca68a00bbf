package kill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// telling is a change of an alarm's state, or of a contributor's.
type telling struct {
	alarm, contributor, state string
	at                        int64 // ms
}

// TestKillAlarms kills the server while alarms on a metric, on metric math and of
// contributors change as data come, others are set by hand, and composite alarms
// follow them under a suppressor and mute windows, all on a clock that is moved by
// hand. The next life begins at the time that the last one was asked to come to.
// Then: each alarm's history is a chain, without a gap and without a repetition,
// from the state that it had to the one that it has, and each state that was set
// and answered is in it once; buses, topics and functions were told of each change
// once, the latter two of nothing that was held but of what it came to in the end;
// composite alarms are what their children's states make them, and nothing is held.
func TestKillAlarms(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	random := rand.New(rand.NewPCG(seed, 6))
	n := 1
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	h := &alarmHouse{
		dir: filepath.Join(t.TempDir(), "data"), now: time.Now().UTC().Truncate(time.Hour),
		sets: map[string]set{}, state: map[string]string{}, heard: map[string]string{}, byKey: map[string]string{},
	}
	changes := map[string]int{}
	for round := range n {
		from := h.now
		srv := h.start(t)
		if round == 0 {
			h.furnish(t)
		}
		h.changeUntilKilled(t, srv, fmt.Sprint(round), rand.New(rand.NewPCG(seed, uint64(round))), time.Duration(250+random.IntN(350))*time.Millisecond)
		srv = h.start(t) // and once more while it takes up what is left
		time.AfterFunc(time.Duration(random.IntN(60))*time.Millisecond, srv.kill)
		h.advance(h.now.Add(time.Duration(random.IntN(120)) * time.Second))
		srv.wait()
		srv = h.start(t)
		h.calm(t)
		h.drain(t)
		h.verify(t, from, changes)
		srv.kill()
		srv.wait()
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d, round %d", seed, round)
		}
		h.now = h.now.Add(time.Second)
	}
	if len(h.byKey) == 0 {
		t.Error("nothing was told, so nothing was tested")
	}
	t.Logf("%d rounds of kill -9; changes %v; told %d times (SKYWATCH_SEED=%d)", 2*n, changes, len(h.byKey), seed)
}

// changeUntilKilled has clients set states and put data, and the time go by, and
// kills the server a while after the first answer.
func (h *alarmHouse) changeUntilKilled(t *testing.T, srv *lifeOf, round string, random *rand.Rand, after time.Duration) {
	t.Helper()
	states := h.states(t)
	var all sync.WaitGroup
	for _, name := range handAlarms {
		order, n := []string{"OK", "ALARM"}, 0
		if states[name] == "OK" {
			n = 1
		}
		pause := time.Duration(10+random.IntN(50)) * time.Millisecond
		all.Go(func() {
			for h.set(name, order[n%2], fmt.Sprintf("%s %s/%d", name, round, n)) {
				n++
				time.Sleep(pause)
			}
		})
	}
	all.Go(func() {
		for h.step(random) {
		}
	})
	time.AfterFunc(after, srv.kill)
	srv.wait()
	all.Wait()
}

// set sets an alarm by hand; it reports whether there may be another.
func (h *alarmHouse) set(name, state, reason string) bool {
	_, err := h.metrics.SetAlarmState(context.Background(), &cloudwatch.SetAlarmStateInput{AlarmName: &name, StateValue: types.StateValue(state), StateReason: &reason})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sets[reason] = set{name, state, err == nil}
	return err == nil
}

// step puts data and lets some time pass.
func (h *alarmHouse) step(random *rand.Rand) bool {
	at := h.now
	in := &cloudwatch.PutMetricDataInput{Namespace: aws.String("App")}
	for _, name := range []string{"Load", "More"} {
		in.MetricData = append(in.MetricData, types.MetricDatum{MetricName: &name, Timestamp: &at, Value: aws.Float64(float64(60 * random.IntN(2)))})
	}
	hosts := &cloudwatch.PutMetricDataInput{Namespace: aws.String("Hosts")}
	for _, host := range []string{"a", "b", "c"} {
		hosts.MetricData = append(hosts.MetricData, types.MetricDatum{
			MetricName: aws.String("Load"), Timestamp: &at, Value: aws.Float64(float64(60 * random.IntN(2))), Dimensions: []types.Dimension{{Name: aws.String("Host"), Value: &host}},
		})
	}
	for _, put := range []*cloudwatch.PutMetricDataInput{in, hosts} {
		if _, err := h.metrics.PutMetricData(context.Background(), put); err != nil {
			return false
		}
	}
	return h.advance(at.Add(time.Duration(15+random.IntN(60)) * time.Second))
}

// calm lets the time pass, without a suppressor, until nothing can be held any more:
// the data have left the ranges of the alarms, the periods are over and no window is
// open.
func (h *alarmHouse) calm(t *testing.T) {
	t.Helper()
	h.set("suppressor", "OK", "calm "+h.now.String())
	to := h.now.Truncate(4 * time.Minute).Add(15*time.Minute + 30*time.Second)
	if !h.advance(to) {
		t.Fatal("the server is gone")
	}
	within(t, "deliveries wait", func() bool { return len(deliveries(t, h.url, "status=waiting&limit=1")) == 0 })
}

// states returns what all alarms are.
func (h *alarmHouse) states(t *testing.T) map[string]string {
	t.Helper()
	out := must(t)(h.metrics.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm}})).(*cloudwatch.DescribeAlarmsOutput)
	all := map[string]string{}
	for _, a := range out.MetricAlarms {
		all[*a.AlarmName] = string(a.StateValue)
	}
	for _, a := range out.CompositeAlarms {
		all[*a.AlarmName] = string(a.StateValue)
		all["suppressed "+*a.AlarmName] = string(a.ActionsSuppressedBy)
	}
	return all
}

// change is an item of the history.
type change struct {
	telling
	from, reason string
}

// history reads the changes of alarms, or of contributors, since a time, by alarm.
func (h *alarmHouse) history(t *testing.T, from time.Time, what types.HistoryItemType, names ...string) (all []change) {
	t.Helper()
	for _, name := range names {
		in := &cloudwatch.DescribeAlarmHistoryInput{
			AlarmName: &name, AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm},
			HistoryItemType: what, StartDate: &from, ScanBy: types.ScanByTimestampAscending, MaxRecords: aws.Int32(100),
		}
		for {
			out := must(t)(h.metrics.DescribeAlarmHistory(t.Context(), in)).(*cloudwatch.DescribeAlarmHistoryOutput)
			for _, it := range out.AlarmHistoryItems {
				var data struct {
					OldState, NewState struct{ StateValue, StateReason string }
				}
				if err := json.Unmarshal([]byte(*it.HistoryData), &data); err != nil {
					t.Fatal(err)
				}
				all = append(all, change{
					telling{name, aws.ToString(it.AlarmContributorId), data.NewState.StateValue, it.Timestamp.UnixMilli()}, data.OldState.StateValue, data.NewState.StateReason,
				})
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
		}
	}
	return all
}

// verify holds what a round has left against what was promised.
func (h *alarmHouse) verify(t *testing.T, from time.Time, counts map[string]int) {
	t.Helper()
	names := slices.Concat(handAlarms, []string{"busy", "sum", "hosts", "any", "quiet", "both"})
	states := h.states(t)
	changes := h.history(t, from, types.HistoryItemTypeStateUpdate, names...)
	members := h.history(t, from, types.HistoryItemTypeAlarmContributorStateUpdate, "hosts")
	for _, c := range changes {
		counts[c.alarm]++
		if before := h.last(c.alarm); c.from != before {
			t.Errorf("%+v: it was %s", c, before)
		}
		h.state[c.alarm] = c.state
	}
	for _, c := range members {
		of := c.alarm + " " + c.contributor
		if h.state[of] == c.state {
			t.Errorf("%+v: it was that before", c)
		}
		h.state[of] = c.state
	}
	for _, name := range names {
		if h.last(name) != states[name] {
			t.Errorf("%s is %s, and its history ends with %s", name, states[name], h.last(name))
		}
	}
	h.verifySets(t, changes)
	h.verifyRules(t, states)
	h.verifyEvents(t, slices.Concat(changes, members))
	h.verifyNews(t, changes, members)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range h.wrong {
		t.Error(w)
	}
	clear(h.sets)
}

func (h *alarmHouse) last(name string) string {
	if s := h.state[name]; s != "" {
		return s
	}
	return "INSUFFICIENT_DATA"
}

// verifySets looks for what was set by hand.
func (h *alarmHouse) verifySets(t *testing.T, changes []change) {
	t.Helper()
	times := map[string]int{}
	for _, c := range changes {
		if slices.Contains(handAlarms, c.alarm) {
			times[c.reason]++
			if s, ok := h.sets[c.reason]; !ok || s.alarm != c.alarm || s.state != c.state {
				t.Errorf("%+v was not set", c)
			}
		}
	}
	for reason, s := range h.sets {
		if n := times[reason]; n > 1 || n == 0 && s.known && !strings.HasPrefix(reason, "calm") {
			t.Errorf("%s %s was set, answered %v, and is in the history %d times", s.alarm, reason, s.known, n)
		}
	}
}

// verifyRules holds composite alarms against their children.
func (h *alarmHouse) verifyRules(t *testing.T, states map[string]string) {
	t.Helper()
	in := func(name string) bool { return states[name] == "ALARM" }
	wrong := 0
	for _, name := range []string{"hand-0", "any", "busy"} {
		if states[name] != "OK" {
			wrong++
		}
	}
	for name, want := range map[string]bool{
		"any": in("hand-0") || in("busy") && !in("sum"), "quiet": in("hand-1") || in("hosts"), "both": wrong >= 2,
	} {
		if in(name) != want || states[name] == "INSUFFICIENT_DATA" || states["suppressed "+name] != "" {
			t.Errorf("%s is %s: %v", name, states[name], states)
		}
	}
}

// verifyEvents demands an event for each change, and no other.
func (h *alarmHouse) verifyEvents(t *testing.T, changes []change) {
	t.Helper()
	compare(t, "events", tally(changes, nil), h.published)
}

// verifyNews demands that the topic and the function were told of each change of an
// alarm that is never held; of others, of no change twice, and in the end of the
// state that they are in.
func (h *alarmHouse) verifyNews(t *testing.T, changes, members []change) {
	t.Helper()
	got := map[string]map[telling]int{"topic": {}, "function": {}}
	slices.SortStableFunc(h.news, func(a, b news) int { return a.at.Compare(b.at) })
	held := map[telling]int{}
	ends := map[string]telling{} // of the alarms that may be held, what was told last
	for _, n := range h.news {
		is := telling{n.alarm, n.contributor, n.state, n.at.UnixMilli()}
		if slices.Contains(told, n.alarm) {
			got[n.by][is]++
			continue
		}
		held[is]++
		of := n.alarm + " " + n.contributor
		// Of one instant any may be the last: time stands still while much happens.
		if before := ends[of]; before.at != is.at || h.state[strings.TrimSpace(of)] != before.state {
			ends[of] = is
		}
	}
	compare(t, "topic", tally(changes, told), got["topic"])
	if h.python {
		compare(t, "function", tally(changes, run), got["function"])
	}
	happened := tally(slices.Concat(changes, members), nil)
	for is, n := range held {
		if n > happened[is] {
			t.Errorf("%+v was told %d times and happened %d times", is, n, happened[is])
		}
	}
	for of, is := range ends {
		h.heard[of] = is.state
	}
	for _, name := range []string{"muted", "quiet", "both"} {
		if heard := h.heard[name+" "]; heard != h.last(name) {
			t.Errorf("%s is %s, and what was told last is %q", name, h.last(name), heard)
		}
	}
	for of, state := range h.state {
		if strings.HasPrefix(of, "hosts ") && h.heard[of] != state && (h.heard[of] != "" || state != "OK") {
			t.Errorf("%s is %s, and what was told last is %q", of, state, h.heard[of])
		}
	}
}

// tally counts the changes of alarms, of all if there is no list.
func tally(changes []change, of []string) map[telling]int {
	n := map[telling]int{}
	for _, c := range changes {
		if of == nil || slices.Contains(of, c.alarm) {
			n[c.telling]++
		}
	}
	return n
}

func compare(t *testing.T, what string, want, got map[telling]int) {
	t.Helper()
	for is, n := range want {
		if got[is] != n {
			t.Errorf("%s: %+v happened %d times and was told %d times", what, is, n, got[is])
		}
	}
	for is, n := range got {
		if want[is] == 0 {
			t.Errorf("%s: %+v was told %d times and never happened", what, is, n)
		}
	}
}
