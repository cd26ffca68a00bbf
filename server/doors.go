package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/mux"

	"skywatch/doors"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/rules"
)

const (
	// webhookBody bounds the body of a source's webhook: an event of 1 MiB in
	// the escapes of a form.
	webhookBody = 4 << 20
	// webhooksAtOnce is how many of them are read and judged at once: their
	// senders are not known before. One more is answered with 429.
	webhooksAtOnce = 64
)

// doorway answers the paths by which other systems bring events.
type doorway struct {
	doors *doors.Service
	// base begins the URLs of sources where it is set.
	base  string
	slots chan struct{}
}

func newDoorway(d *doors.Service, base string) *doorway {
	return &doorway{doors: d, base: base, slots: make(chan struct{}, webhooksAtOnce)}
}

// mount adds the paths to r, in a's form.
func (d *doorway) mount(r *mux.Router, a *admin) {
	for _, path := range []string{"/skywatch/v1/cloudevents", "/skywatch/v1/cloudevents/{bus}"} {
		r.HandleFunc(path, a.handle(d.cloudEvents)).Methods(http.MethodPost)
		r.HandleFunc(path, d.permitted(a)).Methods(http.MethodOptions)
	}
	r.HandleFunc("/skywatch/v1/sources", a.handle(d.list)).Methods(http.MethodGet)
	r.HandleFunc("/skywatch/v1/sources", a.handle(d.create)).Methods(http.MethodPost)
	r.HandleFunc("/skywatch/v1/sources/{name}", a.handle(d.show)).Methods(http.MethodGet)
	r.HandleFunc("/skywatch/v1/sources/{name}", a.handle(d.remove)).Methods(http.MethodDelete)
	const receive = "/skywatch/v1/sources/{account}/{region}/{name}"
	r.HandleFunc(receive, d.receive(a)).Methods(http.MethodPost)
	r.HandleFunc(receive, d.asked(a)).Methods(http.MethodOptions)
}

// taken is the answer to who brought events.
type taken struct{ Events []doors.Taken }

func (d *doorway) cloudEvents(c call) (any, error) {
	name, err := url.PathUnescape(mux.Vars(c.Request)["bus"])
	if err != nil {
		return nil, fault.New(fault.Malformed, "The name of the bus is not escaped well.")
	}
	if name == "" {
		name = rules.DefaultBus
	}
	got, err := d.doors.CloudEvents(c.Context(), rules.BusName{Tenant: c.caller.Tenant, Bus: name}, c.Header, c.body)
	return taken{got}, err
}

// permitted answers the handshake of who may send.
func (d *doorway) permitted(a *admin) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, err := a.serve(w, r, func(call) (any, error) { return struct{}{}, nil })
		shake(a, w, r, err)
	}
}

// asked answers the handshake of a source's sender: whoever asks may try.
func (d *doorway) asked(a *admin) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		src, err := d.doors.Source(sourceOf(r))
		if err == nil && src.Kind != doors.CloudEventKind {
			err = fault.New(fault.Unsupported, "Only a source of Kind %s has a handshake.", doors.CloudEventKind)
		}
		shake(a, w, r, err)
	}
}

func shake(a *admin, w http.ResponseWriter, r *http.Request, err error) {
	var h http.Header
	if err == nil {
		h, err = doors.Handshake(r.Header)
	}
	for name, values := range h {
		w.Header()[name] = values
	}
	a.answer(w, r, struct{}{}, err)
}

// sourceView is a source as it is shown.
type sourceView struct {
	Name        string
	Kind        doors.Kind
	Bus         string
	EventSource string `json:",omitempty"`
	Created     time.Time
	URL         string `json:"Url"`
	// Secret is told once, when it is made up here.
	Secret string `json:",omitempty"`
}

func (d *doorway) view(c call, s *doors.Source) sourceView {
	base := d.base
	if u, err := url.Parse(base); err != nil || u.Host == "" {
		scheme := "http://"
		if c.TLS != nil {
			scheme = "https://"
		}
		base = scheme + c.Host + base
	}
	return sourceView{
		Name: s.Source, Kind: s.Kind, Bus: s.Bus, EventSource: s.EventSource, Created: s.Created,
		URL: base + "/skywatch/v1/sources/" + s.Account + "/" + s.Region + "/" + s.Source,
	}
}

func (d *doorway) list(c call) (any, error) {
	all, err := d.doors.Sources(c.caller.Tenant)
	out := struct{ Sources []sourceView }{Sources: []sourceView{}}
	for i := range all {
		out.Sources = append(out.Sources, d.view(c, &all[i]))
	}
	return out, err
}

func (d *doorway) create(c call) (any, error) {
	var in struct{ Name, Kind, Bus, EventSource, Secret string }
	dec := json.NewDecoder(bytes.NewReader(c.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil || !json.Valid(c.body) { // Decode stops behind the value
		return nil, fault.New(fault.Malformed, `The body is not JSON of the form {"Name","Kind","Bus"?,"EventSource"?,"Secret"?}.`)
	}
	made, secret, err := d.doors.Create(c.Context(), doors.Wish{
		SourceName: doors.SourceName{Tenant: c.caller.Tenant, Source: in.Name}, Kind: doors.Kind(in.Kind),
		Bus: in.Bus, EventSource: in.EventSource, Secret: in.Secret,
	})
	if err != nil {
		return nil, err
	}
	v := d.view(c, &made)
	if in.Secret == "" {
		v.Secret = secret
	}
	return v, nil
}

func (d *doorway) show(c call) (any, error) {
	src, err := d.doors.Source(doors.SourceName{Tenant: c.caller.Tenant, Source: mux.Vars(c.Request)["name"]})
	if err != nil {
		return nil, err
	}
	return d.view(c, &src), nil
}

func (d *doorway) remove(c call) (any, error) {
	return struct{}{}, d.doors.Delete(c.Context(), doors.SourceName{Tenant: c.caller.Tenant, Source: mux.Vars(c.Request)["name"]})
}

func sourceOf(r *http.Request) doors.SourceName {
	v := mux.Vars(r)
	return doors.SourceName{Tenant: metric.Tenant{Account: v["account"], Region: v["region"]}, Source: v["name"]}
}

// receive takes a webhook. Its signature is its authentication, in every mode.
func (d *doorway) receive(a *admin) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		got, err := d.judge(w, r)
		a.answer(w, r, taken{got}, err)
	}
}

func (d *doorway) judge(w http.ResponseWriter, r *http.Request) ([]doors.Taken, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	default:
		return nil, fault.New(fault.Throttled, "Rate exceeded")
	}
	n := sourceOf(r)
	if _, err := d.doors.Source(n); err != nil {
		return nil, err // before the body is read
	}
	body, err := readAtMost(w, r, webhookBody)
	if err != nil {
		return nil, err
	}
	return d.doors.Receive(r.Context(), n, r.Header, body)
}

// readAtMost reads a body of bounded size.
func readAtMost(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, fault.New(fault.TooLarge, "The body must not be larger than %d bytes.", most)
	case err != nil:
		return nil, fault.New(fault.Malformed, "The body could not be read.")
	}
	return body, nil
}
