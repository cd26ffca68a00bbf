// Package alarms keeps alarms, evaluates them as data arrive, and hands on what
// must happen when their state changes.
//
// Start from Evaluate, which decides: a pure function of a definition, the
// slots of its range, the previous state and the instant; Alarm.decide extends it
// to all kinds that look at data. Service is what the API calls: it checks, keeps
// and lists alarms, and evaluates composite ones in the transaction in which
// another alarm changes. Evaluator decides on live data, which it hears of as an
// ingest.Observer; Backtest decides in the same way on what is stored.
//
// It promises that a change of state is one catalog transaction: the new
// status, its history item, one targets.Delivery for each action and the event.
// A crash loses none of them and repeats none. Evaluation, SetAlarmState and
// PutMetricAlarm may race: each transition is decided on the definition and the
// status that it replaces, or decided again.
//
// Definition is what an alarm of any kind is: on one metric, on metric math or
// Metrics Insights, on a PromQL query, on the states of other alarms. Put holds
// PutMetricAlarm's rules. It leaves sending to targets, statistics to metric, the
// languages to query, the spelling of requests and errors to api, and reading to
// query.Source.
package alarms
