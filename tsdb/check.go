package tsdb

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/durable"
	"skywatch/metric"
	"skywatch/tsdb/chunk"
	"skywatch/tsdb/index"
	"skywatch/tsdb/wal"
)

// Use is what some chunks take: their keys and values, before Pebble compresses
// them.
type Use struct {
	Chunks int
	Points int64
	Bytes  int64
}

// Contents are what a check found in a store.
type Contents struct {
	Format     int
	Series     int
	LogRecords int // that are not in chunks yet
	LogBytes   int64
	// Use is by namespace and tier: second, minute, 5 minutes, hour, raw. Chunks of
	// series that are gone, which retention takes, are in namespace "".
	Use map[string]map[string]Use
}

// Check reads everything in the store in dir and changes nothing. What is wrong
// comes back as damage: of the tables everything, of what they hold and of the log
// the first. An error is about everything else, such as a store that is in use.
func Check(fs vfs.FS, dir string) (c Contents, damage []durable.Damage, err error) {
	if fs == nil {
		fs = vfs.Default
	}
	lock, err := fs.Lock(fs.PathJoin(dir, lockFile))
	if err != nil {
		return c, nil, fmt.Errorf("%s is in use: %w", dir, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	path := fs.PathJoin(dir, formatFile)
	b, err := durable.ReadFile(fs, path)
	if err != nil {
		return c, nil, err
	}
	f, err := parseFormat(path, b)
	if err != nil {
		return c, []durable.Damage{{File: path, Offset: -1, What: err.Error()}}, nil
	}
	k := checker{partitions: f.partitions, dir: fs.PathJoin(dir, chunkDir), metrics: map[uint64]metric.ID{}, contents: Contents{Format: f.version, Use: map[string]map[string]Use{}}}
	store := durable.Pebble{Name: "time-series store", Dir: k.dir, FS: fs, Tune: func(o *pebble.Options) { o.Merger = newMerger() }}
	damage, err = store.Inspect(k.chunks)
	if err != nil || len(damage) > 0 {
		return k.contents, damage, err
	}
	if d := k.log(fs, fs.PathJoin(dir, logDir)); d != nil {
		damage = append(damage, *d)
	}
	return k.contents, damage, nil
}

// checker goes through a store, partition by partition.
type checker struct {
	partitions int
	dir        string
	contents   Contents
	applied    wal.Applied
	some       bool // a partition has been seen

	at      uint16 // the partition under way
	state   state
	metrics map[uint64]metric.ID // its series, by ID
}

func (k *checker) damage(key []byte, format string, args ...any) error {
	return &durable.Damage{File: k.dir, Offset: -1, What: fmt.Sprintf("key %x: ", key) + fmt.Sprintf(format, args...)}
}

func (k *checker) chunks(db *pebble.DB) (err error) {
	it, err := db.NewIter(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	seen := 0
	for valid := it.First(); valid; valid = it.Next() {
		key := it.Key()
		if len(key) >= 3 && binary.BigEndian.Uint16(key) == storeWide {
			if err := k.stamps(key, it); err != nil {
				return err
			}
			continue
		}
		if len(key) < 3 || int(binary.BigEndian.Uint16(key)) >= k.partitions {
			return k.damage(key, "it is in no partition")
		}
		if p := binary.BigEndian.Uint16(key); p != k.at || seen == 0 {
			k.at, k.state = p, state{nextID: 1}
			clear(k.metrics)
			seen++
		}
		value, err := it.ValueAndErr()
		if err == nil {
			err = k.record(key, value)
		}
		if err != nil {
			return err
		}
	}
	if seen < k.partitions {
		k.applied.All = 0 // one that has nothing yet
	}
	return it.Error()
}

func (k *checker) record(key, value []byte) (err error) {
	switch key[2] {
	case keyState:
		if k.state, err = parseState(value); err != nil {
			return k.damage(key, "%v", err)
		}
		if !k.some || k.state.applied < k.applied.All {
			k.applied.All = k.state.applied
		}
		k.some, k.applied.Any = true, max(k.applied.Any, k.state.applied)
	case keySeries:
		return k.series(key, value)
	case keyLast:
		id, err := parseSeriesKey(key)
		if _, ok := k.metrics[id]; err == nil && !ok {
			err = errors.New("it has a last datum but no entry")
		}
		if err == nil {
			_, err = parseLast(value)
		}
		if err != nil {
			return k.damage(key, "%v", err)
		}
	default:
		return k.chunk(key, value)
	}
	return nil
}

// stamps decodes the ids of batches.
func (k *checker) stamps(key []byte, it *pebble.Iterator) error {
	value, err := it.ValueAndErr()
	if err != nil {
		return err
	}
	if key[2] != keyStamps {
		return k.damage(key, "it is of no kind")
	}
	if _, err = parseSeriesKey(key); err == nil {
		err = readStamps(value, func(stamp) {})
	}
	if err != nil {
		return k.damage(key, "%v", err)
	}
	return nil
}

func (k *checker) series(key, value []byte) error {
	var s index.Series
	id, err := parseSeriesKey(key)
	if err == nil {
		err = s.DecodeEntry(id, value)
	}
	switch {
	case err != nil:
		return k.damage(key, "%v", err)
	case id >= k.state.nextID:
		return k.damage(key, "series %d is above the partition's last", id)
	case partitionOf(hashOf([]byte(s.Key)), k.partitions) != int(k.at):
		return k.damage(key, "series %d belongs into another partition", id)
	}
	k.contents.Series++
	k.metrics[id] = s.Metric
	return nil
}

// chunk decodes a chunk and holds it against its key.
func (k *checker) chunk(key, value []byte) error {
	t := tierByCode(key[2])
	if t == nil {
		return k.damage(key, "it is in no tier")
	}
	at, err := parseChunkKey(key)
	if err != nil {
		return k.damage(key, "%v", err)
	}
	times, err := instants(t, value)
	if err != nil {
		return k.damage(key, "%v", err)
	}
	from := t.bucketStart(at.bucket) + at.offset
	to := from + metric.Instant(t.block.Milliseconds())
	for _, i := range times {
		if i < from || i >= to {
			return k.damage(key, "a datum of %s is not of its block", i.Time())
		}
	}
	namespace, name := k.metrics[at.id].Namespace, tierName(t)
	tiers := k.contents.Use[namespace]
	if tiers == nil {
		tiers = map[string]Use{}
		k.contents.Use[namespace] = tiers
	}
	u := tiers[name]
	tiers[name] = Use{u.Chunks + 1, u.Points + int64(len(times)), u.Bytes + int64(len(key)+len(value))}
	return nil
}

// instants decodes a chunk and returns the times in it.
func instants(t *tier, value []byte) (times []metric.Instant, err error) {
	if t == &rawTier {
		samples, err := chunk.DecodeRaw(nil, value)
		for i := range samples {
			times = append(times, samples[i].Time)
		}
		return times, err
	}
	points, err := chunk.Decode(nil, value)
	for i := range points {
		times = append(times, points[i].Start)
	}
	return times, err
}

func tierName(t *tier) string {
	if t == &rawTier {
		return "raw"
	}
	return t.period.Duration().String()
}

// log reads what is not in the chunks yet.
func (k *checker) log(fs vfs.FS, dir string) *durable.Damage {
	_, bytes, err := wal.Check(wal.Options{FS: fs, Dir: dir}, k.applied, func(_ uint64, payload []byte) error {
		k.contents.LogRecords++
		return checkRecord(payload)
	})
	k.contents.LogBytes = bytes
	if err == nil {
		return nil
	}
	if d := (*wal.DamageError)(nil); errors.As(err, &d) {
		return &durable.Damage{File: d.File, Offset: d.Offset, What: d.Reason.Error()}
	}
	return &durable.Damage{File: dir, Offset: -1, What: err.Error()}
}

// checkRecord decodes a record of the log.
func checkRecord(payload []byte) error {
	switch t, err := wal.TypeOf(payload); {
	case err != nil:
		return err
	case t == wal.Delete:
		_, err := wal.DecodeDelete(payload)
		return err
	case t == wal.Raw:
		return wal.DecodeRaw(payload, func([]byte, []metric.RawSample) error { return nil })
	case t == wal.Once:
		_, _, rest, err := wal.DecodeOnce(payload)
		if err != nil {
			return err
		}
		return checkRecord(rest)
	}
	return wal.DecodeSamples(payload, func(key []byte, _ *metric.Sample) error {
		_, _, err := metric.ParseKey(key)
		return err
	})
}
