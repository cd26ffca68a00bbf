package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"skywatch/ingest"
	"skywatch/metric"
	"skywatch/tsdb"
)

// measureAppend puts decoded requests through ingest into a store in this
// process: checks, log with fdatasync, head and, at the end, all sealing.
func measureAppend(ctx context.Context, b *bench) ([]figure, error) {
	b.progress("append: %d series", b.appendSeries())
	db, err := tsdb.Open(tsdb.Options{Dir: filepath.Join(b.dir, "append")})
	if err != nil {
		return nil, err
	}
	w := newWorkload(b.appendSeries(), b.scaled(100))
	door := ingest.New(db, ingest.Options{})
	requests := ingestRequests(w)
	each := func(n int) error { return putMinute(ctx, door, requests, w.minute(n)) }
	if err := each(0); err != nil { // makes the series
		return nil, errors.Join(err, db.Close())
	}
	appended, err := meter(w.series*(w.minutes-1), func() error {
		for n := 1; n < w.minutes; n++ {
			if err := each(n); err != nil {
				return err
			}
		}
		return nil
	})
	err = errors.Join(err, readBack(ctx, db, w, requests[0].Data[0]))
	sealed, err2 := meter(w.samples(), db.Close)
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	return []figure{
		appended.figure("ingest and append a datum", fmt.Sprintf(", %d series, requests of %d", w.series, perPut)),
		sealed.figure("seal a datum when the store closes", fmt.Sprintf(", %d minutes of each series", w.minutes)),
	}, nil
}

func (b *bench) appendSeries() int { return min(b.series, 10_000) }

// ingestRequests are the requests of one minute, without time and value.
func ingestRequests(w workload) (out []ingest.Request) {
	ns := namespace
	for first := 0; first < w.series; first += perPut {
		r := ingest.Request{Tenant: metric.Tenant{Account: "000000000000", Region: "us-east-1"}, Namespace: &ns}
		for i := first; i < min(first+perPut, w.series); i++ {
			name, value := metricName(i), 0.0
			d := ingest.Datum{Name: &name, Value: &value}
			for _, dim := range dimensions(i) {
				d.Dimensions = append(d.Dimensions, ingest.Dimension{Name: dim.Name, Value: dim.Value})
			}
			r.Data = append(r.Data, d)
		}
		out = append(out, r)
	}
	return out
}

func putMinute(ctx context.Context, door *ingest.Ingester, requests []ingest.Request, at time.Time) error {
	t := metric.At(at)
	for _, r := range requests {
		for i := range r.Data {
			r.Data[i].Time = &t
			*r.Data[i].Value = float64((int(t)/60_000 + i) % 100)
		}
		if _, err := door.Put(ctx, time.Now(), r); err != nil {
			return err
		}
	}
	return nil
}

// readBack compares the first series with what putMinute wrote.
func readBack(ctx context.Context, db *tsdb.DB, w workload, d ingest.Datum) error {
	id := metric.ID{Tenant: metric.Tenant{Account: "000000000000", Region: "us-east-1"}, Namespace: namespace, Name: *d.Name}
	for _, dim := range d.Dimensions {
		id.Dimensions = append(id.Dimensions, metric.Dimension{Name: *dim.Name, Value: *dim.Value})
	}
	id.Normalize()
	n := 0
	err := db.Read(ctx, id, metric.Minute, metric.At(w.begin), metric.At(w.minute(w.minutes)), func(p metric.Datapoint) {
		if p.Set.Sum == float64(int(p.Start)/60_000%100) {
			n++
		}
	})
	if err == nil && n != w.minutes {
		err = fmt.Errorf("%d of %d minutes read back as written", n, w.minutes)
	}
	return err
}
