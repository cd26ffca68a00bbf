package differential

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"skywatch/conformance/oracle"
)

// number is a setting of the environment.
func number(t *testing.T, name string, fallback uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return fallback
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func TestServerAgreesWithModel(t *testing.T) {
	t.Parallel()
	first := number(t, "SKYWATCH_SEED", uint64(time.Now().UnixNano()))
	ops := int(number(t, "SKYWATCH_DIFF_OPS", 2000))
	for i := range number(t, "SKYWATCH_DIFF_SEEDS", 2) {
		seed := first + i
		t.Run(fmt.Sprintf("SKYWATCH_SEED=%d", seed), func(t *testing.T) {
			t.Parallel()
			compare(t, seed, ops)
		})
	}
}

// compare plays the script of a seed up to the first difference.
func compare(t *testing.T, seed uint64, ops int) {
	random := rand.New(rand.NewPCG(seed, 1))
	p := newPlan(random)
	// Of these the model knows one answer of several: a difference is for a
	// person to judge.
	p.contested = number(t, "SKYWATCH_DIFF_CONTESTED", 0) > 0
	steps := p.script(seed, random, ops)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	r := run(t.Context(), p, steps, t.TempDir(), log)
	if r.err != nil {
		t.Fatalf("after %d operations: %v", r.played, r.err)
	}
	if len(r.wrong) > 0 {
		t.Errorf("operation %d: %s\n%s", r.played, steps[r.played-1], strings.Join(r.wrong, "\n"))
		script, wrong := shrink(t, p, steps[:r.played])
		t.Fatalf("%s\n%s\nreplay with SKYWATCH_SEED=%d SKYWATCH_DIFF_SEEDS=1 SKYWATCH_DIFF_OPS=%d (%s)",
			lines(script), strings.Join(wrong, "\n"), seed, r.played, p)
	}
	t.Logf("%s: %+v, %d seals", p, r.tally, r.sealed)
	if r.tally.points == 0 || r.tally.refused == 0 {
		t.Error("nothing was compared")
	}
}

// result is how far a run came.
type result struct {
	played int
	wrong  []string // what differs in the last step that was played
	err    error
	tally  tally
	sealed int64
}

// run plays the steps on a new server and a new model until they differ.
func run(ctx context.Context, p plan, steps []step, dir string, log *slog.Logger) (r result) {
	d := &duel{house: newHouse(p, dir, log), model: oracle.New()}
	d.house.now.Store(steps[0].op.At.UnixMilli())
	defer func() {
		r.err = errors.Join(r.err, d.house.stop())
		r.tally, r.sealed = d.tally, d.house.sealed.Load()
	}()
	if r.err = d.house.start(); r.err != nil {
		return r
	}
	for _, s := range steps {
		r.played++
		if r.wrong, r.err = d.play(ctx, s); r.err != nil || len(r.wrong) > 0 {
			return r
		}
	}
	return r
}

func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError}))
}

func lines(script []step) string {
	out := ""
	for _, s := range script {
		out += s.String() + "\n"
	}
	return strings.TrimSuffix(out, "\n")
}
