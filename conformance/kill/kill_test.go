package kill_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/conformance/steady"
	"skywatch/server"
)

// The test binary is also the two processes: role says which.
const roleVariable = "SKYWATCH_KILL_ROLE"

// driversSuffix makes of a data directory the file with the server's drivers of
// groups, where there are any.
const driversSuffix = ".drivers"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "server":
		os.Exit(serve(os.Args[1]))
	case "writer":
		os.Exit(write(os.Args[1], os.Args[2], os.Args[3]))
	}
	os.Exit(m.Run())
}

// serve is the process that is killed.
func serve(dir string) int {
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir = "127.0.0.1:0", dir
	cfg.HeadBytes, cfg.LogBytes = 256<<10, 256<<10 // seal often, so that kills hit seals
	if drivers, err := os.ReadFile(dir + driversSuffix); err == nil {
		if err := cfg.ScalingDrivers.UnmarshalText(drivers); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if at, err := os.ReadFile(dir + clockSuffix); err == nil {
		if cfg.ClockStart, err = time.Parse(time.RFC3339Nano, string(at)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		cfg.Clock = "manual"
	}
	s, err := server.New(cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(s.URL())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	if err := s.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

const (
	writers = 4 // connections of the writing process
	spread  = 5 // metrics a request; each gets one datum at the request's minute
	minutes = 19_000
)

// write is the process that writes: request n of a connection puts one datum,
// at minute n, into each of its metrics, so that a minute with another
// SampleCount than 1 is a loss or a repetition. It prints "connection n" for
// each acknowledgement and "connection n ?" for each unknown outcome.
func write(url, round, base string) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	from, err := time.Parse(time.RFC3339, base)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for w := range writers {
		wg.Go(func() {
			c := client(url)
			for n := range minutes {
				_, err := c.PutMetricData(context.Background(), request(round, w, from.Add(time.Duration(n)*time.Minute)))
				mu.Lock()
				if err != nil {
					fmt.Printf("%d %d ?\n", w, n)
					fmt.Fprintln(os.Stderr, "writer:", err)
					mu.Unlock()
					return // the server is gone
				}
				fmt.Printf("%d %d\n", w, n)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return 0
}

// baseMinute is the first minute written to: nearly two weeks ago, so that
// there is room for all requests of a round.
func baseMinute() time.Time {
	return time.Now().Add(-13*24*time.Hour - 20*time.Hour).UTC().Truncate(time.Minute)
}

func metricName(round string, w, i int) string { return fmt.Sprintf("r%s-w%d-m%d", round, w, i) }

func request(round string, w int, at time.Time) *cloudwatch.PutMetricDataInput {
	in := &cloudwatch.PutMetricDataInput{Namespace: aws.String("Kill")}
	for i := range spread {
		in.MetricData = append(in.MetricData, types.MetricDatum{
			MetricName: aws.String(metricName(round, w, i)), Value: aws.Float64(float64(i + 1)), Timestamp: &at,
		})
	}
	return in
}

func client(url string) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", BaseEndpoint: &url, RetryMaxAttempts: 1, HTTPClient: steady.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// process is a child and what it prints.
type process struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func child(t *testing.T, role string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return begin(t, cmd)
}

// begin starts a process, which lives no longer than the test.
func begin(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &process{cmd, bufio.NewReader(out)}
}

func startServer(t *testing.T, dir string) (*process, string) {
	t.Helper()
	p := child(t, "server", dir)
	url, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("server did not start: %v", err)
	}
	return p, strings.TrimSpace(url)
}

// round is what one writer process was told.
type round struct {
	name    string
	base    time.Time
	acked   [writers]int // requests acknowledged: 0..acked-1
	unknown [writers]bool
}

// rounds is how many kills a run makes; make crash asks for 200 and more.
func rounds(t *testing.T) int {
	if s := os.Getenv("SKYWATCH_KILL_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("SKYWATCH_KILL_ROUNDS: %v", err)
		}
		return n
	}
	return 8
}

func TestKill(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("SKYWATCH_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	random := rand.New(rand.NewPCG(seed, 1))
	dir := filepath.Join(t.TempDir(), "data")
	var done []*round
	total := 0
	for n := range rounds(t) {
		r := killOnce(t, dir, strconv.Itoa(n), time.Duration(20+random.IntN(400))*time.Millisecond)
		done = append(done, r)
		for _, a := range r.acked {
			total += a
		}
		srv, url := startServer(t, dir)
		r.verify(t, url)
		if n%10 == 9 || n == rounds(t)-1 {
			for _, old := range done {
				old.verify(t, url)
			}
		}
		_ = srv.cmd.Process.Kill() // at rest, too
		_ = srv.cmd.Wait()
		if t.Failed() {
			t.Fatalf("SKYWATCH_SEED=%d, round %d", seed, n)
		}
	}
	if total == 0 {
		t.Fatal("nothing was acknowledged, so nothing was tested")
	}
	t.Logf("%d rounds of kill -9, %d acknowledged requests of %d data: none lost, none counted twice (SKYWATCH_SEED=%d)", len(done), total, spread, seed)
}

// killOnce serves, has another process write, and kills the server after a
// while of writing.
func killOnce(t *testing.T, dir, name string, after time.Duration) *round {
	t.Helper()
	r := &round{name: name, base: baseMinute()}
	srv, url := startServer(t, dir)
	w := child(t, "writer", url, name, r.base.Format(time.RFC3339))
	if _, err := w.out.Peek(1); err != nil { // the first acknowledgement
		t.Fatalf("nothing was acknowledged: %v", err)
	}
	timer := time.AfterFunc(after, func() { _ = srv.cmd.Process.Kill() })
	defer timer.Stop()
	r.listen(t, w.out)
	_ = srv.cmd.Wait()
	_ = w.cmd.Wait()
	return r
}

// listen takes down what the writer prints until it ends.
func (r *round) listen(t *testing.T, out *bufio.Reader) {
	t.Helper()
	for {
		line, err := out.ReadString('\n')
		if err == io.EOF {
			return
		}
		f := strings.Fields(line)
		if err != nil || len(f) < 2 {
			t.Fatalf("writer said %q: %v", line, err)
		}
		w, _ := strconv.Atoi(f[0])
		n, _ := strconv.Atoi(f[1])
		switch {
		case n != r.acked[w]:
			t.Fatalf("writer %d is at request %d, expected %d", w, n, r.acked[w])
		case len(f) == 2:
			r.acked[w]++
		default:
			r.unknown[w] = true
		}
	}
}

// verify reads every metric of the round: minute n has SampleCount 1 for an
// acknowledged request, 0 or 1 for the one of unknown outcome and the same in
// all metrics of that request, and nothing behind it.
func (r *round) verify(t *testing.T, url string) {
	t.Helper()
	for w := range writers {
		counts := r.read(t, url, w)
		for i, c := range counts {
			for n := range r.acked[w] {
				if c[n] != 1 {
					t.Errorf("round %s, connection %d, metric %d, request %d: acknowledged, but counted %g times", r.name, w, i, n, c[n])
				}
			}
			last := c[r.acked[w]]
			if last != counts[0][r.acked[w]] || last > 1 || last > 0 && !r.unknown[w] {
				t.Errorf("round %s, connection %d, metric %d: the request after the last acknowledged is counted %g times, %g in the first metric", r.name, w, i, last, counts[0][r.acked[w]])
			}
			if len(c) > r.acked[w]+1 {
				t.Errorf("round %s, connection %d: data of requests that were never sent", r.name, w)
			}
		}
	}
}

// read returns the SampleCount by minute of each metric of a connection.
func (r *round) read(t *testing.T, url string, w int) []map[int]float64 {
	t.Helper()
	in := &cloudwatch.GetMetricDataInput{StartTime: &r.base, EndTime: aws.Time(r.base.Add(minutes * time.Minute)), ScanBy: types.ScanByTimestampAscending}
	for i := range spread {
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String("m" + strconv.Itoa(i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: aws.String("Kill"), MetricName: aws.String(metricName(r.name, w, i))},
				Period: aws.Int32(60), Stat: aws.String("SampleCount"),
			},
		})
	}
	counts := make([]map[int]float64, spread)
	for i := range counts {
		counts[i] = map[int]float64{}
	}
	c := client(url)
	for {
		out, err := c.GetMetricData(t.Context(), in)
		if err != nil {
			t.Fatalf("read round %s: %v", r.name, err)
		}
		for i, res := range out.MetricDataResults {
			for j, at := range res.Timestamps {
				counts[i][int(at.Sub(r.base)/time.Minute)] += res.Values[j]
			}
		}
		if out.NextToken == nil {
			return counts
		}
		in.NextToken = out.NextToken
	}
}
