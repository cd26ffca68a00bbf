package queue

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"time"
	"unicode/utf8"

	"skywatch/internal/fault"
	"skywatch/targets"
)

// Message is what a client sends.
type Message struct {
	Body       string
	Attributes map[string]targets.Attribute
	// System holds message system attributes; AWSTraceHeader is the only one.
	System map[string]targets.Attribute
	// Delay hides the message at first; nil means the queue's delay.
	Delay *time.Duration
	// Group and Deduplication are of FIFO queues.
	Group, Deduplication string
}

// Sent is the answer to a message.
type Sent struct {
	MessageID, BodyMD5, AttributesMD5, SystemMD5 string
	// Sequence is a FIFO queue's number of the message, 20 digits.
	Sequence string
}

func (m *Message) check(s *Settings) error {
	switch {
	case m.Body == "":
		return fault.New(fault.Missing, "The request must contain the parameter MessageBody.").On("MessageBody")
	case !validText(m.Body):
		return on("message-contents", fault.New(fault.InvalidValue, "Invalid characters found. Valid unicode characters are "+
			"#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"))
	case len(m.Attributes) > targets.MaxAttributes:
		return fault.New(fault.InvalidValue, "Number of message attributes [%d] exceeds the allowed maximum [%d].", len(m.Attributes), targets.MaxAttributes)
	}
	if d := m.Delay; d != nil && (*d < 0 || *d > 900*time.Second) {
		return fault.New(fault.InvalidValue, "Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
			*d/time.Second).On("DelaySeconds")
	}
	for _, name := range sorted(m.Attributes) {
		if err := m.Attributes[name].Check(name); err != nil {
			return err
		}
	}
	for name, a := range m.System {
		if name != "AWSTraceHeader" || a.Type != "String" || a.String == "" {
			return fault.New(fault.InvalidValue, "Message system attribute name '%s' is invalid.", name) // (inferred)
		}
	}
	if m.size() > s.MaximumSize {
		return fault.New(fault.InvalidValue, "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", s.MaximumSize).On("MessageBody")
	}
	return nil
}

// size is what counts towards MaximumMessageSize: system attributes do not.
func (m *Message) size() int {
	n := len(m.Body)
	for name, a := range m.Attributes {
		n += a.Size(name)
	}
	return n
}

// validText reports whether s has only the characters of XML 1.0.
func validText(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		}
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
	}
	return true
}

func bodyMD5(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// AttributesMD5 is the documented digest of attributes: in order of the names,
// each of name, type and value with its length (4 bytes, big-endian) in front,
// and before the value one byte for its kind: 1 string, 2 binary. It is empty
// without attributes.
func AttributesMD5(attributes map[string]targets.Attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	h := md5.New()
	write := func(b []byte) {
		_ = binary.Write(h, binary.BigEndian, uint32(len(b)))
		_, _ = h.Write(b)
	}
	for _, name := range sorted(attributes) {
		a := attributes[name]
		write([]byte(name))
		write([]byte(a.Type))
		if a.Base() == "Binary" {
			_, _ = h.Write([]byte{2})
			write(a.Binary)
		} else {
			_, _ = h.Write([]byte{1})
			write([]byte(a.String))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
