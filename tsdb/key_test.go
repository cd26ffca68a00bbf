package tsdb

import (
	"bytes"
	"cmp"
	"os"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"skywatch/internal/durable"
	"skywatch/metric"
)

// Keys of one tier are in the order of bucket, series and block.
func TestChunkKeysAreInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tier := &tiers[rapid.IntRange(0, len(tiers)-1).Draw(t, "tier")]
		type place struct {
			at metric.Instant
			id uint64
		}
		places := rapid.Custom(func(t *rapid.T) place {
			return place{metric.Instant(rapid.Int64Range(-maxTime, maxTime).Draw(t, "at")), rapid.Uint64Range(1, 3).Draw(t, "id")}
		})
		a, b := places.Draw(t, "a"), places.Draw(t, "b")
		ka := appendChunkKey(nil, 7, tier, 0, a.id, a.at)
		kb := appendChunkKey(nil, 7, tier, 0, b.id, b.at)
		want := cmp.Or(
			cmp.Compare(tier.bucketOf(a.at), tier.bucketOf(b.at)),
			cmp.Compare(a.id, b.id),
			cmp.Compare(tier.blockStart(a.at), tier.blockStart(b.at)))
		if got := bytes.Compare(ka, kb); got != want {
			t.Errorf("%x and %x compare %d, want %d", ka, kb, got, want)
		}
		k, err := parseChunkKey(ka)
		if err != nil || k.bucket != tier.bucketOf(a.at) || k.id != a.id || tier.bucketStart(k.bucket)+k.offset != tier.blockStart(a.at) {
			t.Errorf("%x is read as %+v, %v", ka, k, err)
		}
	})
}

// A block lies in one bucket, and a datapoint of a tier in one block.
func TestWidthsNest(t *testing.T) {
	t.Parallel()
	for i := range tiers {
		tier := &tiers[i]
		if tier.bucket%tier.block != 0 || tier.block%tier.period.Duration() != 0 {
			t.Errorf("%+v", tier)
		}
		if tierOf(tier.period) != tier || tierByCode(tier.code) != tier {
			t.Errorf("tier %d is not found", tier.period)
		}
	}
	if tierOf(metric.Day) != nil || tierByCode(0) != nil {
		t.Error("a tier that does not exist is found")
	}
}

func TestStateAndLastComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := state{rapid.Uint64().Draw(t, "applied"), rapid.Uint64().Draw(t, "next")}
		if got, err := parseState(s.append(nil)); err != nil || got != s {
			t.Errorf("%+v, %v", got, err)
		}
		last := metric.Instant(rapid.Int64Range(-maxTime, maxTime).Draw(t, "last")).Floor(metric.Minute)
		if got, err := parseLast(appendLast(nil, last)); err != nil || got != last {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func FuzzParseKeys(f *testing.F) {
	f.Add([]byte{})
	f.Add(state{1, 2}.append(nil))
	f.Add(appendChunkKey(nil, 1, &tiers[0], 0, 1, t0))
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = parseState(b)
		_, _ = parseLast(b)
		_, _ = parseChunkKey(b)
		_, _ = parseSeriesKey(b)
	})
}

func TestFormatFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"skywatch tsdb\nformat 1\npartitions 16\n":            "",
		"skywatch tsdb\nformat 2\npartitions 16\n":            "",
		"skywatch tsdb\nformat 3\npartitions 16\n":            "",
		"skywatch tsdb\nformat 4\npartitions 16\nmore\n":      "the store of db/FORMAT has format 4, written by a newer version; this one reads up to format 3",
		"skywatch tsdb\nformat 0\npartitions 16\n":            "db/FORMAT is damaged",
		"skywatch tsdb\nformat 1\npartitions 0\n":             "db/FORMAT is damaged",
		"skywatch tsdb\nformat 1\npartitions 70000\n":         "db/FORMAT is damaged",
		"skywatch tsdb\nformat 1\npartitions 16\nand more\n":  "db/FORMAT is damaged",
		"skywatch tsdb\nformat 1\n":                           "db/FORMAT is damaged",
		"":                                                    "db/FORMAT is not the format file of a time-series store",
		"something else":                                      "db/FORMAT is not the format file of a time-series store",
		strings.Repeat("skywatch tsdb\nformat 1\nparti", 100): "db/FORMAT is damaged",
	} {
		fs := vfs.NewMem()
		if err := fs.MkdirAll("db", os.ModePerm); err != nil {
			t.Fatal(err)
		}
		if err := durable.WriteFile(fs, "db/"+formatFile, []byte(text)); err != nil {
			t.Fatal(err)
		}
		f, err := openFormat(fs, "db", 99)
		got := ""
		if err != nil {
			got = err.Error()
		} else if f.partitions != 16 {
			t.Errorf("%d partitions", f.partitions)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
