package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"skywatch/ingest"
	"skywatch/metric"
)

func ingestOperations(in *ingest.Ingester) []offered {
	return []offered{offer("PutMetricData",
		func(ctx context.Context, c *Call, r *cloudwatch.PutMetricDataInput) (*cloudwatch.PutMetricDataOutput, error) {
			failure, err := in.Put(ctx, c.Now, putRequest(c, r))
			if failure != "" {
				c.Response.Set("X-Amzn-Failure-Message", failure)
			}
			return nil, err
		},
		"conformance: TestPutMetricData", Fields{
			"Namespace": Acts, "MetricData": Acts, "StrictEntityValidation": Acts,
			"EntityMetricData": Acts,
			// An entity is checked as AWS checks it; no operation of ours or of
			// CloudWatch's metrics API reads it back.
			"EntityMetricData.Entity": Acts, "EntityMetricData.Entity.KeyAttributes": Acts, "EntityMetricData.Entity.Attributes": Acts,
			"EntityMetricData.MetricData": Acts,
		}.with("MetricData", datumFields).with("EntityMetricData.MetricData", datumFields)).selfChecked()}
}

var datumFields = Fields{
	"MetricName": Acts, "Timestamp": Acts, "Value": Acts, "Values": Acts, "Counts": Acts, "Unit": Acts, "StorageResolution": Acts,
	"Dimensions": Acts, "Dimensions.Name": Acts, "Dimensions.Value": Acts,
	"StatisticValues": Acts, "StatisticValues.SampleCount": Acts, "StatisticValues.Sum": Acts,
	"StatisticValues.Minimum": Acts, "StatisticValues.Maximum": Acts,
}

// with returns f and the fields of more below prefix.
func (f Fields) with(prefix string, more Fields) Fields {
	for k, v := range more {
		f[prefix+"."+k] = v
	}
	return f
}

func putRequest(c *Call, r *cloudwatch.PutMetricDataInput) ingest.Request {
	out := ingest.Request{Tenant: c.Tenant, Batch: c.batch("PutMetricData"), Namespace: r.Namespace, Data: datums(r.MetricData), Strict: r.StrictEntityValidation}
	for _, e := range r.EntityMetricData {
		d := ingest.EntityData{Data: datums(e.MetricData)}
		if e.Entity != nil {
			d.Entity = ingest.Entity{KeyAttributes: e.Entity.KeyAttributes, Attributes: e.Entity.Attributes}
		}
		out.EntityData = append(out.EntityData, d)
	}
	return out
}

// datums takes the room for all dimensions at once.
func datums(in []types.MetricDatum) []ingest.Datum {
	n := 0
	for i := range in {
		n += len(in[i].Dimensions)
	}
	dimensions := make([]ingest.Dimension, 0, n)
	out := make([]ingest.Datum, len(in))
	for i := range in {
		d := &in[i]
		first := len(dimensions)
		for _, dim := range d.Dimensions {
			dimensions = append(dimensions, ingest.Dimension{Name: dim.Name, Value: dim.Value})
		}
		out[i] = ingest.Datum{
			Name: d.MetricName, Dimensions: dimensions[first:len(dimensions):len(dimensions)], Time: instant(d.Timestamp),
			Value: d.Value, Values: d.Values, Counts: d.Counts, Unit: string(d.Unit), Resolution: d.StorageResolution,
		}
		if s := d.StatisticValues; s != nil {
			out[i].Set = &ingest.StatisticValues{SampleCount: s.SampleCount, Sum: s.Sum, Minimum: s.Minimum, Maximum: s.Maximum}
		}
	}
	return out
}

// instant turns an optional time of the wire into vocabulary.
func instant(t *time.Time) *metric.Instant {
	if t == nil {
		return nil
	}
	return new(metric.At(*t))
}
