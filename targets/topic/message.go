package topic

import (
	"encoding/json"
	"time"
	"unicode"

	"skywatch/internal/fault"
	"skywatch/targets"
)

// maxMessage bounds a message with its attributes, in bytes.
const maxMessage = 262_144

// maxSubject is in characters.
const maxSubject = 100

// Message is what is published.
type Message struct {
	Subject string
	Body    string
	// Structured says that Body is a JSON object of texts by protocol, with
	// one for "default".
	Structured bool
	Attributes map[string]targets.Attribute
	// Group and Deduplication are of FIFO topics; a standard one passes a Group
	// on to standard queues.
	Group, Deduplication string
	// Trace is the X-Ray trace header of the publish; it goes with the message to
	// queues and functions.
	Trace string

	texts    map[string]string // of a structured message
	document []byte            // what filters of attributes look at
	// Of prepare; zero where the message did not go through it.
	id         string
	at         time.Time
	signatures map[string]string // by version and text
	// ofFailure is the Delivery.OfFailure of what brought the message.
	ofFailure bool
}

// Published is the answer to a message. Sequence is of FIFO topics.
type Published struct{ MessageID, Sequence string }

// size is what counts towards the limit.
func (m *Message) size() int {
	size := len(m.Body)
	for name, a := range m.Attributes {
		size += a.Size(name)
	}
	return size
}

// check holds a message against the rules of Publish.
func (m *Message) check() error {
	switch {
	case m.Body == "":
		return invalid("Empty message").On("Message")
	case m.size() > maxMessage:
		return invalid("Message too long").On("Message")
	case !goodSubject(m.Subject):
		return invalid("Subject").On("Subject")
	}
	for _, name := range sorted(m.Attributes) {
		if err := m.Attributes[name].Check(name); err != nil {
			f := *fault.Of(err)
			f.Subject = "message-attribute"
			return &f
		}
	}
	if m.Structured {
		return m.structure()
	}
	return nil
}

// goodSubject: ASCII that begins with a letter, a digit or punctuation, without
// line breaks and control characters.
func goodSubject(s string) bool {
	for i, r := range s {
		if r > unicode.MaxASCII || unicode.IsControl(r) || i == 0 && r == ' ' {
			return false
		}
	}
	return len(s) <= maxSubject
}

// structure reads the texts of a structured message.
func (m *Message) structure() error {
	var parts map[string]any
	if err := json.Unmarshal([]byte(m.Body), &parts); err != nil {
		return invalid("Message Structure - JSON message body failed to parse").On("Message")
	}
	m.texts = map[string]string{}
	for k, v := range parts {
		if text, ok := v.(string); ok {
			m.texts[k] = text
		}
	}
	if _, ok := m.texts["default"]; !ok {
		return invalid("Message Structure - No default entry in JSON message body").On("Message")
	}
	return nil
}

// text is what subscribers of a protocol read.
func (m *Message) text(protocol string) string {
	if !m.Structured {
		return m.Body
	}
	if t, ok := m.texts[protocol]; ok {
		return t
	}
	return m.texts["default"]
}
