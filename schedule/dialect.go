package schedule

import "skywatch/internal/fault"

// Dialect is the form of expressions that one service takes.
type Dialect uint8

// The dialects.
const (
	// Rule is that of EventBridge rules: rate() and cron(). The first run of a
	// rate is one interval after the rule was created or enabled.
	Rule Dialect = iota
	// Scheduler is that of EventBridge Scheduler: rate(), cron() and
	// at(yyyy-mm-ddThh:mm:ss). Rates may write either number of a unit (the
	// service takes rate(2 minute)), and the first run is the start itself.
	Scheduler
	// MuteRule is that of CloudWatch's alarm mute rules: cron() of five fields,
	// after Unix, and at(yyyy-MM-ddThh:mm).
	MuteRule
	// Unix is that of EC2 Auto Scaling's scheduled actions: the five fields of
	// cron alone, without a function around them.
	Unix
)

// refuse returns the fault for a text that is not of the dialect: AWS's words
// where they are known, with our reason as the cause.
func (d Dialect) refuse(text string, reason error) *fault.Error {
	var f *fault.Error
	switch d {
	case Rule:
		f = fault.New(fault.Validation, "Parameter ScheduleExpression is not valid.")
	case Scheduler:
		f = fault.New(fault.Validation, "Invalid Schedule Expression %s.", text)
	case Unix:
		f = fault.New(fault.Validation, "Given recurrence string: %s is invalid", text)
	default:
		// (inferred) CloudWatch's text is not published.
		f = fault.New(fault.Validation, "Parameter Rule.Schedule.Expression is not valid.")
	}
	f.Err = reason
	return f
}
