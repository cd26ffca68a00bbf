package destination_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"skywatch/targets"
	"skywatch/targets/destination"
)

// TestCalls shows what is called: testdata/calls holds connections,
// destinations and deliveries, and the calls as they arrive.
func TestCalls(t *testing.T) {
	t.Parallel()
	arrived := make(chan string, 1)
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { arrived <- dump(r) })
	r := newRig(t)
	datadriven.RunTest(t, "testdata/calls", func(t *testing.T, d *datadriven.TestData) string {
		input := strings.ReplaceAll(d.Input, "BASE", base)
		var n string
		d.MaybeScanArgs(t, "name", &n)
		switch d.Cmd {
		case "connection":
			var a auth
			decode(t, input, &a)
			if _, err := r.CreateConnection(t.Context(), name(n), "", a.auth()); err != nil {
				return err.Error()
			}
			return ""
		case "destination":
			var in destination.Change
			decode(t, input, &in)
			if in.Connection != "" {
				c, err := r.Connection(name(in.Connection))
				if err != nil {
					t.Fatal(err)
				}
				in.Connection = c.ARN()
			}
			if _, err := r.CreateDestination(t.Context(), name(n), in); err != nil {
				return strings.ReplaceAll(err.Error(), base, "BASE")
			}
			return ""
		case "send":
			to, err := r.Destination(name(n))
			if err != nil {
				t.Fatal(err)
			}
			message, parameters, _ := strings.Cut(input, "\n")
			err = r.Send(t.Context(), targets.Delivery{
				ID: "d-1", Tenant: tenant, Target: to.ARN(), Message: message, Parameters: json.RawMessage(parameters),
			})
			if err != nil {
				return err.Error()
			}
			return strings.ReplaceAll(<-arrived, strings.TrimPrefix(base, "http://"), "HOST")
		}
		t.Fatalf("unknown command %s", d.Cmd)
		return ""
	})
}

// auth is destination.Auth with its secrets in the JSON.
type auth struct {
	Type                                  destination.Type
	Username, Password, KeyName, KeyValue string
	Invocation                            *destination.Parameters
}

func (a auth) auth() destination.Auth {
	return destination.Auth{
		Type: a.Type, Username: a.Username, Password: a.Password, KeyName: a.KeyName, KeyValue: a.KeyValue, Invocation: a.Invocation,
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// dump shows a request, headers in their order of letters.
func dump(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.RequestURI)
	if r.Close {
		r.Header.Set("Connection", "close")
	}
	r.Header.Set("Host", r.Host)
	var lines []string
	for name, values := range r.Header {
		for _, v := range values {
			lines = append(lines, name+": "+v)
		}
	}
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, "\n") + "\n")
	if len(body) > 0 {
		b.WriteString("> " + string(body) + "\n")
	}
	return b.String()
}
