package wire

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
	"github.com/cockroachdb/datadriven"

	"skywatch/api/wire/schemas"
	"skywatch/internal/fault"
)

// What each dialect takes, and with which words it refuses the rest. The input
// is a body, in hexadecimal for CBOR; arguments add the rest of a request.
func TestDecode(t *testing.T) {
	t.Parallel()
	datadriven.Walk(t, "testdata/decode", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var service string
			d.ScanArgs(t, "service", &service)
			op, ok := decodeOperations(t, service)[d.Cmd]
			if !ok {
				t.Fatalf("no operation %q", d.Cmd)
			}
			p := protocolNamed(t, d)
			in := op.newInput()
			if err := p.Decode(&op.Operation, requestOfTest(t, p, d), in); err != nil {
				return refusal(t, err)
			}
			return dump(in)
		})
	})
}

func decodeOperations(t *testing.T, service string) map[string]testOperation {
	if service == "own" {
		return ownOperations()
	}
	return testOperations(t, service)
}

// refusal shows a fault; any other error would be our mistake.
func refusal(t *testing.T, err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("no fault: %v", err)
	}
	kind := "malformed"
	if f.Kind == fault.TooLarge {
		kind = "too large"
	}
	return fmt.Sprintf("%s at %q: %s\n", kind, f.Param, f.Message)
}

func requestOfTest(t *testing.T, p Protocol, d *datadriven.TestData) *Request {
	r := &Request{Method: "POST", Body: []byte(d.Input), Header: http.Header{}, Labels: map[string]string{}}
	if p == CBOR {
		body, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "").Replace(d.Input))
		if err != nil {
			t.Fatal(err)
		}
		r.Body = body
	}
	for _, arg := range d.CmdArgs {
		kind, name, _ := strings.Cut(arg.Key, ".")
		switch kind {
		case "label":
			r.Labels[name] = arg.Vals[0]
		case "header":
			r.Header.Add(name, strings.Join(arg.Vals, ", "))
		case "query":
			r.Method = "GET"
			r.Form, _ = url.ParseQuery(strings.ReplaceAll(arg.Vals[0], "|", "&"))
		}
	}
	return r
}

// Operations of our own show what no service that we test with has.

type describeRegionsInput struct {
	RegionNames []string
	Filters     []ownFilter
	DryRun      *bool
}

type ownFilter struct {
	Name   *string
	Values []string
}

type boundInput struct {
	Id      *string
	Since   *time.Time
	Until   *time.Time
	Tags    map[string]string
	Words   []string
	Codes   []int32
	Params  map[string][]string
	Renamed *string
	Grown   *float32
	Small   *int8
}

func ownOperations() map[string]testOperation {
	const m = schemas.Model("own")
	text := m.Simple("String", smithy.ShapeTypeString)
	when := m.Simple("When", smithy.ShapeTypeTimestamp)
	values := m.List("Values", schemas.Member("member", text, &traits.XMLName{Name: "item"}))
	filter := m.Structure("Filter", nil,
		schemas.Member("Name", text), schemas.Member("Values", values, &traits.XMLName{Name: "Value"}))
	filters := m.List("Filters", schemas.Member("member", filter, &traits.XMLName{Name: "Filter"}))
	regions := m.Structure("DescribeRegionsRequest", nil,
		schemas.Member("RegionNames", values, &traits.XMLName{Name: "RegionName"}),
		schemas.Member("Filters", filters, &traits.XMLName{Name: "Filter"}),
		schemas.Member("DryRun", m.Simple("Boolean", smithy.ShapeTypeBoolean), &traits.XMLName{Name: "dryRun"}, &traits.EC2QueryName{Name: "DryRun"}))
	codes := m.List("Codes", schemas.Member("member", m.Simple("Integer", smithy.ShapeTypeInteger)))
	pairs := m.Map("Pairs", schemas.Member("key", text), schemas.Member("value", text))
	params := m.Map("Params", schemas.Member("key", text), schemas.Member("value", values))
	bound := m.Structure("BoundInput", nil,
		schemas.Member("Id", text, &traits.HTTPLabel{}),
		schemas.Member("Since", when, &traits.HTTPHeader{Name: "If-Modified-Since"}),
		schemas.Member("Until", when, &traits.HTTPQuery{Name: "until"}),
		schemas.Member("Tags", pairs, &traits.HTTPPrefixHeaders{Prefix: "X-Tag-"}),
		schemas.Member("Words", values, &traits.HTTPHeader{Name: "X-Words"}),
		schemas.Member("Codes", codes, &traits.HTTPQuery{Name: "code"}),
		schemas.Member("Params", params, &traits.HTTPQueryParams{}),
		schemas.Member("Renamed", text, &traits.JSONName{Name: "other"}),
		schemas.Member("Grown", m.Simple("Float", smithy.ShapeTypeFloat)),
		schemas.Member("Small", m.Simple("Byte", smithy.ShapeTypeByte)))
	s := &Service{XMLNamespace: "http://own.example/"}
	return map[string]testOperation{
		"DescribeRegions": {Operation: Operation{Service: s, Name: "DescribeRegions", Input: regions}, in: reflect.TypeFor[describeRegionsInput]()},
		"Bound":           {Operation: Operation{Service: s, Name: "Bound", Input: bound}, in: reflect.TypeFor[boundInput]()},
	}
}
