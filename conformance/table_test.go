package conformance_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	gocmp "github.com/google/go-cmp/cmp"
)

// row is one call and what must come of it, in every dialect.
type row struct {
	name string
	in   any // a pointer to the SDK's input struct
	// One of: the output, the refusal, or what a function says of the output.
	want    any
	refused *refusal
	check   func(t *testing.T, out any)
}

// run calls the rows in order.
func (c *caller) run(t *testing.T, rows ...row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			out, err := c.call(t.Context(), r.in)
			c.checkHeaders(t)
			switch {
			case r.refused != nil:
				if err == nil {
					t.Fatalf("answered %s, want the refusal %+v", show(out), *r.refused)
				}
				c.checkRefusal(t, r.refused)
			case err != nil:
				t.Fatalf("refused: %v", err)
			case r.check != nil:
				r.check(t, out)
			default:
				if diff := gocmp.Diff(r.want, out, sdkStructs); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// sdkStructs compares SDK structs by what was on the wire; absent and empty
// lists are different.
var sdkStructs = gocmp.FilterPath(func(p gocmp.Path) bool {
	f, ok := p.Last().(gocmp.StructField)
	return ok && (f.Name() == "ResultMetadata" || f.Name() == "noSmithyDocumentSerde")
}, gocmp.Ignore())

func show(out any) string {
	text, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// refusal is an error as documented, before a dialect has spelled it.
type refusal struct {
	code   string // as Query has it
	shape  string // __type of JSON and CBOR
	status int
	text   string   // the whole message; empty: there is none
	like   string   // instead of text: a pattern of the message
	or     *refusal // where the documents leave it open
}

const coral = "com.amazon.coral.service#"

func invalidValue(text string) *refusal {
	return &refusal{code: "InvalidParameterValue", shape: coral + "InvalidParameterValueException", status: 400, text: text}
}

func invalidCombination(text string) *refusal {
	return &refusal{code: "InvalidParameterCombination", shape: coral + "InvalidParameterCombinationException", status: 400, text: text}
}

func missing(text string) *refusal {
	return &refusal{code: "MissingParameter", shape: coral + "MissingRequiredParameterException", status: 400, text: text}
}

func validation(text string) *refusal {
	return &refusal{code: "ValidationError", shape: "com.amazon.coral.validate#ValidationException", status: 400, text: text}
}

func modelled(code string, status int, text string) *refusal {
	return &refusal{code: code, shape: "com.amazonaws.cloudwatch.v2010_08_01#" + code, status: status, text: text}
}

// matching replaces the message by a pattern.
func (r *refusal) matching(pattern string) *refusal {
	c := *r
	c.text, c.like = "", pattern
	return &c
}

// either allows another refusal beside r, where the documents leave it open.
func (r *refusal) either(other *refusal) *refusal {
	c := *r
	if c.or = other; r.or != nil {
		c.or = r.or.either(other)
	}
	return &c
}

// constraint is a violation of the model, which the documents call
// ValidationError in one place and InvalidParameterValue in another.
func constraint(pattern string) *refusal {
	return validation("").matching(pattern).either(invalidValue("").matching(pattern))
}

// named gives rows their names and an order.
func named(rows map[string]row) []row {
	out := make([]row, 0, len(rows))
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		r := rows[name]
		r.name = name
		out = append(out, r)
	}
	return out
}

// spelled is an error as it came over the wire.
type spelled struct {
	code, shape, who, text, requestID string
}

// checkRefusal holds the last answer against r and its alternatives, in the
// form of the dialect.
func (c *caller) checkRefusal(t *testing.T, r *refusal) {
	t.Helper()
	got, err := c.wire.refusal()
	if err != nil {
		t.Fatalf("error body %q: %v", c.wire.body, err)
	}
	var wrong []string
	for ; r != nil; r = r.or {
		found := c.mismatches(got, r)
		if len(found) == 0 {
			return
		}
		wrong = append(wrong, found...)
	}
	t.Error(strings.Join(wrong, "\n"))
}

// mismatches says in what an error differs from the documented one.
func (c *caller) mismatches(got spelled, r *refusal) (wrong []string) {
	differ := func(what string, got, want any) {
		if got != want {
			wrong = append(wrong, fmt.Sprintf("%s\n     %v\nwant %v", what, got, want))
		}
	}
	status, header := r.status, ""
	switch {
	case c.query():
		differ("code", got.code, r.code)
		differ("type", got.who, "Sender")
	case c.plain:
		if status != http.StatusRequestEntityTooLarge && status != http.StatusForbidden { // refused before the service sees it (inferred)
			status = http.StatusBadRequest
		}
	default:
		header = r.code + ";Sender"
	}
	if !c.query() {
		differ("__type", got.shape, r.shape)
	}
	differ("x-amzn-query-error", c.wire.header.Get("X-Amzn-Query-Error"), header)
	differ("status", c.wire.status, status)
	if r.like == "" {
		differ("message", got.text, r.text)
	} else if !regexp.MustCompile(r.like).MatchString(got.text) {
		differ("message", got.text, "like "+r.like)
	}
	return wrong
}

// refusal reads an error body of any dialect, by its content type.
func (r *recorder) refusal() (spelled, error) {
	var members map[string]any
	switch kind := r.header.Get("Content-Type"); {
	case kind == "text/xml":
		return xmlRefusal(r.body)
	case kind == "application/cbor":
		if err := cbor.Unmarshal(r.body, &members); err != nil {
			return spelled{}, err
		}
	case strings.HasPrefix(kind, "application/x-amz-json-1."):
		if err := json.Unmarshal(r.body, &members); err != nil {
			return spelled{}, err
		}
	default:
		return spelled{}, fmt.Errorf("content type %q", kind)
	}
	var s spelled
	s.shape, _ = members["__type"].(string)
	s.text, _ = members["message"].(string)
	return s, nil
}

func xmlRefusal(body []byte) (spelled, error) {
	var e struct {
		XMLName xml.Name
		Error   struct{ Type, Code, Message string }
		// RequestId is a child of ErrorResponse, as recorded.
		RequestID string `xml:"RequestId"`
	}
	if err := xml.Unmarshal(body, &e); err != nil {
		return spelled{}, err
	}
	if e.XMLName.Local != "ErrorResponse" {
		return spelled{}, fmt.Errorf("root %s", e.XMLName.Local)
	}
	return spelled{code: e.Error.Code, who: e.Error.Type, text: e.Error.Message, requestID: e.RequestID}, nil
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// xmlRequestID finds the id in an answer or an error.
var xmlRequestID = regexp.MustCompile(`<RequestId>([^<]*)</RequestId>`)

// checkHeaders holds what every answer has.
func (c *caller) checkHeaders(t *testing.T) {
	t.Helper()
	id := c.wire.header.Get("X-Amzn-Requestid")
	if !uuid.MatchString(id) {
		t.Errorf("x-amzn-RequestId %q is not a UUID", id)
	}
	kind := map[bool]string{true: "application/cbor", false: "application/x-amz-json-1.0"}[strings.HasPrefix(c.name, "cbor")]
	switch {
	case c.query():
		kind = "text/xml"
		if m := xmlRequestID.FindSubmatch(c.wire.body); m == nil || string(m[1]) != id {
			t.Errorf("RequestId in the body is not that of the header, %s: %s", id, c.wire.body)
		}
	case kind == "application/cbor" && c.wire.header.Get("Smithy-Protocol") != "rpc-v2-cbor":
		t.Errorf("smithy-protocol %q", c.wire.header.Get("Smithy-Protocol"))
	}
	if got := c.wire.header.Get("Content-Type"); got != kind {
		t.Errorf("content type %q, want %q", got, kind)
	}
}
