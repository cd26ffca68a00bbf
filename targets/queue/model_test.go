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

// paper is the slow queue: a list of messages.
type paper struct {
	body    string
	sent    time.Time
	visible time.Time
	receipt string
	got     int
}

// TestAgainstPaper compares random histories with a plain list: what can be
// received, in which order, what becomes a dead letter, and what is left. There
// are groups, but none of them is noisy: they change nothing.
func TestAgainstPaper(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(0, 1<<20), 40, 150).Draw(rt, "steps")
		var wrong string
		synctest.Test(t, func(t *testing.T) {
			d := openDesk(t, vfs.NewMem())
			if err := d.s.Create(t.Context(), name("dead"), nil, nil); err != nil {
				t.Fatal(err)
			}
			policy := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, name("dead").ARN(), most)
			if err := d.s.Create(t.Context(), name("q"), map[string]string{"RedrivePolicy": policy}, nil); err != nil {
				t.Fatal(err)
			}
			wrong = history(d, steps)
			d.close()
		})
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

// most is how often a message of the histories is received.
const most = 3

func history(d *desk, steps []int) string {
	q := name("q")
	ctx := d.t.Context()
	var all []*paper
	dead := 0
	var died time.Time // the first
	for i, n := range steps {
		time.Sleep(time.Millisecond) // so that order is by time alone
		now := time.Now()
		arg := n / 6
		switch n % 6 {
		case 0: // send
			m := queue.Message{Body: fmt.Sprint(i), Delay: new(time.Duration(arg%3) * time.Second), Group: []string{"", "a", "b"}[arg/3%3]}
			if _, err := d.s.Send(ctx, q, m); err != nil {
				return err.Error()
			}
			all = append(all, &paper{body: m.Body, sent: now, visible: now.Add(*m.Delay)})
		case 1: // receive
			hide := time.Duration(arg%4) * time.Second
			got, err := d.s.Receive(ctx, q, queue.Receive{Max: arg%10 + 1, Visibility: &hide})
			if err != nil {
				return err.Error()
			}
			var want []*paper
			for _, p := range due(all, now) {
				if len(want) == arg%10+1 {
					break
				}
				if p.got < most {
					want = append(want, p)
					continue
				}
				all = slices.DeleteFunc(all, func(o *paper) bool { return o == p })
				if dead++; dead == 1 {
					died = now
				}
			}
			if len(got) != len(want) {
				return fmt.Sprintf("step %d: received %d, want %d", i, len(got), len(want))
			}
			for j, m := range got {
				p := want[j]
				if p.got++; m.Body != p.body || m.Receives != p.got {
					return fmt.Sprintf("step %d: received %s for the %d. time, want %s, %d.", i, m.Body, m.Receives, p.body, p.got)
				}
				p.receipt, p.visible = m.Receipt, now.Add(hide)
			}
		case 2: // delete
			if p := pick(all, arg); p != nil {
				if err := d.s.DeleteMessage(ctx, q, p.receipt); err != nil {
					return err.Error()
				}
				all = slices.DeleteFunc(all, func(o *paper) bool { return o == p })
			}
		case 3: // change visibility
			if p := pick(all, arg); p != nil {
				hide := time.Duration(arg%5) * time.Second
				err := d.s.ChangeVisibility(ctx, q, p.receipt, hide)
				if (err == nil) != p.visible.After(now) {
					return fmt.Sprintf("step %d: change of visibility: %v", i, err)
				}
				if err == nil {
					p.visible = now.Add(hide)
				}
			}
		default:
			time.Sleep(time.Duration(arg%2500) * time.Millisecond)
		}
		if n := d.number(name("dead")); n != dead {
			return fmt.Sprintf("step %d: %d dead letters, want %d", i, n, dead)
		}
		if i%4 == 0 { // so that several changes lie between two looks, too
			if s := ages(d, all, died); s != "" {
				return fmt.Sprintf("step %d: %s", i, s)
			}
		}
		if s := figures(d, all); s != "" {
			return fmt.Sprintf("step %d: %s", i, s)
		}
	}
	return ""
}

// due are the messages that can be received, the longest visible first.
func due(all []*paper, now time.Time) []*paper {
	var out []*paper
	for _, p := range all {
		if !p.visible.After(now) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *paper) int { return a.visible.Compare(b.visible) })
	return out
}

// pick chooses a message that was received.
func pick(all []*paper, n int) *paper {
	var had []*paper
	for _, p := range all {
		if p.receipt != "" {
			had = append(had, p)
		}
	}
	if len(had) == 0 {
		return nil
	}
	return had[n%len(had)]
}

// figures compares the approximate numbers, which are exact here.
func figures(d *desk, all []*paper) string {
	got, err := d.s.Attributes(name("q"), []string{"All"})
	if err != nil {
		return err.Error()
	}
	visible, hidden, delayed := 0, 0, 0
	for _, p := range all {
		switch {
		case !p.visible.After(time.Now()):
			visible++
		case p.got > 0:
			hidden++
		default:
			delayed++
		}
	}
	for name, want := range map[string]int{
		"ApproximateNumberOfMessages": visible, "ApproximateNumberOfMessagesNotVisible": hidden, "ApproximateNumberOfMessagesDelayed": delayed,
	} {
		if got[name] != fmt.Sprint(want) {
			return fmt.Sprintf("%s is %s, want %d", name, got[name], want)
		}
	}
	return ""
}

// ages compares the age of the oldest message: of those that were not received
// too often, and in the dead-letter queue since they came there.
func ages(d *desk, all []*paper, died time.Time) string {
	var want [2]time.Duration
	now := time.Now()
	for _, p := range all {
		if p.got < 3 {
			want[0] = max(want[0], now.Sub(p.sent))
		}
	}
	if !died.IsZero() {
		want[1] = now.Sub(died)
	}
	got, err := d.s.Depths(d.t.Context(), []queue.Name{name("q"), name("nobody's"), name("dead")})
	if err != nil || len(got) != 2 {
		return fmt.Sprint(got, err)
	}
	for i, d := range got {
		if d.Age != want[i] {
			return fmt.Sprintf("the oldest in %s is %v old, want %v", d.Queue, d.Age, want[i])
		}
	}
	return ""
}
