package scheduler_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/scheduler"
)

func in(groupName, name string) scheduler.Name {
	return scheduler.Name{GroupName: group(groupName), Schedule: name}
}

func (r *rig) wants(what string, err error, kind fault.Kind, message string) {
	r.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || f.Message != message {
		r.t.Errorf("%s: %v, want %s", what, err, message)
	}
}

func (r *rig) group(name string) {
	r.t.Helper()
	if _, err := r.CreateGroup(r.t.Context(), group(name), nil, ""); err != nil {
		r.t.Fatal(err)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem(), noon, scheduler.Limits{Groups: 3})
	for _, name := range []string{"zoo", "app", "batch"} {
		r.group(name)
	}
	_, err := r.CreateGroup(t.Context(), group("one-more"), nil, "")
	r.wants("over the quota", err, fault.LimitExceeded, "The maximum number of schedule groups, 3, is reached.")
	_, err = r.CreateGroup(t.Context(), group("app"), nil, "")
	r.wants("a second", err, fault.Conflict, "Schedule group app already exists.")
	_, err = r.CreateGroup(t.Context(), group("default"), nil, "")
	r.wants("the default group", err, fault.Conflict, "Schedule group default already exists.")
	r.wants("the default group's end", r.DeleteGroup(t.Context(), group("default"), ""), fault.Validation, "The default schedule group cannot be deleted.")
	_, err = r.Group(group("none"))
	r.wants("a group that is not there", err, fault.NotFound, "Schedule group none does not exist.")
	r.wants("a schedule in it", r.CreateSchedule(t.Context(), in("none", "s"), defined("rate(1 minute)"), ""), fault.NotFound, "Schedule group none does not exist.")

	var names []string
	for after, more := "", true; more; {
		var page []scheduler.Group
		if page, more, err = r.Groups(scheduler.GroupListing{Tenant: tenant, After: after, Limit: 1}); err != nil || len(page) != 1 {
			t.Fatal(page, err)
		}
		after = page[0].Group
		names = append(names, after)
	}
	if want := []string{"app", "batch", "default", "zoo"}; !slices.Equal(names, want) {
		t.Errorf("groups %v, want %v", names, want)
	}
	page, more, err := r.Groups(scheduler.GroupListing{Tenant: tenant, Prefix: "d", Limit: 9})
	if err != nil || more || len(page) != 1 || page[0].State != scheduler.Active {
		t.Errorf("%v %v %v", page, more, err)
	}
}

func TestGroupTags(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem(), noon)
	for _, name := range []string{"g", "default"} {
		if name == "g" {
			r.group(name)
		}
		arn := group(name).ARN()
		if err := errors.Join(
			r.Tag(t.Context(), tenant, arn, map[string]string{"a": "1", "b": "2"}), r.Tag(t.Context(), tenant, arn, map[string]string{"a": "3"}),
			r.Untag(t.Context(), tenant, arn, []string{"b", "c"}),
		); err != nil {
			t.Fatal(err)
		}
		if tags, err := r.Tags(tenant, arn); err != nil || !maps.Equal(tags, map[string]string{"a": "3"}) {
			t.Errorf("%s: %v %v", name, tags, err)
		}
	}
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprint(i)] = ""
	}
	r.wants("too many", r.Tag(t.Context(), tenant, group("g").ARN(), many), fault.Validation, "A schedule group can have at most 50 tags.")
	r.wants("reserved", r.Tag(t.Context(), tenant, group("g").ARN(), map[string]string{"AWS:x": ""}), fault.Validation, "Tag keys must not begin with aws:, which is reserved.")
	_, err := r.Tags(tenant, group("none").ARN())
	r.wants("no group", err, fault.NotFound, "Schedule group none does not exist.")
	foreign := "arn:aws:scheduler:us-east-1:999999999999:schedule-group/g"
	_, err = r.Tags(tenant, foreign)
	r.wants("another's", err, fault.NotFound, "Resource "+foreign+" does not exist.")
}

// A deleted group's schedules run no more, whether they are gone already or not.
func TestDeleteGroup(t *testing.T) {
	t.Parallel()
	const many = 520
	r := newRig(t, vfs.NewMem(), noon.Add(time.Second), scheduler.Limits{Schedules: many + 1})
	r.group("g")
	for i := range many {
		r.create(in("g", fmt.Sprintf("s%04d", i)), defined("cron(* * * * ? *)"))
	}
	r.create(named("other"), defined("cron(* * * * ? *)"))
	r.wants("over the quota", r.CreateSchedule(t.Context(), named("more"), defined("rate(1 day)"), ""), fault.LimitExceeded, "The maximum number of schedules, 521, is reached.")
	if err := r.DeleteGroup(t.Context(), group("g"), ""); err != nil {
		t.Fatal(err)
	}
	r.until(noon.Add(time.Minute))
	if sent := r.took(); len(sent) != 1 || sent[0].Cause != named("other").ARN() {
		t.Errorf("%d deliveries", len(sent))
	}
	r.close() // wherever Run is
	r.open()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, err := r.Group(group("g")); fault.Is(err, fault.NotFound) {
			break
		} else if time.Now().After(deadline) {
			t.Fatal("the group is still there")
		}
	}
	r.group("g")
	page, _, err := r.Schedules(scheduler.Listing{Tenant: tenant, Limit: 100})
	if err != nil || len(page) != 1 {
		t.Errorf("%v %v", page, err)
	}
	r.create(in("g", "s0000"), defined("rate(1 day)")) // there is room again
}

func TestTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem(), noon)
	d := defined("rate(1 hour)")
	for range 2 {
		if err := r.CreateSchedule(t.Context(), named("s"), d, "token"); err != nil {
			t.Fatal(err)
		}
	}
	other := defined("rate(2 hours)")
	r.wants("the token for another", r.CreateSchedule(t.Context(), named("s"), other, "token"), fault.Conflict, "The client token token was used before, for another request.")
	r.wants("without a token", r.CreateSchedule(t.Context(), named("s"), d, ""), fault.Conflict, "Schedule s already exists.")
	for range 2 {
		if err := r.DeleteSchedule(t.Context(), named("s"), "token"); err != nil {
			t.Fatal(err)
		}
	}
	r.wants("another end", r.DeleteSchedule(t.Context(), named("s"), "other"), fault.NotFound, "Schedule s does not exist.")
	r.until(noon.Add(2 * time.Hour)) // tokens are forgotten, a few at each request
	for i := range 3 {
		r.group(fmt.Sprint("g", i)) // without a token: forgets nothing
		if _, err := r.CreateGroup(t.Context(), group(fmt.Sprint("h", i)), nil, fmt.Sprint("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.CreateSchedule(t.Context(), named("s"), other, "token"); err != nil {
		t.Error(err)
	}
}

func TestListSchedules(t *testing.T) {
	t.Parallel()
	r := newRig(t, vfs.NewMem(), noon)
	r.group("g")
	off := defined("rate(1 day)")
	off.State = scheduler.Disabled
	for _, n := range []scheduler.Name{named("a1"), named("b1"), in("g", "a2"), in("g", "b2"), in("g", "a3")} {
		d := defined("rate(1 day)")
		if n.Schedule == "a3" {
			d = off
		}
		r.create(n, d)
	}
	list := func(l scheduler.Listing) (names []string) {
		t.Helper()
		l.Tenant, l.Limit = tenant, 2
		for more := true; more; {
			page, again, err := r.Schedules(l)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range page {
				names = append(names, s.Group+"/"+s.Schedule)
				l.After = s.Name
			}
			more = again
		}
		return names
	}
	for _, c := range []struct {
		l    scheduler.Listing
		want []string
	}{
		{scheduler.Listing{}, []string{"default/a1", "default/b1", "g/a2", "g/a3", "g/b2"}},
		{scheduler.Listing{Group: "g"}, []string{"g/a2", "g/a3", "g/b2"}},
		{scheduler.Listing{Prefix: "a"}, []string{"default/a1", "g/a2", "g/a3"}},
		{scheduler.Listing{State: scheduler.Disabled}, []string{"g/a3"}},
		{scheduler.Listing{Group: "default", Prefix: "b", State: scheduler.Enabled}, []string{"default/b1"}},
	} {
		if diff := cmp.Diff(c.want, list(c.l)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.l, diff)
		}
	}
	_, _, err := r.Schedules(scheduler.Listing{Tenant: tenant, Group: "none", Limit: 1})
	r.wants("no group", err, fault.NotFound, "Schedule group none does not exist.")
}
