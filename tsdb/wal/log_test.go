package wal

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// open opens a log and returns the records replayed, as "seq:payload".
func open(o Options, applied Applied) (*Log, []string, error) {
	if o.Dir == "" {
		o.Dir = "log"
	}
	var got []string
	l, err := Open(o, applied, func(seq uint64, payload []byte) error {
		got = append(got, fmt.Sprintf("%d:%s", seq, payload))
		return nil
	})
	return l, got, err
}

func mustOpen(t *testing.T, o Options, applied Applied) (*Log, []string) {
	t.Helper()
	l, got, err := open(o, applied)
	if err != nil {
		t.Fatal(err)
	}
	return l, got
}

func appendAll(t *testing.T, l *Log, payloads ...string) {
	t.Helper()
	for _, p := range payloads {
		if _, err := l.Append(context.Background(), []byte(p)); err != nil {
			t.Fatal(err)
		}
	}
}

func mustClose(t *testing.T, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// write returns a disk with a log of n records, each its own frame, and the
// records as a replay should give them.
func write(t *testing.T, n int, segmentBytes int64) (*vfs.MemFS, []string) {
	t.Helper()
	fs := vfs.NewMem()
	l, _ := mustOpen(t, Options{FS: fs, SegmentBytes: segmentBytes}, Applied{})
	var want []string
	for i := range n {
		p := fmt.Sprintf("record-%d", i+1)
		appendAll(t, l, p)
		want = append(want, fmt.Sprintf("%d:%s", i+1, p))
	}
	mustClose(t, l)
	return fs, want
}

func files(t *testing.T, fs vfs.FS) []string {
	t.Helper()
	names, err := fs.List("log")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	for i, n := range names {
		names[i] = fs.PathJoin("log", n)
	}
	return names
}

func content(t *testing.T, fs vfs.FS, path string) []byte {
	t.Helper()
	f, err := fs.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, st.Size())
	if _, err := f.ReadAt(b, 0); err != nil && len(b) > 0 {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return b
}

// with returns a copy of the disk on which path has content b (nil: is gone).
func with(t *testing.T, fs vfs.FS, path string, b []byte) vfs.FS {
	t.Helper()
	out := vfs.NewMem()
	if err := out.MkdirAll("log", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range files(t, fs) {
		data := content(t, fs, name)
		if name == path {
			if data = b; b == nil {
				continue
			}
		}
		f, err := out.Create(name, writeCategory)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(slices.Clone(data)); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestReplayGivesWhatIsNotApplied(t *testing.T) {
	t.Parallel()
	fs, want := write(t, 20, 200)
	if n := len(files(t, fs)); n < 3 {
		t.Fatalf("%d segments are too few for this test", n)
	}
	for applied := range uint64(21) {
		clone := with(t, fs, "", nil)
		l, got := mustOpen(t, Options{FS: clone}, Applied{applied, applied})
		if !slices.Equal(got, want[applied:]) {
			t.Errorf("applied %d: %v", applied, got)
		}
		if l.Last() != 20 {
			t.Errorf("last is %d", l.Last())
		}
		appendAll(t, l, "more")
		mustClose(t, l)
		l, got = mustOpen(t, Options{FS: clone}, Applied{applied, applied})
		if !slices.Equal(got, append(slices.Clone(want[applied:]), "21:more")) {
			t.Errorf("applied %d, appended, opened again: %v", applied, got)
		}
		mustClose(t, l)
	}
}

func TestTornEndIsCutAtEveryByte(t *testing.T) {
	t.Parallel()
	fs, want := write(t, 5, 0)
	path := files(t, fs)[0]
	whole := content(t, fs, path)
	frame := len(whole) - frameHeaderBytes - len("record-5") - 1
	for end := frame; end < len(whole); end++ {
		for _, tail := range [][]byte{nil, make([]byte, len(whole)-end), make([]byte, 5000)} {
			torn := append(slices.Clone(whole[:end]), tail...)
			clone := with(t, fs, path, torn)
			l, got := mustOpen(t, Options{FS: clone}, Applied{})
			if !slices.Equal(got, want[:4]) {
				t.Fatalf("cut at %d of %d, %d zeros: %v", end, len(whole), len(tail), got)
			}
			appendAll(t, l, "after")
			mustClose(t, l)
			l, got = mustOpen(t, Options{FS: clone}, Applied{})
			if !slices.Equal(got, append(slices.Clone(want[:4]), "5:after")) {
				t.Fatalf("cut at %d, appended: %v", end, got)
			}
			mustClose(t, l)
		}
	}
}

func TestUnbornSegmentIsRemoved(t *testing.T) {
	t.Parallel()
	fs, want := write(t, 3, 0)
	next := fs.PathJoin("log", segmentName(2))
	h, err := newHeader(2, 4, uint64(len(content(t, fs, files(t, fs)[0]))))
	if err != nil {
		t.Fatal(err)
	}
	for n := range headerBytes {
		b := append(h.append(nil)[:n], make([]byte, headerBytes-n)...)
		for _, b := range [][]byte{b[:n], b} {
			if len(b) == headerBytes && n >= headerBytes-4 && slices.Equal(b, h.append(nil)) {
				continue
			}
			f, err := fs.Create(next, writeCategory)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(slices.Clone(b)); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			l, got := mustOpen(t, Options{FS: fs}, Applied{})
			if !slices.Equal(got, want) {
				t.Fatalf("%d bytes of a header: %v", len(b), got)
			}
			mustClose(t, l)
		}
	}
}

// A flipped bit must be reported, unless it is in the last frame, which then
// looks like the torn end of a crash: it alone is lost.
func TestEveryBitFlipIsDetectedOrInTheLastFrame(t *testing.T) {
	t.Parallel()
	fs, want := write(t, 9, 150)
	names := files(t, fs)
	for i, path := range names {
		whole := content(t, fs, path)
		last := i == len(names)-1
		for at := range whole {
			for bit := range 8 {
				flipped := slices.Clone(whole)
				flipped[at] ^= 1 << bit
				l, got, err := open(Options{FS: with(t, fs, path, flipped)}, Applied{})
				if err == nil {
					mustClose(t, l)
					if !last || !slices.Equal(got, want[:8]) {
						t.Fatalf("%s byte %d bit %d: silently %v", path, at, bit, got)
					}
					continue
				}
				var damage *DamageError
				if !errors.As(err, &damage) || !strings.Contains(err.Error(), path) {
					t.Fatalf("%s byte %d bit %d: %v", path, at, bit, err)
				}
			}
		}
	}
}

func TestMissingSegmentIsReported(t *testing.T) {
	t.Parallel()
	fs, _ := write(t, 20, 200)
	names := files(t, fs)
	for i, name := range names[:len(names)-1] {
		if _, _, err := open(Options{FS: with(t, fs, name, nil)}, Applied{}); err == nil {
			t.Errorf("segment %d of %d is gone and nobody noticed", i, len(names))
		}
	}
	if _, _, err := open(Options{FS: vfs.NewMem()}, Applied{7, 7}); err == nil {
		t.Error("the whole log is gone and nobody noticed")
	}
	// The tail is gone: harmless if all of the store has it, else not.
	gone := with(t, fs, names[len(names)-1], nil)
	if _, _, err := open(Options{FS: gone}, Applied{10, 20}); err == nil {
		t.Error("records that parts of the store lack are gone and nobody noticed")
	}
	l, got := mustOpen(t, Options{FS: gone}, Applied{20, 20})
	if len(got) != 0 || l.Last() != 20 {
		t.Errorf("%v, last %d", got, l.Last())
	}
	appendAll(t, l, "x")
	mustClose(t, l)
	l, got = mustOpen(t, Options{FS: gone}, Applied{20, 20})
	if !slices.Equal(got, []string{"21:x"}) {
		t.Errorf("%v", got)
	}
	mustClose(t, l)
}

func TestNewerFormatIsRefused(t *testing.T) {
	t.Parallel()
	fs, _ := write(t, 1, 0)
	path := files(t, fs)[0]
	b := content(t, fs, path)
	h, err := parseHeader(b)
	if err != nil {
		t.Fatal(err)
	}
	newer := h.append(nil)
	newer[len(magic)] = formatVersion + 1
	newer = append(newer[:headerBytes-4], crcOf(newer[:headerBytes-4])...)
	_, _, err = open(Options{FS: with(t, fs, path, append(newer, b[headerBytes:]...))}, Applied{})
	if err == nil || !strings.Contains(err.Error(), "format 2") {
		t.Error(err)
	}
}

func TestCutKeepsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	l, _ := mustOpen(t, Options{FS: fs, SegmentBytes: 100}, Applied{})
	for i := range 30 {
		appendAll(t, l, fmt.Sprintf("record-%d", i+1))
	}
	before := l.Bytes()
	if err := l.Cut(17); err != nil {
		t.Fatal(err)
	}
	if l.Bytes() >= before {
		t.Errorf("%d bytes of %d are left", l.Bytes(), before)
	}
	mustClose(t, l)
	l, got := mustOpen(t, Options{FS: fs}, Applied{17, 17})
	if len(got) != 13 || got[0] != "18:record-18" {
		t.Errorf("%v", got)
	}
	if err := l.Cut(30); err != nil {
		t.Fatal(err)
	}
	mustClose(t, l)
	if n := len(files(t, fs)); n != 1 {
		t.Errorf("%d segments are left, want the newest", n)
	}
	l, got = mustOpen(t, Options{FS: fs}, Applied{30, 30})
	if len(got) != 0 || l.Last() != 30 {
		t.Errorf("%v, last %d", got, l.Last())
	}
	mustClose(t, l)
}

// failing fails the n-th write operation that matches.
type failing struct {
	mu    sync.Mutex
	match func(errorfs.Op) bool
	n     int
}

func (f *failing) MaybeError(op errorfs.Op) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.match(op) {
		return nil
	}
	if f.n--; f.n == 0 {
		return errorfs.ErrInjected
	}
	return nil
}

func (f *failing) String() string { return "failing" }

func isWrite(op errorfs.Op) bool {
	return op.Kind == errorfs.OpFileWrite || op.Kind == errorfs.OpCreate
}

func isSync(op errorfs.Op) bool {
	switch op.Kind {
	case errorfs.OpFileSync, errorfs.OpFileSyncData:
		return true
	}
	return false
}

func TestLogGoesOnAfterAFailedWrite(t *testing.T) {
	t.Parallel()
	for n := 1; n < 30; n++ {
		mem := vfs.NewMem()
		l, _ := mustOpen(t, Options{FS: errorfs.Wrap(mem, &failing{match: isWrite, n: n}), SegmentBytes: 150}, Applied{})
		var want []string
		for i := range 12 {
			p := fmt.Sprintf("record-%d", i)
			seq, err := l.Append(context.Background(), []byte(p))
			if err == nil {
				want = append(want, fmt.Sprintf("%d:%s", seq, p))
			} else if !errors.Is(err, errorfs.ErrInjected) || errors.Is(err, ErrBroken) {
				t.Fatal(err)
			}
		}
		mustClose(t, l)
		l, got := mustOpen(t, Options{FS: mem}, Applied{})
		if !slices.Equal(got, want) {
			t.Errorf("write %d failed: %v, want %v", n, got, want)
		}
		mustClose(t, l)
	}
}

func TestFailedSyncBreaksTheLog(t *testing.T) {
	t.Parallel()
	for n := 2; n < 12; n++ { // the first is that of the directory above
		mem := vfs.NewMem()
		l, _ := mustOpen(t, Options{FS: errorfs.Wrap(mem, &failing{match: isSync, n: n}), SegmentBytes: 100}, Applied{})
		broken := false
		for i := range 12 {
			_, err := l.Append(context.Background(), []byte("x"))
			if broken = broken || err != nil; broken && !errors.Is(err, ErrBroken) {
				t.Fatalf("sync %d failed, append %d: %v", n, i, err)
			}
		}
		if !broken {
			t.Errorf("sync %d failed and the log goes on", n)
		}
		mustClose(t, l)
	}
}

// slow holds every sync of data until it may go on.
type slow struct{ entered, leave chan struct{} }

func (s slow) MaybeError(op errorfs.Op) error {
	if op.Kind == errorfs.OpFileSyncData {
		s.entered <- struct{}{}
		<-s.leave
	}
	return nil
}

func (s slow) String() string { return "slow" }

func TestAppendsThatWaitShareOneSync(t *testing.T) {
	t.Parallel()
	s := slow{make(chan struct{}), make(chan struct{})}
	const n = 10
	mem := vfs.NewMem()
	l, _ := mustOpen(t, Options{FS: errorfs.Wrap(mem, s), QueueLength: n}, Applied{})
	var wg sync.WaitGroup
	put := func() {
		wg.Go(func() { appendAll(t, l, "x") })
	}
	put()
	<-s.entered
	for range n {
		put()
	}
	for len(l.requests) < n { // all are in the queue
		runtime.Gosched()
	}
	// The queue is full: one more waits under its context.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Append(ctx, []byte("y")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s.leave <- struct{}{}
	<-s.entered // the second and last sync
	s.leave <- struct{}{}
	wg.Wait()
	if l.Last() != n+1 {
		t.Errorf("last is %d", l.Last())
	}
	mustClose(t, l)
	if _, err := l.Append(context.Background(), []byte("z")); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	l, got := mustOpen(t, Options{FS: mem}, Applied{})
	if len(got) != n+1 {
		t.Errorf("%d records", len(got))
	}
	mustClose(t, l)
}
