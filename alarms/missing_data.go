package alarms

// Treatment is TreatMissingData: what stands for a period without datapoint
// when there are fewer than N datapoints in the evaluation range.
type Treatment string

// The treatments. An absent one behaves as Missing.
const (
	Missing      Treatment = "missing"
	Ignore       Treatment = "ignore"
	Breaching    Treatment = "breaching"
	NotBreaching Treatment = "notBreaching"
)

func (t Treatment) valid() bool {
	switch t {
	case Missing, Ignore, Breaching, NotBreaching:
		return true
	}
	return false
}

// filling is the word of a reason for what a missing datapoint was taken as;
// empty where the treatment takes it as nothing.
func (t Treatment) filling() string {
	switch t {
	case Breaching:
		return "Breaching"
	case NotBreaching:
		return "NonBreaching"
	}
	return ""
}
