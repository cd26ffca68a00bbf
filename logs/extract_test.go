package logs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/logs"
	"skywatch/targets"
)

// What clients and programs put is extracted once it is in the log, and what is
// left out is not; a put fails with its extraction and the events stay. What
// comes in is told, also what rules deliver.
func TestExtract(t *testing.T) {
	t.Parallel()
	var r *rig
	var extracted, incoming []string
	var trouble error
	r = newRig(t, vfs.NewMem(), func(o *logs.Options) {
		o.Extract = func(_ context.Context, g logs.GroupName, events []logs.Event) error {
			page, err := r.Events(logs.Reading{StreamName: stream("s"), Head: true})
			if err != nil {
				t.Error(err)
			}
			for _, e := range events {
				extracted = append(extracted, fmt.Sprintf("%s %s of %d", g.Group, e.Message, len(page.Events)))
			}
			return trouble
		}
		o.Incoming = func(g logs.GroupName, events, bytes int) {
			incoming = append(incoming, fmt.Sprintf("%s %d %d", g.Group, events, bytes))
		}
	})
	if err := errors.Join(r.CreateGroup(t.Context(), group, nil), r.CreateStream(t.Context(), stream("s"))); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Put(t.Context(), stream("s"), []logs.Event{at(-20*24*time.Hour, "old"), at(0, "a"), at(0, "bc")}); err == nil {
		t.Error("a batch of more than a day was taken")
	}
	if _, err := r.Put(t.Context(), stream("s"), []logs.Event{at(0, "a"), at(0, "bc"), at(3*time.Hour, "ahead")}); err != nil {
		t.Error(err)
	}
	if err := r.Append(t.Context(), stream("s"), []logs.Event{at(0, "line\n")}); err != nil {
		t.Error(err)
	}
	trouble = errors.New("the metrics cannot be kept")
	if _, err := r.Put(t.Context(), stream("s"), []logs.Event{at(0, "d")}); !errors.Is(err, trouble) {
		t.Errorf("%v", err)
	}
	d := targets.Delivery{ID: "1", Target: group.ARN(), Cause: "rule", Message: "delivered", Created: noon}
	if errs := r.Take(t.Context(), []targets.Delivery{d, d}); errors.Join(errs...) != nil {
		t.Error(errs)
	}
	if got, want := fmt.Sprint(extracted), "[/app/web a of 2 /app/web bc of 2 /app/web line\n of 3 /app/web d of 4]"; got != want {
		t.Errorf("extracted %q, want %q", got, want)
	}
	if got, want := fmt.Sprint(incoming), "[/app/web 2 3 /app/web 1 5 /app/web 1 1 /app/web 1 9]"; got != want {
		t.Errorf("incoming %q, want %q", got, want)
	}
}
