package alarms

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/alarms/mute"
	"skywatch/catalog"
	"skywatch/event"
	"skywatch/metric"
	"skywatch/schedule/ticker"
	"skywatch/targets"
)

// muteRig is a service with a ticker for the ends of its windows, on a clock that
// is moved by hand. What it sends and publishes is in tables.
type muteRig struct {
	testing.TB
	fs      *vfs.MemFS
	clock   *hand
	db      *catalog.DB
	service *Service
	ticker  *ticker.Ticker
	stop    func()
	told    map[string]bool // ids of deliveries and events
}

// kept are the events of the tests.
var kept = catalog.Table[event.Event]{Name: "test-events"}

type keptEvents struct{}

func (keptEvents) Publish(tx *catalog.Tx, all ...event.Event) error {
	for _, e := range all {
		if err := kept.Put(tx, e, e.ID); err != nil {
			return err
		}
	}
	return nil
}

func newMuteRig(t testing.TB, fs *vfs.MemFS, now time.Time) *muteRig {
	r := &muteRig{TB: t, fs: fs, clock: newHand(now), told: map[string]bool{}}
	r.Cleanup(func() { r.stop() })
	r.open()
	return r
}

func (r *muteRig) open() {
	r.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: r.fs})
	if err != nil {
		r.Fatal(err)
	}
	plans := ticker.NewPlans()
	r.db, r.service = db, NewService(Options{Catalog: db, Outbox: outbox{}, Events: keptEvents{}, Plans: plans})
	r.ticker = ticker.New(ticker.Options{
		Catalog: db, Plans: plans, Clock: r.clock, Owners: map[string]ticker.Owner{MutePlans: r.service.Mutes(), SuppressionPlans: r.service.Suppressions()},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.ticker.Run(ctx); err != nil && ctx.Err() == nil {
			r.Error(err)
		}
	})
	r.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		_ = db.Close()
	})
}

// crash loses the process; what was synced is there when it is opened again.
func (r *muteRig) crash() {
	disk := r.fs.CrashClone(vfs.CrashCloneCfg{})
	r.stop()
	r.fs = disk
}

func (r *muteRig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// until moves the clock from one planned end to the next, up to a time.
func (r *muteRig) until(at time.Time) {
	for {
		next, err := r.ticker.Settle(r.Context())
		r.must(err)
		if next.IsZero() || next.After(at) {
			break
		}
		r.clock.set(next)
	}
	r.clock.set(at)
	_, err := r.ticker.Settle(r.Context())
	r.must(err)
}

// news tells what was published and sent since it was last asked.
func (r *muteRig) news() string {
	var lines []string
	r.must(r.db.View(func(v catalog.Reader) error {
		return kept.Scan(v, catalog.Range{}, func(_ []string, e event.Event) (bool, error) {
			if !r.told[e.ID] && e.DetailType == "CloudWatch Alarm State Change" {
				lines = append(lines, tellEvent(r, e))
			}
			r.told[e.ID] = true
			return true, nil
		})
	}))
	for _, d := range deliveries(r, r.db) {
		if r.told[d.ID] {
			continue
		}
		r.told[d.ID] = true
		var n notification
		r.must(json.Unmarshal([]byte(d.Message), &n))
		after := ""
		if n.ActionExecutedAfterMuteWindow {
			after = " after the window"
		}
		target := d.Target[strings.LastIndexAny(d.Target, ":/")+1:]
		lines = append(lines, fmt.Sprintf("%s action %s: %s %s -> %s%s", d.Created.Format(time.TimeOnly), target, n.AlarmName, n.OldStateValue, n.NewStateValue, after))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func tellEvent(t testing.TB, e event.Event) string {
	var d stateChange
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		t.Fatal(err)
	}
	muted := ""
	if m := d.MuteDetail; m != nil {
		show := func(s stamp) string { return metric.Instant(s).Time().Format("Jan 2 15:04") }
		muted = fmt.Sprintf(", muted by %s %s .. %s", m.MutedByARN[strings.LastIndex(m.MutedByARN, ":")+1:], show(m.MuteWindowStart), show(m.MuteWindowEnd))
	}
	return fmt.Sprintf("%s event: %s %s -> %s%s", e.Time.Format(time.TimeOnly), d.AlarmName, d.PreviousState.Value, d.State.Value, muted)
}

// TestMuting runs testdata/muting. Each line of input is a step; what is published
// and sent at it follows it in the output.
//
//	alarm NAME [ok=TARGET,...] [alarm=...] [insufficient=...]   make or replace an alarm
//	disable | enable | delete NAME
//	mute NAME EXPRESSION|DURATION[|ZONE] [TARGET,...]           from its StartDate to its ExpireDate: [start=...] [expire=...]
//	unmute NAME                                                 delete the rule
//	rule NAME                                                   show it
//	set NAME STATE
//	again NAME                                                  what repeats is due
//	until TIME                                                  15:04[:05] of the day, or RFC 3339
//	down TIME                                                   the process dies, and is started at a time
func TestMuting(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/muting", func(t *testing.T, path string) {
		var r *muteRig
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "begin" {
				at, err := time.Parse(time.RFC3339, d.CmdArgs[0].Key)
				if err != nil {
					d.Fatalf(t, "%v", err)
				}
				r = newMuteRig(t, vfs.NewCrashableMem(), at)
			}
			var out strings.Builder
			for line := range strings.SplitSeq(strings.TrimSpace(d.Input), "\n") {
				fmt.Fprintln(&out, "> "+line)
				if err := r.step(strings.Fields(line)); err != nil {
					fmt.Fprintln(&out, err)
				}
				_, err := r.ticker.Settle(r.Context())
				r.must(err)
				if news := r.news(); news != "" {
					fmt.Fprintln(&out, news)
				}
			}
			return out.String()
		})
	})
}

func (r *muteRig) step(words []string) error {
	if len(words) < 2 {
		return nil
	}
	ctx, now, name := r.Context(), r.clock.Now(), words[1]
	switch words[0] {
	case "alarm":
		put(r, r.service, now, func(p *Put) { p.Name, p.AlarmActions = name, nil; addActions(p, words[2:]) })
	case "disable", "enable":
		return r.service.SetActionsEnabled(ctx, tenant, []string{name}, words[0] == "enable", now)
	case "delete":
		return r.service.Delete(ctx, tenant, []string{name}, now)
	case "mute":
		return r.mute(name, strings.Join(words[2:], " "))
	case "unmute":
		return r.service.DeleteMuteRule(ctx, MuteKey{tenant, name}, now)
	case "rule":
		rule, err := r.service.MuteRule(MuteKey{tenant, name}, now)
		if err == nil {
			err = fmt.Errorf("%s %s %v", rule.Type, rule.Status, rule.Targets)
		}
		return err
	case "set":
		return r.service.SetState(ctx, Key{tenant, name}, State(words[2]), "by hand", "", now)
	case "again":
		a := describe(r, r.service, name)
		return r.db.Update(ctx, func(tx *catalog.Tx) error {
			return r.service.repeat(tx, a, &Transition{From: a.Value, To: a.Value, At: metric.At(now)}, metric.At(now))
		})
	case "until":
		r.until(r.clockTime(name))
	case "down":
		r.crash()
		r.clock.set(r.clockTime(name))
		r.open()
	default:
		return fmt.Errorf("no step %s", words[0])
	}
	return nil
}

func (r *muteRig) clockTime(text string) time.Time {
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05.000"} {
		if at, err := time.Parse(layout, text); err == nil {
			day := r.clock.Now().UTC().Truncate(24 * time.Hour)
			return day.Add(at.Sub(at.Truncate(24 * time.Hour)))
		}
	}
	at, err := time.Parse(time.RFC3339, text)
	r.must(err)
	return at
}

func addActions(p *Put, words []string) {
	for _, w := range words {
		kind, list, _ := strings.Cut(w, "=")
		to := map[string]*[]string{"ok": &p.OKActions, "alarm": &p.AlarmActions, "insufficient": &p.InsufficientDataActions}[kind]
		for target := range strings.SplitSeq(list, ",") {
			arn := "arn:aws:sns:us-east-1:123456789012:" + target
			if target == "policy" {
				arn = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u-1:autoScalingGroupName/g:policyName/policy"
			}
			*to = append(*to, arn)
		}
	}
}

// mute puts a rule: expression|duration|zone and what follows.
func (r *muteRig) mute(name, text string) error {
	var d MuteDefinition
	spec := text
	for _, bound := range []struct {
		name string
		to   *time.Time
	}{{" expire=", &d.Schedule.Expire}, {" start=", &d.Schedule.Start}} {
		if before, value, ok := strings.Cut(spec, bound.name); ok {
			spec, *bound.to = before, r.clockTime(value)
		}
	}
	parts := strings.SplitN(spec, "|", 3)
	d.Schedule.Expression = parts[0]
	rest := strings.Fields(parts[len(parts)-1])
	switch len(parts) {
	case 2:
		d.Schedule.Duration = rest[0]
	case 3:
		d.Schedule.Duration, d.Schedule.Timezone = parts[1], rest[0]
	}
	if len(rest) > 1 {
		d.Targets = strings.Split(rest[1], ",")
	}
	return r.service.PutMuteRule(r.Context(), MuteKey{tenant, name}, d, nil, r.clock.Now())
}

// The end of a window and a change of state race: whatever comes first, the
// process dying between them, each action is carried out once and in order.
func TestMuteEndSurvivesKill(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		then func(*muteRig)
	}{
		{"before the end", func(r *muteRig) { r.crash(); r.open(); r.until(noon.Add(time.Hour)) }},
		{"at the end", func(r *muteRig) { r.until(noon.Add(time.Hour)); r.crash(); r.open(); r.until(noon.Add(time.Hour)) }},
		{"long after it", func(r *muteRig) {
			r.crash()
			r.clock.set(noon.Add(5 * time.Hour))
			r.open()
			r.until(noon.Add(5 * time.Hour))
		}},
		{"twice", func(r *muteRig) {
			r.crash()
			r.open()
			r.crash()
			r.clock.set(noon.Add(time.Hour))
			r.open()
			r.until(noon.Add(2 * time.Hour))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newMuteRig(t, vfs.NewCrashableMem(), noon)
			put(r, r.service, noon, func(p *Put) { p.AlarmActions = []string{topic} })
			r.must(r.mute("lunch", "cron(0 12 * * *)|PT1H cpu"))
			r.must(r.service.SetState(t.Context(), Key{tenant, "cpu"}, Alarming, "", "", noon.Add(time.Minute)))
			if all := deliveries(t, r.db); len(all) != 0 {
				t.Fatalf("in the window %d actions were carried out", len(all))
			}
			c.then(r)
			if all := deliveries(t, r.db); len(all) != 1 || !strings.Contains(all[0].Message, `"ActionExecutedAfterMuteWindow":true`) {
				t.Errorf("after the window: %+v", all)
			}
		})
	}
}

// A change of state after the end of a window that nobody has acted on yet: what
// was held goes first.
func TestMuteEndBeforeTheNextChange(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r := newMuteRig(t, vfs.NewCrashableMem(), noon)
	put(r, r.service, noon, func(p *Put) { p.AlarmActions, p.OKActions = []string{topic}, []string{topic} })
	r.must(r.mute("lunch", "cron(0 12 * * *)|PT1H cpu"))
	r.must(r.service.SetState(t.Context(), Key{tenant, "cpu"}, Alarming, "", "", noon.Add(time.Minute)))
	// The ticker still sleeps: its clock stands at noon.
	r.must(r.service.SetState(t.Context(), Key{tenant, "cpu"}, OK, "", "", noon.Add(time.Hour+time.Second)))
	want := "13:00:01 action pager: cpu ALARM -> OK\n13:00:01 action pager: cpu INSUFFICIENT_DATA -> ALARM after the window"
	if got := r.news(); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r.until(noon.Add(3 * time.Hour))
	if got := r.news(); got != "" {
		t.Errorf("and again\n%s", got)
	}
}

// Listings, their filters and pages.
func TestMuteListing(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r := newMuteRig(t, vfs.NewCrashableMem(), noon)
	for _, name := range []string{"cpu", "web"} {
		put(r, r.service, noon, func(p *Put) { p.Name = name })
	}
	r.must(r.mute("a", "cron(0 12 * * *)|PT1H cpu"))
	r.must(r.mute("b", "at(2026-11-25T11:00)|PT1H cpu,web"))
	r.must(r.mute("c", "cron(0 13 * * *)|PT1H web"))
	names := func(q MuteListing) (all string) {
		for {
			page, next, err := r.service.MuteRules(tenant, q, noon)
			r.must(err)
			for _, rule := range page {
				all += rule.Name
			}
			if next == "" {
				return all
			}
			all, q.Token = all+"|", next
		}
	}
	for _, c := range []struct {
		want string
		q    MuteListing
	}{
		{"abc", MuteListing{}},
		{"ab|c", MuteListing{Max: 2}},
		{"ab", MuteListing{AlarmName: "cpu"}},
		{"b|c", MuteListing{AlarmName: "web", Max: 1}},
		{"a", MuteListing{Statuses: []mute.Status{mute.Active}}},
		{"bc", MuteListing{Statuses: []mute.Status{mute.Scheduled, mute.Expired}}},
		{"b", MuteListing{Statuses: []mute.Status{mute.Expired}, AlarmName: "web"}},
	} {
		if got := names(c.q); got != c.want {
			t.Errorf("%+v: %s, want %s", c.q, got, c.want)
		}
	}
	r.must(r.service.Delete(t.Context(), tenant, []string{"cpu"}, noon))
	if got := names(MuteListing{AlarmName: "cpu"}); got != "ab" {
		t.Errorf("of an alarm that is gone: %s", got)
	}
	if _, _, err := r.service.MuteRules(tenant, MuteListing{AlarmName: "never"}, noon); err == nil {
		t.Error("an alarm that nobody knows is found")
	}
}

// The history of an action that was held says until when.
func TestMutedActionInHistory(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r := newMuteRig(t, vfs.NewCrashableMem(), noon)
	put(r, r.service, noon, func(p *Put) { p.AlarmActions = []string{topic} })
	r.must(r.mute("lunch", "cron(0 12 * * *)|PT1H cpu"))
	r.must(r.service.SetState(t.Context(), Key{tenant, "cpu"}, Alarming, "", "", noon))
	r.until(noon.Add(time.Hour))
	r.must(r.db.Update(t.Context(), func(tx *catalog.Tx) error {
		return r.service.ActionOutcome(tx, targets.Outcome{Delivery: deliveries(t, r.db)[0], At: noon.Add(time.Hour)})
	}))
	items, _, err := r.service.History(tenant, HistoryQuery{AlarmName: "cpu", Type: Action})
	r.must(err)
	if len(items) != 1 || !strings.Contains(items[0].Data, fmt.Sprintf(`"muteWindowEndTimestamp":%d}`, noon.Add(time.Hour).UnixMilli())) {
		t.Errorf("%+v", items)
	}
}
