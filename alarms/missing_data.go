package alarms

// Treatment is TreatMissingData: what stands for a period without datapoint
// when there are fewer than N datapoints in the evaluation range.
type Treatment string

// The treatments. An absent one behaves as Missing; see Definition.treatment.
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

// treatment is the one that applies: alarms on DynamoDB's own metrics ignore
// missing data unless told otherwise (cloudwatch.md 11.1).
func (d *Definition) treatment() Treatment {
	switch {
	case d.TreatMissingData != "":
		return d.TreatMissingData
	case d.Namespace == "AWS/DynamoDB":
		return Ignore
	}
	return Missing
}
