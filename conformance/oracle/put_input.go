package oracle

import "time"

// Tenant is the account and region that own a metric: they separate all data.
type Tenant struct {
	Account, Region string
}

// Dimension is one name and value of a metric's identity.
type Dimension struct {
	Name, Value string
}

// PutMetricDataInput is the request of PutMetricData.
type PutMetricDataInput struct {
	Namespace              string
	MetricData             []Datum
	EntityMetricData       []EntityMetricData
	StrictEntityValidation *bool
}

// Datum is a MetricDatum. Empty lists, and an empty Unit, are the same as
// absent ones.
type Datum struct {
	MetricName        string
	Dimensions        []Dimension
	Timestamp         *time.Time
	Value             *float64
	Values            []float64
	Counts            []float64
	StatisticValues   *StatisticSet
	Unit              string
	StorageResolution *int
}

// StatisticSet holds what a publisher has aggregated by itself; all four
// members are required.
type StatisticSet struct {
	SampleCount, Sum, Minimum, Maximum *float64
}

// EntityMetricData is a group of data with the entity that they belong to.
type EntityMetricData struct {
	Entity     *Entity
	MetricData []Datum
}

// Entity names what the metrics are about; it never changes their identity.
type Entity struct {
	KeyAttributes map[string]string
	Attributes    map[string]string
}
