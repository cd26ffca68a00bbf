package archives_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/archives"
	"skywatch/event"
	"skywatch/internal/fault"
	"skywatch/rules"
)

// minutes are n times, a minute apart, the last one first.
func minutes(n int) (all []time.Time) {
	for i := range n {
		all = append(all, day.Add(time.Duration(n-1-i)*time.Minute))
	}
	return all
}

var day = time.Date(2026, 5, 20, 11, 0, 0, 0, time.UTC)

// A replay puts the events of its range on the bus again, in order of their
// times, as they were.
func TestReplay(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		seen := r.toQueue("seen", `{"source":["shop"]}`)
		ids := r.put("shop", minutes(60)...)
		slices.Reverse(ids)
		before := map[string]event.Event{}
		for _, d := range r.received() {
			e := eventOf(t, d)
			before[e.ID] = e
		}
		r.toQueue("unseen", `{"source":["shop"]}`)
		r.replay(archives.Replay{Name: name("again"), From: day.Add(10 * time.Minute), To: day.Add(49 * time.Minute), Only: []string{seen}})
		time.Sleep(time.Minute)
		var order []string
		for _, d := range r.received() {
			e := eventOf(t, d)
			if d.Cause != seen || e.ReplayName != "again" {
				t.Errorf("%s by %s", e.ReplayName, d.Cause)
			}
			e.ReplayName = ""
			if fmt.Sprint(e) != fmt.Sprint(before[e.ID]) {
				t.Errorf("%+v was %+v", e, before[e.ID])
			}
			order = append(order, e.ID)
		}
		if !slices.Equal(order, ids[10:50]) {
			t.Errorf("replayed %d events in this order: %v", len(order), order)
		}
		p := r.state("again", archives.Completed)
		if p.Events != 40 || !p.Last.Time.Equal(day.Add(49*time.Minute)) || p.Ended.Before(p.Started) {
			t.Errorf("%+v", p)
		}
	})
}

// Rate bounds how fast a replay is, and its progress can be seen.
func TestReplayRate(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		r.toQueue("all", `{"replay-name":[{"exists":true}]}`)
		r.put("shop", minutes(200)...)
		r.replay(archives.Replay{Name: name("again"), From: day, To: day.Add(24 * time.Hour)})
		for _, c := range []struct {
			wait time.Duration
			want int
		}{{50 * time.Millisecond, 2}, {time.Second, 22}, {4 * time.Second, 102}} {
			time.Sleep(c.wait)
			synctest.Wait()
			if p := r.state("again", archives.Running); p.Events != int64(c.want) || !p.Last.Time.Equal(day.Add(time.Duration(c.want-1)*time.Minute)) {
				t.Errorf("%d events, the last of %v; want %d", p.Events, p.Last.Time, c.want)
			}
		}
		time.Sleep(5 * time.Second)
		r.state("again", archives.Completed)
		if n := len(r.received()); n != 200 {
			t.Errorf("%d arrived", n)
		}
		if s := r.Stats(); s.Replayed != 200 || s.Running != 0 {
			t.Errorf("%+v", s)
		}
	}, func(o *archives.Options) { o.Rate = 20 })
}

// A replay rests while too many of its deliveries wait, and goes on when they
// end.
func TestReplayBacklog(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		r.toQueue("all", `{"replay-name":[{"exists":true}]}`)
		r.toQueue("all too", `{"replay-name":[{"exists":true}]}`)
		r.put("shop", minutes(100)...)
		r.setDown(true)
		r.replay(archives.Replay{Name: name("again"), From: day, To: day.Add(24 * time.Hour)})
		time.Sleep(time.Minute)
		if p := r.state("again", archives.Running); p.Events != 10 {
			t.Errorf("%d events went on the bus, want 10", p.Events)
		}
		r.setDown(false)
		time.Sleep(20 * time.Minute)
		r.state("again", archives.Completed)
		if n := len(r.received()); n != 200 {
			t.Errorf("%d arrived", n)
		}
	}, func(o *archives.Options) { o.Backlog = 20 })
}

func TestCancelReplay(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		r.toQueue("all", `{"replay-name":[{"exists":true}]}`)
		r.put("shop", minutes(100)...)
		r.replay(archives.Replay{Name: name("again"), From: day, To: day.Add(24 * time.Hour)})
		time.Sleep(5 * time.Second)
		if p, err := r.Cancel(t.Context(), name("again")); err != nil || p.State != archives.Cancelling {
			t.Errorf("%+v %v", p, err)
		}
		synctest.Wait()
		p := r.state("again", archives.Cancelled)
		time.Sleep(time.Minute)
		if n := len(r.received()); n == 0 || n > 10 || int64(n) != p.Events || p.Ended.IsZero() {
			t.Errorf("%d arrived, %+v", n, p)
		}
		_, err := r.Cancel(t.Context(), name("again"))
		refused(t, "again", err, fault.Conflict, archives.IllegalStatus, "Replay again is not in a valid state for this operation.")
		_, err = r.Cancel(t.Context(), name("none"))
		refused(t, "unknown", err, fault.NotFound, "", "Replay none does not exist.")
	}, func(o *archives.Options) { o.Rate = 1 })
}

// A replay fails when what it works with goes.
func TestReplayFails(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		r.put("shop", minutes(100)...)
		r.replay(archives.Replay{Name: name("again"), From: day, To: day.Add(24 * time.Hour)})
		time.Sleep(5 * time.Second)
		if err := r.Delete(t.Context(), name("a")); err != nil {
			t.Fatal(err)
		}
		r.archive(archives.Archive{Name: name("a")}) // another one
		synctest.Wait()
		if p := r.state("again", archives.Failed); p.Reason != "Archive a does not exist." || p.Events == 0 {
			t.Errorf("%+v", p)
		}

		if err := r.rules.CreateBus(t.Context(), rules.Bus{BusName: bus("b")}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Create(t.Context(), archives.Archive{Name: name("b")}, bus("b").ARN()); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if _, err := r.rules.PutEvents(t.Context(), tenant, []rules.Entry{{Source: "s", DetailType: "d", Detail: "{}", Bus: "b", Time: day}}); err != nil {
				t.Fatal(err)
			}
		}
		p := archives.Replay{Name: name("b"), From: day, To: day.Add(time.Hour)}
		if _, err := r.Start(t.Context(), p, archiveARN("b"), bus("b").ARN()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		managed := rules.RuleName{BusName: bus("b"), Rule: "Events-Archive-b"}
		if _, err := r.rules.RemoveTargets(t.Context(), managed, []string{"b"}, true); err != nil {
			t.Fatal(err)
		}
		if err := r.rules.DeleteRule(t.Context(), managed, true); err != nil {
			t.Fatal(err)
		}
		if err := r.rules.DeleteBus(t.Context(), bus("b")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if p := r.state("b", archives.Failed); p.Reason != "Event bus b does not exist." {
			t.Errorf("%+v", p)
		}
	}, func(o *archives.Options) { o.Rate = 1 })
}

func TestReplayRefusals(t *testing.T) {
	t.Parallel()
	clock := newLeaper()
	bubble(t, func(t *testing.T, r *rig) {
		r.archive(archives.Archive{Name: name("a")})
		r.put("shop", minutes(100)...)
		if err := r.rules.CreateBus(t.Context(), rules.Bus{BusName: bus("b")}); err != nil {
			t.Fatal(err)
		}
		good := archives.Replay{Name: name("x"), From: day, To: day.Add(time.Hour)}
		start := func(p archives.Replay, archive, to string) error {
			_, err := r.Start(t.Context(), p, archive, to)
			return err
		}
		late, filtered := good, good
		late.From = late.To
		filtered.Only = []string{"arn:aws:events:us-east-1:123456789012:rule/b/r"}
		const param = "Parameter %s is not valid. Reason: %s"
		for _, c := range []struct {
			p           archives.Replay
			archive, to string
			kind        fault.Kind
			text        string
		}{
			{good, archiveARN("a"), "default", fault.Validation, fmt.Sprintf(param, "Destination.Arn", "Must contain an event bus ARN.")},
			{good, archiveARN("a"), bus("none").ARN(), fault.NotFound, "Event bus none does not exist."},
			{good, "a", defaultBus, fault.Validation, fmt.Sprintf(param, "EventSourceArn", "Must contain an archive ARN.")},
			{good, archiveARN("none"), defaultBus, fault.Validation, fmt.Sprintf(param, "EventSourceArn", "Archive none does not exist.")},
			{good, strings.Replace(archiveARN("a"), "us-east-1", "eu-west-3", 1), defaultBus, fault.Validation, fmt.Sprintf(param, "EventSourceArn", "Archive a does not exist.")},
			{good, archiveARN("a"), bus("b").ARN(), fault.Validation, fmt.Sprintf(param, "Destination.Arn", "Cross event bus replay is not permitted.")},
			{late, archiveARN("a"), defaultBus, fault.Validation, fmt.Sprintf(param, "EventEndTime", "EventStartTime must be before EventEndTime.")},
			{filtered, archiveARN("a"), defaultBus, fault.Validation, fmt.Sprintf(param, "Destination.FilterArns", "Must contain ARNs of rules of the destination.")},
		} {
			refused(t, c.text, start(c.p, c.archive, c.to), c.kind, "", c.text)
		}
		for i := range 10 {
			r.replay(archives.Replay{Name: name(fmt.Sprint(i)), From: day, To: day.Add(time.Hour)})
		}
		refused(t, "quota", start(good, archiveARN("a"), defaultBus), fault.LimitExceeded, "", "The requested resource exceeds the maximum number allowed.")
		same := good
		same.Name = name("3")
		refused(t, "twice", start(same, archiveARN("a"), defaultBus), fault.Conflict, archives.ReplaySubject, "Replay 3 already exists.")
		time.Sleep(2 * time.Minute)
		if err := start(good, archiveARN("a"), defaultBus); err != nil {
			t.Error(err)
		}
		page, more, err := r.Replays(archives.Listing{Tenant: tenant, State: "COMPLETED", Limit: 3, After: "1"})
		if err != nil || !more || len(page) != 3 || page[0].Name.Name != "2" || page[0].ArchiveARN() != archiveARN("a") {
			t.Errorf("%+v %v %v", page, more, err)
		}
		time.Sleep(2 * time.Minute)
		clock.leap(91 * 24 * time.Hour)
		synctest.Wait()
		if page, _, err := r.Replays(archives.Listing{Tenant: tenant, Limit: 100}); err != nil || len(page) != 0 {
			t.Errorf("after 91 days: %+v %v", page, err)
		}
	}, clock.use, func(o *archives.Options) { o.Rate = 1 })
}

// A half-done replay goes on after a restart.
func TestReplayGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fs := vfs.NewMem()
		slow := func(o *archives.Options) { o.Rate = 10 }
		r := newRig(t, fs, slow)
		r.archive(archives.Archive{Name: name("a")})
		r.toQueue("all", `{"replay-name":[{"exists":true}]}`)
		r.put("shop", minutes(100)...)
		r.replay(archives.Replay{Name: name("again"), From: day, To: day.Add(24 * time.Hour)})
		time.Sleep(3 * time.Second)
		first := r.received()
		r.stop()
		r = newRig(t, fs, slow)
		if p, err := r.Service.Replay(name("again")); err != nil || p.Events != int64(len(first)) || len(first) < 20 {
			t.Errorf("%+v %v, %d arrived", p, err, len(first))
		}
		time.Sleep(time.Minute)
		r.state("again", archives.Completed)
		if n := len(first) + len(r.received()); n != 100 {
			t.Errorf("%d arrived", n)
		}
		r.stop()
	})
}
