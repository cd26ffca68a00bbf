package wire

import (
	"net/http"
	"reflect"
	"strconv"
	"time"
)

// restAnswer writes a REST-JSON answer: each member to the place that its
// traits name. The status is the operation's, unless a member holds it.
func restAnswer(res *Response, a answer) {
	if a.op.Status != 0 {
		res.Status = a.op.Status
	}
	if a.shape == nil {
		if a.empty {
			res.Body = []byte("{}")
		}
		return
	}
	var body []*field
	for _, f := range a.shape.fields {
		v := a.v.Field(f.index)
		if !present(v) {
			continue
		}
		switch f.http.place {
		case inBody:
			body = append(body, f)
		case inStatus:
			if s := int(reflect.Indirect(v).Int()); s != 0 {
				res.Status = s
			}
		case inHeader:
			res.Header.Set(f.http.name, headerText(f, v))
		case inPrefixHeaders:
			setHeaders(res.Header, f.http.name, v)
		}
	}
	if p := a.shape.payload(); p != nil {
		writePayload(res, p, a.v.Field(p.index))
		return
	}
	w := &jsonWriter{b: make([]byte, 0, firstBody), jsonNames: true}
	writer{w}.fields(body, a.v)
	res.Body = w.b
}

func writePayload(res *Response, f *field, v reflect.Value) {
	if !present(v) {
		return
	}
	switch f.shape.kind {
	case kindBlob:
		res.Body = blobOf(v)
	case kindText:
		res.Header.Set("Content-Type", "text/plain")
		res.Body = []byte(reflect.Indirect(v).String())
	default:
		w := &jsonWriter{jsonNames: true}
		writer{w}.value(f, v)
		res.Body = w.b
	}
}

func setHeaders(h http.Header, prefix string, m reflect.Value) {
	for _, k := range sortedKeys(m) {
		h.Set(prefix+k.String(), m.MapIndex(k).String())
	}
}

// headerText writes a member as the text of a header.
func headerText(f *field, v reflect.Value) string {
	v = reflect.Indirect(v)
	switch f.shape.kind {
	case kindList:
		text := ""
		for i := range v.Len() {
			if i > 0 {
				text += ", "
			}
			text += headerText(f.shape.elem, v.Index(i))
		}
		return text
	case kindBool:
		return strconv.FormatBool(v.Bool())
	case kindInt:
		return strconv.FormatInt(v.Int(), 10)
	case kindDouble:
		return string(appendDouble(nil, v.Float()))
	case kindTime:
		t, _ := reflect.TypeAssert[time.Time](v)
		return string(appendTime(nil, t, f.format.or(formatHTTPDate)))
	default:
		return v.String()
	}
}
