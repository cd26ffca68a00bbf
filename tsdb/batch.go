package tsdb

import (
	"fmt"

	"github.com/cespare/xxhash/v2"

	"skywatch/metric"
	"skywatch/tsdb/wal"
)

// batch is the working memory of one Append.
type batch struct {
	arena  []byte // the keys, one behind the other
	keys   [][]byte
	hashes []uint64
	stamp  stamp
	record []byte // for the log
	// order are the indexes of the samples by partition; those of partition p
	// are order[ends[p-1]:ends[p]].
	order   []int32
	ends    []int32
	touched map[touch]struct{} // periods of watched series
}

// touch is a period of a watched series that a batch fell into.
type touch struct {
	series *series
	tier   metric.Period
	start  metric.Instant
	unit   metric.Unit
}

// maxTime bounds timestamps so that no key or chunk overflows: some 140,000
// years on either side of the epoch.
const maxTime = 1 << 52

// fill prepares the batch for samples; it refuses what no form on disk can
// hold. That is no rule for clients: package ingest has those.
func (b *batch) fill(from stamp, samples []metric.Sample, partitions int) error {
	b.stamp = from
	b.arena, b.keys, b.hashes = b.arena[:0], b.keys[:0], b.hashes[:0]
	clear(b.touched)
	for i := range samples {
		s := &samples[i]
		if s.Time > maxTime || s.Time < -maxTime || !s.Unit.Valid() {
			return fmt.Errorf("sample %d has a time or a unit that cannot be stored", i)
		}
		start := len(b.arena)
		b.arena = s.ID.AppendKey(b.arena)
		key := b.arena[start:len(b.arena):len(b.arena)]
		b.keys = append(b.keys, key) // stays valid when the arena moves
		b.hashes = append(b.hashes, hashOf(key))
	}
	b.record = wal.AppendSamples(from.begin(b.record[:0]), b.keys, samples)
	b.sort(partitions)
	return nil
}

// sort fills order and ends, by counting.
func (b *batch) sort(partitions int) {
	n := len(b.hashes)
	b.ends = append(b.ends[:0], make([]int32, partitions)...)
	b.order = append(b.order[:0], make([]int32, n)...)
	for _, h := range b.hashes {
		b.ends[partitionOf(h, partitions)]++
	}
	var sum int32
	for p := range b.ends {
		b.ends[p], sum = sum, sum+b.ends[p] // the start for now
	}
	for i, h := range b.hashes {
		p := partitionOf(h, partitions)
		b.order[b.ends[p]] = int32(i)
		b.ends[p]++
	}
}

// of returns the indexes of the samples in partition p, in order.
func (b *batch) of(p int) []int32 {
	if p == 0 {
		return b.order[:b.ends[0]]
	}
	return b.order[b.ends[p-1]:b.ends[p]]
}

func hashOf(key []byte) uint64 { return xxhash.Sum64(key) }

// partitionOf is part of the on-disk format.
func partitionOf(hash uint64, partitions int) int { return int(hash % uint64(partitions)) }
