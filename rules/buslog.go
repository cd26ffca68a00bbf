package rules

import (
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/targets"
)

// LogLevel says how much of what happens on a bus is logged.
type LogLevel string

// The levels, each with all of the one before.
const (
	LogOff   LogLevel = "OFF"
	LogError LogLevel = "ERROR" // deliveries of its rules that are given up
	LogInfo  LogLevel = "INFO"  // events that arrive, with the rules that take them
	LogTrace LogLevel = "TRACE" // each delivery that they make
)

// atLeast reports whether what belongs to a level is logged.
func (l LogLevel) atLeast(level LogLevel) bool {
	order := map[LogLevel]int{LogError: 1, LogInfo: 2, LogTrace: 3}
	return order[l] >= order[level]
}

// BusLog is a bus's LogConfig.
type BusLog struct {
	Level LogLevel `json:",omitempty"`
	// Detail is NONE or FULL: whether the event itself is logged.
	Detail string `json:",omitempty"`
}

// fullDetail is the IncludeDetail that logs events themselves.
const fullDetail = "FULL"

// log writes of an event that arrived on a bus that wants it logged.
func (s *Service) log(r *routing) {
	log := s.Logger.With("bus", r.to.ARN(), "event", r.ID)
	names := make([]string, len(r.matched))
	for i, rule := range r.matched {
		names[i] = rule.Rule
	}
	args := []any{"source", r.Source, "detail_type", r.DetailType, "rules", names}
	if r.logged.Detail == fullDetail {
		args = append(args, "envelope", string(r.envelope))
	}
	log.Info("event arrived on bus", args...)
	if !r.logged.Level.atLeast(LogTrace) {
		return
	}
	for i := range r.sends {
		log.Info("event sent to target", "rule", r.sends[i].Cause, "target", r.sends[i].Target, "delivery", r.sends[i].ID)
	}
}

// mourn logs a delivery of a bus's rule that was given up.
func (s *Service) mourn(o *targets.Outcome) {
	rule, ok := ruleOf(o.Delivery.Cause)
	if !ok {
		return
	}
	to := s.routeTo(rule.BusName)
	if to == nil {
		return
	}
	l := to.settings.Load().Log
	if !l.Level.atLeast(LogError) {
		return
	}
	args := []any{
		"bus", rule.BusName.ARN(), "rule", o.Delivery.Cause, "target", o.Delivery.Target, "delivery", o.Delivery.ID,
		"code", o.Code, "reason", o.Reason, "attempts", o.Delivery.Attempts,
	}
	if l.Detail == fullDetail {
		args = append(args, "message", o.Delivery.Message)
	}
	s.Logger.Error("delivery of bus given up", args...)
}

// bury names the bus's dead-letter queue for what can never be sent and has
// none of its target's.
func (b *Bus) bury(sends []targets.Delivery) {
	for i := range sends {
		if d := &sends[i]; d.Unsendable != "" && d.DeadLetter == "" {
			d.DeadLetter = b.DeadLetter
		}
	}
}

// checkDeadLetter wants a standard queue or nothing.
func (b *Bus) checkDeadLetter() error {
	if b.DeadLetter == "" {
		return nil
	}
	a, err := arn.Parse(b.DeadLetter)
	if err != nil || a.Service != "sqs" || strings.HasSuffix(a.Resource, ".fifo") {
		return fault.New(fault.Validation, "Parameter DeadLetterConfig.Arn is not valid. Reason: It must be the ARN of a standard queue.").On("DeadLetterConfig.Arn") // wording (inferred)
	}
	return nil
}
