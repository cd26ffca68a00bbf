package alarms

// alarmInvocation is what a function gets as an action of an alarm (cloudwatch.md
// 14.3).
type alarmInvocation struct {
	Source    string `json:"source"`
	AlarmARN  string `json:"alarmArn"`
	AccountID string `json:"accountId"`
	Time      stamp  `json:"time"`
	Region    string `json:"region"`
	AlarmData any    `json:"alarmData"` // the detail of the event
}

// functionEvent is the event of an alarm that has just left the old status, or of
// a contributor that has.
func functionEvent(a *Alarm, why occasion) string {
	var data any = stateChangeOf(a, why.old)
	if why.contributor != nil {
		data = contributorChangeOf(a, why.contributor)
	}
	return encode(alarmInvocation{
		Source: "aws.cloudwatch", AlarmARN: a.ARN(), AccountID: a.Account, Time: stamp(a.Transitioned), Region: a.Region,
		AlarmData: data,
	})
}
