package scheduler

import (
	"encoding/json"
	"time"

	"skywatch/catalog"
)

// GroupState says whether a group is there or on its way out.
type GroupState string

// The states of groups.
const (
	Active   GroupState = "ACTIVE"
	Deleting GroupState = "DELETING"
)

// Group is a group of schedules.
type Group struct {
	GroupName `json:"-"`
	State     GroupState
	Tags      map[string]string `json:",omitempty"`
	// Created and Modified are zero for a default group that nobody changed.
	Created, Modified time.Time
}

// State says whether a schedule runs.
type State string

// The states of schedules.
const (
	Enabled  State = "ENABLED"
	Disabled State = "DISABLED"
)

// Completion says what becomes of a schedule after its last planned time.
type Completion string

// The actions after completion.
const (
	Keep   Completion = "NONE"
	Delete Completion = "DELETE"
)

// Definition is what a client says of a schedule.
type Definition struct {
	Description string `json:",omitempty"`
	Expression  string
	// Timezone is an IANA name.
	Timezone   string
	Start, End time.Time  `json:",omitzero"`
	Window     int        `json:",omitempty"` // minutes; 0: OFF
	State      State      `json:",omitempty"`
	Completion Completion `json:",omitempty"`
	Target     Target
}

// Schedule is a schedule.
type Schedule struct {
	Name `json:"-"`
	Definition
	Created, Modified time.Time
	// Since is what a rate counts from where there is no start date.
	Since time.Time
}

// Target is what a schedule sends to.
type Target struct {
	ARN     string
	RoleARN string
	Input   string `json:",omitempty"`
	// MaxRetries and MaxAge are the retry policy, the defaults filled in.
	MaxRetries    int
	MaxAgeSeconds int
	// DeadLetter is the ARN of a queue, empty if there is none.
	DeadLetter string `json:",omitempty"`
	// MessageGroup is SqsParameters' only member, Event are the
	// EventBridgeParameters.
	MessageGroup string           `json:",omitempty"`
	Event        *EventParameters `json:",omitempty"`
	// Blocks are the parameter blocks of kinds of targets, by name and as the
	// door wrote them.
	Blocks map[string]json.RawMessage `json:",omitempty"`
}

// EventParameters are what an event needs beside its detail.
type EventParameters struct{ DetailType, Source string }

// The tables: groups by (account, region, group), schedules by (account,
// region, group, schedule), how many schedules there are by (account, region).
// A default group has a record only once it was tagged.
var (
	groups    = catalog.Table[Group]{Name: "schedule-groups"}
	schedules = catalog.Table[Schedule]{Name: "schedules"}
	counts    = catalog.Table[int]{Name: "schedule-counts"}
)

// findGroup reads a group; the default group is always there.
func findGroup(r catalog.Reader, n GroupName) (Group, bool, error) {
	g, ok, err := groups.Get(r, n.parts()...)
	g.GroupName = n
	if !ok {
		g.State = Active
	}
	return g, ok || n.Group == DefaultGroup, err
}

func getGroup(r catalog.Reader, n GroupName) (Group, error) {
	g, ok, err := findGroup(r, n)
	if err == nil && !ok {
		err = noGroup(n)
	}
	return g, err
}

// getSchedule reads a schedule of a group that is there.
func getSchedule(r catalog.Reader, n Name) (Schedule, error) {
	if _, err := getGroup(r, n.GroupName); err != nil {
		return Schedule{}, err
	}
	s, ok, err := schedules.Get(r, n.parts()...)
	s.Name = n
	if err == nil && !ok {
		err = noSchedule(n)
	}
	return s, err
}

// count adds to the number of an account's schedules in a region.
func count(tx *catalog.Tx, n GroupName, add int) (int, error) {
	before, _, err := counts.Get(tx, n.Account, n.Region)
	if err != nil {
		return 0, err
	}
	return before + add, counts.Put(tx, before+add, n.Account, n.Region)
}
