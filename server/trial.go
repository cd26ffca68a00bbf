package server

import (
	"context"
	"time"

	"skywatch/ingest"
	"skywatch/metric"
)

// CheckAlarm refuses members that the input of PutMetricAlarm, or of another
// operation on alarms, has not: clients send what they do not know in vain.
func (s *Server) CheckAlarm(operation string, input []byte) error {
	return s.handler.OnlyMembers(operation, input)
}

// PutValues keeps values of a metric of the default account as PutMetricData does,
// also of namespaces that AWS keeps to itself, and without the network's cost. The
// resolution is 60 or 1, in seconds.
func (s *Server) PutValues(ctx context.Context, namespace, name string, dimensions map[string]string, unit string, resolution int32, at []time.Time, values []float64) error {
	datum := ingest.Datum{Name: &name, Unit: unit, Resolution: &resolution}
	for k, v := range dimensions {
		datum.Dimensions = append(datum.Dimensions, ingest.Dimension{Name: &k, Value: &v})
	}
	rows := make([]ingest.Row, len(values))
	for i := range values {
		datum.Time, datum.Value = new(metric.At(at[i])), &values[i]
		rows[i] = ingest.Row{Namespace: &namespace, Datum: datum}
	}
	all, err := ingest.New(s.series, ingest.Options{AllowReserved: true}).Samples(s.Now(), s.tenant(), rows)
	if err != nil {
		return err
	}
	return s.series.Append(ctx, all)
}
