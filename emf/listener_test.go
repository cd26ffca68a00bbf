package emf

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"skywatch/ingest"
	"skywatch/metric"
)

// memory is an ingest.Appender that adds up values, and fails as often as it is
// told.
type memory struct {
	mu    sync.Mutex
	fails int
	sum   float64
	calls int
}

func (m *memory) Append(_ context.Context, samples []metric.Sample) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	if m.fails > 0 {
		m.fails--
		return errors.New("the disk is full")
	}
	for _, s := range samples {
		m.sum += s.Set.Sum
	}
	return nil
}

func (m *memory) total() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sum
}

func options(m *memory) ListenerOptions {
	return ListenerOptions{
		Intake: &Intake{Rules: ingest.New(nil, ingest.Options{}), To: m}, Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"},
		Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}
}

// line is a document of one metric with a value.
func line(v int) string {
	return fmt.Sprintf(`{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"M"}]}]},"M":%d}`+"\n", time.Now().UnixMilli(), v)
}

// running is a listener on a port of its own, and stop ends it.
func running(t *testing.T, m *memory) (l *Listener, stop func()) {
	t.Helper()
	l, err := Listen("127.0.0.1:0", options(m))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- l.Run(ctx) }()
	return l, sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// sent writes bytes to a connection of its own, as they are, and waits until the
// listener has closed it.
func sent(t *testing.T, l *Listener, text string) {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, text) // the listener may close before all is sent
	_ = conn.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, conn)
}

func TestListener(t *testing.T) {
	t.Parallel()
	m := &memory{}
	l, stop := running(t, m)
	defer stop()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			sent(t, l, strings.Repeat(line(1), 10)+"no document\n\n{\"_aws\":\n"+strings.TrimSpace(line(100*i)))
		})
	}
	all.Wait()
	sent(t, l, "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n"+line(5000))
	sent(t, l, line(1000)+strings.Repeat("x", MaxDocument+2)+"\n"+line(9))
	stop()
	if got, want := l.Stats(), (ListenerStats{Taken: 4*11 + 1, Refused: 9, TooLong: 1}); got != want || m.total() != 40+600+1000 {
		t.Errorf("%+v, want %+v; sum %v", got, want, m.total())
	}
}

// One connection too many is closed at once.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	l, stop := running(t, &memory{})
	defer stop()
	for range MaxConnections + 1 {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
	}
	sent(t, l, line(1)) // behind the others in the line of those to be accepted
	if n := l.Stats().TurnedAway; n != 2 {
		t.Errorf("%d turned away", n)
	}
}

// While data cannot be kept the sender waits; the end of the server gives up.
func TestKeepingIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fails int
		end   bool
		want  ListenerStats
		sum   float64
	}{
		{fails: 3, want: ListenerStats{Taken: 2}, sum: 3},
		{fails: 1 << 30, end: true, want: ListenerStats{Lost: 2}},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &memory{fails: c.fails}
			l := &Listener{ListenerOptions: options(m)}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ours, theirs := net.Pipe()
			done := make(chan struct{})
			go func() { l.serve(ctx, theirs); close(done) }()
			_, _ = io.WriteString(ours, line(1)+line(2))
			synctest.Wait()
			if c.end {
				cancel()
			} else {
				_ = ours.Close()
			}
			<-done
			if got := l.Stats(); got != c.want || m.total() != c.sum {
				t.Errorf("%+v, want %+v; sum %v", got, c.want, m.total())
			}
		})
	}
}

// What has come is kept while the connection stays open, and the part of a line
// that has come waits.
func TestKeptAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &Listener{ListenerOptions: options(&memory{})}
		ctx, cancel := context.WithCancel(t.Context())
		ours, theirs := net.Pipe()
		done := make(chan struct{})
		go func() { l.serve(ctx, theirs); close(done) }()
		whole := line(1)
		_, _ = io.WriteString(ours, whole+whole[:20])
		synctest.Wait()
		if got := l.Stats().Taken; got != 1 {
			t.Errorf("%d taken", got)
		}
		_, _ = io.WriteString(ours, whole[20:])
		synctest.Wait()
		cancel()
		<-done
		if got := l.Stats(); got != (ListenerStats{Taken: 2}) {
			t.Errorf("%+v", got)
		}
	})
}

// An idle connection is closed.
func TestIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &Listener{ListenerOptions: options(&memory{})}
		_, theirs := net.Pipe()
		began := time.Now()
		l.serve(t.Context(), theirs)
		if took := time.Since(began); took != idle {
			t.Errorf("closed after %s", took)
		}
	})
}

// However lines come in pieces, they are read as they were.
func TestReadLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[a-c]{0,40}`)).Draw(t, "lines")
		r := bufio.NewReaderSize(strings.NewReader(strings.Join(lines, "\n")), 16)
		buffer := &bytes.Buffer{}
		for i := 0; ; i++ {
			got, err := readLine(r, buffer)
			if i < len(lines) && string(got) != lines[i] {
				t.Fatalf("line %d is %q", i, got)
			}
			if err != nil {
				if i < len(lines)-1 || !errors.Is(err, io.EOF) {
					t.Fatalf("ended at line %d: %v", i, err)
				}
				return
			}
		}
	})
}
