package destination_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/destination/template"
)

// PagerDuty hears of an alarm's states in their order, though it takes the first
// one late; other alarms do not wait for that.
func TestStatesInOrder(t *testing.T) {
	t.Parallel()
	var (
		mu       sync.Mutex
		took     []string
		refusals int
	)
	h := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var e struct {
			Action string `json:"event_action"`
			Key    string `json:"dedup_key"`
		}
		if json.Unmarshal(body, &e) != nil {
			t.Errorf("body %s", body)
		}
		mu.Lock()
		defer mu.Unlock()
		if e.Action+e.Key == "triggera" && refusals < 3 {
			refusals++
			w.WriteHeader(http.StatusConflict) // tried again, and says nothing of the others
			return
		}
		took = append(took, e.Action+" "+e.Key)
	}
	bubble(t, h, func(t *testing.T, r *rig) {
		c := r.connection("c", basicAuth)
		arn := r.destination("d", c.ARN(), "http://127.0.0.1/")
		if err := r.SetTemplate(t.Context(), name("d"), destination.Template{Kind: template.PagerDuty, RoutingKey: pagerKey}); err != nil {
			t.Fatal(err)
		}
		engine, outbox, stop := r.engine()
		for i, state := range []string{"a ALARM", "b ALARM", "a OK", "a ALARM", "b OK"} {
			put(t, r.db, outbox, targets.Delivery{
				ID: fmt.Sprint("d-", i), Tenant: tenant, Target: arn, Created: time.Now(),
				Message: fmt.Sprintf(`{"AlarmName":"x","AlarmArn":%q,"NewStateValue":%q}`, state[:1], state[2:]),
			})
			time.Sleep(time.Millisecond)
		}
		for {
			next, err := engine.Settle(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if next.IsZero() {
				break
			}
			time.Sleep(time.Until(next))
		}
		stop()
		mu.Lock()
		defer mu.Unlock()
		of := func(key string) (all []string) {
			for _, e := range took {
				if e[len(e)-1:] == key {
					all = append(all, e)
				}
			}
			return all
		}
		if got := of("a"); !slices.Equal(got, []string{"trigger a", "resolve a", "trigger a"}) {
			t.Errorf("of the late one %v", got)
		}
		if got := of("b"); !slices.Equal(got, []string{"trigger b", "resolve b"}) || took[0] != "trigger b" {
			t.Errorf("of the other %v, in %v", got, took)
		}
	})
}
