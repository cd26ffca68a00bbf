package ingest

import (
	"context"
	"time"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Row is a datum of an import, with its namespace.
type Row struct {
	Namespace *string
	Datum
}

// RowError says which row of an import is at fault.
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
// is a *RowError.
func (g *Ingester) Import(ctx context.Context, now time.Time, tenant metric.Tenant, rows []Row) error {
	if len(rows) > MaxImportRows {
		return fault.New(fault.TooLarge, "An import must not have more than %d rows.", MaxImportRows)
	}
	d := door{now: now, past: MaxImportPast, out: make([]metric.Sample, 0, len(rows))}
	for i := range rows {
		if err := g.row(&d, tenant, &rows[i]); err != nil {
			return &RowError{Row: i, Err: err}
		}
	}
	if len(d.out) == 0 {
		return nil
	}
	return g.to.Append(ctx, d.out)
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
