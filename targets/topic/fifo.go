package topic

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"skywatch/catalog"
)

const fifoSuffix = ".fifo"

// fifo reports whether a topic keeps order.
func (n Name) fifo() bool { return strings.HasSuffix(n.Topic, fifoSuffix) }

// maxFifoSubscriptions is SNS's limit for a FIFO topic ("endpoints and quotas").
const maxFifoSubscriptions = 100

// window is how long a FIFO topic remembers a deduplication id (events.md 4.4).
const window = 5 * time.Minute

// seen is what a topic remembers of a message by its deduplication id.
type seen struct {
	Published
	At time.Time
}

var (
	sequences = catalog.Table[uint64]{Name: "topic-sequences"} // topic's place
	sightings = catalog.Aging[seen]{                           // topic's place, group or "", deduplication id
		Table: catalog.Table[seen]{Name: "topic-seen"}, Ages: catalog.Table[struct{}]{Name: "topic-seen-by-time"},
		At: func(is *seen) time.Time { return is.At },
	}
)

// place is what belongs to one topic and not to a later one of its name.
func (t *record) place() []string { return append(t.key(), catalog.TimePart(t.Created)) }

// markID is the form of group and deduplication ids (API reference of Publish).
var markID = regexp.MustCompile("^[A-Za-z0-9!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~-]{1,128}$")

// checkFifo holds a message against the rules of the topic's kind, and gives it
// the deduplication id of its content where the topic is set so. A standard
// topic passes a group on to the queues that are fair by it.
func (t *record) checkFifo(m *Message) error {
	if m.Group != "" && !markID.MatchString(m.Group) {
		return badMark("MessageGroupId", m.Group)
	}
	if m.Deduplication != "" && !markID.MatchString(m.Deduplication) {
		return badMark("MessageDeduplicationId", m.Deduplication)
	}
	switch {
	case !t.fifo() && m.Deduplication != "":
		return invalid("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type").On("MessageDeduplicationId")
	case !t.fifo():
		return nil
	case m.Group == "":
		return invalid("The MessageGroupId parameter is required for FIFO topics").On("MessageGroupId")
	case m.Deduplication == "" && !t.ContentBased:
		return invalid("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly").On("MessageDeduplicationId")
	case m.Deduplication == "":
		sum := sha256.Sum256([]byte(m.Body))
		m.Deduplication = hex.EncodeToString(sum[:])
	}
	return nil
}

func badMark(parameter, value string) error { // (inferred)
	return invalid("%s Reason: %s can only include alphanumeric and punctuation characters. 1 to 128 in length: %s", parameter, parameter, value).On(parameter)
}

// was returns what a FIFO topic remembers of a message like m; the answer to
// it is that of the first (inferred).
func (s *Service) was(r catalog.Reader, t *record, m *Message) (seen, bool, error) {
	is, ok, err := sightings.Get(r, t.seenKey(m)...)
	return is, ok && s.now().Sub(is.At) < window, err
}

func (t *record) seenKey(m *Message) []string {
	within := ""
	if t.PerGroup {
		within = m.Group
	}
	return append(t.place(), within, m.Deduplication)
}

// number gives a message of a FIFO topic its place in the order, and remembers
// it.
func (t *record) number(tx *catalog.Tx, m *Message, p *Published, at time.Time) error {
	n, _, err := sequences.Get(tx, t.place()...)
	if err != nil {
		return err
	}
	n++
	if err := sequences.Put(tx, n, t.place()...); err != nil {
		return err
	}
	p.Sequence = sequenceText(n)
	return sightings.Put(tx, seen{*p, at}, t.seenKey(m)...)
}

// sequenceText spells a sequence number as SNS does: twenty digits, and so in
// order as texts.
func sequenceText(n uint64) string { return "1" + catalog.NumberPart(n)[1:] }

// setFifo sets an attribute that only FIFO topics have; ok is false if name is
// not one. creating says that the topic is not there yet.
func (t *record) setFifo(name, value string, creating bool) (ok bool, err error) {
	b, err := strconv.ParseBool(strings.ToLower(value))
	switch name {
	case "FifoTopic":
		switch {
		case err != nil:
			return true, invalid("FifoTopic").On(name) // (inferred)
		case !creating || b != t.fifo():
			return true, invalid("FifoTopic Reason: the type of a topic cannot be changed").On(name) // (inferred)
		}
		return true, nil
	case "ContentBasedDeduplication":
		if err != nil || b && !t.fifo() {
			return true, invalid("ContentBasedDeduplication").On(name) // (inferred)
		}
		t.ContentBased = b
		return true, nil
	case "FifoThroughputScope":
		if value != "Topic" && value != "MessageGroup" || !t.fifo() {
			return true, invalid("FifoThroughputScope").On(name) // (inferred)
		}
		t.PerGroup = value == "MessageGroup"
		return true, nil
	}
	return false, nil
}

// fifoText adds the attributes that only FIFO topics have.
func (t *record) fifoText(out map[string]string) {
	if !t.fifo() {
		return
	}
	out["FifoTopic"], out["ContentBasedDeduplication"] = "true", strconv.FormatBool(t.ContentBased)
	out["FifoThroughputScope"] = "Topic"
	if t.PerGroup {
		out["FifoThroughputScope"] = "MessageGroup"
	}
}
