package ingest

import (
	"context"
	"time"

	"skywatch/internal/fault"
	"skywatch/metric"
)

// Options say how strict the door is.
type Options struct {
	// AllowReserved takes namespaces that begin with "AWS/", which CloudWatch
	// keeps for itself.
	AllowReserved bool
}

// Ingester is the door for data. It is safe for concurrent use.
type Ingester struct {
	to   BatchAppender
	opts Options
}

// New returns an Ingester that hands accepted data to a.
func New(a BatchAppender, o Options) *Ingester { return &Ingester{to: a, opts: o} }

// Put checks a request against every rule of PutMetricData and makes all of
// its data durable, or refuses it with a fault and keeps none. Data without a
// timestamp get now. failure is not empty when an entity was left out because
// it is invalid and the request is not strict: it is the value of
// X-Amzn-Failure-Message. A request that was taken before (see Request.Batch) is
// answered as it was then.
func (g *Ingester) Put(ctx context.Context, now time.Time, r Request) (failure string, err error) {
	samples, failure, err := g.normalize(now, r)
	if err != nil {
		return "", err
	}
	_, err = g.to.AppendOnce(ctx, r.Batch, samples)
	return failure, err
}

// normalize brings a request into normal form, or says what is wrong with it.
func (g *Ingester) normalize(now time.Time, r Request) ([]metric.Sample, string, error) {
	if err := g.checkNamespace(r.Namespace); err != nil {
		return nil, "", err
	}
	n := len(r.Data)
	for _, e := range r.EntityData {
		n += len(e.Data)
	}
	if err := checkCounts(r, n); err != nil {
		return nil, "", err
	}
	d := door{now: now, past: MaxPast, id: metric.ID{Tenant: r.Tenant, Namespace: *r.Namespace}, out: make([]metric.Sample, 0, n)}
	if err := d.take("MetricData.", r.Data); err != nil {
		return nil, "", err
	}
	failure := ""
	for i, e := range r.EntityData {
		at := "EntityMetricData." + member(i)
		if err := d.take(at+"MetricData.", e.Data); err != nil {
			return nil, "", err
		}
		if f := checkEntity(e.Entity); f != "" {
			if *r.Strict {
				return nil, "", invalidEntity(at+"Entity", f)
			}
			failure = f
		}
	}
	return d.out, failure, nil
}

func checkCounts(r Request, data int) error {
	switch {
	case len(r.EntityData) > MaxEntities:
		return collection("EntityMetricData", MaxEntities)
	case len(r.EntityData) > 0 && r.Strict == nil:
		return missing("StrictEntityValidation")
	case data == 0:
		return fault.New(fault.Missing, "At least one MetricDatum object must be present in the request.").On("MetricData")
	case data > MaxData:
		return collection("MetricData", MaxData)
	}
	return nil
}

// door brings the data of one request into normal form.
type door struct {
	now  time.Time
	past time.Duration // how old a datum may be
	id   metric.ID     // tenant and namespace of all
	out  []metric.Sample
}

func (d *door) take(prefix string, data []Datum) error {
	for i := range data {
		s, err := d.sample("", &data[i])
		if err != nil {
			// Spelling out where a datum is costs more than to check it, so
			// that is done for the one at fault, which fails again.
			_, err = d.sample(prefix+member(i), &data[i])
			return err
		}
		d.out = append(d.out, s)
	}
	return nil
}

// sample checks one datum; at is the path of its members ("MetricData.member.1.").
func (d *door) sample(at string, in *Datum) (metric.Sample, error) {
	s := metric.Sample{ID: d.id}
	var err error
	if s.ID.Name, err = checkName(at+"MetricName", in.Name); err != nil {
		return s, err
	}
	if s.ID.Dimensions, err = checkDimensions(at+"Dimensions.", in.Dimensions); err != nil {
		return s, err
	}
	s.ID.Normalize()
	if s.Unit, err = checkUnit(at+"Unit", in.Unit); err != nil {
		return s, err
	}
	if s.HighResolution, err = checkResolution(at+"StorageResolution", in.Resolution); err != nil {
		return s, err
	}
	if s.Time, err = checkTime(at+"Timestamp", in.Time, d.now, d.past); err != nil {
		return s, err
	}
	return s, values(at, in, &s)
}
