package otlp

import (
	"errors"
	"math"

	"github.com/prometheus/prometheus/model/value"

	"skywatch/ingest"
	"skywatch/metric"
)

// part is one of the raw series that a point becomes.
type part struct {
	suffix string            // of the name
	label  *metric.Dimension // beside those of the point
	sample metric.RawSample  // without its time
}

// stale marks where a series ends.
func stale() metric.RawSample {
	return metric.RawSample{Value: math.Float64frombits(value.StaleNaN)}
}

// keep adds the raw series of one point, all or none. A point that says that it
// has no value is the end of its series.
func (in *intake) keep(s *stream, p point, parts ...part) error {
	if s.name == "" {
		return errors.New("there is no name")
	}
	at := instant(p)
	if err := ingest.CheckRawTime(in.now, at); err != nil {
		return err
	}
	labels, err := s.labelsOf(p.GetAttributes())
	if err != nil {
		return err
	}
	made := make([]metric.RawSeries, len(parts))
	size := 0
	for i, part := range parts {
		all := append(labels[:len(labels):len(labels)], metric.Dimension{Name: ingest.RawNameLabel, Value: s.name + part.suffix})
		if part.label != nil {
			all = append(all, *part.label)
		}
		id, err := ingest.RawID(in.tenant, all)
		if err != nil {
			return err
		}
		if missing(p) {
			part.sample = stale()
		}
		part.sample.Time = at
		made[i] = metric.RawSeries{ID: id, Samples: []metric.RawSample{part.sample}}
		size += sizeOf(id)
		if h := part.sample.Histogram; h != nil {
			size += len(h.Encoded)
		}
	}
	if err := in.grow(size); err != nil {
		return err
	}
	in.raw = append(in.raw, made...)
	return nil
}
