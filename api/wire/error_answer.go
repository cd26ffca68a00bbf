package wire

import (
	"reflect"
	"strings"
)

// EncodeError makes the answer to a request that failed. It says nothing in
// x-amzn-query-error: whether a client asked for that is the dispatcher's to
// know.
func (p Protocol) EncodeError(s *Service, requestID string, e *Error) Response {
	res := p.response(e.Status)
	switch p {
	case Query:
		res.Body = queryError(s, requestID, e)
	case EC2Query:
		res.Body = ec2Error(requestID, e)
	case JSON10, JSON11:
		w := &jsonWriter{}
		writeError(s, writer{w}, e, "__type", e.Type)
		res.Body = w.b
	case CBOR:
		w := &cborWriter{}
		writeError(s, writer{w}, e, "__type", e.Type)
		res.Body = w.b
	case RESTJSON:
		_, name, found := strings.Cut(e.Type, "#")
		if !found {
			name = e.Type
		}
		res.Header.Set("X-Amzn-Errortype", name)
		w := &jsonWriter{jsonNames: true}
		writeError(s, writer{w}, e, "", "")
		res.Body = w.b
	}
	return res
}

// writeError writes the members of an error: its type if that has a key, its
// message if there is one, and the details.
func writeError(s *Service, w writer, e *Error, typeKey, typ string) {
	fields, v := e.details(s)
	head := [2]struct{ key, value string }{{typeKey, typ}, {e.messageKey(), e.Message}}
	n := 0
	for _, f := range fields {
		if present(v.Field(f.index)) {
			n++
		}
	}
	for _, h := range head {
		if h.key != "" && h.value != "" {
			n++
		}
	}
	w.openStruct(n)
	for _, h := range head {
		if h.key != "" && h.value != "" {
			w.member(&field{name: h.key, jsonName: h.key, xml: h.key})
			w.text(h.value)
		}
	}
	w.members(fields, v)
	w.closeStruct()
}

func (e *Error) messageKey() string {
	if e.MessageKey == "" {
		return "message"
	}
	return e.MessageKey
}

// details returns the further members of the error, the message not among
// them. Details that do not fit their schema are left out: an error must be
// answered.
func (e *Error) details(s *Service) ([]*field, reflect.Value) {
	if e.Details == nil || e.Schema == nil {
		return nil, reflect.Value{}
	}
	v := reflect.ValueOf(e.Details).Elem()
	sh, err := s.shapeOf(e.Schema, v.Type())
	if err != nil {
		return nil, reflect.Value{}
	}
	var fields []*field
	for _, f := range sh.fields {
		if !strings.EqualFold(f.name, "message") && f.http.place == inBody {
			fields = append(fields, f)
		}
	}
	return fields, v
}

// queryError writes ErrorResponse. Its further members stand beside the code.
func queryError(s *Service, requestID string, e *Error) []byte {
	w := &xmlWriter{}
	w.root("ErrorResponse", s.XMLNamespace)
	w.pending = "Error"
	w.begin(false)
	fault := "Receiver"
	if e.Sender {
		fault = "Sender"
	}
	w.element("Type", fault)
	w.element("Code", e.Code)
	if e.Message != "" {
		w.element("Message", e.Message)
	}
	fields, v := e.details(s)
	writer{w}.members(fields, v)
	w.end()
	w.element("RequestId", requestID)
	w.end()
	return w.b
}

func ec2Error(requestID string, e *Error) []byte {
	w := &xmlWriter{}
	w.root("Response", "")
	for _, name := range []string{"Errors", "Error"} {
		w.pending = name
		w.begin(false)
	}
	w.element("Code", e.Code)
	if e.Message != "" {
		w.element("Message", e.Message)
	}
	w.end()
	w.end()
	w.element("RequestID", requestID)
	w.end()
	return w.b
}
