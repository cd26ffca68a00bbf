package destination_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/destination/template"
)

// pagerKey is of the form of an integration key, and a canary.
var pagerKey = "canary7f3acanary7f3a" + "012345678901"

// arrived is what a receiver got.
type arrived struct{ uri, kind, body string }

func receiver(t *testing.T) (string, <-chan arrived) {
	calls := make(chan arrived, 10)
	return serve(t, func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		calls <- arrived{r.RequestURI, r.Header.Get("Content-Type"), string(b)}
	}), calls
}

// told spells an error by what it tells a client.
func told(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Message
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	base, calls := receiver(t)
	c := r.connection("c", destination.Auth{Type: destination.APIKey, KeyName: "X-Key", KeyValue: "k", Invocation: &destination.Parameters{
		Body: []destination.Parameter{{Key: "channel", Value: "#ops", Secret: true}},
	}})
	arn := r.destination("d", c.ARN(), base+"/services/*/*?v=1")
	d := targets.Delivery{ID: "d-1", Tenant: tenant, Target: arn, Cause: "arn:aws:sns:us-east-1:123456789012:alerts", Subject: "own", Message: `{"a":1}`}
	send := func(want arrived) {
		t.Helper()
		if err := r.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if got := <-calls; got.uri != want.uri || got.kind != want.kind || !strings.Contains(got.body, want.body) {
			t.Errorf("called %+v, want %+v", got, want)
		}
	}
	if got := told(second(r.Template(name("d")))); got != "The api-destination 'd' has no template." {
		t.Errorf("none yet: %q", got)
	}
	set := func(to destination.Template) {
		t.Helper()
		if err := r.SetTemplate(t.Context(), name("d"), to); err != nil {
			t.Fatal(err)
		}
	}
	set(destination.Template{Kind: template.Slack, Path: []string{"T000", "a/b"}})
	const json = "application/json; charset=utf-8"
	send(arrived{"/services/T000/a%2Fb?v=1", json, `{"text":"own","blocks":[{`})
	send(arrived{"/services/T000/a%2Fb?v=1", json, `"channel":"#ops"}`})
	// A cause that chose the form itself, and path parameters of its own.
	d.Shaped, d.Parameters = true, []byte(`{"PathParameterValues":["x","y"]}`)
	send(arrived{"/services/x/y?v=1", json, `{"a":1,"channel":"#ops"}`})
	d.Shaped, d.Parameters = false, nil
	// It outlives changes of the destination.
	if _, err := r.UpdateDestination(t.Context(), name("d"), destination.Change{Endpoint: base + "/new/*/*", Method: http.MethodPut}); err != nil {
		t.Fatal(err)
	}
	send(arrived{"/new/T000/a%2Fb", json, `{"text":"own","blocks":[{`})
	set(destination.Template{Kind: template.Text, Body: `{"t":{{json .Title}}}`, ContentType: "application/vnd.ours+json", Path: []string{"1", "2"}})
	send(arrived{"/new/1/2", "application/vnd.ours+json", `{"t":"own","channel":"#ops"}`})
	// Plain text has no place for the connection's body parameters.
	set(destination.Template{Kind: template.Text, Path: []string{"1", "2"}})
	failed(t, "text with parameters", r.Send(t.Context(), d), targets.ClientError, true)
	if err := r.DeleteTemplate(t.Context(), name("d")); err != nil {
		t.Fatal(err)
	}
	failed(t, "path without values", r.Send(t.Context(), d), targets.ClientError, true)
	if got := told(r.DeleteTemplate(t.Context(), name("d"))); got != "The api-destination 'd' has no template." {
		t.Errorf("twice: %q", got)
	}
	// It goes with its destination, and another of the name does not get it.
	set(destination.Template{Kind: template.Teams, Path: []string{"1", "2"}})
	if err := r.DeleteDestination(t.Context(), name("d")); err != nil {
		t.Fatal(err)
	}
	r.destination("d", c.ARN(), base)
	if got := told(second(r.Template(name("d")))); got != "The api-destination 'd' has no template." {
		t.Errorf("made again: %q", got)
	}
}

func second[A any](_ A, err error) error { return err }

func TestTemplateRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.connection("c", basicAuth)
	r.destination("d", c.ARN(), "https://example.com/*")
	keyed := r.connection("keyed", destination.Auth{Type: destination.Basic, Username: "u", Password: "p", Invocation: &destination.Parameters{
		Body: []destination.Parameter{{Key: "routing_key", Value: pagerKey, Secret: true}},
	}})
	r.destination("keyed", keyed.ARN(), "https://example.com/")
	if _, err := r.CreateDestination(t.Context(), name("get"), destination.Change{Connection: c.ARN(), Endpoint: "https://example.com/", Method: http.MethodGet}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		t    destination.Template
		want string
	}{
		{"nobody", destination.Template{Kind: template.Slack}, "Failed to describe the api-destination(s). An api-destination 'nobody' does not exist."},
		{"get", destination.Template{Kind: template.Slack}, "A call with the method GET of this destination has no body for a template to make."},
		{"d", destination.Template{Kind: template.Slack, Path: []string{"a", "b"}}, "PathParameterValues do not do: the endpoint has 1 path parameters, the target gives 2."},
		{"d", destination.Template{Kind: template.PagerDuty}, "A template of Kind pagerduty needs a RoutingKey, or a connection with the body parameter routing_key."},
		{"d", destination.Template{Kind: "irc"}, "Kind must be slack, teams, pagerduty or text."},
		{"keyed", destination.Template{Kind: template.PagerDuty}, ""},
	} {
		if got := told(r.SetTemplate(t.Context(), name(c.name), c.t)); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.name, c.t.Kind, got, c.want)
		}
	}
}

// A template's secrets are in calls only.
func TestTemplateSecrets(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	base, calls := receiver(t)
	c := r.connection("c", basicAuth)
	arn := r.destination("d", c.ARN(), base+"/*")
	in := destination.Template{Kind: template.PagerDuty, RoutingKey: pagerKey, Path: []string{canary}}
	if err := r.SetTemplate(t.Context(), name("d"), in); err != nil {
		t.Fatal(err)
	}
	v, err := r.Template(name("d"))
	if err != nil || !v.HasRoutingKey || v.PathParameters != 1 || v.RoutingKey != "" || v.Path != nil {
		t.Errorf("shown with %v %d: %v", v.HasRoutingKey, v.PathParameters, err)
	}
	if err := r.send(arn); err != nil {
		t.Fatal(err)
	}
	if got := <-calls; got.uri != "/"+url.PathEscape(canary) || !strings.Contains(got.body, `"routing_key":"`+pagerKey+`"`) {
		t.Errorf("called %+v", got)
	}
	var out strings.Builder
	for _, v := range []any{in, v} {
		b, err := json.Marshal(v)
		fmt.Fprintf(&out, "%v %+v %#v %s %v\n", v, v, v, b, err)
		r.Logger.Info("shown", "v", v)
	}
	wrong := in
	wrong.RoutingKey += "x"
	fmt.Fprintln(&out, r.SetTemplate(t.Context(), name("d"), wrong))
	broken := r.destination("broken", c.ARN(), "http://127.0.0.1:1/*")
	if err := r.SetTemplate(t.Context(), name("broken"), in); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, r.send(broken))
	for _, secret := range []string{canary, pagerKey[:12]} {
		if strings.Contains(out.String(), secret) || strings.Contains(r.log.String(), secret) {
			t.Errorf("a secret is told: %s\n%s", out.String(), r.log.String())
		}
	}
}
