package scheduler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/internal/fault"
	"skywatch/scheduler"
)

// TestTold runs the conversations of testdata/told:
//
//	begin TIME              a new rig; every file begins with it
//	schedule NAME ...       creates or, with update, replaces a schedule
//	until TIME              time passes; shows what was sent, as
//	                        "when name scheduled-time"
//	down TIME               the same while nothing runs
//	clock TIME              the clock is set
//	show                    lists the schedules that are there
//	disable NAME, enable NAME, delete NAME
func TestTold(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/told", func(t *testing.T, path string) {
		var s story
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return s.tell(t, d) })
	})
}

type story struct{ *rig }

func (s *story) tell(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	argument := func() string { return d.CmdArgs[0].Key }
	switch d.Cmd {
	case "begin":
		s.rig = newRig(t, vfs.NewMem(), at(t, argument()))
	case "schedule":
		return s.schedule(t, d)
	case "until":
		s.until(at(t, argument()))
	case "down":
		s.down(at(t, argument()))
	case "clock":
		s.clock.Set(at(t, argument()))
		s.settle()
	case "disable", "enable":
		sch, err := s.Schedule(named(argument()))
		sch.State = map[string]scheduler.State{"disable": scheduler.Disabled, "enable": scheduler.Enabled}[d.Cmd]
		if err == nil {
			err = s.UpdateSchedule(t.Context(), sch.Name, sch.Definition, "")
		}
		return said(err)
	case "delete":
		return said(s.DeleteSchedule(t.Context(), named(argument()), ""))
	case "show":
		return s.show(t)
	default:
		t.Fatalf("no command %s", d.Cmd)
	}
	return s.shown()
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func said(err error) string {
	if err != nil {
		return fault.Of(err).Message + "\n"
	}
	return ""
}

func (s *story) schedule(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	def := defined(strings.TrimSpace(d.Input))
	put := s.CreateSchedule
	for _, a := range d.CmdArgs[1:] {
		switch a.Key {
		case "zone":
			def.Timezone = a.Vals[0]
		case "start":
			def.Start = at(t, a.Vals[0])
		case "end":
			def.End = at(t, a.Vals[0])
		case "window":
			a.Scan(t, 0, &def.Window)
		case "age":
			a.Scan(t, 0, &def.Target.MaxAgeSeconds)
		case "then-delete":
			def.Completion = scheduler.Delete
		case "update":
			put = s.UpdateSchedule
		default:
			t.Fatalf("no argument %s", a.Key)
		}
	}
	return said(put(t.Context(), named(d.CmdArgs[0].Key), def, ""))
}

// shown writes what was sent.
func (s *story) shown() string {
	var b strings.Builder
	for _, d := range s.took() {
		_, name, _ := strings.Cut(d.Cause, "/default/")
		fmt.Fprintf(&b, "%s %s %s\n", d.Created.Format(time.RFC3339), name, d.Message)
	}
	return b.String()
}

func (s *story) show(t *testing.T) string {
	t.Helper()
	all, _, err := s.Schedules(scheduler.Listing{Tenant: tenant, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, sch := range all {
		fmt.Fprintf(&b, "%s %s %s\n", sch.Schedule, sch.Expression, sch.State)
	}
	return b.String()
}
