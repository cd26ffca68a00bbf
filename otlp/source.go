package otlp

import (
	"slices"
	"strings"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"

	"skywatch/ingest"
	"skywatch/metric"
)

// The attributes of a resource that say which service it is (semantic
// conventions, "Service").
const (
	serviceName      = "service.name"
	serviceNamespace = "service.namespace"
	serviceInstance  = "service.instance.id"
)

// sdkPrefix begins the attributes that say with which library was measured.
const sdkPrefix = "telemetry."

// defaultNamespace is the namespace of a resource that names no service, as in the
// Collector's awsemf exporter.
const defaultNamespace = "default"

// source is where metrics come from: a resource and, after scope, a scope of it.
type source struct {
	labels     []metric.Dimension // of raw series
	dimensions []metric.Dimension // of statistic data
	namespace  string             // of statistic data
	err        error              // why nothing of it can be taken
}

// stream is a metric of a source.
type stream struct {
	*source
	name string
	unit metric.Unit
}

// newResource reads a resource. The labels job and instance are those that
// Prometheus's own endpoint makes of it.
func newResource(r *resource.Resource) *source {
	attributes, err := pairs("", r.GetAttributes())
	if err != nil {
		return &source{err: err}
	}
	find := func(name string) string {
		i := slices.IndexFunc(attributes, func(d metric.Dimension) bool { return d.Name == name })
		if i < 0 {
			return ""
		}
		return attributes[i].Value
	}
	name, within := find(serviceName), find(serviceNamespace)
	of := &source{}
	job := name // a namespace alone is no job
	switch {
	case name != "" && within != "":
		job = within + "/" + name
		of.namespace = job
	case name != "":
		of.namespace = name
	case within != "":
		of.namespace = within
	default:
		of.namespace = defaultNamespace
	}
	of.labels = over([]metric.Dimension{{Name: "job", Value: job}, {Name: "instance", Value: find(serviceInstance)}}, attributes)
	of.dimensions = slices.DeleteFunc(attributes, func(d metric.Dimension) bool {
		return d.Name == serviceName || d.Name == serviceNamespace || strings.HasPrefix(d.Name, sdkPrefix)
	})
	return of
}

// scope adds an instrumentation scope. Its version tells series apart but does not
// make another CloudWatch metric of the same thing.
func (s *source) scope(sc *common.InstrumentationScope) *source {
	attributes, err := pairs("otel_scope_", sc.GetAttributes())
	if s.err != nil || err != nil {
		return &source{err: firstOf(s.err, err)}
	}
	if sc.GetName() != "" {
		attributes = append(attributes, metric.Dimension{Name: "otel_scope_name", Value: sc.GetName()})
	}
	out := &source{namespace: s.namespace, dimensions: over(s.dimensions, attributes)}
	if sc.GetVersion() != "" {
		attributes = append(attributes, metric.Dimension{Name: "otel_scope_version", Value: sc.GetVersion()})
	}
	out.labels = over(s.labels, attributes)
	return out
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// labelsOf are the labels of a point's raw series, but for its name.
func (s *source) labelsOf(attributes []*common.KeyValue) ([]metric.Dimension, error) {
	own, err := pairs("", attributes)
	if err := firstOf(s.err, err); err != nil {
		return nil, err
	}
	return over(s.labels, own), nil
}

// dimensionsOf are the dimensions of a point's statistic datum.
func (s *source) dimensionsOf(attributes []*common.KeyValue) ([]ingest.Dimension, error) {
	own, err := pairs("", attributes)
	if err := firstOf(s.err, err); err != nil {
		return nil, err
	}
	all := over(s.dimensions, own)
	out := make([]ingest.Dimension, len(all))
	for i := range all {
		out[i] = ingest.Dimension{Name: &all[i].Name, Value: &all[i].Value}
	}
	return out, nil
}
