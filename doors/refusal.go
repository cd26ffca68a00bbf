package doors

import (
	"errors"

	"skywatch/internal/fault"
	"skywatch/rules"
)

// MediaType is the subject of a fault in the form in which events are sent:
// HTTP has a status of its own for it.
const MediaType = "media type"

func wrongForm(format string, args ...any) error {
	f := fault.New(fault.Unsupported, format, args...)
	f.Subject = MediaType
	return f
}

// placed names the event of a request of several that a refusal is about;
// places are those of the entries that were accepted or not.
func placed(err error, places []int, of int) error {
	var r *rules.Refused
	if !errors.As(err, &r) {
		return err
	}
	return ofBatch(r.Err, places[r.Entry], of)
}

// ofBatch names the event at a place, counted from zero, where there are
// several.
func ofBatch(err error, place, of int) error {
	f := fault.Of(err)
	if of < 2 {
		return f
	}
	out := fault.New(f.Kind, "Event %d of the batch: %s", place+1, f.Message)
	out.Subject, out.Param, out.Err = f.Subject, f.Param, f.Err
	return out
}
