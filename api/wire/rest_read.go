package wire

import (
	"net/http"
	"reflect"
	"strings"
)

// decodeREST reads REST-JSON: each member from the place that its traits name.
func decodeREST(sh *shape, r *Request, v reflect.Value) error {
	b := &budget{}
	if err := restBody(sh, r.Body, v, b); err != nil {
		return err
	}
	for _, f := range sh.fields {
		if err := restMember(f, r, v.Field(f.index), b); err != nil {
			return within(err, f.name)
		}
	}
	return nil
}

// restBody reads the body: the payload member if there is one, else the object
// of all members that have no other place.
func restBody(sh *shape, body []byte, v reflect.Value, b *budget) error {
	src := &jsonReader{b: body, jsonNames: true}
	rd := reader{source: src, budget: b}
	f := sh.payload()
	switch {
	case f == nil:
		return src.document(func() error { return rd.structure(sh, v) })
	case len(body) == 0:
		return nil
	}
	switch to := v.Field(f.index); f.shape.kind {
	case kindBlob:
		setBlob(to, append([]byte{}, body...))
		return nil
	case kindText:
		return within(textMember(f, string(body), to, b, formatDefault), f.name)
	default:
		return within(src.document(func() error { return rd.member(f, to) }), f.name)
	}
}

// payload returns the member that is the whole body, or nil.
func (sh *shape) payload() *field {
	for _, f := range sh.fields {
		if f.http.place == inPayload {
			return f
		}
	}
	return nil
}

func restMember(f *field, r *Request, v reflect.Value, b *budget) error {
	switch f.http.place {
	case inLabel:
		if s, ok := r.Labels[f.http.name]; ok {
			return textMember(f, s, v, b, formatDateTime)
		}
	case inQuery:
		return textValues(f, r.Form[f.http.name], v, b, formatDateTime)
	case inHeader:
		values := r.Header.Values(f.http.name)
		if f.shape.kind == kindList {
			values = splitHeader(values)
		}
		return textValues(f, values, v, b, formatHTTPDate)
	case inPrefixHeaders:
		setPrefixHeaders(f, r.Header, v)
	case inQueryParams:
		setQueryParams(f, r.Form, v)
	}
	return nil
}

// splitHeader separates the values of a list header.
func splitHeader(values []string) []string {
	var all []string
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			all = append(all, strings.TrimSpace(item))
		}
	}
	return all
}

// textMember reads a scalar member from text.
func textMember(f *field, s string, v reflect.Value, b *budget, format timeFormat) error {
	if f.shape.kind == kindTime {
		f = f.withFormat(format)
	}
	node := &formNode{value: s, set: true}
	rd := reader{source: &formReader{at: node}, budget: b}
	return rd.member(f, v)
}

// withFormat returns f with the format that its place implies.
func (f *field) withFormat(format timeFormat) *field {
	c := *f
	c.format = f.format.or(format)
	return &c
}

// textValues reads a member from the values of a parameter or header.
func textValues(f *field, values []string, v reflect.Value, b *budget, format timeFormat) error {
	if len(values) == 0 {
		return nil
	}
	if f.shape.kind != kindList {
		return textMember(f, values[0], v, b, format)
	}
	list := reflect.MakeSlice(f.shape.typ, len(values), len(values))
	for i, s := range values {
		if err := textMember(f.shape.elem, s, list.Index(i), b, format); err != nil {
			return within(err, element(i))
		}
	}
	v.Set(list)
	return nil
}

// setPrefixHeaders gathers the headers that begin with f's prefix.
func setPrefixHeaders(f *field, h http.Header, v reflect.Value) {
	m := map[string]string{}
	for name, values := range h {
		if rest, ok := strings.CutPrefix(strings.ToLower(name), strings.ToLower(f.http.name)); ok {
			m[rest] = values[0]
		}
	}
	if len(m) > 0 && v.Type() == reflect.TypeOf(m) {
		v.Set(reflect.ValueOf(m))
	}
}

// setQueryParams gathers all parameters. The members that name a parameter of
// their own are read as well.
func setQueryParams(f *field, form map[string][]string, v reflect.Value) {
	if len(form) == 0 {
		return
	}
	m := reflect.MakeMap(v.Type())
	for k, values := range form {
		to := reflect.ValueOf(values)
		if f.shape.elem.shape.kind == kindText {
			to = reflect.ValueOf(values[0])
		}
		m.SetMapIndex(reflect.ValueOf(k), to)
	}
	v.Set(m)
}
