package tally

import (
	"skywatch/ingest/gather"
	"skywatch/metric"
)

// Namespace is where EventBridge's metrics are.
const Namespace = "AWS/Events"

// scopes are the sets of dimensions that a metric has.
type scopes uint8

const (
	account scopes = 1 << iota // none
	onBus                      // EventBusName
	ofRule                     // RuleName on the default bus, EventBusName and RuleName on others
	// bothOfRule is ofRule with EventBusName and RuleName also on the default
	// bus: the metrics of 2024, of which CloudWatch's list of supported metrics
	// shows these dimensions only.
	bothOfRule
)

// figure is something that is counted.
type figure = int

const (
	matchedEvents figure = iota
	matchedByRule
	triggeredRules
	invocationsCreated
	invocations
	failedInvocations
	deadLetterInvocations
	invocationAttempts
	retryAttempts
	successfulAttempts
	throttledRules
	sentToDLQ
	failedToDLQ
	startLatency
	completeLatency
	successLatency
	putCalls
	putSuccesses
	putFailures
	putEntries
	putFailedEntries
	putLatency
	putSize
	numFigures
)

// Metric is a metric as users see it.
type Metric struct {
	gather.Figure
	Of    string // the sets of dimensions
	scope scopes
}

// table has the metrics by figure. Names, units and dimensions are those of
// "Monitoring Amazon EventBridge" (user guide). That page spells two of the
// latencies Ingestionto…; the alarms that AWS gives out have IngestionTo….
func table() [numFigures]Metric {
	const every = account | onBus | ofRule
	return [numFigures]Metric{
		matchedEvents:         count("MatchedEvents", onBus, "events that any rule of the bus matched"),
		matchedByRule:         count("MatchedEvents", ofRule, "events that the rule matched"),
		triggeredRules:        count("TriggeredRules", every, "pairs of an event and a rule that it matched"),
		invocationsCreated:    spread("InvocationsCreated", metric.Count, account, "deliveries that an event caused; one sample an event"),
		invocations:           count("Invocations", account|ofRule, "deliveries that ended: taken by the target or given up"),
		failedInvocations:     count("FailedInvocations", ofRule, "deliveries given up"),
		deadLetterInvocations: count("DeadLetterInvocations", ofRule, "deliveries not made since the event ran in a circle of buses; they are neither `Invocations` nor `FailedInvocations`"),
		invocationAttempts:    count("InvocationAttempts", every|bothOfRule, "attempts to hand an event to a target"),
		retryAttempts:         count("RetryInvocationAttempts", every|bothOfRule, "attempts after a delivery's first"),
		successfulAttempts:    count("SuccessfulInvocationAttempts", every|bothOfRule, "attempts that the target took"),
		throttledRules:        count("ThrottledRules", every, "attempts that ended with `THROTTLING`: the target takes no more for now (AWS counts its own quota of invocations here; there is none)"),
		sentToDLQ:             count("InvocationsSentToDlq", ofRule, "deliveries given up that went to their dead-letter queue"),
		failedToDLQ:           count("InvocationsFailedToBeSentToDlq", ofRule, "deliveries given up that their dead-letter queue did not take"),
		startLatency:          latency("IngestionToInvocationStartLatency", "from the event's arrival to the start of the first attempt"),
		completeLatency:       latency("IngestionToInvocationCompleteLatency", "from the event's arrival to the end of the first attempt"),
		successLatency:        latency("IngestionToInvocationSuccessLatency", "from the event's arrival to the end of the attempt that the target took"),
		putCalls:              count("PutEventsApproximateCallCount", account, "`PutEvents` requests"),
		putSuccesses:          count("PutEventsApproximateSuccessCount", account, "of them, those that were taken, with refused entries or without"),
		putFailures:           count("PutEventsApproximateFailedCount", account, "of them, those that were refused as a whole"),
		putEntries:            spread("PutEventsEntriesCount", metric.Count, account, "entries; one sample a request"),
		putFailedEntries:      spread("PutEventsFailedEntriesCount", metric.Count, account, "entries that were refused; one sample a request"),
		putLatency:            spread("PutEventsLatency", metric.Milliseconds, account, "time to answer a request"),
		putSize:               spread("PutEventsRequestSize", metric.Bytes, account, "size of the entries of a request, as EventBridge counts it"),
	}
}

func count(name string, scope scopes, means string) Metric {
	return Metric{Figure: gather.Figure{Name: name, Unit: metric.Count, Means: means}, Of: scope.String(), scope: scope}
}

// spread is of values that differ; those of a count are ones.
func spread(name string, unit metric.Unit, scope scopes, means string) Metric {
	m := count(name, scope, means)
	m.Unit, m.Spread = unit, true
	return m
}

func latency(name, means string) Metric {
	return spread(name, metric.Milliseconds, account|onBus|ofRule|bothOfRule, means)
}

// Metrics lists the metrics that are kept, as users see them.
func Metrics() []Metric {
	all := table()
	return all[:]
}

// String names the sets of dimensions.
func (s scopes) String() string {
	text := ""
	for _, d := range []struct {
		scope scopes
		name  string
	}{{account, "none"}, {onBus, "EventBusName"}, {ofRule, "RuleName"}} {
		if s&d.scope == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += d.name
	}
	return text
}
