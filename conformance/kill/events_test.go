package kill_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

const perRequest = 4 // events of a PutEvents, beside one that is refused

// ledger is what the writers of one run were told about their events, by what
// the detail of each calls it.
type ledger struct {
	mu       sync.Mutex
	accepted map[string]string   // the event's ID by its name
	unknown  map[string][]string // the names of a request that had no answer, by its first
	refused  map[string]bool
}

func newLedger() *ledger {
	return &ledger{accepted: map[string]string{}, unknown: map[string][]string{}, refused: map[string]bool{}}
}

// TestKillEvents kills the server while events are put, received, planned and
// replayed: each event that was accepted reaches each target that its rule has,
// queues once, HTTP endpoints at least once and under one key, and is in the
// archive once; none that was refused arrives; each planned time comes once; a
// replay that is interrupted goes on and puts each event on the bus once.
func TestKillEvents(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	random := rand.New(rand.NewPCG(seed, 2))
	n := 2
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	h := &eventHouse{dir: filepath.Join(t.TempDir(), "data"), ledger: newLedger(), hooks: newHooks(t), seen: map[string]map[string]map[string]bool{}, deleted: map[string]bool{}}
	for round := range n {
		srv := h.start(t)
		if round == 0 {
			h.furnish(t)
		}
		begun := time.Now().Truncate(time.Second)
		h.plan(t, round)
		h.putUntilKilled(t, srv, round, time.Duration(20+random.IntN(400))*time.Millisecond)
		// Kill it once more while it delivers what is left.
		srv = h.start(t)
		time.AfterFunc(time.Duration(random.IntN(60))*time.Millisecond, srv.kill)
		srv.wait()
		srv = h.start(t)
		h.settle(t)
		// And while it replays what was put.
		h.replay(t, round, begun)
		time.AfterFunc(time.Duration(random.IntN(300))*time.Millisecond, srv.kill)
		srv.wait()
		srv = h.start(t)
		h.replayed(t, round)
		h.verify(t, round)
		srv.kill()
		srv.wait()
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d, round %d", seed, round)
		}
	}
	if len(h.ledger.accepted) == 0 {
		t.Fatal("nothing was accepted, so nothing was tested")
	}
	t.Logf("%d rounds of kill -9, %d accepted events to %d queues and %d HTTP endpoints, %d repeated calls; nothing lost, nothing twice in a queue (SKYWATCH_SEED=%d)",
		3*n, len(h.ledger.accepted), len(eventQueues), len(hookPaths), h.hooks.repeats(), seed)
}

// plan has one-time schedules run soon after: some before the kill, some
// after.
func (h *eventHouse) plan(t *testing.T, round int) {
	t.Helper()
	begin := time.Now().Truncate(time.Second)
	for i := range 8 {
		h.schedule(t, fmt.Sprintf("planned-%d-%d", round, i), begin.Add(time.Duration(1+i%2)*time.Second))
	}
}

// putUntilKilled has writers put events and a consumer take some of them, and
// kills the server a while after the first answer.
func (h *eventHouse) putUntilKilled(t *testing.T, srv *lifeOf, round int, after time.Duration) {
	t.Helper()
	var all sync.WaitGroup
	var first sync.Once
	answered := func() { first.Do(func() { time.AfterFunc(after, srv.kill) }) }
	for w := range writers {
		all.Go(func() {
			for n := 0; h.put(fmt.Sprintf("%d-%d-%d", round, w, n)); n++ {
				answered()
			}
		})
	}
	all.Go(h.consume)
	srv.wait()
	all.Wait()
}

// put sends one request; it reports whether there may be another.
func (h *eventHouse) put(name string) bool {
	names := make([]string, perRequest)
	entries := make([]types.PutEventsRequestEntry, perRequest+1)
	for i := range entries {
		at := fmt.Sprintf("%s-%d", name, i)
		entries[i] = types.PutEventsRequestEntry{Source: aws.String("kill"), DetailType: aws.String("round"), Detail: aws.String(`{"name":"` + at + `"}`)}
		if i < perRequest {
			names[i] = at
		} else {
			entries[i].Source = aws.String("aws.kill") // reserved
		}
	}
	out, err := h.events.PutEvents(context.Background(), putInput(entries))
	h.ledger.mu.Lock()
	defer h.ledger.mu.Unlock()
	h.ledger.refused[fmt.Sprintf("%s-%d", name, perRequest)] = true
	if err != nil || out.FailedEntryCount != 1 {
		h.ledger.unknown[name] = names
		return false
	}
	for i, n := range names {
		h.ledger.accepted[n] = *out.Entries[i].EventId
	}
	return true
}

// verify holds what has arrived against what was promised.
func (h *eventHouse) verify(t *testing.T, round int) {
	t.Helper()
	for _, queue := range eventQueues {
		counts := map[string]int{}
		for name, messages := range h.seen[queue] {
			counts[name] = len(messages)
		}
		h.ledger.check(t, queue, counts, true)
	}
	for _, path := range hookPaths {
		h.ledger.check(t, path, h.hooks.counts(t, path), false)
	}
	h.verifyReplay(t, round)
	for name := range h.plans {
		if n := len(h.seen[plannedQueue][name]); n != 1 {
			t.Errorf("planned time %s came %d times", name, n)
		}
	}
}

// check compares how often each event came to a place. A request without an
// answer has come whole or not at all.
func (l *ledger) check(t *testing.T, place string, counts map[string]int, once bool) {
	t.Helper()
	counts = maps.Clone(counts)
	wrong := func(n int) bool { return n == 0 || once && n > 1 }
	for name := range l.accepted {
		if n := counts[name]; wrong(n) {
			t.Errorf("%s: %s was accepted and came %d times", place, name, n)
		}
		delete(counts, name)
	}
	for _, names := range l.unknown {
		whole := counts[names[0]] > 0
		for _, name := range names {
			if n := counts[name]; whole != (n > 0) || whole && wrong(n) {
				t.Errorf("%s: %s, of unknown outcome, came %d times, and the first of its request %d times", place, name, n, counts[names[0]])
			}
		}
		for _, name := range names {
			delete(counts, name)
		}
	}
	for name, n := range counts {
		t.Errorf("%s: %s came %d times; refused: %v", place, name, n, l.refused[name])
	}
}
