package destination_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/access"
	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func name(s string) destination.Name { return destination.Name{Tenant: tenant, Name: s} }

// sealing is the sealer of the house, as server hands it in.
type sealing struct{ *access.Sealer }

func (s sealing) Seal(secret string, binding ...string) []byte {
	return s.Sealer.Seal(access.NewSecret(secret), binding...)
}

func (s sealing) Open(sealed []byte, binding ...string) (string, error) {
	secret, err := s.Sealer.Open(sealed, binding...)
	return secret.Reveal(), err
}

func newSealer(t *testing.T) destination.Sealer {
	t.Helper()
	key, err := access.LoadOrCreateKeyFile(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := access.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return sealing{s}
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) Wake(time.Time) (<-chan time.Time, func()) { return nil, func() {} }

// rig is a service over a catalog in memory that reaches loopback.
type rig struct {
	*destination.Service
	t     *testing.T
	db    *catalog.DB
	clock *clock
	log   *bytes.Buffer // read it when nothing writes
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func newRig(t *testing.T, change ...func(*destination.Options, *webhook.Options)) *rig {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: db, clock: &clock{now: time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)}, log: &bytes.Buffer{}}
	o := destination.Options{
		Catalog: db, Sealer: newSealer(t), Clock: r.clock,
		Logger: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	web := webhook.Options{Allow: loopback}
	for _, f := range change {
		f(&o, &web)
	}
	client := webhook.New(web)
	if o.HTTP == nil {
		o.HTTP = client
	}
	r.Service = destination.New(o)
	t.Cleanup(func() {
		client.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// connection makes a connection and returns it.
func (r *rig) connection(n string, a destination.Auth) destination.Connection {
	r.t.Helper()
	c, err := r.CreateConnection(r.t.Context(), name(n), "", a)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// destination makes a destination and returns its ARN.
func (r *rig) destination(n, connection, endpoint string) string {
	r.t.Helper()
	d, err := r.CreateDestination(r.t.Context(), name(n), destination.Change{Connection: connection, Endpoint: endpoint, Method: http.MethodPost})
	if err != nil {
		r.t.Fatal(err)
	}
	return d.ARN()
}

// send sends a message to a destination.
func (r *rig) send(arn string) error {
	return r.Send(r.t.Context(), targets.Delivery{ID: "d-1", Tenant: tenant, Target: arn, Message: `{"a":1}`})
}

// state is a connection's.
func (r *rig) state(n string) (destination.State, string) {
	r.t.Helper()
	c, err := r.Connection(name(n))
	if err != nil {
		r.t.Fatal(err)
	}
	return c.State, c.Reason
}

// serve returns the URL of a server.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// failed holds the code of a failure, and whether it is one for good.
func failed(t *testing.T, what string, err error, code string, permanent bool) *targets.Failure {
	t.Helper()
	var f *targets.Failure
	if !errors.As(err, &f) || f.Code != code || f.Permanent != permanent {
		t.Fatalf("%s: %v (permanent: %v), want %s, permanent: %v", what, err, f != nil && f.Permanent, code, permanent)
	}
	return f
}

var basicAuth = destination.Auth{Type: destination.Basic, Username: "u", Password: "p"}
