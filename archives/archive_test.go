package archives_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/archives"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/targets"
)

func (r *rig) holds(n string, records int64, state archives.State) archives.Archive {
	r.t.Helper()
	synctest.Wait()
	a, err := r.Archive(name(n))
	if err != nil || a.Size.Records != records || a.State != state {
		r.t.Errorf("archive %s: %+v %v; want %d records, %s", n, a, err, records, state)
	}
	return a
}

// An archive has what its pattern picks, once, and nothing that is replayed.
func TestArchiving(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.put("shop", time.Now()) // before there is an archive
		r.archive(archives.Archive{Name: name("a"), Pattern: ` {"source" : ["shop"]} `})
		r.archive(archives.Archive{Name: name("all")})
		r.put("shop", time.Now(), time.Now())
		r.put("other", time.Now())
		if a := r.holds("a", 2, archives.Enabled); a.Size.Bytes < 300 {
			t.Errorf("%d bytes", a.Size.Bytes)
		}
		r.holds("all", 3, archives.Enabled)
		r.replay(archives.Replay{Name: name("again"), To: time.Now().Add(time.Hour)})
		time.Sleep(time.Minute)
		if p := r.state("again", archives.Completed); p.Events != 2 {
			t.Errorf("%d events", p.Events)
		}
		r.holds("a", 2, archives.Enabled)
		r.holds("all", 3, archives.Enabled)

		rule, err := r.rules.Rule(rules.RuleName{BusName: bus("default"), Rule: "Events-Archive-a"})
		if err != nil || rule.ManagedBy != "prod.vhs.events.aws.internal" || rule.Pattern != `{"source":["shop"],"replay-name":[{"exists":false}]}` {
			t.Errorf("%+v %v", rule, err)
		}
	})
}

func TestUpdateAndDelete(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		made := r.archive(archives.Archive{Name: name("a"), Description: "d", RetentionDays: 3})
		r.put("shop", time.Now())
		r.holds("a", 1, archives.Enabled)
		a, err := r.Update(ctx, name("a"), archives.Change{Pattern: new(`{"source":["x"]}`)})
		if err != nil || a.Description != "d" || a.RetentionDays != 3 || !a.Created.Equal(made.Created) {
			t.Errorf("%+v %v", a, err)
		}
		r.put("shop", time.Now())
		r.put("x", time.Now())
		r.holds("a", 2, archives.Enabled)

		// Somebody removes the rule by force; an update makes it anew.
		managed := rules.RuleName{BusName: bus("default"), Rule: "Events-Archive-a"}
		if _, err := r.rules.RemoveTargets(ctx, managed, []string{"a"}, true); err != nil {
			t.Fatal(err)
		}
		if err := r.rules.DeleteRule(ctx, managed, true); err != nil {
			t.Fatal(err)
		}
		if a := r.holds("a", 2, archives.Disabled); a.Reason == "" {
			t.Error("no reason")
		}
		r.put("x", time.Now())
		if _, err := r.Update(ctx, name("a"), archives.Change{Description: new("")}); err != nil {
			t.Fatal(err)
		}
		r.put("x", time.Now())
		r.holds("a", 3, archives.Enabled)

		if err := r.Delete(ctx, name("a")); err != nil {
			t.Fatal(err)
		}
		refused(t, "deleted", r.Delete(ctx, name("a")), fault.NotFound, "", "Archive a does not exist.")
		if _, err := r.rules.Rule(managed); !fault.Is(err, fault.NotFound) {
			t.Errorf("rule: %v", err)
		}
		r.archive(archives.Archive{Name: name("a")})
		r.holds("a", 0, archives.Enabled)
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		create := func(a archives.Archive, bus string) error {
			_, err := r.Create(ctx, a, bus)
			return err
		}
		r.archive(archives.Archive{Name: name("a")})
		refused(t, "twice", create(archives.Archive{Name: name("a")}, defaultBus), fault.Conflict, archives.ArchiveSubject, "Archive a already exists.")
		refused(t, "bus", create(archives.Archive{Name: name("b")}, strings.Replace(defaultBus, "default", "none", 1)), fault.NotFound, "", "Event bus none does not exist.")
		refused(t, "account", create(archives.Archive{Name: name("b")}, strings.Replace(defaultBus, "123456789012", "111111111111", 1)), fault.NotFound, "", "Event bus default does not exist.")
		refused(t, "ARN", create(archives.Archive{Name: name("b")}, "default"), fault.Validation, "", "Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.")
		if err := create(archives.Archive{Name: name("b"), Pattern: `{"source":"x"}`}, defaultBus); !fault.Is(err, fault.InvalidValue) {
			t.Errorf("pattern: %v", err)
		}
		refused(t, "quota", create(archives.Archive{Name: name("b")}, defaultBus), fault.LimitExceeded, "", "The requested resource exceeds the maximum number allowed.")
		other := archives.Name{Tenant: metric.Tenant{Account: "123456789012", Region: "eu-west-3"}, Name: "a"}
		_, err := r.Archive(other)
		refused(t, "region", err, fault.NotFound, "", "Archive a does not exist.")
		_, err = r.Update(ctx, name("a"), archives.Change{})
		refused(t, "update", err, fault.Validation, "", "At least one of EventPattern, RetentionDays or Description must be provided.")
		_, err = r.Update(ctx, name("x"), archives.Change{RetentionDays: new(1)})
		refused(t, "update", err, fault.NotFound, "", "Archive x does not exist.")
		if err := r.rules.DeleteBus(ctx, bus("default")); err == nil {
			t.Error("the default bus went")
		}
	}, func(o *archives.Options) { o.Limits.Archives = 1 })
}

// Retention drops what is older than the archive keeps, by the events' times;
// a change of it holds at once.
func TestRetention(t *testing.T) {
	t.Parallel()
	clock := newLeaper()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a"), RetentionDays: 2})
		r.archive(archives.Archive{Name: name("ever")})
		now := time.Now()
		r.put("shop", now.AddDate(0, 0, -3), now.AddDate(0, 0, -1), now)
		r.holds("a", 3, archives.Enabled)
		clock.leap(time.Hour + time.Minute)
		r.holds("a", 2, archives.Enabled)
		clock.leap(25 * time.Hour)
		r.holds("a", 1, archives.Enabled)
		if _, err := r.Update(t.Context(), name("a"), archives.Change{RetentionDays: new(1)}); err != nil {
			t.Fatal(err)
		}
		r.holds("a", 0, archives.Enabled)
		r.holds("ever", 3, archives.Enabled)
		if s := r.Stats(); s.Archived != 6 || s.Expired != 3 {
			t.Errorf("%+v", s)
		}
	}, clock.use)
}

// What no managed rule sends stays out.
func TestOnlyTheManagedRuleArchives(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		good := targets.Delivery{Cause: "arn:aws:events:us-east-1:123456789012:rule/Events-Archive-a", Target: archiveARN("a"), Message: `{"id":"1","time":"2026-05-20T11:04:05Z"}`}
		other, broken, missing := good, good, good
		other.Cause, broken.Message, missing.Target = "arn:aws:events:us-east-1:123456789012:rule/x", "{", archiveARN("b")
		results := r.Take(t.Context(), []targets.Delivery{other, good, broken, missing, good})
		for i, want := range []string{"only its managed rule adds to an archive", "", "read event", "Archive b does not exist.", ""} {
			if err := results[i]; (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("delivery %d: %v, want %q", i, err, want)
			}
		}
		r.holds("a", 1, archives.Enabled)
	})
}

// A crash between journal and catalog leaves nothing behind.
func TestReconcile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewMem()
		r := newRig(t, fs)
		a := r.archive(archives.Archive{Name: name("a")})
		ctx := t.Context()
		for _, err := range []error{r.journal.Create(ctx, "archive/orphan"), r.journal.Create(ctx, "stream/x"), r.journal.Delete(ctx, a.Log)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		r.stop()
		r = newRig(t, fs)
		if logs := r.journal.Logs(); strings.Join(logs, " ") != a.Log+" stream/x" {
			t.Errorf("logs %v", logs)
		}
		r.put("shop", time.Now())
		r.holds("a", 1, archives.Enabled)
		r.stop()
	})
}

func TestListArchives(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		if err := r.rules.CreateBus(t.Context(), rules.Bus{BusName: bus("b")}); err != nil {
			t.Fatal(err)
		}
		for _, n := range []string{"a1", "a2", "b1"} {
			r.archive(archives.Archive{Name: name(n)})
		}
		if _, err := r.Create(t.Context(), archives.Archive{Name: name("b2")}, bus("b").ARN()); err != nil {
			t.Fatal(err)
		}
		list := func(l archives.Listing) string {
			t.Helper()
			l.Tenant = tenant
			if l.Limit == 0 {
				l.Limit = 100
			}
			page, more, err := r.Archives(l)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, a := range page {
				names = append(names, a.Name.Name)
			}
			if more {
				names = append(names, "...")
			}
			return strings.Join(names, " ")
		}
		for want, l := range map[string]archives.Listing{
			"a1 a2 b1 b2": {}, "a1 a2": {Prefix: "a"}, "b2": {Source: bus("b").ARN()}, "": {State: "DISABLED"},
			"a1 a2 ...": {Limit: 2}, "b1 b2": {Limit: 2, After: "a2"},
		} {
			if got := list(l); got != want {
				t.Errorf("%+v: %s, want %s", l, got, want)
			}
		}
		_, _, err := r.Archives(archives.Listing{Tenant: tenant, Prefix: "a", State: "ENABLED", Limit: 1})
		refused(t, "two filters", err, fault.Validation, "", "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.")
	})
}
