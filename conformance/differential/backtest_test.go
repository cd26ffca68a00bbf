package differential

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/alarm"
	"skywatch/conformance/oracle/trial"
)

// trialBatch is how many trials are put before they are asked.
const trialBatch = 50

// TestBacktestAgreesWithModel back-tests random alarms over random data: every
// instant's state, every transition, its reason and reason data.
func TestBacktestAgreesWithModel(t *testing.T) {
	t.Parallel()
	first := number(t, "SKYWATCH_SEED", uint64(time.Now().UnixNano()))
	trials := int(number(t, "SKYWATCH_DIFF_ALARMS", 600))
	for i := range number(t, "SKYWATCH_DIFF_SEEDS", 1) {
		seed := first + i
		t.Run(fmt.Sprintf("SKYWATCH_SEED=%d", seed), func(t *testing.T) {
			t.Parallel()
			tryAll(t, seed, trials)
		})
	}
}

// trials is a server whose clock stands still, with what was compared on it.
type trials struct {
	duel
	random *rand.Rand
	now    time.Time
	probes int // metrics that were made to find a smaller difference

	tried, doubtful, instants, transitions int
}

func tryAll(t *testing.T, seed uint64, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 3))
	tr := newTrials(t, random)
	g := trial.New(random, tr.now)
	for tr.tried < n {
		batch := make([]trial.Trial, min(trialBatch, n-tr.tried))
		var data []oracle.Datum
		for i := range batch {
			batch[i] = g.Trial()
			if random.IntN(10) == 0 {
				batch[i] = g.Math()
			}
			data = append(data, batch[i].Data...)
		}
		if err := tr.put(t.Context(), data); err != nil {
			t.Fatal(err)
		}
		for _, one := range batch {
			tr.tried++
			if wrong := tr.compare(t.Context(), one); len(wrong) > 0 {
				t.Fatalf("trial %d\n%s\nreplay with SKYWATCH_SEED=%d SKYWATCH_DIFF_SEEDS=1 SKYWATCH_DIFF_ALARMS=%d",
					tr.tried, tr.report(t.Context(), one, wrong), seed, tr.tried)
			}
		}
	}
	t.Logf("%d trials (%d doubtful), %d instants, %d transitions", tr.tried, tr.doubtful, tr.instants, tr.transitions)
	if tr.transitions < tr.tried/2 || tr.doubtful*5 > tr.tried {
		t.Error("too little was compared")
	}
}

func newTrials(t *testing.T, random *rand.Rand) *trials {
	t.Helper()
	tr := &trials{random: random}
	tr.house = newHouse(newPlan(random), t.TempDir(), quiet())
	tr.now = time.Date(2026, 9, 1+random.IntN(28), random.IntN(24), random.IntN(60), random.IntN(60), 0, time.UTC)
	tr.house.now.Store(tr.now.UnixMilli())
	if err := tr.house.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tr.house.stop(); err != nil {
			t.Error(err)
		}
	})
	return tr
}

// trialTenant is the one of local mode, in the server's own region.
var trialTenant = oracle.Tenant{Account: account, Region: "us-east-1"}

// model is what the oracle says of a trial.
func (tr *trials) model(one trial.Trial) (all []alarm.Verdict, doubtful bool) {
	all, doubtful, err := one.Run(trialTenant, tr.now)
	if err != nil {
		panic(err) // the generator made what nobody may put
	}
	return all, doubtful
}
