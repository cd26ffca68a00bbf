package tsdb

import (
	"time"

	"skywatch/metric"
)

// tier is how datapoints of one period are laid out in Pebble. Every number
// here is part of the on-disk format (docs/formats/keys.md).
type tier struct {
	period metric.Period
	code   byte
	// bucket is the width of what retention removes at once, block that of one
	// chunk. A bucket is a whole number of blocks, so no chunk, however wide a
	// later version makes it within a bucket, is in two of them.
	bucket, block time.Duration
}

const day = 24 * time.Hour

// tiers are in the order of metric.Tiers.
var tiers = [...]tier{
	{metric.Second, 0x10, time.Hour, time.Hour},
	{metric.Minute, 0x11, day, 2 * time.Hour},
	{metric.FiveMinute, 0x12, day, day},
	{metric.Hour, 0x13, 30 * day, 30 * day},
}

// rawTier is where raw series are, whatever is asked of them. It is kept as long
// as the tier of minutes.
var rawTier = tier{metric.Minute, 0x14, day, 2 * time.Hour}

// allTiers are all that retention and deletion go through.
var allTiers = [...]*tier{&tiers[0], &tiers[1], &tiers[2], &tiers[3], &rawTier}

// classStandard is the retention class of CloudWatch, the only one so far.
const classStandard uint8 = 0

// tierOf returns the tier of a period, or nil.
func tierOf(p metric.Period) *tier {
	for i := range tiers {
		if tiers[i].period == p {
			return &tiers[i]
		}
	}
	return nil
}

// floorDiv rounds towards the past.
func floorDiv(i metric.Instant, d time.Duration) int64 {
	w := d.Milliseconds()
	q := int64(i) / w
	if int64(i)%w < 0 {
		q--
	}
	return q
}

func (t *tier) bucketOf(i metric.Instant) int32 { return int32(floorDiv(i, t.bucket)) }

// bucketStart returns the first instant of a bucket.
func (t *tier) bucketStart(b int32) metric.Instant {
	return metric.Instant(int64(b) * t.bucket.Milliseconds())
}

// blockStart returns the first instant of the block that holds i.
func (t *tier) blockStart(i metric.Instant) metric.Instant {
	return metric.Instant(floorDiv(i, t.block) * t.block.Milliseconds())
}

// blocks returns how many blocks begin in the range, roughly.
func (t *tier) blocks(from, to metric.Instant) int {
	return int(int64(to-from) / t.block.Milliseconds())
}

// firstKept returns the oldest bucket that is kept at now: the one that holds
// the oldest instant within the retention.
func (t *tier) firstKept(now metric.Instant) int32 {
	return t.bucketOf(now.Add(-t.period.Retention()))
}
