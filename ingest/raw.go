package ingest

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"skywatch/metric"
)

// Bounds of raw series (ours): what remote write and OTLP bring.
const (
	MaxRawLabels     = 128
	MaxRawLabelBytes = 8 << 10 // names and values together
	MaxRawPast       = 15 * 24 * time.Hour
	MaxRawFuture     = MaxFuture
)

// RawNameLabel is the label that is the name of a raw series.
const RawNameLabel = "__name__"

// RawID makes the metric of a raw series' labels. What is allowed is what
// Prometheus allows: names in UTF-8, each once, and no empty ones; a label with an
// empty value is the same as none.
func RawID(t metric.Tenant, ls []metric.Dimension) (metric.ID, error) {
	id := metric.ID{Tenant: t, Namespace: metric.RawNamespace, Raw: true}
	size := 0
	for _, l := range ls {
		size += len(l.Name) + len(l.Value)
		switch {
		case l.Name == "" || !utf8.ValidString(l.Name):
			return id, fmt.Errorf("label name %q is not valid", l.Name)
		case !utf8.ValidString(l.Value):
			return id, fmt.Errorf("the value of label %q is not UTF-8", l.Name)
		case l.Value == "":
		case l.Name == RawNameLabel:
			if id.Name != "" {
				return id, errors.New("there are two names")
			}
			id.Name = l.Value
		default:
			id.Dimensions = append(id.Dimensions, l)
		}
	}
	id.Normalize()
	switch {
	case id.Name == "":
		return id, errors.New("there is no label " + RawNameLabel)
	case len(id.Dimensions) > MaxRawLabels || size > MaxRawLabelBytes:
		return id, fmt.Errorf("there are more than %d labels, or more than %d bytes of them", MaxRawLabels, MaxRawLabelBytes)
	}
	if i := duplicate(id.Dimensions); i >= 0 {
		return id, fmt.Errorf("label %q is there twice", id.Dimensions[i].Name)
	}
	return id, nil
}

// duplicate returns the index of a name that follows itself, -1 for none.
func duplicate(sorted []metric.Dimension) int {
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Name == sorted[i-1].Name {
			return i
		}
	}
	return -1
}

// CheckRawTime says whether a raw sample may have the time t.
func CheckRawTime(now time.Time, t metric.Instant) error {
	if t < metric.At(now.Add(-MaxRawPast)) || t > metric.At(now.Add(MaxRawFuture)) {
		return fmt.Errorf("the time %s of a sample is out of bounds", t.Time().Format(time.RFC3339Nano))
	}
	return nil
}
