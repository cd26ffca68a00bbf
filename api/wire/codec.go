package wire

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// Decode fills in, a pointer to the SDK's input struct of op, from r. Members
// that r does not hold stay as they are; those that op does not know are
// ignored. A list that is present and empty is a non-nil slice. A request that
// cannot be read is a *fault.Error that names the member; in is then in an
// unspecified state.
func (p Protocol) Decode(op *Operation, r *Request, in any) error {
	if absent(op.Input) {
		return nil
	}
	v := reflect.ValueOf(in).Elem()
	sh, err := op.Service.shapeOf(op.Input, v.Type())
	if err != nil {
		return err
	}
	return toFault(p.decode(sh, r, v))
}

// absent says that an operation has no input or output: the SDK marks the
// empty structures that it made up itself.
func absent(s *smithy.Schema) bool {
	if s == nil {
		return true
	}
	_, made := smithy.SchemaTrait[*traits.UnitShape](s)
	return made
}

func (p Protocol) decode(sh *shape, r *Request, v reflect.Value) error {
	switch p {
	case Query, EC2Query:
		return decodeForm(sh, r, v, p == EC2Query)
	case JSON10, JSON11:
		return decodeJSON(sh, r.Body, v)
	case CBOR:
		return decodeCBOR(sh, r.Body, v)
	case RESTJSON:
		return decodeREST(sh, r, v)
	}
	return fmt.Errorf("no protocol %d", p)
}

func decodeForm(sh *shape, r *Request, v reflect.Value, ec2 bool) error {
	b := &budget{}
	root, err := formTree(r, b)
	if err != nil {
		return err
	}
	rd := reader{source: &formReader{at: root, ec2: ec2}, budget: b}
	return rd.structure(sh, v)
}

func decodeJSON(sh *shape, body []byte, v reflect.Value) error {
	src := &jsonReader{b: body}
	return src.document(func() error {
		rd := reader{source: src, budget: &budget{}}
		return rd.structure(sh, v)
	})
}

func decodeCBOR(sh *shape, body []byte, v reflect.Value) error {
	// A request may have no body where it has nothing to say.
	if len(body) == 0 {
		return nil
	}
	src := &cborReader{b: body}
	rd := reader{source: src, budget: &budget{}}
	if err := rd.structure(sh, v); err != nil {
		return err
	}
	if src.off != len(body) {
		return malformed("something follows the CBOR map")
	}
	return nil
}

// document reads the one value of a body; an empty body is an empty object.
func (r *jsonReader) document(read func() error) error {
	if r.peek() == 0 && r.off == len(r.b) {
		return nil
	}
	if err := read(); err != nil {
		return err
	}
	if r.peek(); r.off != len(r.b) {
		return malformed("%s follows the JSON object", r.found())
	}
	return nil
}

// Encode makes the answer of op from out, a pointer to the SDK's output struct
// or nil for an empty answer. Lists and maps that are nil are left out, those
// that are empty and not nil are written: AWS writes most lists also when they
// are empty, and the handler knows which. It fails only if out does not fit
// op's schema.
func (p Protocol) Encode(op *Operation, requestID string, out any) (Response, error) {
	res := p.response(http.StatusOK)
	w := answer{op: op, requestID: requestID}
	if !absent(op.Output) {
		w.empty = true
		if v := reflect.ValueOf(out); out != nil && !v.IsNil() {
			w.empty = false
			w.v = v.Elem()
			var err error
			if w.shape, err = op.Service.shapeOf(op.Output, w.v.Type()); err != nil {
				return Response{}, err
			}
		}
	} else if out != nil && !reflect.ValueOf(out).IsNil() {
		return Response{}, errors.New(op.Name + " has no output")
	}
	p.encode(&res, w)
	return res, nil
}

// answer is an output to be written.
type answer struct {
	op        *Operation
	requestID string
	// shape is nil for an answer without members: empty says whether op has an
	// output all the same.
	shape *shape
	v     reflect.Value
	empty bool
}

func (p Protocol) encode(res *Response, a answer) {
	switch p {
	case Query:
		res.Body = queryBody(a)
	case EC2Query:
		res.Body = ec2Body(a)
	case JSON10, JSON11:
		res.Body = jsonBody(a)
	case CBOR:
		res.Body = cborBody(a)
	case RESTJSON:
		restAnswer(res, a)
	}
}

func jsonBody(a answer) []byte {
	if a.shape == nil {
		// An operation without output has an empty body.
		if a.empty {
			return []byte("{}")
		}
		return nil
	}
	w := &jsonWriter{b: make([]byte, 0, firstBody)}
	writer{w}.structure(a.shape, a.v)
	return w.b
}

func cborBody(a answer) []byte {
	if a.shape == nil {
		if a.empty {
			return []byte{cborMap << 5}
		}
		return nil
	}
	w := &cborWriter{b: make([]byte, 0, firstBody)}
	writer{w}.structure(a.shape, a.v)
	return w.b
}

// firstBody is the room that an answer starts with.
const firstBody = 512

// response is an answer with the dialect's headers.
func (p Protocol) response(status int) Response {
	h := http.Header{}
	switch p {
	case Query, EC2Query:
		h.Set("Content-Type", "text/xml")
	case JSON10:
		h.Set("Content-Type", "application/x-amz-json-1.0")
	case JSON11:
		h.Set("Content-Type", "application/x-amz-json-1.1")
	case CBOR:
		h.Set("Content-Type", "application/cbor")
		// Clients that miss it report a protocol error, whatever the body.
		h.Set("Smithy-Protocol", "rpc-v2-cbor")
	case RESTJSON:
		h.Set("Content-Type", "application/json")
	}
	return Response{Status: status, Header: h}
}
