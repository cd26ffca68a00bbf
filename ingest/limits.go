package ingest

import "time"

// The limits of PutMetricData (cloudwatch.md 3.2 and 3.3).
const (
	MaxData        = 1000 // data per request, those of entities included
	MaxEntities    = 2    // EntityMetricData per request
	MaxValues      = 150  // distinct values per datum
	MaxDimensions  = 30   // dimensions per datum
	MaxName        = 255  // characters of a namespace, a metric name, a dimension name
	MaxDimension   = 1024 // characters of a dimension's value
	MaxPast        = 14 * 24 * time.Hour
	MaxFuture      = 2 * time.Hour
	MaxImportPast  = 455 * 24 * time.Hour // as long as the coarsest tier is kept (ours)
	MaxImportRows  = 10_000               // rows of one Import (ours)
	reservedPrefix = "AWS/"
)

// maxMagnitude is 2^360: values beyond it are rejected (API reference,
// MetricDatum).
const maxMagnitude = 0x1p360
