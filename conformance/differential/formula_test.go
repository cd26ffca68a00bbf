package differential

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"skywatch/conformance/oracle"
	"skywatch/conformance/oracle/questions"
)

// regions are the stores of a seed: one each.
var regions = []string{
	"eu-west-1", "us-west-2", "eu-central-1", "us-east-2", "ap-south-1", "eu-north-1", "sa-east-1", "ca-central-1",
}

// TestServerAgreesWithFormulaModel asks random stores random expressions.
func TestServerAgreesWithFormulaModel(t *testing.T) {
	t.Parallel()
	first := number(t, "SKYWATCH_SEED", uint64(time.Now().UnixNano()))
	expressions := int(number(t, "SKYWATCH_DIFF_EXPRESSIONS", 1000))
	for i := range number(t, "SKYWATCH_DIFF_SEEDS", 1) {
		seed := first + i
		t.Run(fmt.Sprintf("SKYWATCH_SEED=%d", seed), func(t *testing.T) {
			t.Parallel()
			askAll(t, seed, expressions)
		})
	}
}

// interview is the questions about one store that is on both sides.
type interview struct {
	duel
	*questions.Generator
	tenant oracle.Tenant
	now    time.Time
	client *cloudwatch.Client
	listed []oracle.Metric // in the server's order, which is that of SEARCH
}

// askAll asks until so many expressions are compared, or two answers differ.
func askAll(t *testing.T, seed uint64, expressions int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	interviews := newInterviews(t, random)
	var asked asked
	for n := 0; asked.Expressions < expressions; n++ {
		iv := interviews[n%len(interviews)]
		in := iv.Request()
		in.Listed = iv.listed
		if wrong := iv.ask(t.Context(), in, &asked); len(wrong) > 0 {
			t.Fatalf("question %d\n%s\nreplay with SKYWATCH_SEED=%d SKYWATCH_DIFF_SEEDS=1 SKYWATCH_DIFF_EXPRESSIONS=%d",
				n, iv.report(t.Context(), in), seed, asked.Expressions)
		}
	}
	t.Logf("%+v", asked)
	if asked.Points == 0 || asked.Refused == 0 || asked.Doubtful*5 > asked.Series {
		t.Error("too little was compared")
	}
}

// newInterviews starts a server and fills it with a store in each region.
func newInterviews(t *testing.T, random *rand.Rand) []*interview {
	t.Helper()
	d := duel{house: newHouse(newPlan(random), t.TempDir(), quiet())}
	now := time.Date(2026, 9, 1+random.IntN(28), random.IntN(24), random.IntN(60), random.IntN(60), 0, time.UTC)
	d.house.now.Store(now.Add(-20 * 24 * time.Hour).UnixMilli())
	if err := d.house.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.house.stop(); err != nil {
			t.Error(err)
		}
	})
	var all []*interview
	for _, region := range regions {
		iv := &interview{
			duel: d, Generator: questions.New(random, now), now: now,
			tenant: oracle.Tenant{Account: account, Region: region}, client: d.house.client(region),
		}
		iv.model = oracle.New()
		all = append(all, iv)
	}
	fill(t, all)
	for _, iv := range all {
		out, err := iv.client.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{})
		if err != nil {
			t.Fatal(err)
		}
		iv.listed = each(out.Metrics, gotMetric)
	}
	return all
}

// fill sends what the stores hold, the oldest first since the clock only goes
// forward.
func fill(t *testing.T, all []*interview) {
	t.Helper()
	stores := make([][]questions.Put, len(all))
	for i, iv := range all {
		stores[i] = iv.Store()
	}
	for _, fresh := range []bool{false, true} {
		for i, iv := range all {
			for _, put := range stores[i] {
				if put.At.Equal(iv.now) == fresh {
					iv.put(t, put)
				}
			}
		}
	}
}

func (iv *interview) put(t *testing.T, put questions.Put) {
	t.Helper()
	iv.house.now.Store(put.At.UnixMilli())
	if errs := iv.model.PutMetricData(put.At, iv.tenant, put.In); len(errs) > 0 {
		t.Fatal(errs)
	}
	if _, err := iv.client.PutMetricData(t.Context(), putInput(put.In)); err != nil {
		t.Fatal(err)
	}
}
