package destination_test

import (
	"net/http"
	"testing"
	"time"

	"skywatch/metric"
	"skywatch/targets"
)

// What an answer means for the delivery.
func TestAnswers(t *testing.T) {
	t.Parallel()
	var status int
	var after string
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	})
	r := newRig(t)
	arn := r.destination("d", new(r.connection("c", basicAuth)).ARN(), base)
	for _, c := range []struct {
		status    int
		after     string
		code      string // empty: success
		permanent bool
		wait      time.Duration
	}{
		{200, "", "", false, 0},
		{204, "7", "", false, 0},
		{301, "", targets.ClientError, true, 0},
		{302, "", targets.ClientError, true, 0},
		{307, "", targets.ClientError, true, 0},
		{400, "", targets.ClientError, true, 0},
		{403, "", targets.ClientError, true, 0},
		{404, "", targets.ClientError, true, 0},
		{408, "", targets.ClientError, true, 0},
		{401, "", targets.NoPermissions, false, 0},
		{407, "", targets.NoPermissions, false, 0},
		{409, "", targets.ClientError, false, 0},
		{429, "", targets.Throttling, false, 0},
		{429, "120", targets.Throttling, false, 2 * time.Minute},
		{503, "3", targets.ServerError, false, 3 * time.Second},
		{503, "-1", targets.ServerError, true, 0},
		{500, "soon", targets.ServerError, false, 0},
		{599, "", targets.ServerError, false, 0},
	} {
		status, after = c.status, c.after
		err := r.send(arn)
		if c.code == "" {
			sent(t, http.StatusText(c.status), err)
			continue
		}
		if f := failed(t, http.StatusText(c.status), err, c.code, c.permanent); f.After != c.wait {
			t.Errorf("%d, Retry-After %q: wait %v, want %v", c.status, c.after, f.After, c.wait)
		}
	}
}

// What is not there, not authorized, or another's, is a failure for good.
func TestNothingToCall(t *testing.T) {
	t.Parallel()
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	r := newRig(t)
	c := r.connection("c", basicAuth)
	arn := r.destination("d", c.ARN(), base)

	other := metric.Tenant{Account: "999999999999", Region: "us-east-1"}
	failed(t, "another's", r.Send(t.Context(), targets.Delivery{ID: "d", Tenant: other, Target: arn, Message: "{}"}), targets.NoPermissions, true)
	for _, gone := range []string{arn + "x", "arn:aws:events:us-east-1:123456789012:api-destination/x/1", "arn:aws:events:us-east-1:123456789012:api-destination/d", "nothing"} {
		failed(t, gone, r.send(gone), targets.NoResource, true)
	}
	if _, err := r.Deauthorize(t.Context(), name("c")); err != nil {
		t.Fatal(err)
	}
	failed(t, "deauthorized", r.send(arn), targets.NoPermissions, true)
	if _, err := r.DeleteConnection(t.Context(), name("c")); err != nil {
		t.Fatal(err)
	}
	failed(t, "no connection", r.send(arn), targets.NoResource, true)
	r.connection("c", basicAuth) // another one of that name
	failed(t, "another connection", r.send(arn), targets.NoResource, true)
	if err := r.DeleteDestination(t.Context(), name("d")); err != nil {
		t.Fatal(err)
	}
	failed(t, "no destination", r.send(arn), targets.NoResource, true)
}
