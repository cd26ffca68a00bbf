package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// measureDisk weighs a day of data after a clean stop.
func measureDisk(ctx context.Context, b *bench) ([]figure, error) {
	d, err := b.theDay(ctx)
	if err != nil {
		return nil, err
	}
	logDir := filepath.Join(d.dir, "tsdb", "log")
	inLog := func(path string) bool { return strings.HasPrefix(path, logDir) }
	sealed, err := diskBytes(filepath.Join(d.dir, "tsdb"), func(path string) bool { return !inLog(path) })
	if err != nil {
		return nil, err
	}
	logged, err := diskBytes(d.dir, inLog)
	if err != nil {
		return nil, err
	}
	n := float64(d.samples())
	return []figure{
		value("bytes on disk per sample after a clean stop, all tiers, distributions and index", float64(sealed)/n, "B", "≤ 1.6",
			fmt.Sprintf("%d series × 24 h of 1-minute data, %s MiB; the goal is of 20,000 series", d.series, number(float64(sealed)/(1<<20)))),
		value("the log beside it, per sample", float64(logged)/n, "B", "", fmt.Sprintf("%s MiB, bounded, whatever the store holds", number(float64(logged)/(1<<20)))),
		value("bytes written to disk per acknowledged sample", float64(d.written)/n, "B", "", "log, chunks and compaction until the clean stop"),
	}, nil
}
