package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/mux"

	"skywatch/internal/fault"
	"skywatch/targets/destination"
	"skywatch/targets/destination/template"
)

// templates answers /skywatch/v1/destinations/{name}/template: what API
// destinations are called with, for which AWS has no field.
type templates struct{ calls *destination.Service }

// mount adds the paths to r, in a's form.
func (t *templates) mount(r *mux.Router, a *admin) {
	const path = "/skywatch/v1/destinations/{name}/template"
	r.HandleFunc(path, a.handle(t.set)).Methods(http.MethodPut)
	r.HandleFunc(path, a.handle(t.show)).Methods(http.MethodGet)
	r.HandleFunc(path, a.handle(t.remove)).Methods(http.MethodDelete)
}

// templateView is a template as it is shown: of its secrets, that they are there.
type templateView struct {
	Kind           template.Kind
	Body           string `json:",omitempty"`
	ContentType    string `json:",omitempty"`
	HasRoutingKey  bool   `json:",omitempty"`
	PathParameters int    `json:",omitempty"`
	Modified       time.Time
}

func (t *templates) set(c call) (any, error) {
	name, err := destinationOf(c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Kind                template.Kind
		Body, ContentType   string
		RoutingKey          string
		PathParameterValues []string
	}
	dec := json.NewDecoder(bytes.NewReader(c.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil || !json.Valid(c.body) { // Decode stops behind the value
		return nil, fault.New(fault.Malformed, `The body is not JSON of the form {"Kind","Body"?,"ContentType"?,"RoutingKey"?,"PathParameterValues"?}.`)
	}
	if err := t.calls.SetTemplate(c.Context(), name, destination.Template{
		Kind: in.Kind, Body: in.Body, ContentType: in.ContentType, RoutingKey: in.RoutingKey, Path: in.PathParameterValues,
	}); err != nil {
		return nil, err
	}
	return t.view(name)
}

func (t *templates) show(c call) (any, error) {
	name, err := destinationOf(c)
	if err != nil {
		return nil, err
	}
	return t.view(name)
}

func (t *templates) view(n destination.Name) (any, error) {
	v, err := t.calls.Template(n)
	if err != nil {
		return nil, err
	}
	return templateView{
		Kind: v.Kind, Body: v.Body, ContentType: v.ContentType, HasRoutingKey: v.HasRoutingKey, PathParameters: v.PathParameters, Modified: v.Modified,
	}, nil
}

func (t *templates) remove(c call) (any, error) {
	name, err := destinationOf(c)
	if err != nil {
		return nil, err
	}
	return struct{}{}, t.calls.DeleteTemplate(c.Context(), name)
}

func destinationOf(c call) (destination.Name, error) {
	name, err := url.PathUnescape(mux.Vars(c.Request)["name"])
	if err != nil {
		return destination.Name{}, fault.New(fault.Malformed, "The name of the destination is not escaped well.")
	}
	return destination.Name{Tenant: c.caller.Tenant, Name: name}, nil
}
