package destination

import (
	"log/slog"
	"time"

	"skywatch/catalog"
	"skywatch/internal/settle"
	"skywatch/targets"
	"skywatch/targets/webhook"
)

// Sealer encrypts secrets at rest. What it seals opens only under the same
// binding, which names the record that holds it.
type Sealer interface {
	Seal(secret string, binding ...string) []byte
	Open(sealed []byte, binding ...string) (string, error)
}

// Options are what a Service works with.
type Options struct {
	Catalog *catalog.DB
	HTTP    *webhook.Client
	Sealer  Sealer
	Clock   targets.Clock // nil: the machine's
	Logger  *slog.Logger
	Limits  Limits
}

// Limits are an account's quotas in one region; zero means AWS's default
// (EventBridge user guide, "Quotas").
type Limits struct{ Connections, Destinations int }

// defaultQuota is AWS's for either.
const defaultQuota = 3000

// Service keeps connections and API destinations and calls them. It is safe
// for concurrent use; Run does its background work.
type Service struct {
	Options
	tokens     tokens
	rates      targets.Rates
	authorizes *settle.Loop
}

// New returns the connections and API destinations of a catalog.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = targets.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Limits.Connections == 0 {
		o.Limits.Connections = defaultQuota
	}
	if o.Limits.Destinations == 0 {
		o.Limits.Destinations = defaultQuota
	}
	return &Service{
		Options: o, authorizes: settle.NewLoop(),
		tokens: tokens{held: map[string]token{}, fetching: map[string]*fetch{}},
	}
}

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }
