package agent

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// series is a collector of n datums a reading, numbered without a gap from 0.
type series struct {
	n    int
	next int
}

func (s *series) name() string { return "series" }

func (s *series) metrics() []Definition { return nil }

func (s *series) collect(_ context.Context, out []Datum) ([]Datum, error) {
	for range s.n {
		out = append(out, Datum{Name: "n", Unit: types.StandardUnitCount, Dimensions: []Dimension{{"d", "x"}}, Value: float64(s.next)})
		s.next++
	}
	return out, nil
}

// running is an agent whose Run was started in the bubble of the test.
type running struct {
	*Agent
	log  *bytes.Buffer
	stop context.CancelFunc
	done chan error
}

func start(t *testing.T, cfg Config, c collector) *running {
	t.Helper()
	r := &running{log: &bytes.Buffer{}, done: make(chan error, 1)}
	cfg.Logger = slog.New(slog.NewTextHandler(r.log, nil))
	r.Agent = assemble(cfg, []collector{c})
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	go func() { r.done <- r.Run(ctx) }()
	return r
}

// end stops the agent and returns how long that took, and its log.
func (r *running) end(t *testing.T) (time.Duration, string) {
	t.Helper()
	from := time.Now()
	r.stop()
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	return time.Since(from), r.log.String()
}

// checkAcknowledged compares the acknowledged values with the numbers of
// [first, end), in order, each once.
func checkAcknowledged(t *testing.T, r *receiver, first, end int) {
	t.Helper()
	var got []float64
	for _, req := range r.acknowledged() {
		got = append(got, req.values()...)
	}
	if want := values(numbered(first, end-first)); !slices.Equal(got, want) {
		t.Errorf("acknowledged %v, want %d to %d", got, first, end)
	}
}

func TestRunSendsBatches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		interval   time.Duration
		resolution int
	}{{HighResolution, 1}, {DetailedMonitoring, 60}, {BasicMonitoring, 60}}
	for _, tt := range tests {
		t.Run(tt.interval.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t)
				cfg := r.config()
				cfg.Interval = tt.interval
				began := time.Now()
				a := start(t, cfg, &series{n: 2500})
				time.Sleep(tt.interval + time.Second)
				a.end(t)
				checkAcknowledged(t, r, 0, 5000)
				var sizes []int
				for _, req := range r.received() {
					sizes = append(sizes, len(req.MetricData))
				}
				if want := []int{1000, 1000, 500, 1000, 1000, 500}; !slices.Equal(sizes, want) {
					t.Fatalf("batches of %v, want %v", sizes, want)
				}
				checkDatum(t, r.received()[0], began, tt.resolution)
				checkDatum(t, r.received()[5], began.Add(tt.interval), tt.resolution)
			})
		})
	}
}

func checkDatum(t *testing.T, req putRequest, at time.Time, resolution int) {
	t.Helper()
	d := req.MetricData[0]
	got := fmt.Sprint(req.Namespace, " ", d.MetricName, " ", d.Dimensions, " ", d.Unit, " ", d.StorageResolution)
	if want := fmt.Sprint("CWAgent n [{host h} {d x}] Count ", resolution); got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	if !d.Timestamp.Equal(at) {
		t.Errorf("timestamp %s, want %s", d.Timestamp, at)
	}
}

func TestOutageAndRecovery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t)
		began := time.Now()
		a := start(t, r.config(), &series{n: 3})
		time.Sleep(13 * time.Second)
		r.goAway()
		time.Sleep(5 * time.Minute)
		if got := a.Stats(); got.Sent != 6 || got.Buffered != 90 || got.Retries < 15 {
			t.Errorf("while away: %+v", got)
		}
		r.comeBack()
		time.Sleep(backoffMax + time.Second) // at most one back-off later
		if got := a.Stats(); got.Buffered != 0 || got.Sent != got.Collected || got.Dropped != 0 {
			t.Errorf("after recovery: %+v", got)
		}
		_, log := a.end(t)

		checkAcknowledged(t, r, 0, int(a.Stats().Sent))
		for _, req := range r.acknowledged() {
			for _, d := range req.MetricData {
				if at := began.Add(time.Duration(int(d.Value)/3) * HighResolution); !d.Timestamp.Equal(at) {
					t.Fatalf("datum %g at %s, read at %s", d.Value, d.Timestamp, at)
				}
			}
		}
		for _, once := range []string{"metrics cannot be sent and are kept", "metrics can be sent again"} {
			if n := strings.Count(log, once); n != 1 {
				t.Errorf("%q is logged %d times:\n%s", once, n, log)
			}
		}
	})
}

// TestBackoffStartsAnew wants a short outage after a long one to be over soon.
func TestBackoffStartsAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t)
		r.goAway()
		a := start(t, r.config(), &series{n: 1})
		time.Sleep(time.Minute + 5*time.Second)
		r.comeBack()
		time.Sleep(20 * time.Second) // 85 s: back, and everything sent
		if got := a.Stats(); got.Buffered != 0 {
			t.Fatalf("after the long outage: %+v", got)
		}
		retries := a.Stats().Retries
		r.willAnswer(answer{status: http.StatusServiceUnavailable})
		time.Sleep(5*time.Second + backoffBase) // the reading at 90 s, and one wait
		if got := a.Stats(); got.Buffered != 0 || got.Retries != retries+1 {
			t.Errorf("after the short outage: %+v", got)
		}
		a.end(t)
	})
}

func TestFullBufferDropsOldest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t)
		r.goAway()
		cfg := r.config()
		cfg.BufferLimit = 20
		a := start(t, cfg, &series{n: 3})
		time.Sleep(10*HighResolution + time.Second) // 11 readings
		if got := a.Stats(); got.Collected != 33 || got.Dropped != 13 || got.Buffered != 20 {
			t.Errorf("while away: %+v", got)
		}
		r.comeBack()
		time.Sleep(HighResolution) // one reading more
		_, log := a.end(t)
		dropped := int(a.Stats().Dropped)
		checkAcknowledged(t, r, dropped, 36)
		told := fmt.Sprintf("oldest metrics dropped from a full buffer\" datums=%d\n", dropped)
		if strings.Count(log, "dropped from a full buffer") != 1 || !strings.Contains(log, told) {
			t.Errorf("want %d told once:\n%s", dropped, log)
		}
	})
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		answer  answer
		dropped bool
	}{
		{answer{status: 400, code: "InvalidParameterValueException"}, true},
		{answer{status: 404, code: "UnknownOperationException"}, true},
		{answer{status: 413}, true},
		{answer{status: 400, code: "ThrottlingException"}, false},
		{answer{status: 403, code: "AccessDeniedException"}, false},
		{answer{status: 408}, false},
		{answer{status: 429}, false},
		{answer{status: 500, code: "InternalServiceFault"}, false},
		{answer{status: 503}, false},
		{answer{status: 200, code: "Lost", delay: requestTimeout + time.Second}, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.answer.status, tt.answer.code), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t)
				r.willAnswer(tt.answer)
				cfg := r.config()
				cfg.Interval = DetailedMonitoring
				a := start(t, cfg, &series{n: 2})
				time.Sleep(cfg.Interval - time.Second)
				got := a.Stats()
				_, log := a.end(t)
				rejected := strings.Count(log, "metrics rejected by the server and dropped")
				requests := len(r.received())
				if tt.dropped && (got.Rejected != 2 || got.Sent != 0 || got.Buffered != 0 || requests != 1 || rejected != 1) {
					t.Errorf("not dropped: %+v, %d requests\n%s", got, requests, log)
				}
				if !tt.dropped && (got.Rejected != 0 || got.Sent != 2 || got.Retries != 1 || requests != 2 || rejected != 0) {
					t.Errorf("not sent again: %+v, %d requests\n%s", got, requests, log)
				}
			})
		})
	}
}

func TestPoisonedBatchDoesNotStopTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t)
		r.willAnswer(answer{status: http.StatusBadRequest, code: "InvalidParameterValueException"})
		a := start(t, r.config(), &series{n: 1500})
		time.Sleep(time.Second)
		a.end(t)
		checkAcknowledged(t, r, 1000, 1500)
		if got := a.Stats(); got.Rejected != 1000 || got.Sent != 500 {
			t.Errorf("%+v", got)
		}
	})
}

func TestStopFlushes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		away      bool
		delay     time.Duration // of the answer under way at the stop
		sent      uint64
		atMost    time.Duration
		logsTheir bool // the unsent
	}{
		{name: "idle", sent: 2},
		{name: "request under way", delay: 3 * time.Second, sent: 2, atMost: 2 * time.Second},
		{name: "server hangs", delay: 9 * time.Second, atMost: defaultFlushTimeout, logsTheir: true},
		{name: "server away", away: true, logsTheir: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t)
				if tt.away {
					r.goAway()
				}
				r.willAnswer(answer{status: http.StatusOK, delay: tt.delay})
				a := start(t, r.config(), &series{n: 2})
				time.Sleep(time.Second)
				took, log := a.end(t)
				if took > tt.atMost {
					t.Errorf("stopped in %s, want at most %s", took, tt.atMost)
				}
				if got := a.Stats(); got.Sent != tt.sent {
					t.Errorf("%+v", got)
				}
				if strings.Contains(log, "stopped with metrics unsent\" datums=2") != tt.logsTheir {
					t.Errorf("log:\n%s", log)
				}
			})
		})
	}
}

func TestRunOnlyOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := start(t, newReceiver(t).config(), &series{n: 1})
		a.end(t)
		if err := a.Run(t.Context()); err == nil {
			t.Error("second Run was accepted")
		}
	})
}
