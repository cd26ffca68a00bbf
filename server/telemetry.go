package server

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"skywatch/alarms"
	"skywatch/api"
	"skywatch/api/wire"
	"skywatch/rules"
	"skywatch/schedule/ticker"
	"skywatch/targets"
	"skywatch/tsdb"
)

// telemetry is what Skywatch tells of itself, at /metrics and, by selfMetrics,
// in namespace Skywatch.
type telemetry struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	received *prometheus.CounterVec
}

func newTelemetry() *telemetry {
	t := &telemetry{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skywatch_requests_total", Help: "Requests answered, by error code (empty: success).",
		}, []string{"service", "operation", "protocol", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "skywatch_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"service", "operation"}),
		received: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skywatch_received_bytes_total", Help: "Bytes of request bodies, as sent.",
		}, []string{"service"}),
	}
	t.registry.MustRegister(t.requests, t.seconds, t.received,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return t
}

var protocolNames = map[wire.Protocol]string{
	wire.Query: "query", wire.EC2Query: "ec2query", wire.JSON10: "json1.0", wire.JSON11: "json1.1", wire.CBOR: "cbor", wire.RESTJSON: "rest-json",
}

// answered counts a request. An operation that the model does not have is
// counted without its name: clients must not make up label values.
func (t *telemetry) answered(a api.Answer) {
	t.requests.WithLabelValues(a.Service, a.Operation, protocolNames[a.Protocol], a.Code).Inc()
	t.seconds.WithLabelValues(a.Service, a.Operation).Observe(a.Took.Seconds())
	t.received.WithLabelValues(a.Service).Add(float64(a.BodyBytes))
}

// gauge registers a figure that is read when asked for.
func (t *telemetry) gauge(name, help string, read func() float64) {
	t.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// counter registers a count that somebody else keeps.
func (t *telemetry) counter(name, help string, read func() float64) {
	t.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
}

// store registers the figures of the time-series store.
func (t *telemetry) store(stats func() tsdb.Stats) {
	for _, g := range []struct {
		name, help string
		read       func(tsdb.Stats) float64
	}{
		{"skywatch_series", "Metrics in the store.", func(s tsdb.Stats) float64 { return float64(s.Series) }},
		{"skywatch_head_bytes", "Memory of data that are not sealed yet.", func(s tsdb.Stats) float64 { return float64(s.HeadBytes) }},
		{"skywatch_log_bytes", "Bytes of the log on disk.", func(s tsdb.Stats) float64 { return float64(s.LogBytes) }},
		{"skywatch_disk_bytes", "Bytes of sealed data on disk.", func(s tsdb.Stats) float64 { return float64(s.DiskBytes) }},
		{"skywatch_log_records", "Last record of the log.", func(s tsdb.Stats) float64 { return float64(s.Logged) }},
		{"skywatch_log_records_sealed", "Last record of the log that is sealed.", func(s tsdb.Stats) float64 { return float64(s.Applied) }},
	} {
		t.gauge(g.name, g.help, func() float64 { return g.read(stats()) })
	}
	t.gauge("skywatch_batches_known", "Batches of the last 15 minutes that are known when they come again.", func() float64 { return float64(stats().Repeats.Known) })
	t.counter("skywatch_batches_repeated_total", "Batches that came again and did not count again.", func() float64 { return float64(stats().Repeats.Count) })
	t.counter("skywatch_batches_crowded_out_total", "Batches that were forgotten before their time, for there were too many.", func() float64 { return float64(stats().Repeats.Crowded) })
}

// alarms registers the figures of the alarm evaluator.
func (t *telemetry) alarms(stats func() alarms.Stats) {
	t.gauge("skywatch_alarms", "Alarms under evaluation.", func() float64 { return float64(stats().Following) })
	t.gauge("skywatch_alarm_lag_seconds", "How long after they were due evaluations began at most, in this minute and the one before.", func() float64 { return stats().Lag.Seconds() })
	t.counter("skywatch_alarm_evaluations_total", "Evaluations of alarms.", func() float64 { return float64(stats().Evaluations) })
	t.counter("skywatch_alarm_transitions_total", "Transitions that evaluations committed.", func() float64 { return float64(stats().Transitions) })
	t.counter("skywatch_alarm_observations_dropped_total", "Data whose metrics were read again because the evaluator's queue was full.", func() float64 { return float64(stats().Dropped) })
}

// events registers the figures of the buses.
func (t *telemetry) events(stats func() rules.Stats) {
	t.counter("skywatch_events_total", "Events that reached a bus.", func() float64 { return float64(stats().Accepted) })
	t.counter("skywatch_events_unknown_bus_total", "Events for a bus that is not there.", func() float64 { return float64(stats().UnknownBus) })
	t.counter("skywatch_events_matched_total", "Pairs of an event and a rule that it matched.", func() float64 { return float64(stats().Matched) })
	t.counter("skywatch_events_without_input_total", "Deliveries that failed since their input could not be made of the event.", func() float64 { return float64(stats().NoInput) })
	t.counter("skywatch_events_looped_total", "Events given up after too many buses.", func() float64 { return float64(stats().Looped) })
}

// seen registers the figures of those who look at events.
func (t *telemetry) seen(tails func() int) {
	t.gauge("skywatch_event_tails", "Live tails of event buses.", func() float64 { return float64(tails()) })
}

// uncounted registers what is missing in the metrics of a service.
func (t *telemetry) uncounted(namespace string, read func() uint64) {
	t.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "skywatch_service_metrics_uncounted_total", Help: "Figures of a service's metrics that there was no memory for.",
		ConstLabels: prometheus.Labels{"namespace": namespace},
	}, func() float64 { return float64(read()) }))
}

// schedules registers the figures of the planned times.
func (t *telemetry) schedules(stats func() ticker.Stats) {
	t.counter("skywatch_schedule_ticks_total", "Planned times that were acted on.", func() float64 { return float64(stats().Fired) })
	t.counter("skywatch_schedule_ticks_missed_total", "Planned times passed over since nothing ran when they came.", func() float64 { return float64(stats().Missed) })
	t.counter("skywatch_schedule_failures_total", "Planned times that could not be acted on at once; each is tried again.", func() float64 { return float64(stats().Failed) })
	t.gauge("skywatch_schedule_late_seconds", "How long after its planned time the last one was acted on.", func() float64 { return stats().Late.Seconds() })
}

// deliveries registers the figures of the delivery engine.
func (t *telemetry) deliveries(stats func() targets.Stats) {
	t.counter("skywatch_delivery_attempts_total", "Attempts to hand a delivery over.", func() float64 { return float64(stats().Attempts) })
	t.counter("skywatch_deliveries_total", "Deliveries that their targets took.", func() float64 { return float64(stats().Delivered) })
	t.counter("skywatch_deliveries_failed_total", "Deliveries given up.", func() float64 { return float64(stats().Failed) })
	t.counter("skywatch_dead_letters_total", "Deliveries given up that went to their dead-letter queue.", func() float64 { return float64(stats().Buried) })
	t.counter("skywatch_dead_letters_failed_total", "Deliveries given up that their dead-letter queue did not take.", func() float64 { return float64(stats().Unburied) })
	t.gauge("skywatch_targets_broken", "Targets that do not answer: their circuit breaker is open.", func() float64 { return float64(stats().Broken) })
}

// selfInterval is how often the own figures are kept as metrics.
const selfInterval = time.Minute
