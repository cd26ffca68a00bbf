package tsdb

import (
	"skywatch/metric"
	"skywatch/tsdb/chunk"
)

// raw writes the delta of a raw series, a merge operand per block. Buckets
// beyond their retention are left out.
func (w *chunkWriter) raw(s *series, samples []metric.RawSample) error {
	kept := rawTier.firstKept(w.now)
	for len(samples) > 0 {
		start := samples[0].Time
		block := rawWindow(samples, start, rawTier.blockStart(start)+metric.Instant(rawTier.block.Milliseconds()))
		samples = samples[len(block):]
		if rawTier.bucketOf(start) < kept {
			continue
		}
		w.key = appendChunkKey(w.key[:0], w.partition.number, &rawTier, s.Class, s.ID, start)
		w.value = chunk.AppendRaw(w.value[:0], block)
		if err := w.batch.Merge(w.key, w.value, nil); err != nil {
			return err
		}
		w.report.Chunks++
		w.report.Bytes += int64(len(w.value))
	}
	return nil
}
