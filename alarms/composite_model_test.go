package alarms

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"skywatch/catalog"
	"skywatch/metric"
)

// modelled is a composite alarm as slow thinking has it: nothing is kept of what
// can be told anew, and time passes by looking at every deadline.
type modelled struct {
	name            string
	any             bool     // its rule: any of its children, or all of them, in ALARM
	children        []string // metrics and composites before it
	suppressor      string
	wait, extension int
	state           State
	phase           Phase
	until           time.Time
	acted           []string
}

func (m *modelled) rule() string {
	between := " AND "
	if m.any {
		between = " OR "
	}
	parts := make([]string, len(m.children))
	for i, c := range m.children {
		parts[i] = "ALARM(" + c + ")"
	}
	return strings.Join(parts, between)
}

// world is alarms on metrics, by name, and composite alarms, of which each depends
// on those before it only.
type world struct {
	metrics    map[string]State
	composites []*modelled
	now        time.Time
}

func (w *world) state(name string) State {
	for _, m := range w.composites {
		if m.name == name {
			return m.state
		}
	}
	return w.metrics[name]
}

// pass lets the time come; what ends then ends at its own time.
func (w *world) pass(to time.Time) {
	w.now = to
	for _, m := range w.composites {
		if m.phase != "" && m.phase != BySuppressor && !m.until.After(to) {
			m.phase = ""
			m.act(m.until)
		}
	}
}

func (m *modelled) act(at time.Time) {
	m.acted = append(m.acted, fmt.Sprintf("%s %s %s", at.Format("15:04:05"), m.name, m.state))
}

// settle brings all composite alarms in line with what has changed; before holds
// what the states were.
func (w *world) settle(before map[string]State) {
	for _, m := range w.composites {
		touched := slices.ContainsFunc(m.children, func(c string) bool { return before[c] != w.state(c) })
		if touched && w.follow(m) {
			continue
		}
		was, is := before[m.suppressor] == Alarming, w.state(m.suppressor) == Alarming
		switch {
		case m.suppressor == "" || m.phase == "" || was == is:
		case is:
			m.phase = BySuppressor
		case m.phase == BySuppressor:
			m.hold(w, ByExtensionPeriod, m.extension)
		}
	}
}

// follow has an alarm take the state that its rule leads to.
func (w *world) follow(m *modelled) bool {
	breaching := 0
	for _, c := range m.children {
		if w.state(c) == Alarming {
			breaching++
		}
	}
	to := OK
	if breaching == len(m.children) || m.any && breaching > 0 {
		to = Alarming
	}
	return w.turn(m, to)
}

func (w *world) turn(m *modelled, to State) bool {
	if m.state == to {
		return false
	}
	m.state = to
	w.await(m)
	return true
}

// await has an alarm's suppressor hold what follows from its state, or lets it be
// done.
func (w *world) await(m *modelled) {
	m.phase = ""
	switch {
	case m.suppressor == "":
		m.act(w.now)
	case w.state(m.suppressor) == Alarming:
		m.phase = BySuppressor
	default:
		m.hold(w, ByWaitPeriod, m.wait)
	}
}

func (m *modelled) hold(w *world, phase Phase, seconds int) {
	if m.phase = phase; seconds == 0 {
		m.phase = ""
		m.act(w.now)
	}
	m.until = w.now.Add(time.Duration(seconds) * time.Second)
}

func (w *world) states() map[string]State {
	all := map[string]State{}
	for name, s := range w.metrics {
		all[name] = s
	}
	for _, m := range w.composites {
		all[m.name] = m.state
	}
	return all
}

// TestCompositesAgainstModel makes random composite alarms over each other, lets
// alarms change, alone and together, time pass and the process die, and compares
// states, phases and every action with the model: none is lost and none doubled.
func TestCompositesAgainstModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{metrics: map[string]State{}, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
		r := compositeRig{newMuteRig(t, vfs.NewCrashableMem(), w.now)}
		defer r.stop()
		var names []string
		for i := range 4 {
			names = append(names, fmt.Sprintf("m%d", i))
			w.metrics[names[i]] = InsufficientData
			put(t, r.service, w.now, func(p *Put) { p.Name, p.AlarmActions = names[i], nil })
		}
		for i := range 4 {
			m := &modelled{name: fmt.Sprintf("c%d", i), state: InsufficientData}
			m.draw(rt, names)
			w.composites, names = append(w.composites, m), append(names, m.name)
			r.define(m)
			w.follow(m)
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			r.random(rt, w)
			r.compare(rt, w)
		}
		w.pass(w.now.Add(time.Hour))
		r.until(w.now)
		r.compare(rt, w)
	})
}

// draw gives an alarm a definition over others.
func (m *modelled) draw(rt *rapid.T, others []string) {
	m.any = rapid.Bool().Draw(rt, "any")
	m.children = rapid.SliceOfNDistinct(rapid.SampledFrom(others), 1, 3, rapid.ID[string]).Draw(rt, "children")
	m.suppressor, m.wait, m.extension = "", 0, 0
	if rapid.Bool().Draw(rt, "suppressed") {
		m.suppressor = rapid.SampledFrom(others).Draw(rt, "suppressor")
		m.wait, m.extension = rapid.IntRange(0, 4).Draw(rt, "wait"), rapid.IntRange(0, 4).Draw(rt, "extension")
	}
}

func (r compositeRig) define(m *modelled) {
	words := []string{m.name, "alarm=pager", "ok=pager"}
	if m.suppressor != "" {
		words = append(words, "by="+m.suppressor, fmt.Sprint("wait=", m.wait), fmt.Sprint("extension=", m.extension))
	}
	r.must(r.composite(words, m.rule()))
}

// random does one thing to the alarms and to the model.
func (r compositeRig) random(rt *rapid.T, w *world) {
	before := w.states()
	switch rapid.SampledFrom([]string{"change", "change", "change", "wait", "wait", "die", "set", "define"}).Draw(rt, "step") {
	case "change":
		var changes []string
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"m0", "m1", "m2", "m3"}), 1, 4, rapid.ID[string]).Draw(rt, "metrics") {
			to := rapid.SampledFrom([]State{OK, Alarming, InsufficientData}).Draw(rt, "to")
			if w.metrics[name] != to {
				w.metrics[name] = to
				changes = append(changes, name+"="+string(to))
			}
		}
		r.must(r.together(changes...))
		w.settle(before)
	case "wait":
		w.pass(w.now.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "seconds")) * time.Second))
		r.until(w.now)
	case "die":
		r.crash()
		r.open()
		r.until(w.now)
	case "set": // the last one: nothing is above it
		m := w.composites[len(w.composites)-1]
		to := rapid.SampledFrom([]State{OK, Alarming}).Draw(rt, "to")
		w.turn(m, to)
		r.must(r.service.SetState(r.Context(), Key{tenant, m.name}, to, "by hand", "", w.now))
	case "define":
		m := w.composites[len(w.composites)-1]
		old := *m
		m.draw(rt, []string{"m0", "m1", "m2", "m3", "c0", "c1", "c2"})
		same := old.rule() == m.rule() && old.suppressor == m.suppressor && old.wait == m.wait && old.extension == m.extension
		held := m.phase != "" // of a state that stays, by a suppressor that does not
		if !same && !w.follow(m) && held && m.suppressor != old.suppressor {
			w.await(m)
		}
		r.define(m)
	}
	_, err := r.ticker.Settle(r.Context())
	r.must(err)
}

// compare holds the alarms and what they sent against the model.
func (r compositeRig) compare(rt *rapid.T, w *world) {
	var want, got []string
	for _, m := range w.composites {
		want = append(want, m.acted...)
		a := describeAny(r, r.service, m.name)
		if a.Value != m.state || a.SuppressedBy != m.phase {
			rt.Fatalf("%s %s is %s %q, want %s %q", w.now.Format(time.TimeOnly), m.name, a.Value, a.SuppressedBy, m.state, m.phase)
		}
	}
	for _, d := range deliveries(r, r.db) {
		var n notification
		r.must(json.Unmarshal([]byte(d.Message), &n))
		got = append(got, fmt.Sprintf("%s %s %s", d.Created.Format("15:04:05"), n.AlarmName, n.NewStateValue))
	}
	slices.SortFunc(want, cmp.Compare[string])
	slices.SortFunc(got, cmp.Compare[string])
	if diff := gocmp.Diff(want, got); diff != "" {
		rt.Fatalf("actions (-want +got)\n%s", diff)
	}
}

// The process dies at any moment of a storm of children. Their composite alarms
// are then as the children's states want them, and each change has its history
// item and its action, once.
func TestCompositesSurviveKillInAStorm(t *testing.T) {
	t.Parallel()
	const children, batch = 60, 7
	for after := range children/batch + 1 {
		fs := vfs.NewCrashableMem()
		r := compositeRig{newMuteRig(t, fs, at(0))}
		var names []string
		for i := range children {
			names = append(names, fmt.Sprintf("child-%02d", i))
			put(t, r.service, at(0), func(p *Put) { p.Name, p.AlarmActions = names[i], nil })
		}
		r.must(r.composite([]string{"half", "alarm=pager"}, "AT_LEAST(50%, ALARM, ("+strings.Join(names, ",")+"))"))
		r.must(r.composite([]string{"top", "alarm=pager"}, "ALARM(half)"))
		for i := 0; i < children && i/batch < after; i += batch {
			var changes []string
			for _, name := range names[i:min(i+batch, children)] {
				changes = append(changes, name+"=ALARM")
			}
			r.must(r.together(changes...))
		}
		r.crash()
		r.open()
		want, items := OK, 1
		if min(after*batch, children) >= children/2 {
			want, items = Alarming, 2
		}
		for _, name := range []string{"half", "top"} {
			if a := describeAny(t, r.service, name); a.Value != want {
				t.Errorf("after %d batches %s is %s", after, name, a.Value)
			}
			q := HistoryQuery{AlarmName: name, Type: StateUpdate, Types: Types{Composite: true}}
			if n := len(history(t, r.service, q)); n != items {
				t.Errorf("after %d batches %s has %d changes, want %d", after, name, n, items)
			}
		}
		if n := len(deliveries(t, r.db)); n != 2*(items-1) {
			t.Errorf("after %d batches %d actions", after, n)
		}
		r.stop()
	}
}

// BenchmarkStorm has 10,000 children of 100 composite alarms go to ALARM, as the
// evaluator commits them: 256 in a transaction, in any order.
func BenchmarkStorm(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := newTestService(b)
		const composites, each = 100, 100
		keys := make([]Key, 0, composites*each)
		for c := range composites {
			var names []string
			for i := range each {
				names = append(names, fmt.Sprintf("child-%02d-%02d", i, c))
				keys = append(keys, Key{tenant, names[i]})
			}
			err := s.opts.Catalog.Update(b.Context(), func(tx *catalog.Tx) error {
				for _, name := range names {
					p := cpu()
					p.Name = name
					d, err := p.define(tenant)
					if err == nil {
						err = s.create(tx, Key{tenant, name}, d, nil, metric.At(at(0)))
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err == nil {
				err = s.PutComposite(b.Context(), tenant, &PutComposite{
					Name: fmt.Sprint("composite-", c), Composite: Composite{Rule: "AT_LEAST(50%, ALARM, (" + strings.Join(names, ",") + "))"},
				}, at(0))
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		slices.SortFunc(keys, func(x, y Key) int { return cmp.Compare(x.Name, y.Name) })
		b.StartTimer()
		for some := range slices.Chunk(keys, 256) {
			err := s.opts.Catalog.Update(b.Context(), func(tx *catalog.Tx) error {
				for _, k := range some {
					a, _, err := load(tx, k)
					if err == nil {
						err = s.change(tx, a, Alarming, "x", "", metric.At(at(1)))
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
