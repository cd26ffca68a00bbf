package alarms

// alarmInvocation is what a function gets as an action of an alarm (cloudwatch.md
// 14.3).
type alarmInvocation struct {
	Source    string      `json:"source"`
	AlarmARN  string      `json:"alarmArn"`
	AccountID string      `json:"accountId"`
	Time      stamp       `json:"time"`
	Region    string      `json:"region"`
	AlarmData stateChange `json:"alarmData"`
}

// functionEvent is the event of an alarm that has just left the old status.
func functionEvent(a *Alarm, old Status) string {
	return encode(alarmInvocation{
		Source: "aws.cloudwatch", AlarmARN: a.ARN(), AccountID: a.Account, Time: stamp(a.Transitioned), Region: a.Region,
		AlarmData: stateChangeOf(a, old),
	})
}
