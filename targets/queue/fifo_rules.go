package queue

import (
	"regexp"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// markID is the form of group and deduplication ids.
var markID = regexp.MustCompile("^[A-Za-z0-9!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~-]{1,128}$")

// checkFifo holds a message against the rules of the queue's kind, and gives it
// the deduplication id of its content where the queue is set so.
func (q *record) checkFifo(m *Message) error {
	if !q.fifo() {
		switch {
		case m.Deduplication != "":
			return notOfKind("MessageDeduplicationId", m.Deduplication)
		case m.Group != "" && !markID.MatchString(m.Group):
			return badMark("MessageGroupId", m.Group)
		}
		return nil
	}
	if m.Group == "" {
		return fault.New(fault.Missing, "The request must contain the parameter MessageGroupId.").On("MessageGroupId")
	}
	if m.Delay != nil && *m.Delay > 0 {
		return notOfKind("DelaySeconds", m.Delay.Truncate(time.Second).Seconds())
	}
	if !markID.MatchString(m.Group) {
		return badMark("MessageGroupId", m.Group)
	}
	switch {
	case m.Deduplication == "" && !q.Settings.ContentBased:
		return fault.New(fault.InvalidValue, "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly").On("MessageDeduplicationId")
	case m.Deduplication == "":
		m.Deduplication = contentID(m.Body)
	case !markID.MatchString(m.Deduplication):
		return badMark("MessageDeduplicationId", m.Deduplication)
	}
	m.Delay = nil
	return nil
}

func notOfKind(parameter string, value any) error {
	return fault.New(fault.InvalidValue, "Value %v for parameter %s is invalid. Reason: The request include parameter that is not valid for this queue type.", value, parameter).On(parameter)
}

func badMark(parameter, value string) error {
	return fault.New(fault.InvalidValue, "Value %s for parameter %s is invalid. Reason: %s can only include alphanumeric and punctuation characters. 1 to 128 in length.",
		value, parameter, parameter).On(parameter)
}

// setFifo sets an attribute that only FIFO queues have; ok is false if name is
// not one.
func (s *Settings) setFifo(name, value string) (ok bool, err error) {
	choose := func(to *bool, no, yes string) error {
		if value != no && value != yes {
			return wrongValue(name)
		}
		*to = value == yes
		return nil
	}
	switch name {
	case "FifoQueue":
		if !strings.EqualFold(value, "true") {
			return true, on("attribute-value", fault.New(fault.InvalidValue, "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."))
		}
	case "ContentBasedDeduplication":
		err = choose(&s.ContentBased, "false", "true")
	case "DeduplicationScope":
		err = choose(&s.PerGroup, "queue", "messageGroup")
	case "FifoThroughputLimit":
		err = choose(&s.ThroughputPerGroup, "perQueue", "perMessageGroupId")
	default:
		return false, nil
	}
	return true, err
}

// checkThroughput: a limit per group needs deduplication per group.
func (s *Settings) checkThroughput() error {
	if s.ThroughputPerGroup && !s.PerGroup {
		return fault.New(fault.InvalidValue, "The perMessageGroupId value for FifoThroughputLimit is allowed only when the value for DeduplicationScope is messageGroup.") // (inferred)
	}
	return nil
}

// fifoText gives the attributes that only FIFO queues have.
func (s *Settings) fifoText(out map[string]string) {
	choice := func(b bool, no, yes string) string {
		if b {
			return yes
		}
		return no
	}
	out["FifoQueue"] = "true"
	out["ContentBasedDeduplication"] = choice(s.ContentBased, "false", "true")
	out["DeduplicationScope"] = choice(s.PerGroup, "queue", "messageGroup")
	out["FifoThroughputLimit"] = choice(s.ThroughputPerGroup, "perQueue", "perMessageGroupId")
}
