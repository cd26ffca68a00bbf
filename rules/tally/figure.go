package tally

import "skywatch/metric"

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
type figure uint8

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
	Name  string
	Unit  metric.Unit
	Of    string // the sets of dimensions
	Means string
	scope scopes
	// spread says that values differ and are kept, for percentiles; the others
	// are ones.
	spread bool
}

// table has the metrics by figure. Names, units and dimensions are those of
// "Monitoring Amazon EventBridge" (user guide). That page spells two of the
// latencies Ingestionto…; the alarms that AWS gives out have IngestionTo….
func table() [numFigures]Metric {
	const every = account | onBus | ofRule
	return [numFigures]Metric{
		matchedEvents:         {Name: "MatchedEvents", scope: onBus, Means: "events that any rule of the bus matched"},
		matchedByRule:         {Name: "MatchedEvents", scope: ofRule, Means: "events that the rule matched"},
		triggeredRules:        {Name: "TriggeredRules", scope: every, Means: "pairs of an event and a rule that it matched"},
		invocationsCreated:    {Name: "InvocationsCreated", scope: account, Means: "deliveries that an event caused; one sample an event", spread: true},
		invocations:           {Name: "Invocations", scope: account | ofRule, Means: "deliveries that ended: taken by the target or given up"},
		failedInvocations:     {Name: "FailedInvocations", scope: ofRule, Means: "deliveries given up"},
		deadLetterInvocations: {Name: "DeadLetterInvocations", scope: ofRule, Means: "deliveries not made since the event ran in a circle of buses; they are neither `Invocations` nor `FailedInvocations`"},
		invocationAttempts:    {Name: "InvocationAttempts", scope: every | bothOfRule, Means: "attempts to hand an event to a target"},
		retryAttempts:         {Name: "RetryInvocationAttempts", scope: every | bothOfRule, Means: "attempts after a delivery's first"},
		successfulAttempts:    {Name: "SuccessfulInvocationAttempts", scope: every | bothOfRule, Means: "attempts that the target took"},
		throttledRules:        {Name: "ThrottledRules", scope: every, Means: "attempts that ended with `THROTTLING`: the target takes no more for now (AWS counts its own quota of invocations here; there is none)"},
		sentToDLQ:             {Name: "InvocationsSentToDlq", scope: ofRule, Means: "deliveries given up that went to their dead-letter queue"},
		failedToDLQ:           {Name: "InvocationsFailedToBeSentToDlq", scope: ofRule, Means: "deliveries given up that their dead-letter queue did not take"},
		startLatency:          latency("IngestionToInvocationStartLatency", "from the event's arrival to the start of the first attempt"),
		completeLatency:       latency("IngestionToInvocationCompleteLatency", "from the event's arrival to the end of the first attempt"),
		successLatency:        latency("IngestionToInvocationSuccessLatency", "from the event's arrival to the end of the attempt that the target took"),
		putCalls:              {Name: "PutEventsApproximateCallCount", scope: account, Means: "`PutEvents` requests"},
		putSuccesses:          {Name: "PutEventsApproximateSuccessCount", scope: account, Means: "of them, those that were taken, with refused entries or without"},
		putFailures:           {Name: "PutEventsApproximateFailedCount", scope: account, Means: "of them, those that were refused as a whole"},
		putEntries:            {Name: "PutEventsEntriesCount", scope: account, Means: "entries; one sample a request", spread: true},
		putFailedEntries:      {Name: "PutEventsFailedEntriesCount", scope: account, Means: "entries that were refused; one sample a request", spread: true},
		putLatency:            {Name: "PutEventsLatency", Unit: metric.Milliseconds, scope: account, Means: "time to answer a request", spread: true},
		putSize:               {Name: "PutEventsRequestSize", Unit: metric.Bytes, scope: account, Means: "size of the entries of a request, as EventBridge counts it", spread: true},
	}
}

func latency(name, means string) Metric {
	return Metric{Name: name, Unit: metric.Milliseconds, scope: account | onBus | ofRule | bothOfRule, Means: means, spread: true}
}

// metrics completes the table.
func metrics() [numFigures]Metric {
	all := table()
	for i := range all {
		if all[i].Unit == metric.None {
			all[i].Unit = metric.Count
		}
		all[i].Of = all[i].scope.String()
	}
	return all
}

// Metrics lists the metrics that are kept, as users see them.
func Metrics() []Metric {
	all := metrics()
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
