package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// measureStart starts the server on an empty directory a few times.
func measureStart(_ context.Context, b *bench) ([]figure, error) {
	b.progress("start: empty directory")
	var wall, cpu []time.Duration
	for i := range 5 {
		srv, err := b.start(filepath.Join(b.dir, fmt.Sprintf("start-%d", i)))
		if err != nil {
			return nil, err
		}
		wall, cpu = append(wall, srv.ready), append(cpu, srv.atReady)
		_, err = srv.stop()
		srv.kill()
		if err != nil {
			return nil, err
		}
	}
	i, err := os.Stat(b.binary)
	if err != nil {
		return nil, err
	}
	return []figure{
		value("start to ready, empty directory", milliseconds(median(wall)), "ms", "≤ 150 ms",
			fmt.Sprintf("median of %d, slowest %s ms; CPU %s ms", len(wall), number(milliseconds(slices.Max(wall))), number(milliseconds(median(cpu))))),
		value("size of the binary", float64(i.Size())/1e6, "MB", "≤ 60 MB", ""),
	}, nil
}

func median(d []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(d))
	return s[len(s)/2]
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }
