package otlp

import (
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"

	"skywatch/metric"
)

// point is what the points of all kinds have in common.
type point interface {
	GetAttributes() []*common.KeyValue
	GetTimeUnixNano() uint64
	GetFlags() uint32
}

// instant is a point's time: the end of the interval that it is about.
func instant(p point) metric.Instant {
	return metric.Instant(p.GetTimeUnixNano() / uint64(time.Millisecond))
}

// missing reports whether a point says that there is no value.
func missing(p point) bool {
	return p.GetFlags()&uint32(metrics.DataPointFlags_DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK) != 0
}
