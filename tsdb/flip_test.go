package tsdb

import (
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
	"skywatch/metric"
)

// A flipped bit anywhere on the disk is an error or makes no difference: never
// a wrong answer. The log's last frame is the known exception (DESIGN.md), so
// the store is closed first.
func TestBitFlipsNeverGiveWrongAnswers(t *testing.T) {
	t.Parallel()
	s := seed(t)
	flips := 60
	if *longFlag {
		flips = 10_000
	}
	fs := vfs.NewMem()
	h := &history{rand.New(rand.NewPCG(s, 0)), t0}
	m := newModel()
	db := mustOpen(t, quiet(fs))
	for i := range 40 {
		b := h.batch()
		mustAppend(t, db, b...)
		m.append(b)
		if i%15 == 14 {
			mustFlush(t, db)
		}
	}
	mustClose(t, db)
	paths := regularFiles(t, fs, "db")
	detected := 0
	for range flips {
		path := paths[h.IntN(len(paths))]
		clone := vfs.NewMem()
		if _, err := vfs.Clone(fs, clone, "db", "db"); err != nil {
			t.Fatal(err)
		}
		at := flip(t, clone, path, h.Rand)
		if wrong, err := readAll(t, clone, m, h.now); wrong != "" {
			t.Fatalf("bit %d of %s: %s", at, path, wrong)
		} else if err != nil {
			detected++
		}
	}
	t.Logf("%d of %d flips were detected, the others made no difference", detected, flips)
}

// regularFiles returns the paths of the files below dir that are not empty.
func regularFiles(t *testing.T, fs vfs.FS, dir string) (out []string) {
	t.Helper()
	names, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := fs.PathJoin(dir, name)
		switch st, err := fs.Stat(path); {
		case err != nil:
			t.Fatal(err)
		case st.IsDir():
			out = append(out, regularFiles(t, fs, path)...)
		case st.Size() > 0:
			out = append(out, path)
		}
	}
	return out
}

// flip flips one bit of a file and returns which.
func flip(t *testing.T, fs vfs.FS, path string, r *rand.Rand) int {
	t.Helper()
	b, err := durable.ReadFile(fs, path)
	if err != nil {
		t.Fatal(err)
	}
	at := r.IntN(8 * len(b))
	b[at/8] ^= 1 << (at % 8)
	f, err := fs.Create(path, writeCategory)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return at
}

// readAll reads everything and returns the first wrong answer, or the first
// error.
func readAll(t *testing.T, fs vfs.FS, m *model, now metric.Instant) (wrong string, err error) {
	t.Helper()
	db, err := Open(quiet(fs))
	if err != nil {
		return "", err
	}
	defer func() {
		if e := db.Close(); err == nil {
			err = e
		}
	}()
	for _, i := range m.ids {
		for _, p := range metric.Tiers() {
			tier := tierOf(p)
			from := tier.bucketStart(tier.firstKept(now))
			var got []metric.Datapoint
			if err := db.Read(t.Context(), i, p, from, maxTime, func(d metric.Datapoint) { got = append(got, d) }); err != nil {
				return "", err
			}
			if diff := same(got, m.read(i, p, from, maxTime)); diff != "" {
				return diff, nil
			}
		}
	}
	return "", nil
}
