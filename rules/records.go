package rules

import (
	"encoding/json"
	"time"

	"skywatch/catalog"
)

// Bus is an event bus.
type Bus struct {
	BusName     `json:"-"`
	Description string `json:",omitempty"`
	// Policy is the JSON text of the resource policy, empty if there is none.
	Policy string            `json:",omitempty"`
	Tags   map[string]string `json:",omitempty"`
	// DeadLetter is the ARN of the queue for what can never be sent, empty if
	// there is none.
	DeadLetter string `json:",omitempty"`
	Log        BusLog
	// Created and Modified are kept as zero for a default bus that nobody
	// changed; it is as old as the house.
	Created, Modified time.Time
}

// State says whether a rule takes part.
type State string

// The states. EnabledWithAll is kept and means Enabled: there are no
// management events of CloudTrail here.
const (
	Enabled        State = "ENABLED"
	Disabled       State = "DISABLED"
	EnabledWithAll State = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
)

// Rule is a rule with its targets.
type Rule struct {
	RuleName    `json:"-"`
	Pattern     string            `json:",omitempty"`
	Schedule    string            `json:",omitempty"` // rate() or cron()
	State       State             `json:",omitempty"`
	Description string            `json:",omitempty"`
	RoleARN     string            `json:",omitempty"`
	Tags        map[string]string `json:",omitempty"`
	Targets     []Target          `json:",omitempty"` // by ID
	// ManagedBy is the service that made the rule and alone may change it, empty
	// for a rule of a user.
	ManagedBy string `json:",omitempty"`
	// Scheduled is when the schedule began: a rate counts from there. It is zero
	// while nothing is planned.
	Scheduled time.Time `json:",omitzero"`
}

// Target is what a rule sends to.
type Target struct {
	ID      string
	ARN     string
	RoleARN string `json:",omitempty"`
	Input
	// MessageGroupID is SqsParameters' only member.
	MessageGroupID string       `json:",omitempty"`
	Retry          *RetryPolicy `json:",omitempty"`
	// DeadLetter is the ARN of a queue, empty if there is none.
	DeadLetter string `json:",omitempty"`
	// Blocks are the parameter blocks of kinds of targets that nothing here
	// carries to yet, by name and as the door wrote them.
	Blocks map[string]json.RawMessage `json:",omitempty"`
}

// RetryPolicy is a target's wish; nil means the default.
type RetryPolicy struct {
	MaxAttempts   *int `json:",omitempty"` // retries after the first attempt
	MaxAgeSeconds *int `json:",omitempty"`
}

// The tables: buses by (account, region, bus), rules by (account, region, bus,
// rule). A default bus has a record only once it was changed.
var (
	buses = catalog.Table[Bus]{Name: "event-buses"}
	rules = catalog.Table[Rule]{Name: "event-rules"}
)

// findBus reads a bus; the default bus is always there.
func findBus(r catalog.Reader, n BusName) (Bus, bool, error) {
	b, ok, err := buses.Get(r, n.parts()...)
	b.BusName = n
	return b, ok || n.Bus == DefaultBus, err
}

func getBus(r catalog.Reader, n BusName) (Bus, error) {
	b, ok, err := findBus(r, n)
	if err == nil && !ok {
		err = noBus(n)
	}
	return b, err
}

// getRule reads a rule of a bus that is there.
func getRule(r catalog.Reader, n RuleName) (Rule, error) {
	if _, err := getBus(r, n.BusName); err != nil {
		return Rule{}, err
	}
	rule, ok, err := rules.Get(r, n.parts()...)
	rule.RuleName = n
	if err == nil && !ok {
		err = noRule(n)
	}
	return rule, err
}
