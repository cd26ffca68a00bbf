package alarms

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
)

// compositeRig is a muteRig whose steps are about composite alarms, too.
type compositeRig struct{ *muteRig }

// TestComposites runs testdata/composite. Each line of input is a step; what is
// published and sent at it follows it in the output.
//
//	metric NAME...                       make alarms on metrics
//	composite NAME [SETTINGS] : RULE     SETTINGS: by=SUPPRESSOR wait=S extension=S alarm=TARGET ok=TARGET text=DESCRIPTION off
//	together NAME=STATE ...              changes in one transaction
//	show NAME... | history NAME | children NAME | parents NAME
//	remove NAME...                       DeleteAlarms
//
// and those of TestMuting: set, until, down, mute, unmute, disable, enable.
func TestComposites(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/composite", func(t *testing.T, path string) {
		var r compositeRig
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "begin" {
				r = compositeRig{newMuteRig(t, vfs.NewCrashableMem(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))}
			}
			var out strings.Builder
			for line := range strings.SplitSeq(strings.TrimSpace(d.Input), "\n") {
				fmt.Fprintln(&out, "> "+line)
				if err := r.act(&out, line); err != nil {
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

func (r compositeRig) act(out *strings.Builder, line string) error {
	words := strings.Fields(line)
	now := r.clock.Now()
	switch words[0] {
	case "metric":
		for _, name := range words[1:] {
			put(r, r.service, now, func(p *Put) { p.Name, p.AlarmActions = name, nil })
		}
	case "composite":
		settings, rule, _ := strings.Cut(line, " : ")
		return r.composite(strings.Fields(settings)[1:], rule)
	case "together":
		return r.together(words[1:]...)
	case "show":
		for _, name := range words[1:] {
			r.show(out, name)
		}
	case "history":
		for _, it := range history(r, r.service, HistoryQuery{AlarmName: words[1], Types: Types{Composite: true}, Ascending: true}) {
			fmt.Fprintf(out, "%s %s: %s\n  %s\n", it.At.Time().Format(time.TimeOnly), it.Type, it.Summary, it.Data)
		}
	case "children", "parents":
		page, _, err := r.service.Relatives(tenant, Relatives{Of: words[1], Parents: words[0] == "parents"})
		for _, a := range page {
			fmt.Fprintln(out, a.Name)
		}
		return err
	case "remove":
		return r.service.Delete(r.Context(), tenant, words[1:], now)
	default:
		return r.step(words)
	}
	return nil
}

func (r compositeRig) composite(words []string, rule string) error {
	p := &PutComposite{Name: words[0], Composite: Composite{Rule: rule}}
	seconds := func(text string) *int {
		n, err := strconv.Atoi(text)
		r.must(err)
		return &n
	}
	for _, w := range words[1:] {
		what, value, _ := strings.Cut(w, "=")
		switch target := "arn:aws:sns:us-east-1:123456789012:" + value; what {
		case "by":
			p.Suppressor = value
		case "wait":
			p.Wait = seconds(value)
		case "extension":
			p.Extension = seconds(value)
		case "alarm":
			p.AlarmActions = append(p.AlarmActions, target)
		case "ok":
			p.OKActions = append(p.OKActions, target)
		case "text":
			p.Description = &value
		case "off":
			p.ActionsEnabled = new(bool)
		}
	}
	return r.service.PutComposite(r.Context(), tenant, p, r.clock.Now())
}

// together changes alarms as the evaluator does: many in one transaction.
func (r compositeRig) together(changes ...string) error {
	return r.db.Update(r.Context(), func(tx *catalog.Tx) error {
		for _, c := range changes {
			name, state, _ := strings.Cut(c, "=")
			a, _, err := load(tx, Key{tenant, name})
			if err == nil {
				err = r.service.change(tx, a, State(state), "by hand", "", metric.At(r.clock.Now()))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (r compositeRig) show(out *strings.Builder, name string) {
	page, _, err := r.service.Describe(tenant, Description{Names: []string{name}, Types: Types{Metric: true, Composite: true}})
	r.must(err)
	for _, a := range page {
		fmt.Fprintf(out, "%s %s since %s, updated %s, put %s\n  %s\n", a.Name, a.Value, a.Transitioned.Time().Format(time.TimeOnly),
			a.Updated.Time().Format("15:04:05.000"), a.ConfigurationUpdated.Time().Format(time.TimeOnly), a.Reason)
		if a.ReasonData != "" {
			fmt.Fprintln(out, " ", a.ReasonData)
		}
		if a.SuppressedBy != "" {
			fmt.Fprintln(out, " ", a.SuppressedReason)
		}
	}
	if len(page) == 0 {
		fmt.Fprintln(out, "no", name)
	}
}

// A suppressed alarm that dies with its process is as it was, and its period ends
// when it would have, once.
func TestSuppressionSurvivesKill(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	end := noon.Add(time.Minute)
	for name, then := range map[string]func(compositeRig){
		"before the end": func(r compositeRig) { r.crash(); r.open(); r.until(end) },
		"at the end":     func(r compositeRig) { r.until(end); r.crash(); r.open(); r.until(end) },
		"long after it": func(r compositeRig) {
			r.crash()
			r.clock.set(end.Add(time.Hour))
			r.open()
			r.until(end.Add(time.Hour))
		},
		"again and again": func(r compositeRig) {
			for i := range 5 {
				r.crash()
				r.clock.set(noon.Add(time.Duration(i*20) * time.Second))
				r.open()
			}
			r.until(end.Add(time.Hour))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), noon)}
			put(r, r.service, noon, func(p *Put) { p.AlarmActions = nil })
			r.must(r.composite([]string{"top", "by=cpu", "wait=60", "extension=0", "alarm=pager"}, "TRUE"))
			if all := deliveries(t, r.db); len(all) != 0 {
				t.Fatalf("%d actions in the wait period", len(all))
			}
			then(r)
			if all := deliveries(t, r.db); len(all) != 1 {
				t.Errorf("%d actions", len(all))
			}
			if a := describeAny(t, r.service, "top"); a.SuppressedBy != "" || a.Left != nil || a.Until != 0 {
				t.Errorf("%+v", a.Suppression)
			}
		})
	}
}

func describeAny(t testing.TB, s *Service, name string) *Alarm {
	t.Helper()
	page, _, err := s.Describe(tenant, Description{Names: []string{name}, Types: Types{Metric: true, Composite: true}})
	if err != nil || len(page) != 1 {
		t.Fatalf("describe %s: %d alarms, %v", name, len(page), err)
	}
	return page[0]
}

// What happens after the end of a period that nobody has acted on yet comes after
// it: the actions go first.
func TestSuppressionEndsBeforeTheNextChange(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		alarm string
		to    State
		want  []State
	}{
		"the alarm changes":      {"child", OK, []State{Alarming, OK}},
		"the suppressor changes": {"maintenance", Alarming, []State{Alarming}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), noon)}
			for _, name := range []string{"child", "maintenance"} {
				put(r, r.service, noon, func(p *Put) { p.Name, p.AlarmActions = name, nil })
			}
			r.must(r.composite([]string{"top", "by=maintenance", "wait=0", "extension=0", "alarm=pager", "ok=pager"}, "ALARM(child)"))
			r.must(r.composite([]string{"top", "by=maintenance", "wait=60", "extension=0", "alarm=pager", "ok=pager"}, "ALARM(child)"))
			before := len(deliveries(t, r.db)) // that it is OK
			r.must(r.service.SetState(t.Context(), Key{tenant, "child"}, Alarming, "", "", noon.Add(time.Second)))
			// The ticker sleeps: its clock stands at noon.
			r.must(r.service.SetState(t.Context(), Key{tenant, c.alarm}, c.to, "", "", noon.Add(2*time.Minute)))
			r.until(noon.Add(time.Hour))
			var got []State
			for _, d := range deliveries(t, r.db)[before:] {
				got = append(got, State(strings.SplitN(d.Subject, ":", 2)[0]))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("actions for %v, want %v", got, c.want)
			}
		})
	}
}

func TestPutCompositeRefuses(t *testing.T) {
	t.Parallel()
	r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), at(0))}
	put(r, r.service, at(0), func(p *Put) { p.Name = "cpu" })
	r.must(r.composite([]string{"top"}, "ALARM(cpu)"))
	arn := func(region, account string) string {
		return "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:cpu"
	}
	for name, c := range map[string]struct {
		change func(*PutComposite)
		want   string
	}{
		"no rule":          {func(p *PutComposite) { p.Rule = "" }, "AlarmRule is required"},
		"no name":          {func(p *PutComposite) { p.Name = "" }, "AlarmName is required"},
		"bad rule":         {func(p *PutComposite) { p.Rule = "maybe" }, "Error in AlarmRule [Unsupported token 'maybe' at char 0, must be: "},
		"no child":         {func(p *PutComposite) { p.Rule = "ALARM(x) OR OK(cpu) OR OK(\"y z\")" }, "Could not save the composite alarm as alarms [arn:aws:cloudwatch:us-east-1:123456789012:alarm:x, arn:aws:cloudwatch:us-east-1:123456789012:alarm:y z] in the alarm rule do not exist"},
		"region":           {func(p *PutComposite) { p.Rule = "ALARM(" + arn("eu-west-1", "123456789012") + ")" }, "Error in AlarmRule [Wrong ARN region, it was eu-west-1 but us-east-1 was expected instead]"},
		"account":          {func(p *PutComposite) { p.Rule = "ALARM(" + arn("us-east-1", "111111111111") + ")" }, "A composite alarm cannot have a child relation with alarms from another AWS account"},
		"itself":           {func(p *PutComposite) { p.Name, p.Rule = "top", "OK(top)" }, "A composite alarm cannot have a child relation with itself via its AlarmRule"},
		"a metric's":       {func(p *PutComposite) { p.Name, p.Rule = "cpu", "TRUE" }, "another type"},
		"no wait":          {func(p *PutComposite) { p.Suppressor, p.Extension = "cpu", new(int) }, "ActionsSuppressorWaitPeriod is required"},
		"no extension":     {func(p *PutComposite) { p.Suppressor, p.Wait = "cpu", new(int) }, "ActionsSuppressorExtensionPeriod is required"},
		"wait alone":       {func(p *PutComposite) { p.Wait = new(int) }, "need an ActionsSuppressor"},
		"wait before":      {func(p *PutComposite) { p.Suppressor, p.Wait, p.Extension = "cpu", new(-1), new(int) }, "ActionsSuppressorWaitPeriod must not be negative"},
		"extension before": {func(p *PutComposite) { p.Suppressor, p.Wait, p.Extension = "cpu", new(int), new(-1) }, "ActionsSuppressorExtensionPeriod must not be negative"},
		"no suppressor":    {func(p *PutComposite) { p.Suppressor, p.Wait, p.Extension = "x", new(int), new(int) }, "ActionsSuppressor"},
		"own suppressor":   {func(p *PutComposite) { p.Name, p.Suppressor, p.Wait, p.Extension = "top", "top", new(int), new(int) }, "its own actions"},
		"suppressor elsewhere": {func(p *PutComposite) {
			p.Suppressor, p.Wait, p.Extension = arn("eu-west-1", "123456789012"), new(int), new(int)
		}, "Wrong ARN region"},
		"EC2": {func(p *PutComposite) { p.AlarmActions = []string{"arn:aws:automate:us-east-1:ec2:stop"} }, "EC2 or Auto Scaling"},
		"Auto Scaling": {func(p *PutComposite) {
			p.OKActions = []string{"arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u-1:autoScalingGroupName/g:policyName/p"}
		}, "EC2 or Auto Scaling"},
		"bad action": {func(p *PutComposite) { p.OKActions = []string{"pager"} }, "Invalid arn syntax: pager"},
		"investigation": {func(p *PutComposite) {
			p.AlarmActions = []string{"arn:aws:aiops:us-east-1:123456789012:investigation-group:x"}
		}, "not supported"},
		"tags": {func(p *PutComposite) { p.Tags = []Tag{{"aws:x", ""}} }, "aws:"},
	} {
		p := &PutComposite{Name: "new", Composite: Composite{Rule: "ALARM(cpu)"}}
		c.change(p)
		err := r.service.PutComposite(t.Context(), tenant, p, at(1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if page, _, err := r.service.Describe(tenant, Description{Types: Types{Composite: true}}); err != nil || len(page) != 1 || page[0].ConfigurationUpdated != metric.At(at(0)) {
		t.Errorf("something was kept: %v %v", page, err)
	}
	p := cpu()
	p.Name = "top"
	if err := r.service.Put(t.Context(), tenant, p, at(1)); err == nil || !strings.Contains(err.Error(), "another type") {
		t.Errorf("a metric's over a composite: %v", err)
	}
}

// An alarm may be the child of 150 composite alarms, each of which counts once and
// may be put again.
func TestParentsOfOneAlarm(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	put(t, s, at(0), nil)
	puts := func(i int, text string) error {
		return s.PutComposite(t.Context(), tenant, &PutComposite{
			Name: fmt.Sprintf("c%03d", i), Description: &text, Composite: Composite{Rule: "ALARM(cpu) OR OK(cpu)"},
		}, at(i))
	}
	for i := range maxParents {
		if err := puts(i, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := puts(maxParents, ""); err == nil || !strings.Contains(err.Error(), "150") {
		t.Errorf("one more: %v", err)
	}
	if err := puts(7, "another text"); err != nil {
		t.Errorf("again: %v", err)
	}
	if err := s.Delete(t.Context(), tenant, []string{"c000"}, at(0)); err != nil {
		t.Fatal(err)
	}
	if err := puts(maxParents, ""); err != nil {
		t.Errorf("in the place of one that is gone: %v", err)
	}
	var names []string
	for token, more := "", true; more; more = token != "" {
		page, next, err := s.Relatives(tenant, Relatives{Of: "cpu", Parents: true, Token: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page {
			names = append(names, a.Name)
		}
		token = next
	}
	if len(names) != maxParents || !slices.IsSorted(names) || names[0] != "c001" {
		t.Errorf("parents %v", names)
	}
}

// What a mute window and a suppressor hold together is carried out once, whichever
// of them ends first and whoever is late: the ticker, or a process that was dead.
func TestMutedAndSuppressedActOnce(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		wait int // the window lasts ten minutes
		then func(compositeRig)
		want []State
	}{
		"the period ends in the window": {60, func(r compositeRig) { r.until(noon.Add(time.Hour)) }, []State{Alarming}},
		"the window ends in the period": {1800, func(r compositeRig) { r.until(noon.Add(time.Hour)) }, []State{Alarming}},
		"both in a pause, the period first": {60, func(r compositeRig) {
			r.crash()
			r.clock.set(noon.Add(time.Hour))
			r.open()
			r.until(noon.Add(time.Hour))
		}, []State{Alarming}},
		"both in a pause, the window first": {1800, func(r compositeRig) {
			r.crash()
			r.clock.set(noon.Add(time.Hour))
			r.open()
			r.until(noon.Add(time.Hour))
		}, []State{Alarming}},
		"the period first, then a change, and the ticker sleeps": {60, func(r compositeRig) {
			r.must(r.service.SetState(r.Context(), Key{tenant, "child"}, OK, "", "", noon.Add(time.Hour)))
			r.until(noon.Add(2 * time.Hour))
		}, []State{Alarming, OK}},
		"the window first, then a change, and the ticker sleeps": {1800, func(r compositeRig) {
			r.must(r.service.SetState(r.Context(), Key{tenant, "child"}, OK, "", "", noon.Add(time.Hour)))
			r.until(noon.Add(2 * time.Hour))
		}, []State{Alarming, OK}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), noon.Add(-time.Minute))}
			for _, name := range []string{"child", "maintenance"} {
				put(r, r.service, noon, func(p *Put) { p.Name, p.AlarmActions = name, nil })
			}
			r.must(r.composite([]string{"top"}, "ALARM(child)"))
			r.must(r.composite([]string{"top", "by=maintenance", "wait=" + strconv.Itoa(c.wait), "extension=0", "alarm=pager", "ok=pager"}, "ALARM(child)"))
			r.must(r.mute("lunch", "cron(0 12 * * *)|PT10M top"))
			r.until(noon)
			r.must(r.service.SetState(t.Context(), Key{tenant, "child"}, Alarming, "", "", noon))
			c.then(r)
			if got := r.acted(); !slices.Equal(got, c.want) {
				t.Errorf("actions for %v, want %v", got, c.want)
			}
		})
	}
}

// acted is what actions were carried out for, in the order in which they were.
func (r compositeRig) acted() (all []State) {
	ds := deliveries(r, r.db)
	slices.SortStableFunc(ds, func(a, b targets.Delivery) int { return a.Created.Compare(b.Created) })
	for _, d := range ds {
		all = append(all, State(strings.SplitN(d.Subject, ":", 2)[0]))
	}
	return all
}

// A state whose actions were suppressed is not known to anybody: an alarm that comes
// back to it within a mute window tells of it at the end.
func TestMutedBackInAStateThatWasSuppressed(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), noon.Add(-time.Minute))}
	for _, name := range []string{"child", "maintenance"} {
		put(r, r.service, noon, func(p *Put) { p.Name, p.AlarmActions = name, nil })
	}
	r.must(r.composite([]string{"top"}, "ALARM(child)"))
	r.must(r.composite([]string{"top", "by=maintenance", "wait=120", "extension=0", "alarm=pager", "ok=pager"}, "ALARM(child)"))
	r.must(r.mute("lunch", "cron(0 12 * * *)|PT10M top"))
	set := func(to State) {
		r.must(r.service.SetState(t.Context(), Key{tenant, "child"}, to, "", "", r.clock.Now()))
	}
	set(Alarming) // suppressed
	r.until(noon)
	set(OK) // muted
	r.until(noon.Add(time.Second))
	set(Alarming)
	r.until(noon.Add(time.Hour))
	if got := r.acted(); !slices.Equal(got, []State{Alarming}) {
		t.Errorf("actions for %v: it was OK when it was told last, and is in ALARM", got)
	}
}
