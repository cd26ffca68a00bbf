package rules

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"skywatch/event"
	"skywatch/metric"
)

// Entry is an event as a client puts it.
type Entry struct {
	Time       time.Time // zero: when it arrives
	Source     string
	Resources  []string
	DetailType string
	Detail     string // a JSON object
	Bus        string // a name, an ARN, or nothing for the default bus
	Trace      string // an X-Ray trace header, handed on to the targets
}

// Result is what became of an entry: an ID, or a code and a message.
type Result struct{ EventID, Code, Message string }

// timeBytes is what a Time counts towards the size of an entry (user guide,
// "Calculating event entry size").
const timeBytes = 14

func (e *Entry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if !e.Time.IsZero() {
		n += timeBytes
	}
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

// sizeOf is the size of the entries of a request together.
func sizeOf(entries []Entry) (n int) {
	for i := range entries {
		n += entries[i].size()
	}
	return n
}

// notAuthorizedForSource is the code of an entry whose source is reserved.
const notAuthorizedForSource = "NotAuthorizedForSourceException"

// refuse says what is wrong with an entry; an empty code means nothing, and
// detail is the entry's without white space.
func (e *Entry) refuse(allowReserved bool) (detail json.RawMessage, no Result) {
	for _, m := range []struct{ name, value string }{{"Source", e.Source}, {"DetailType", e.DetailType}, {"Detail", e.Detail}} {
		if m.value == "" {
			return nil, Result{Code: "InvalidArgument", Message: "Parameter " + m.name + " is not valid. Reason: " + m.name + " is a required argument."}
		}
	}
	detail, ok := compactObject(e.Detail)
	switch {
	case !ok:
		return nil, Result{Code: "MalformedDetail", Message: "Detail is malformed."}
	case !allowReserved && strings.HasPrefix(e.Source, "aws."):
		return nil, Result{Code: notAuthorizedForSource, Message: "Not authorized for the source."} // (inferred)
	}
	return detail, Result{}
}

// maxDepth is how deep a detail nests at most (API model, PutEvents).
const maxDepth = 1000

// compactObject returns a JSON object without white space; ok is false for what
// is none, and for one that is too deep.
func compactObject(text string) (compact json.RawMessage, ok bool) {
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return nil, false
	}
	return event.AppendCompact(make([]byte, 0, len(text)), text, maxDepth)
}

// event makes the event of an entry whose detail has this compact form.
func (e *Entry) event(t metric.Tenant, detail json.RawMessage, now time.Time) event.Event {
	at := e.Time
	if at.IsZero() {
		at = now
	}
	return event.Event{
		ID: uuid.NewString(), Source: e.Source, DetailType: e.DetailType, Account: t.Account, Region: t.Region,
		Time: at.UTC(), Resources: e.Resources, Detail: detail,
	}
}
