package event

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// envelopeBytes is what an envelope needs at most beside the event's own texts.
const envelopeBytes = 192

// bytes is how long the envelope is at most, if nothing is escaped.
func (e *Event) bytes() int {
	n := envelopeBytes + len(e.ID) + len(e.DetailType) + len(e.Source) + len(e.Account) + len(e.Region) + len(e.Detail) + len(e.ReplayName)
	for _, r := range e.Resources {
		n += len(r) + len(`"",`)
	}
	return n
}

// AppendEnvelope appends the envelope of an event whose detail is JSON as
// AppendCompact makes it.
func (e *Event) AppendEnvelope(dst []byte) []byte {
	dst = append(slices.Grow(dst, e.bytes()), `{"version":"0"`...)
	for _, m := range [...]struct{ name, value string }{
		{`,"id":`, e.ID}, {`,"detail-type":`, e.DetailType}, {`,"source":`, e.Source}, {`,"account":`, e.Account},
	} {
		dst = appendString(append(dst, m.name...), m.value)
	}
	dst = e.Time.UTC().AppendFormat(append(dst, `,"time":"`...), time.RFC3339)
	dst = appendString(append(dst, `","region":`...), e.Region)
	dst = append(dst, `,"resources":[`...)
	for i, r := range e.Resources {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, r)
	}
	dst = append(append(dst, `],"detail":`...), e.Detail...)
	if e.ReplayName != "" {
		dst = appendString(append(dst, `,"replay-name":`...), e.ReplayName)
	}
	return append(dst, '}')
}

// appendString appends s as a JSON string, without the escapes that are for
// HTML.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x80 || c == '"' || c == '\\' {
			return appendEscaped(dst, s)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

// appendEscaped is appendString for what needs more than quotes.
func appendEscaped(dst []byte, s string) []byte {
	b := bytes.NewBuffer(dst)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string can always be encoded
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
