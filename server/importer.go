package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"skywatch/ingest"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// importer answers POST /skywatch/v1/import: JSON lines, one datum a line, the
// whole body taken or refused.
type importer struct{ to *ingest.Ingester }

// importLine is one line: a MetricDatum of PutMetricData with its namespace,
// dimensions as an object.
type importLine struct {
	Namespace         *string
	MetricName        *string
	Dimensions        map[string]string
	Timestamp         *time.Time
	Value             *float64
	Values            []float64
	Counts            []float64
	StatisticValues   *ingest.StatisticValues
	Unit              string
	StorageResolution *int32
}

func (l *importLine) row() ingest.Row {
	d := ingest.Datum{
		Name: l.MetricName, Value: l.Value, Values: l.Values, Counts: l.Counts,
		Set: l.StatisticValues, Unit: l.Unit, Resolution: l.StorageResolution,
	}
	if l.Timestamp != nil {
		d.Time = new(metric.At(*l.Timestamp))
	}
	for name, value := range l.Dimensions {
		d.Dimensions = append(d.Dimensions, ingest.Dimension{Name: &name, Value: &value})
	}
	return ingest.Row{Namespace: l.Namespace, Datum: d}
}

// put answers the number of rows taken. An error names the line, from 1.
func (i *importer) put(c call) (any, error) {
	rows, err := readLines(c.body)
	if err != nil {
		return nil, err
	}
	err = i.to.Import(c.Context(), c.now, c.caller.Tenant, c.caller.Batch(c.Header, "import"), rows)
	var bad *ingest.RowError
	if errors.As(err, &bad) {
		return nil, lineError(bad.Row, bad.Err)
	}
	return struct{ Imported int }{len(rows)}, err
}

func readLines(body []byte) ([]ingest.Row, error) {
	var rows []ingest.Row
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	for {
		var l importLine
		switch err := dec.Decode(&l); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, lineError(len(rows), fault.New(fault.Malformed, "It is not the JSON of a datum: %v.", err))
		case len(rows) == ingest.MaxImportRows:
			return nil, fault.New(fault.TooLarge, "An import must not have more than %d lines.", ingest.MaxImportRows)
		}
		rows = append(rows, l.row())
	}
}

// lineError is a fault of the given line, from 0.
func lineError(line int, err error) error {
	f := *fault.Of(err)
	f.Message = fmt.Sprintf("line %d: %s", line+1, f.Message)
	return &f
}
