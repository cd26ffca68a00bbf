package destination_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/destination"
	"skywatch/targets/webhook"
)

func refused(t *testing.T, what string, err error, kind fault.Kind, text string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || f.Message != text {
		t.Errorf("%s: %v, want %s", what, err, text)
	}
}

// An update changes what is given and keeps the rest, also the secrets; of
// another type everything must be given.
func TestUpdateConnection(t *testing.T) {
	t.Parallel()
	var got http.Header
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	r := newRig(t)
	made := r.connection("c", destination.Auth{Type: destination.Basic, Username: "u", Password: "p", Invocation: &destination.Parameters{
		Header: []destination.Parameter{{Key: "X-Secret", Value: "hush", Secret: true}},
	}})
	arn := r.destination("d", made.ARN(), base)
	update := func(description *string, a *destination.Auth) error {
		r.clock.move(time.Second)
		_, err := r.UpdateConnection(t.Context(), name("c"), description, a)
		return err
	}
	called := func(what string, want map[string]string) {
		t.Helper()
		sent(t, what, r.send(arn))
		for name, value := range want {
			if got.Get(name) != value {
				t.Errorf("%s: %s: %q, want %q", what, name, got.Get(name), value)
			}
		}
	}
	sent(t, "description", update(new("new"), nil))
	called("description", map[string]string{"Authorization": "Basic dTpw", "X-Secret": "hush"})
	c, err := r.Connection(name("c"))
	if err != nil || c.Description != "new" || !c.Modified.Equal(made.Modified.Add(time.Second)) || !c.Authorized.Equal(made.Authorized) || c.ARN() != made.ARN() {
		t.Errorf("%+v %v", c, err)
	}
	sent(t, "user", update(nil, &destination.Auth{Username: "v"}))
	called("user", map[string]string{"Authorization": "Basic djpw", "X-Secret": "hush"})
	sent(t, "password", update(nil, &destination.Auth{Type: destination.Basic, Password: "q", Invocation: &destination.Parameters{}}))
	called("password", map[string]string{"Authorization": "Basic djpx", "X-Secret": ""})

	refused(t, "half of another type", update(nil, &destination.Auth{Type: destination.APIKey, KeyName: "K"}), fault.Validation,
		"Parameter AuthParameters is not valid. Reason: AuthorizationType API_KEY needs ApiKeyValue.")
	refused(t, "of another type", update(nil, &destination.Auth{KeyName: "K", KeyValue: "v"}), fault.Validation,
		"Parameter AuthParameters is not valid. Reason: Only the authorization parameters of AuthorizationType BASIC may be given.")
	called("still", map[string]string{"Authorization": "Basic djpx"})
	sent(t, "another type", update(nil, &destination.Auth{Type: destination.APIKey, KeyName: "K", KeyValue: "v"}))
	called("another type", map[string]string{"Authorization": "", "K": "v"})

	if c, err = r.Deauthorize(t.Context(), name("c")); err != nil || c.State != destination.Deauthorized || c.Sealed != nil || c.Auth.KeyName != "" || c.Auth.Type != destination.APIKey {
		t.Errorf("deauthorized: %v %+v", err, c)
	}
	refused(t, "half after that", update(nil, &destination.Auth{KeyName: "K"}), fault.Validation,
		"Parameter AuthParameters is not valid. Reason: AuthorizationType API_KEY needs ApiKeyValue.")
	sent(t, "authorized again", update(nil, &destination.Auth{KeyName: "K", KeyValue: "w"}))
	called("authorized again", map[string]string{"K": "w"})
}

func TestNamesAreTaken(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *destination.Options, _ *webhook.Options) {
		o.Limits = destination.Limits{Connections: 1, Destinations: 1}
	})
	arn := new(r.connection("c", basicAuth)).ARN()
	r.destination("d", arn, "https://example.com/")
	create := func(n destination.Name, connection string) error {
		_, err := r.CreateDestination(t.Context(), n, destination.Change{Connection: connection, Endpoint: "https://example.com/", Method: "POST"})
		return err
	}
	connect := func(n destination.Name) error {
		_, err := r.CreateConnection(t.Context(), n, "", basicAuth)
		return err
	}
	refused(t, "connection", connect(name("c")), fault.Conflict, "Connection 'c' already exists.")
	refused(t, "destination", create(name("d"), arn), fault.Conflict, "An api-destination 'd' already exists.")
	refused(t, "second connection", connect(name("c2")), fault.LimitExceeded, "The requested resource exceeds the maximum number allowed.")
	refused(t, "second destination", create(name("d2"), arn), fault.LimitExceeded, "The requested resource exceeds the maximum number allowed.")

	// Another tenant has names of his own, and sees nobody else's.
	other := destination.Name{Tenant: metric.Tenant{Account: "999999999999", Region: "us-east-1"}, Name: "c"}
	sent(t, "another's", connect(other))
	refused(t, "another's connection", create(other, arn), fault.NotFound, "Failed to describe the connection(s). Connection 'c' does not exist.")
	refused(t, "no ARN", create(other, "nothing"), fault.NotFound, "Failed to describe the connection(s). Connection 'nothing' does not exist.")
	_, err := r.Connection(name("x"))
	refused(t, "describe", err, fault.NotFound, "Failed to describe the connection(s). Connection 'x' does not exist.")
	_, err = r.Destination(name("x"))
	refused(t, "describe", err, fault.NotFound, "Failed to describe the api-destination(s). An api-destination 'x' does not exist.")
	refused(t, "delete", r.DeleteDestination(t.Context(), name("x")), fault.NotFound, "Failed to describe the api-destination(s). An api-destination 'x' does not exist.")
	_, err = r.DeleteConnection(t.Context(), name("x"))
	refused(t, "delete", err, fault.NotFound, "Failed to describe the connection(s). Connection 'x' does not exist.")
}

// Listing goes by name, prefix and state, page by page.
func TestLists(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, n := range []string{"b", "ab", "aa", "ac", "a"} {
		c := r.connection(n, basicAuth)
		r.destination(n, c.ARN(), "https://example.com/")
	}
	if _, err := r.Deauthorize(t.Context(), name("ab")); err != nil {
		t.Fatal(err)
	}
	pages := func(prefix string, state destination.State, limit int) string {
		var b strings.Builder
		after := ""
		for {
			page, more, err := r.Connections(tenant, prefix, state, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				after = c.Name.Name
				b.WriteString(after + " ")
			}
			if b.WriteString("| "); !more {
				return b.String()
			}
		}
	}
	for got, want := range map[string]string{
		pages("", "", 2):                      "a aa | ab ac | b | ",
		pages("a", "", 10):                    "a aa ab ac | ",
		pages("a", destination.Authorized, 2): "a aa | ac | ",
		pages("x", "", 2):                     "| ",
	} {
		if got != want {
			t.Errorf("listed %q, want %q", got, want)
		}
	}
	found, more, err := r.Destinations(tenant, "a", "", "a", 2)
	if err != nil || !more || len(found) != 2 || found[0].Name.Name != "aa" || !found[0].Active || found[1].Name.Name != "ab" || found[1].Active {
		t.Errorf("%+v %v %v", found, more, err)
	}
	found, more, err = r.Destinations(tenant, "", found[1].Connection, "", 2)
	if err != nil || more || len(found) != 1 || found[0].Name.Name != "ab" {
		t.Errorf("by connection: %+v %v %v", found, more, err)
	}
}

// An update of a destination changes what is given.
func TestUpdateDestination(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	arn := r.destination("d", new(r.connection("c", basicAuth)).ARN(), "https://example.com/")
	r.clock.move(time.Second)
	update := func(in destination.Change) destination.Destination {
		t.Helper()
		d, err := r.UpdateDestination(t.Context(), name("d"), in)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := update(destination.Change{Description: new("text"), Rate: 5})
	want := destination.Destination{
		Name: name("d"), ID: d.ID, Description: "text", Connection: d.Connection, Endpoint: "https://example.com/", Method: "POST", Rate: 5,
		Created: d.Modified.Add(-time.Second), Modified: d.Modified, Active: true,
	}
	if diff := gocmp.Diff(want, d); diff != "" || d.ARN() != arn {
		t.Errorf("(-want +got)\n%s", diff)
	}
	d = update(destination.Change{Endpoint: "https://example.com/*", Method: "GET", Connection: new(r.connection("c2", basicAuth)).ARN()})
	if got := fmt.Sprint(d.Description, d.Endpoint, d.Method, d.Rate, d.Active); got != "texthttps://example.com/*GET5 true" {
		t.Errorf("updated to %s", got)
	}
	_, err := r.UpdateDestination(t.Context(), name("d"), destination.Change{Endpoint: "https://10.0.0.1/"})
	refused(t, "private", err, fault.Validation, "Parameter InvocationEndpoint is not valid. Reason: The egress rules of this server forbid it: 10.0.0.1 is not a public address.")
}
