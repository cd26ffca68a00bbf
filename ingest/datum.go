package ingest

import "skywatch/metric"

// Datum is one entry of MetricData as sent: a nil pointer is an absent member.
type Datum struct {
	Name       *string
	Dimensions []Dimension
	Time       *metric.Instant
	Value      *float64
	Values     []float64
	Counts     []float64
	Set        *StatisticValues
	Unit       string // empty: absent
	Resolution *int32
}

// Dimension is a dimension as sent.
type Dimension struct{ Name, Value *string }

// StatisticValues is a statistic set as sent.
type StatisticValues struct{ SampleCount, Sum, Minimum, Maximum *float64 }

// Entity says which thing the data are about. It never changes the identity
// of a metric.
type Entity struct {
	KeyAttributes map[string]string
	Attributes    map[string]string
}

// EntityData is an entity with its data.
type EntityData struct {
	Entity Entity
	Data   []Datum
}

// Request is a PutMetricData.
type Request struct {
	metric.Tenant
	Namespace  *string
	Data       []Datum
	EntityData []EntityData
	// Strict says what an invalid entity does: it fails the request, or the
	// data are kept without it. It must be given when EntityData is.
	Strict *bool
	// Batch tells an attempt to send the request again from a new request.
	Batch metric.BatchID
}
