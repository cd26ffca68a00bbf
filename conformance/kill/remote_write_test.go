package kill_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	promapi "github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/client_golang/exp/api/remote"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/prompb"

	"skywatch/conformance/steady"
)

// rawRound is what the writers of one life of the server were told.
type rawRound struct {
	base  time.Time
	acked [writers]int // requests acknowledged: 0..acked-1
}

// TestKillRemoteWrite kills the server while samples are written by remote write:
// each that was acknowledged is there, to its millisecond, with its value.
func TestKillRemoteWrite(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	random := rand.New(rand.NewPCG(seed, 5))
	n := 2
	if os.Getenv("SKYWATCH_KILL_ROUNDS") != "" {
		n = rounds(t)
	}
	dir, total := filepath.Join(t.TempDir(), "data"), 0
	var done []*rawRound
	for i := range n {
		srv, url := startServer(t, dir)
		r := &rawRound{base: time.Now().Add(-24 * time.Hour).Truncate(time.Second)}
		r.write(t, url, i, srv, time.Duration(20+random.IntN(300))*time.Millisecond)
		_ = srv.cmd.Wait()
		done = append(done, r)
		srv, url = startServer(t, dir)
		for j, old := range done {
			total += old.verify(t, url, j)
		}
		_ = srv.cmd.Process.Kill() // at rest, too
		_ = srv.cmd.Wait()
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d, round %d", seed, i)
		}
	}
	if total == 0 {
		t.Fatal("nothing was acknowledged, so nothing was tested")
	}
	t.Logf("%d rounds of kill -9, %d samples read (SKYWATCH_SEED=%d)", n, total, seed)
}

// write has each writer send request after request to a series of its own until
// the server, which is killed a while after the first answer, is gone.
func (r *rawRound) write(t *testing.T, url string, round int, srv *process, after time.Duration) {
	t.Helper()
	var all sync.WaitGroup
	var first sync.Once
	for w := range writers {
		c, err := remote.NewAPI(url, remote.WithAPIPath("api/v1/write"), remote.WithAPIHTTPClient(steady.Client()),
			remote.WithAPIBackoff(remote.BackoffConfig{Min: time.Millisecond, Max: time.Millisecond, MaxRetries: 1}))
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			for n := 0; ; n++ {
				message := &prompb.WriteRequest{Timeseries: []prompb.TimeSeries{{
					Labels: []prompb.Label{
						{Name: "__name__", Value: "killed"}, {Name: "round", Value: strconv.Itoa(round)}, {Name: "writer", Value: strconv.Itoa(w)},
					},
					Samples: []prompb.Sample{{Timestamp: r.base.UnixMilli() + int64(n), Value: float64(n)}},
				}}}
				if _, err := c.Write(t.Context(), remote.WriteV1MessageType, message); err != nil {
					return // the server is gone
				}
				r.acked[w]++
				first.Do(func() { time.AfterFunc(after, func() { _ = srv.cmd.Process.Kill() }) })
			}
		})
	}
	all.Wait()
}

// verify reads all samples of a round: those that were acknowledged, and of each
// writer one more at most, whose outcome it did not hear.
func (r *rawRound) verify(t *testing.T, url string, round int) (read int) {
	t.Helper()
	c, err := promapi.NewClient(promapi.Config{Address: url})
	if err != nil {
		t.Fatal(err)
	}
	got, _, _, err := promv1.NewAPI(c).Query(t.Context(), fmt.Sprintf(`killed{round="%d"}[1h]`, round), r.base.Add(time.Hour-time.Second))
	matrix, ok := got.(model.Matrix)
	if err != nil || !ok {
		t.Fatalf("read round %d: %v %v", round, got, err)
	}
	seen := [writers]int{}
	for _, s := range matrix {
		w, _ := strconv.Atoi(string(s.Metric["writer"]))
		seen[w] = len(s.Values)
		for n, v := range s.Values {
			if int(v.Value) != n || int64(v.Timestamp) != r.base.UnixMilli()+int64(n) {
				t.Fatalf("round %d, writer %d: sample %d is %v at %d", round, w, n, v.Value, int64(v.Timestamp)-r.base.UnixMilli())
			}
		}
	}
	for w, n := range seen {
		if n != r.acked[w] && n != r.acked[w]+1 {
			t.Errorf("round %d, writer %d: %d samples, %d were acknowledged", round, w, n, r.acked[w])
		}
		read += n
	}
	return read
}
