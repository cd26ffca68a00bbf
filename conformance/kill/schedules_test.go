package kill_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

const (
	// killing is how long the program is killed and started: three planned
	// minutes, and with them those of the rates that began meanwhile.
	killing = 3 * time.Minute
	// inTime is how long a planned time is still acted on (rules: "within the
	// minute"), and grace how long the program has to be up for it.
	inTime, grace = time.Minute, 3 * time.Second
)

// TestKillSchedules kills the program while rules run by their schedules: one
// by cron at each minute, and one by rate from each life of the program on. No
// planned time comes twice; each comes once that the program was up for within
// its minute.
func TestKillSchedules(t *testing.T) {
	t.Parallel()
	if os.Getenv("SKYWATCH_KILL_ROUNDS") == "" {
		t.Skipf("takes %s: make crash runs it", killing)
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	defer func() {
		if t.Failed() {
			t.Logf("SKYWATCH_SEED=%d", seed)
		}
	}()
	random := rand.New(rand.NewPCG(seed, 3))
	t.Logf("the long form: the program is killed for %s", killing)
	h := &tickHouse{binary: program(t), eventHouse: &eventHouse{dir: filepath.Join(t.TempDir(), "data")}}
	for end := time.Now().Add(killing); time.Now().Before(end); {
		srv := h.start(t)
		h.furnish(t)
		time.Sleep(time.Until(h.killTime(random)))
		h.kill(srv)
		time.Sleep(time.Duration(random.IntN(2000)) * time.Millisecond)
	}
	h.start(t)
	time.Sleep(grace)
	h.lives[len(h.lives)-1].until = time.Now()
	time.Sleep(grace) // for what was due just now
	h.receive(t)
	h.verify(t, seed)
}

// killTime is some seconds ahead; every other time right when the first of the
// rules is due, if that is before.
func (h *tickHouse) killTime(random *rand.Rand) time.Time {
	now := time.Now().UTC()
	at := now.Add(time.Duration(100+random.IntN(9000)) * time.Millisecond)
	if random.IntN(2) > 0 {
		return at
	}
	due := at
	for _, r := range h.rules {
		next := r.first
		for !next.After(now) {
			next = next.Add(time.Minute)
		}
		if next.Before(due) {
			due = next.Add(time.Duration(random.IntN(400)-50) * time.Millisecond)
		}
	}
	return due
}

// verify holds what came against when the program was up.
func (h *tickHouse) verify(t *testing.T, seed uint64) {
	t.Helper()
	var planned, upAtStart, late, passed int
	end := h.lives[len(h.lives)-1].until
	for _, r := range h.rules {
		for at := r.first; at.Before(end); at = at.Add(time.Minute) {
			planned++
			n, start, owed := r.came[at], h.up(at, at.Add(grace)), h.up(at, at.Add(inTime))
			switch {
			case n > 1 || n == 0 && owed:
				t.Errorf("%s came %d times for %s; up at its start: %v", r.name, n, at.Format(time.RFC3339), start)
			case n == 0:
				passed++
			case start:
				upAtStart++
			default:
				late++
			}
		}
	}
	if upAtStart == 0 || late == 0 {
		t.Errorf("%d planned times came while the program was up, and %d after it was: one of both was not tested", upAtStart, late)
	}
	if t.Failed() {
		return
	}
	t.Logf("%d kills of the program in %s, %d rules, %d planned times: %d with the program up for %s from their start, %d with a kill or a stop then, each of them acted on once; %d passed over (SKYWATCH_SEED=%d)",
		len(h.lives)-1, killing, len(h.rules), planned, upAtStart, grace, late, passed, seed)
}

// up reports whether the program was up long enough within a while.
func (h *tickHouse) up(from, until time.Time) bool {
	return slices.ContainsFunc(h.lives, func(l span) bool {
		if l.from.Before(from) {
			l.from = from
		}
		if l.until.After(until) {
			l.until = until
		}
		return l.until.Sub(l.from) >= grace
	})
}
