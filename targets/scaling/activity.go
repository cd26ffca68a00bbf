package scaling

import (
	"encoding/json"
	"strconv"
	"time"
)

// Status is the StatusCode of an activity.
type Status string

// The codes that this house has.
const (
	PreInService       Status = "PreInService"
	InProgress         Status = "InProgress"
	MidLifecycleAction Status = "MidLifecycleAction"
	Successful         Status = "Successful"
	Failed             Status = "Failed"
	Cancelled          Status = "Cancelled"
)

// keepActivities is how long activities are told of (user guide: "the scaling
// activities for the past six weeks").
const keepActivities = 6 * 7 * 24 * time.Hour

// maxStatusMessage is the length of a StatusMessage (API model).
const maxStatusMessage = 255

// task is what an activity has the driver do.
type task string

const (
	launch    task = "launch"
	terminate task = "terminate"
)

// Activity is one step of a group towards its desired capacity.
type Activity struct {
	ID string // a UUID
	GroupName
	GroupARN    string
	Description string
	Cause       string
	Start       time.Time
	End         time.Time `json:",omitzero"`
	Status      Status
	Message     string `json:",omitempty"`
	Progress    int
	Zone        string `json:",omitempty"`
	// Instance is empty for a launch whose driver has not answered.
	Instance string `json:",omitempty"`

	Task task `json:",omitempty"`
	// Waits: a lifecycle action has not been completed; the driver is not called.
	Waits bool `json:",omitempty"`
	// Calls of the driver whose outcome is not known; the next is not before Next.
	Calls int       `json:",omitempty"`
	Next  time.Time `json:",omitzero"`
	// Warmup is Group.Warmup of the instance to be launched.
	Warmup *int `json:",omitempty"`
}

func (a *Activity) open() bool { return a.End.IsZero() }

// Details is the JSON that AWS has in the member of that name.
func (a *Activity) Details() string {
	b, _ := json.Marshal(struct {
		Zone string `json:"Availability Zone"`
	}{a.Zone})
	return string(b)
}

// end closes the activity.
func (a *Activity) end(s Status, message string, now time.Time) {
	if len(message) > maxStatusMessage {
		message = message[:maxStatusMessage]
	}
	a.Status, a.Message, a.End, a.Progress, a.Waits = s, message, now, 100, false
}

// at begins a sentence of a cause.
func at(t time.Time) string { return "At " + t.UTC().Format("2006-01-02T15:04:05Z") }

func count(n int) string { return strconv.Itoa(n) }
