package alarms

// EvaluationState says what is wrong with an alarm's evaluation, in AWS's
// spelling; empty: nothing is.
type EvaluationState string

// The evaluation states (cloudwatch.md 12.6).
const (
	// PartialData: there is more to look at than the quotas let an alarm look at.
	PartialData EvaluationState = "PARTIAL_DATA"
	// EvaluationError: the definition cannot be evaluated; the reason says why.
	EvaluationError EvaluationState = "EVALUATION_ERROR"
	// EvaluationFailure: the data could not be read; the next instant tries again.
	EvaluationFailure EvaluationState = "EVALUATION_FAILURE"
	// InWarmUp: the alarm waits for its first data.
	InWarmUp EvaluationState = "IN_WARM_UP"
)
