package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"skywatch/targets/queue"
)

// slip is a message of the slow FIFO queue, which is a list in order of
// sending.
type slip struct {
	paper
	group, sequence string
}

// fifoPaper is the slow FIFO queue.
type fifoPaper struct {
	d    *desk
	all  []*slip
	seen map[string]time.Time // when a deduplication id was taken
	was  map[string]string    // and the sequence number it got
}

// TestFifoAgainstPaper compares random histories of a FIFO queue with a list:
// no duplicate within its window, no message before those of its group, none
// of a group that is in flight, and nothing held back.
func TestFifoAgainstPaper(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(0, 1<<20), 40, 150).Draw(rt, "steps")
		var wrong string
		synctest.Test(t, func(t *testing.T) {
			d := openDesk(t, vfs.NewMem())
			d.bury(name("q.fifo"), name("dead.fifo"), 0, map[string]string{"FifoQueue": "true"})
			policy := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, name("dead.fifo").ARN(), most)
			if err := d.s.SetAttributes(t.Context(), name("q.fifo"), map[string]string{"RedrivePolicy": policy}); err != nil {
				t.Fatal(err)
			}
			p := &fifoPaper{d: d, seen: map[string]time.Time{}, was: map[string]string{}}
			for i, n := range steps {
				time.Sleep(time.Millisecond)
				if wrong = p.step(i, n%7, n/7); wrong != "" {
					wrong = fmt.Sprintf("step %d: %s", i, wrong)
					break
				}
			}
			d.close()
		})
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

func (p *fifoPaper) step(i, do, arg int) string {
	q, ctx, now := name("q.fifo"), p.d.t.Context(), time.Now()
	switch do {
	case 0, 1:
		return p.send(i, arg)
	case 2, 3:
		return p.receive(arg)
	case 4:
		if s := p.pick(arg); s != nil {
			err := p.d.s.DeleteMessage(ctx, q, s.receipt)
			if (err == nil) != s.visible.After(now) {
				return fmt.Sprintf("deletion of %s: %v", s.body, err)
			}
			if err == nil {
				p.drop(s)
			}
		}
	case 5:
		if s := p.pick(arg); s != nil {
			hide := time.Duration(arg%5) * time.Second
			err := p.d.s.ChangeVisibility(ctx, q, s.receipt, hide)
			if (err == nil) != s.visible.After(now) {
				return fmt.Sprintf("change of visibility of %s: %v", s.body, err)
			}
			if err == nil {
				s.visible = now.Add(hide)
			}
		}
	default:
		time.Sleep(time.Duration(arg%2500) * time.Millisecond)
		if arg%5 == 0 {
			time.Sleep(4 * time.Minute)
		}
	}
	if n := p.d.number(q); n != len(p.all)-p.inFlight() {
		return fmt.Sprintf("%d messages, want %d", n, len(p.all)-p.inFlight())
	}
	return ""
}

func (p *fifoPaper) inFlight() (n int) {
	for _, s := range p.all {
		if s.visible.After(time.Now()) {
			n++
		}
	}
	return n
}

func (p *fifoPaper) send(i, arg int) string {
	now := time.Now()
	once := fmt.Sprint(arg % 9)
	m := queue.Message{Body: fmt.Sprint(i), Group: fmt.Sprint(arg / 9 % 3), Deduplication: once}
	sent, err := p.d.s.Send(p.d.t.Context(), name("q.fifo"), m)
	if err != nil {
		return err.Error()
	}
	at, ok := p.seen[once]
	if dup := ok && now.Sub(at) < 5*time.Minute; dup != (sent.Sequence == p.was[once]) {
		return fmt.Sprintf("id %s after %v: sequence %s, was %s", once, now.Sub(at), sent.Sequence, p.was[once])
	} else if !dup {
		p.seen[once], p.was[once] = now, sent.Sequence
		p.all = append(p.all, &slip{paper{body: m.Body, visible: now}, m.Group, sent.Sequence})
	}
	return ""
}

func (p *fifoPaper) receive(arg int) string {
	hide, limit, now := time.Duration(arg%4)*time.Second, arg%10+1, time.Now()
	blocked := map[string]bool{}
	for _, s := range p.all {
		blocked[s.group] = blocked[s.group] || s.visible.After(now)
	}
	got, err := p.d.s.Receive(p.d.t.Context(), name("q.fifo"), queue.Receive{Max: limit, Visibility: &hide})
	if err != nil || len(got) > limit {
		return fmt.Sprintf("received %d of %d, %v", len(got), limit, err)
	}
	if wrong := p.bury(blocked); wrong != "" {
		return wrong
	}
	next, had := map[string]int{}, map[string]bool{}
	for _, m := range got {
		line := p.line(m.Group)
		if blocked[m.Group] || next[m.Group] >= len(line) || line[next[m.Group]].sequence != m.Sequence {
			return fmt.Sprintf("received %s of group %s, blocked %v, out of its turn", m.Body, m.Group, blocked[m.Group])
		}
		s := line[next[m.Group]]
		next[m.Group]++
		had[m.Group] = true
		if s.got++; s.got != m.Receives || s.got > most {
			return fmt.Sprintf("received %s for the %d. time, want %d.", m.Body, m.Receives, s.got)
		}
		s.receipt, s.visible = m.Receipt, now.Add(hide)
	}
	for _, s := range p.all {
		if len(got) < limit && !blocked[s.group] && !had[s.group] {
			return fmt.Sprintf("%s of group %s was held back", s.body, s.group)
		}
	}
	return ""
}

// bury takes what became a dead letter out of the list: the first of their
// groups, and only what was received too often.
func (p *fifoPaper) bury(blocked map[string]bool) string {
	for {
		got, err := p.d.s.Receive(p.d.t.Context(), name("dead.fifo"), queue.Receive{Max: 10, Visibility: new(time.Minute)})
		if err != nil {
			return err.Error()
		}
		if len(got) == 0 {
			return ""
		}
		for _, m := range got {
			i := slices.IndexFunc(p.all, func(s *slip) bool { return s.body == m.Body })
			if i < 0 || p.all[i].got < most || blocked[m.Group] {
				return fmt.Sprintf("%s became a dead letter", m.Body)
			}
			p.drop(p.all[i])
			if err := p.d.s.DeleteMessage(p.d.t.Context(), name("dead.fifo"), m.Receipt); err != nil {
				return err.Error()
			}
		}
	}
}

func (p *fifoPaper) line(group string) (line []*slip) {
	for _, s := range p.all {
		if s.group == group {
			line = append(line, s)
		}
	}
	return line
}

func (p *fifoPaper) drop(s *slip) {
	p.all = slices.DeleteFunc(p.all, func(o *slip) bool { return o == s })
}

// pick chooses a message that was received.
func (p *fifoPaper) pick(n int) *slip {
	var had []*slip
	for _, s := range p.all {
		if s.receipt != "" {
			had = append(had, s)
		}
	}
	if len(had) == 0 {
		return nil
	}
	return had[n%len(had)]
}

// After a crash a FIFO queue goes on with its numbers, remembers the ids, and
// keeps the order of its groups.
func TestFifoCrash(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	d := openDesk(t, fs)
	q := name("q.fifo")
	if err := d.s.Create(t.Context(), q, map[string]string{"FifoQueue": "true"}, nil); err != nil {
		t.Fatal(err)
	}
	send := func(d *desk, i int) queue.Sent {
		sent, err := d.s.Send(t.Context(), q, queue.Message{Body: fmt.Sprint(i), Group: "g", Deduplication: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
		return sent
	}
	var was queue.Sent
	for i := range 5 {
		was = send(d, i)
	}
	if got, err := d.s.Receive(t.Context(), q, queue.Receive{Max: 2, Visibility: new(time.Hour)}); err != nil || len(got) != 2 {
		t.Fatalf("received %v, %v", got, err)
	} else if err := d.s.DeleteMessage(t.Context(), q, got[0].Receipt); err != nil {
		t.Fatal(err)
	}
	after := openDesk(t, fs.CrashClone(vfs.CrashCloneCfg{}))
	d.close()
	defer after.close()
	if sent := send(after, 4); sent != was {
		t.Errorf("sent again: %+v, first %+v", sent, was)
	}
	if sent := send(after, 5); sent.Sequence <= was.Sequence {
		t.Errorf("sequence %s after %s", sent.Sequence, was.Sequence)
	}
	if got, err := after.s.Receive(t.Context(), q, queue.Receive{Max: 10}); err != nil || len(got) > 0 {
		t.Errorf("received %v, %v while the group is in flight", got, err)
	}
}
