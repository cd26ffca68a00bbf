package history

import (
	"math/rand/v2"
	"time"

	"skywatch/conformance/oracle"
)

// Config shapes a history.
type Config struct {
	// Start is the time of the first operation.
	Start time.Time
	// Now, when set, is asked for the time of every operation instead.
	Now func() time.Time
	// Tenants are the accounts and regions that take turns.
	Tenants []oracle.Tenant
	// Reads, Bad and Floats are shares from 0 to 1: of reads among all
	// operations, of refused ones among each kind, and of values that are
	// arbitrary floats. The other values are multiples of 1/8 below a
	// million, whose sums are exact.
	Reads, Bad, Floats float64
	// Contested adds requests whose answer the specification leaves open:
	// an EndTime inside a bucket that holds later samples, 420 s at any
	// age, and data with values of weight 0 only.
	Contested bool
}

// DefaultConfig is a history of its own clock and two regions.
func DefaultConfig() Config {
	return Config{
		Start: time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC),
		Tenants: []oracle.Tenant{
			{Account: "111111111111", Region: "us-east-1"},
			{Account: "111111111111", Region: "eu-west-1"},
		},
		Reads: 0.4, Bad: 0.15, Floats: 0.1,
	}
}

// Generator makes one history. It is not safe for concurrent use.
type Generator struct {
	config Config
	rand   *rand.Rand
	now    time.Time
	past   []written // every datum of every valid put

	bulk     int  // names used up by bulk puts
	listNext bool // the last operation was a bulk put
	tenant   oracle.Tenant
}

// written is what reads aim at.
type written struct {
	tenant oracle.Tenant
	metric oracle.Metric
	at     time.Time
}

// New returns the history of the seed.
func New(seed uint64, config Config) *Generator {
	return &Generator{config: config, rand: rand.New(rand.NewPCG(seed, 0)), now: config.Start}
}

// Next makes the next operation.
func (g *Generator) Next() Op {
	g.advance()
	if g.listNext {
		g.listNext = false
		return Op{At: g.now, Tenant: g.tenant, List: &oracle.ListMetricsInput{}}
	}
	g.tenant = pick(g, g.config.Tenants)
	op := Op{At: g.now, Tenant: g.tenant}
	if len(g.past) > 0 && g.chance(g.config.Reads) {
		g.read(&op)
	} else {
		g.put(&op)
	}
	return op
}

// advance moves the clock: mostly by seconds, now and then far enough for
// data to leave a tier.
func (g *Generator) advance() {
	if g.config.Now != nil {
		g.now = g.config.Now().UTC().Truncate(time.Millisecond)
		return
	}
	const day = 24 * time.Hour
	most := 20 * time.Second
	switch r := g.rand.Float64(); {
	case r < 0.003:
		most = 30 * day
	case r < 0.015:
		most = 3 * day
	case r < 0.06:
		most = 4 * time.Hour
	case r < 0.2:
		most = 10 * time.Minute
	}
	g.now = g.now.Add(g.upTo(most))
}

// upTo is a random duration of whole milliseconds, most excluded.
func (g *Generator) upTo(most time.Duration) time.Duration {
	return time.Duration(g.rand.Int64N(int64(most/time.Millisecond))) * time.Millisecond
}

func (g *Generator) chance(share float64) bool { return g.rand.Float64() < share }

func pick[T any](g *Generator, list []T) T { return list[g.rand.IntN(len(list))] }

func ptr[T any](v T) *T { return &v }
