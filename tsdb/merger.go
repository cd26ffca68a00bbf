package tsdb

import (
	"fmt"
	"io"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// newMerger returns the merge operation of the store: the samples of both
// operands. It does not depend on their order but for the last bits of sums; in
// raw series the newer operand's samples replace those of the same times.
// The name is part of the on-disk format.
func newMerger() *pebble.Merger {
	return &pebble.Merger{
		Name: "skywatch.chunk.1",
		Merge: func(key, value []byte) (pebble.ValueMerger, error) {
			if len(key) != chunkKeyBytes {
				return nil, fmt.Errorf("merge at key %x, which is no chunk's", key)
			}
			t := tierByCode(key[2])
			if t == nil {
				return nil, fmt.Errorf("merge at key %x, which is in no tier", key)
			}
			return &merging{tier: t, operands: [][]byte{slices.Clone(value)}}, nil
		},
	}
}

func tierByCode(code byte) *tier {
	for _, t := range allTiers {
		if t.code == code {
			return t
		}
	}
	return nil
}

// merging collects the operands of one key, which are chunks.
type merging struct {
	tier     *tier
	operands [][]byte // oldest first
}

// MergeNewer implements pebble.ValueMerger.
func (m *merging) MergeNewer(value []byte) error {
	m.operands = append(m.operands, slices.Clone(value))
	return nil
}

// MergeOlder implements pebble.ValueMerger.
func (m *merging) MergeOlder(value []byte) error {
	m.operands = slices.Insert(m.operands, 0, slices.Clone(value))
	return nil
}

// Finish implements pebble.ValueMerger.
func (m *merging) Finish(bool) ([]byte, io.Closer, error) {
	if len(m.operands) == 1 {
		return m.operands[0], nil, nil
	}
	if m.tier == &rawTier {
		merged, err := m.raw()
		return merged, nil, err
	}
	var all []metric.Datapoint
	for _, o := range m.operands {
		points, err := chunk.Decode(nil, o)
		if err != nil {
			return nil, nil, fmt.Errorf("merge chunks: %w", err)
		}
		all = chunk.Fold(all, points)
	}
	return chunk.Append(nil, m.tier.period, all), nil, nil
}

func (m *merging) raw() ([]byte, error) {
	var all []metric.RawSample
	for _, o := range m.operands {
		samples, err := chunk.DecodeRaw(nil, o)
		if err != nil {
			return nil, fmt.Errorf("merge chunks: %w", err)
		}
		all = chunk.Replace(all, samples)
	}
	return chunk.AppendRaw(nil, all), nil
}
