package function_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"go.uber.org/goleak"

	"skywatch/catalog"
	"skywatch/metric"
	"skywatch/targets"
	"skywatch/targets/function"
	"skywatch/targets/function/runtime"
	"skywatch/targets/queue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tenant = metric.Tenant{Account: "123456789012", Region: "us-east-1"}

func name(s string) function.Name { return function.Name{Tenant: tenant, Function: s} }

// reversed is a sealer whose output does not show what it was.
type reversed struct{}

func (reversed) Seal(secret string, binding ...string) []byte {
	return []byte(turn(strings.Join(binding, "/") + "=" + secret))
}

func (reversed) Open(sealed []byte, binding ...string) (string, error) {
	secret, ok := strings.CutPrefix(turn(string(sealed)), strings.Join(binding, "/")+"=")
	if !ok {
		return "", errors.New("another record's")
	}
	return secret, nil
}

func turn(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// runner runs functions as the test says.
type runner struct {
	mu      sync.Mutex
	run     func(context.Context, runtime.Spec, runtime.Call) (runtime.Result, error)
	calls   []runtime.Call
	specs   []runtime.Spec
	dropped []string
	// provided is what was asked for last.
	provided []runtime.Provision
}

func (r *runner) Run(ctx context.Context, s runtime.Spec, c runtime.Call) (runtime.Result, error) {
	r.mu.Lock()
	r.calls, r.specs = append(r.calls, c), append(r.specs, s)
	run := r.run
	r.mu.Unlock()
	if run == nil {
		return runtime.Result{Payload: []byte(`"` + s.Version + `"`)}, nil
	}
	return run(ctx, s, c)
}

func (r *runner) Available() []string { return []string{"provided*"} }

func (r *runner) Check(name string) error {
	if !strings.HasPrefix(name, "provided") {
		return runtime.ErrRuntime
	}
	return nil
}

func (r *runner) Drop(arn, version string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropped = append(r.dropped, arn+":"+version)
}

func (r *runner) Provide(all []runtime.Provision) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.provided = all
}

func (r *runner) Provided(string, string) runtime.Provided {
	return runtime.Provided{Started: 1, Free: 1}
}

func (r *runner) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls)
}

// rig is functions over a catalog in memory, with queues beside them.
type rig struct {
	*function.Service
	t      *testing.T
	db     *catalog.DB
	outbox *targets.Outbox
	queues *queue.Service
	runner *runner
	dir    string
}

func newRig(t *testing.T, change ...func(*function.Options)) *rig {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: db, outbox: targets.NewOutbox(nil), queues: queue.New(queue.Options{Catalog: db}), runner: &runner{}, dir: t.TempDir()}
	packages, err := function.OpenPackages(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	o := function.Options{Catalog: db, Outbox: r.outbox, Sealer: reversed{}, Packages: packages, Runner: r.runner, Random: func() float64 { return 0.5 }}
	for _, f := range change {
		f(&o)
	}
	r.Service = function.New(o)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// bubble runs f with a rig on virtual time, with all background work done.
func bubble(t *testing.T, f func(t *testing.T, r *rig), change ...func(*function.Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, change...)
		engine := targets.New(targets.Options{
			Catalog: r.db, Outbox: r.outbox, Random: func() float64 { return 1 },
			Targets: map[targets.Kind]targets.Target{
				targets.Queue: targets.Direct(r.queues.Deliver), targets.Function: targets.Direct(r.Deliver),
				targets.Invocation: targets.Outside(r.Send).Paced(r.Pace).Apart(r.AtOnce()),
			},
			Outcomes: map[string]func(*catalog.Tx, targets.Outcome) error{function.InvocationKind: r.Ended},
		})
		ctx, cancel := context.WithCancel(context.Background())
		var owned sync.WaitGroup
		for _, run := range []func(context.Context) error{engine.Run, r.Run, r.queues.Run} {
			owned.Go(func() {
				if err := run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		defer owned.Wait()
		defer cancel()
		synctest.Wait()
		f(t, r)
	})
}

// file is one of an archive.
type file struct {
	name, text string
	mode       fs.FileMode
}

func pack(t testing.TB, all ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range all {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		h.SetMode(f.mode)
		to, err := w.CreateHeader(h)
		if err == nil {
			_, err = to.Write([]byte(f.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bootstrap(t testing.TB) []byte { return pack(t, file{"bootstrap", "#!/bin/sh\n", 0o755}) }

func config(n string) function.Configuration {
	c := function.Presets(name(n))
	c.Runtime, c.Handler, c.Role = "provided.al2023", "h", "arn:aws:iam::123456789012:role/r"
	return c
}

func (r *rig) create(n string, change ...func(*function.Configuration)) function.Version {
	r.t.Helper()
	c := config(n)
	for _, f := range change {
		f(&c)
	}
	v, err := r.Create(r.t.Context(), name(n), c, bootstrap(r.t), nil, false)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// queue makes a queue and returns its ARN.
func (r *rig) queue(n string) string {
	r.t.Helper()
	q := queue.Name{Tenant: tenant, Queue: n}
	if err := r.queues.Create(r.t.Context(), q, nil, nil); err != nil {
		r.t.Fatal(err)
	}
	return q.ARN()
}

func (r *rig) received(n string) []queue.Received {
	r.t.Helper()
	got, err := r.queues.Receive(r.t.Context(), queue.Name{Tenant: tenant, Queue: n}, queue.Receive{Max: 10, Wait: new(time.Duration(0))})
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func (r *rig) event(n, payload string) {
	r.t.Helper()
	if err := r.Enqueue(r.t.Context(), function.Call{Name: name(n), Payload: []byte(payload), RequestID: "req-" + payload}); err != nil {
		r.t.Fatal(err)
	}
}
