package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/rules"
	"skywatch/targets"
)

func TestPutEventsRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	good := order("")
	with := func(change func(*rules.Entry)) rules.Entry {
		e := good
		change(&e)
		return e
	}
	required := func(name string) string {
		return "Parameter " + name + " is not valid. Reason: " + name + " is a required argument."
	}
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	tests := []struct {
		entry         rules.Entry
		code, message string
	}{
		{good, "", ""},
		{with(func(e *rules.Entry) { e.Source = "" }), "InvalidArgument", required("Source")},
		{with(func(e *rules.Entry) { e.DetailType = "" }), "InvalidArgument", required("DetailType")},
		{with(func(e *rules.Entry) { e.Detail = "" }), "InvalidArgument", required("Detail")},
		{with(func(e *rules.Entry) { e.Detail = "[]" }), "MalformedDetail", "Detail is malformed."},
		{with(func(e *rules.Entry) { e.Detail = `"x"` }), "MalformedDetail", "Detail is malformed."},
		{with(func(e *rules.Entry) { e.Detail = `{"a":` }), "MalformedDetail", "Detail is malformed."},
		{with(func(e *rules.Entry) { e.Detail = nested(1000) }), "", ""},
		{with(func(e *rules.Entry) { e.Detail = nested(1001) }), "MalformedDetail", "Detail is malformed."},
		{with(func(e *rules.Entry) { e.Source = "aws.ec2" }), "NotAuthorizedForSourceException", "Not authorized for the source."},
		{with(func(e *rules.Entry) { e.Bus = "nowhere" }), "", ""}, // it vanishes
	}
	entries := make([]rules.Entry, len(tests))
	for i, tt := range tests {
		entries[i] = tt.entry
	}
	got, err := r.PutEvents(t.Context(), tenant, entries)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range tests {
		if g := got[i]; g.Code != tt.code || g.Message != tt.message || (g.EventID == "") != (tt.code != "") {
			t.Errorf("%d: %+v, want %s %s", i, g, tt.code, tt.message)
		}
	}
	if s := r.Stats(); s.UnknownBus != 1 || s.Accepted != 2 {
		t.Errorf("%+v", s)
	}
}

func TestPutEventsSize(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *rules.Options) { o.Limits.EntriesBytes = 100 })
	// 4 + 5 + 14 + 3 and what the detail needs.
	e := rules.Entry{Source: "shop", DetailType: "order", Time: time.Unix(1, 0), Resources: []string{"a", "é"}}
	for n, ok := range map[int]bool{100: true, 101: false} {
		e.Detail = `{"a":"` + strings.Repeat("x", n-26-8) + `"}`
		_, err := r.PutEvents(t.Context(), tenant, []rules.Entry{e})
		if ok != (err == nil) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if !ok && (!fault.Is(err, fault.Validation) || err.Error() != "Total size of the entries in the request is over the limit.") {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// Events that nobody waits for are not written, and so cost no sync.
func TestUnmatchedEventsAreNotWritten(t *testing.T) {
	t.Parallel()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	s, err := rules.New(rules.Options{Catalog: db, Outbox: targets.NewOutbox(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := s.PutEvents(t.Context(), tenant, []rules.Entry{order(""), {}})
	if err != nil || got[0].EventID == "" || got[1].Code == "" {
		t.Errorf("%+v, %v", got, err)
	}
}
