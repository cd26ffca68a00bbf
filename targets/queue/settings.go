package queue

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"skywatch/internal/fault"
)

// Settings are a queue's attributes that can be set.
type Settings struct {
	Delay, MaximumSize, Retention, Wait, Visibility int // seconds; bytes for MaximumSize
	Policy                                          string
	Redrive                                         *Redrive      `json:",omitempty"`
	RedriveAllow                                    *RedriveAllow `json:",omitempty"`
	// ContentBased deduplicates by the body; PerGroup does so within a group.
	// ThroughputPerGroup is kept only: we limit no queue's throughput.
	ContentBased, PerGroup, ThroughputPerGroup bool `json:",omitempty"`
}

// setting is one numeric attribute with its range and default.
type setting struct {
	name        string
	least, most int
	preset      int
	of          func(*Settings) *int
}

// settings are those of events.md 4.5.
var settings = []setting{
	{"DelaySeconds", 0, 900, 0, func(s *Settings) *int { return &s.Delay }},
	{"MaximumMessageSize", 1024, 1 << 20, 1 << 20, func(s *Settings) *int { return &s.MaximumSize }},
	{"MessageRetentionPeriod", 60, 1_209_600, 345_600, func(s *Settings) *int { return &s.Retention }},
	{"ReceiveMessageWaitTimeSeconds", 0, 20, 0, func(s *Settings) *int { return &s.Wait }},
	{"VisibilityTimeout", 0, 43_200, 30, func(s *Settings) *int { return &s.Visibility }},
}

// What SQS has and we refuse, and what can only be read.
var (
	refusedSettings = []string{
		"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
	}
	// texts are the attributes that are neither numbers nor computed.
	texts = []string{
		"Policy", "SqsManagedSseEnabled", "RedrivePolicy", "RedriveAllowPolicy",
		"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
	}
	computed = []string{
		"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
		"CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
	}
)

func presets() Settings {
	var s Settings
	for _, one := range settings {
		*one.of(&s) = one.preset
	}
	return s
}

func find(name string) (setting, bool) {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
	if i < 0 {
		return setting{}, false
	}
	return settings[i], true
}

// set changes the attributes given, or names the first that is wrong.
func (s *Settings) set(attributes map[string]string, fifo bool) error {
	for _, name := range sorted(attributes) {
		if fifo {
			if ok, err := s.setFifo(name, attributes[name]); err != nil {
				return err
			} else if ok {
				continue
			}
		}
		if err := s.setOne(name, attributes[name]); err != nil {
			return err
		}
	}
	return s.checkThroughput()
}

func (s *Settings) setOne(name, value string) (err error) {
	one, ok := find(name)
	switch {
	case ok:
		n, err := strconv.Atoi(value)
		if err != nil || n < one.least || n > one.most {
			return wrongValue(name)
		}
		*one.of(s) = n
	case name == "Policy":
		if value != "" && !json.Valid([]byte(value)) {
			return wrongValue(name)
		}
		s.Policy = value
	case name == "RedrivePolicy":
		s.Redrive, err = parseRedrive(value)
	case name == "RedriveAllowPolicy":
		s.RedriveAllow, err = parseRedriveAllow(value)
	case name == "SqsManagedSseEnabled":
		// Messages are not encrypted at rest, and we do not say they are.
		if value != "false" {
			return refused("Encryption at rest (attribute SqsManagedSseEnabled) is")
		}
	case slices.Contains(refusedSettings, name):
		return refused("The queue attribute " + name + " is")
	default:
		return unknownAttribute(name)
	}
	return err
}

func wrongValue(name string) error {
	return on("attribute-value", fault.New(fault.InvalidValue, "Invalid value for the parameter %s.", name))
}

func unknownAttribute(name string) error {
	return on("attribute-name", fault.New(fault.InvalidValue, "Unknown Attribute %s.", name))
}

// text gives the attributes as SQS spells them.
func (s *Settings) text() map[string]string {
	out := map[string]string{"SqsManagedSseEnabled": "false"}
	for _, one := range settings {
		out[one.name] = strconv.Itoa(*one.of(s))
	}
	if s.Policy != "" {
		out["Policy"] = s.Policy
	}
	if s.Redrive != nil {
		out["RedrivePolicy"] = jsonText(s.Redrive)
	}
	if s.RedriveAllow != nil {
		out["RedriveAllowPolicy"] = jsonText(s.RedriveAllow)
	}
	return out
}

func sorted[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
