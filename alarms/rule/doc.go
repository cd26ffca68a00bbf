// Package rule reads the AlarmRule of a composite alarm and evaluates it.
//
// Start from Parse, which makes a Rule of the text or an Error that names the
// token at fault and its place, and from Rule.Evaluate, which takes the states
// of the alarms from its caller and says, beside the result, which alarms
// determined it.
//
// It promises that a Rule keeps within the limits of PutCompositeAlarm, which
// bound what reading and evaluating it cost. A Rule does not change once it is
// resolved and may be evaluated by many at once.
//
// It knows no alarms. What a reference in a rule means, a name or an ARN, and
// whether there is such an alarm, is left to the caller.
package rule
