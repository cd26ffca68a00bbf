package destination_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"

	"skywatch/targets"
	"skywatch/targets/destination"
	"skywatch/targets/webhook"
)

// names resolves from a list: each call takes the next answer, the last one
// again and again.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	answers := n[host]
	if len(answers) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if len(answers) > 1 {
		n[host] = answers[1:]
	}
	return []netip.Addr{netip.MustParseAddr(answers[0])}, nil
}

var errDialled = errors.New("dialled")

// guarded is a rig without any allowance, whose names are resolved from a list
// and whose client tells what it would have dialled.
func guarded(t *testing.T, n names) (*rig, *string) {
	at := new(string)
	return newRig(t, func(_ *destination.Options, web *webhook.Options) {
		web.Allow, web.Resolver = nil, n
		web.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
			*at = address
			return nil, errDialled
		}
	}), at
}

// tricks are hosts that lead to where nobody may send us.
var tricks = []string{
	"127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.1",
	"127.0.0.1.", "inside.example", "mapped.example", "metadata.example", "nat64.example",
}

func inside() names {
	return names{
		"localhost": {"127.0.0.1"}, "inside.example": {"10.0.0.1"}, "mapped.example": {"::ffff:127.0.0.1"},
		"metadata.example": {"169.254.169.254"}, "nat64.example": {"64:ff9b::7f00:1"},
		// What some resolvers make of odd spellings of addresses.
		"0177.0.0.1": {"127.0.0.1"}, "127.1": {"127.0.0.1"}, "2130706433": {"127.0.0.1"}, "0x7f000001": {"127.0.0.1"}, "127.0.0.1.": {"127.0.0.1"},
	}
}

// No spelling leads a call inside, neither that of a destination nor that for
// a token: it is refused when it is put, or else when it is called.
func TestEgress(t *testing.T) {
	t.Parallel()
	r, at := guarded(t, inside())
	c := r.connection("c", basicAuth)
	for _, scheme := range []string{"https://", "http://"} {
		for _, host := range append(tricks, "user@127.0.0.1") {
			endpoint := scheme + host + "/hook"
			_ = r.DeleteDestination(t.Context(), name("d"))
			if d, err := r.CreateDestination(t.Context(), name("d"), destination.Change{Connection: c.ARN(), Endpoint: endpoint, Method: "POST"}); err == nil {
				failed(t, endpoint, r.send(d.ARN()), targets.NoPermissions, true)
			}
			_, _ = r.DeleteConnection(t.Context(), name("oauth"))
			a := destination.Auth{Type: destination.OAuth, Client: &destination.Client{ID: "i", Secret: "s", Endpoint: endpoint, Method: "POST"}}
			if o, err := r.CreateConnection(t.Context(), name("oauth"), "", a); err == nil {
				_ = r.DeleteDestination(t.Context(), name("d"))
				failed(t, "token of "+endpoint, r.send(r.destination("d", o.ARN(), "https://good.example/")), targets.NoPermissions, true)
			}
			if *at != "" {
				t.Fatalf("%s: dialled %s", endpoint, *at)
			}
		}
	}
}

// A name that was good when it was put and turns inside is asked anew for each
// call, and what was checked is what is dialled.
func TestRebinding(t *testing.T) {
	t.Parallel()
	r, at := guarded(t, names{"turns.example": {"8.8.8.8", "127.0.0.1"}})
	arn := r.destination("d", new(r.connection("c", basicAuth)).ARN(), "https://turns.example/")
	if err := r.send(arn); !errors.Is(err, errDialled) || *at != "8.8.8.8:443" {
		t.Errorf("%v, dialled %q", err, *at)
	}
	*at = ""
	failed(t, "turned", r.send(arn), targets.NoPermissions, true)
	if *at != "" {
		t.Errorf("dialled %s", *at)
	}
}

// Neither a receiver nor an authorization endpoint can send a call elsewhere.
func TestRedirect(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			elsewhere.Add(1)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	r := newRig(t)
	failed(t, "receiver", r.send(r.destination("d", new(r.connection("c", basicAuth)).ARN(), base)), targets.ClientError, true)
	a := destination.Auth{Type: destination.OAuth, Client: &destination.Client{ID: "i", Secret: "s", Endpoint: base, Method: "POST"}}
	failed(t, "endpoint", r.send(r.destination("o", new(r.connection("o", a)).ARN(), base)), targets.ServerError, false)
	if elsewhere.Load() != 0 {
		t.Error("a redirect was followed")
	}
}
