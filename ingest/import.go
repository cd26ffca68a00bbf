package ingest

import (
	"context"
	"time"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Row is a datum with its namespace.
type Row struct {
	Namespace *string
	Datum
}

// RowError says which row is at fault.
type RowError struct {
	Row int // 0-based
	Err error
}

// Error implements error.
func (e *RowError) Error() string { return e.Err.Error() }

// Unwrap returns the fault.
func (e *RowError) Unwrap() error { return e.Err }

// Import takes rows as Put takes data, but of any namespaces and as old as the
// coarsest tier keeps data. It takes all rows or none; the error for a bad one
// is a *RowError. A batch that was taken before changes nothing.
func (g *Ingester) Import(ctx context.Context, now time.Time, tenant metric.Tenant, batch metric.BatchID, rows []Row) error {
	if len(rows) > MaxImportRows {
		return fault.New(fault.TooLarge, "An import must not have more than %d rows.", MaxImportRows)
	}
	samples, err := g.rows(now, MaxImportPast, tenant, rows)
	if err != nil || len(samples) == 0 {
		return err
	}
	_, err = g.to.AppendOnce(ctx, batch, samples)
	return err
}

// Samples brings rows into normal form by the rules of Put, for who keeps them
// in a way of its own: all of them or, with a *RowError, none. Nothing is stored.
func (g *Ingester) Samples(now time.Time, tenant metric.Tenant, rows []Row) ([]metric.Sample, error) {
	return g.rows(now, MaxPast, tenant, rows)
}

// rows brings rows into normal form.
func (g *Ingester) rows(now time.Time, past time.Duration, tenant metric.Tenant, rows []Row) ([]metric.Sample, error) {
	d := door{now: now, past: past, out: make([]metric.Sample, 0, len(rows))}
	for i := range rows {
		if err := g.row(&d, tenant, &rows[i]); err != nil {
			return nil, &RowError{Row: i, Err: err}
		}
	}
	return d.out, nil
}

func (g *Ingester) row(d *door, tenant metric.Tenant, r *Row) error {
	if err := g.checkNamespace(r.Namespace); err != nil {
		return err
	}
	d.id = metric.ID{Tenant: tenant, Namespace: *r.Namespace}
	s, err := d.sample("", &r.Datum)
	if err == nil {
		d.out = append(d.out, s)
	}
	return err
}
