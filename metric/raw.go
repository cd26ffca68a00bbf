package metric

// RawNamespace is where CloudWatch's reads find raw metrics, and the namespace
// of all of them: the protocols that bring them have none.
const RawNamespace = "Prometheus"

// RawSample is one value of a raw metric. Of two with the same time the later
// written counts.
type RawSample struct {
	Time Instant
	// Value may be any, infinities and NaN with their bits included: one of these
	// marks where a series ends.
	Value float64
	// Histogram, where it is set, is there in place of Value, which is 0.
	Histogram *Histogram
}

// Histogram is a native histogram of Prometheus, in the form of remote write (the
// message prometheus.Histogram, without its time). Nobody changes it.
type Histogram struct{ Encoded []byte }

// MaxHistogram bounds an encoded histogram.
const MaxHistogram = 1 << 20

// RawSeries is samples of one raw metric, in any order.
type RawSeries struct {
	ID      ID // in normal form, Raw
	Samples []RawSample
}
