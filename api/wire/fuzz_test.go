package wire

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"skywatch/internal/fault"
)

// fuzzed are operations whose inputs have every kind of shape.
var fuzzed = []struct{ service, op string }{
	{"cloudwatch", "PutMetricData"},
	{"cloudwatch", "PutMetricAlarm"},
	{"cloudwatch", "GetMetricData"},
	{"cloudwatch", "PutDashboard"},
	{"eventbridge", "PutTargets"},
	{"eventbridge", "PutEvents"},
	{"sns", "Publish"},
	{"sqs", "SendMessageBatch"},
	{"sqs", "SetQueueAttributes"},
	{"lambda", "CreateFunction"},
}

func fuzzOperation(t testing.TB, which uint8) testOperation {
	f := fuzzed[int(which)%len(fuzzed)]
	return testOperations(t, f.service)[f.op]
}

// addSamples seeds with what real clients send in the dialects given.
func addSamples(f *testing.F, add func(body []byte, which uint8), ps ...Protocol) {
	files, err := filepath.Glob(filepath.Join(samplesDir, "*.http"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		r := readSample(f, file)
		for i, o := range fuzzed {
			for _, p := range ps {
				if o.op == r.operation && p == r.protocol && len(r.Body) < 4096 {
					add(r.Body, uint8(i))
				}
			}
		}
	}
}

// addGoldens seeds with the bodies of testdata/decode.
func addGoldens(f *testing.F, name string, add func(body []byte, which uint8)) {
	raw, err := os.ReadFile(filepath.Join("testdata", "decode", name))
	if err != nil {
		f.Fatal(err)
	}
	for _, block := range strings.Split(string(raw), "\n\n") {
		head, body, _ := strings.Cut(block, "\n")
		body, _, _ = strings.Cut(body, "----\n")
		if name == "cbor" {
			b, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "").Replace(body))
			if err != nil {
				continue
			}
			body = string(b)
		}
		for i, o := range fuzzed {
			if strings.HasPrefix(head, o.op+" ") {
				add([]byte(strings.TrimSuffix(body, "\n")), uint8(i))
			}
		}
	}
}

// decodeTwice checks the promises of a decoder on any body: it fails with a
// fault or not at all, and what it made survives being written and read again.
func decodeTwice(t *testing.T, p Protocol, op testOperation, body []byte) {
	in := op.newInput()
	if err := p.Decode(&op.Operation, &Request{Method: "POST", Body: body}, in); err != nil {
		if !fault.Is(err, fault.Malformed) && !fault.Is(err, fault.TooLarge) {
			t.Fatalf("not a fault: %v", err)
		}
		return
	}
	sh, err := op.Service.shapeOf(op.Input, op.in)
	if err != nil {
		t.Fatal(err)
	}
	again := op.newInput()
	body = written(p, sh, reflect.ValueOf(in).Elem())
	if err := p.Decode(&op.Operation, &Request{Method: "POST", Body: body}, again); err != nil {
		t.Fatalf("read again: %v\n%q", err, body)
	}
	if x, y := inMillis(dump(in)), inMillis(dump(again)); x != y {
		t.Fatalf("first\n%s\nagain\n%s", x, y)
	}
}

var timeText = regexp.MustCompile(`(?m)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$`)

// inMillis cuts the times of a dump to milliseconds: a form may have more,
// what is written has not.
func inMillis(dump string) string {
	return timeText.ReplaceAllStringFunc(dump, func(s string) string {
		t, _ := time.Parse(time.RFC3339Nano, s)
		return t.Truncate(time.Millisecond).Format(time.RFC3339Nano)
	})
}

func FuzzCBOR(f *testing.F) {
	addSamples(f, func(body []byte, which uint8) { f.Add(body, which) }, CBOR)
	addGoldens(f, "cbor", func(body []byte, which uint8) { f.Add(body, which) })
	f.Add([]byte{0xbf, 0x61, 'X', 0x9f, 0x5f, 0x41, 1, 0xff, 0xc1, 0xf9, 0x3c, 0, 0xff, 0xff}, uint8(0))
	f.Fuzz(func(t *testing.T, body []byte, which uint8) {
		decodeTwice(t, CBOR, fuzzOperation(t, which), body)
	})
}

// What our reader takes as CBOR, another implementation takes as CBOR.
func FuzzCBORAgainstLibrary(f *testing.F) {
	addSamples(f, func(body []byte, which uint8) { f.Add(body, which) }, CBOR)
	addGoldens(f, "cbor", func(body []byte, which uint8) { f.Add(body, which) })
	f.Fuzz(func(t *testing.T, body []byte, which uint8) {
		op := fuzzOperation(t, which)
		in := op.newInput()
		if err := CBOR.Decode(&op.Operation, &Request{Body: body}, in); err != nil || len(body) == 0 {
			return
		}
		if err := libraryMode.Wellformed(body); err != nil {
			t.Fatalf("not well-formed: %v\n%x", err, body)
		}
	})
}

// libraryMode allows the library what we allow.
var libraryMode, _ = cbor.DecOptions{MaxNestedLevels: 256, MaxMapPairs: math.MaxInt32, MaxArrayElements: math.MaxInt32}.DecMode()

func FuzzJSON(f *testing.F) {
	addSamples(f, func(body []byte, which uint8) { f.Add(body, which) }, JSON10, JSON11)
	addGoldens(f, "json", func(body []byte, which uint8) { f.Add(body, which) })
	f.Add([]byte(`{"X":[1,-2.5e3,"\ud83d\ude00\u00e9",true,null,{}],"DashboardName":"\\"}`), uint8(3))
	f.Fuzz(func(t *testing.T, body []byte, which uint8) {
		op := fuzzOperation(t, which)
		err := JSON10.Decode(&op.Operation, &Request{Body: body}, op.newInput())
		if err == nil && len(bytes.TrimSpace(body)) > 0 && !json.Valid(body) {
			t.Fatalf("the library does not take %q", body)
		}
		decodeTwice(t, JSON10, op, body)
	})
}

func FuzzQuery(f *testing.F) {
	addSamples(f, func(body []byte, which uint8) { f.Add(body, which, false) }, Query)
	addGoldens(f, "query", func(body []byte, which uint8) { f.Add(body, which, false) })
	f.Add([]byte("MessageAttributes.entry.2.Name=k&MessageAttributes.entry.2.Value.BinaryValue=AQI%3D&A.1=+"), uint8(6), false)
	f.Add([]byte("Attribute.1.Name=a&Attribute.1.Value=b"), uint8(8), false)
	f.Add([]byte("Dimensions.1.Name=a&Period=60"), uint8(1), true)
	f.Fuzz(func(t *testing.T, body []byte, which uint8, ec2 bool) {
		p := Query
		if ec2 {
			p = EC2Query
		}
		decodeTwice(t, p, fuzzOperation(t, which), body)
	})
}

func FuzzREST(f *testing.F) {
	f.Add([]byte(`{"MemorySize":1}`), "a=b&MaxItems=1", "f", "Fri, 02 Jan 2026 03:04:05 GMT", uint8(0))
	f.Add([]byte(`{"other":"x"}`), "until=2026-01-02T03:04:05Z&code=1&code=2", "f", "a,b", uint8(3))
	f.Fuzz(func(t *testing.T, body []byte, query, label, header string, which uint8) {
		ops := testOperations(t, "lambda")
		op := []testOperation{ops["CreateFunction"], ops["Invoke"], ops["ListFunctions"], ownOperations()["Bound"]}[which%4]
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		r := &Request{
			Body: body, Form: form, Labels: map[string]string{"FunctionName": label, "Id": label},
			Header: http.Header{"X-Words": {header}, "If-Modified-Since": {header}, "X-Amz-Log-Type": {header}, "X-Tag-A": {header}},
		}
		if err := RESTJSON.Decode(&op.Operation, r, op.newInput()); err != nil &&
			!fault.Is(err, fault.Malformed) && !fault.Is(err, fault.TooLarge) {
			t.Fatalf("not a fault: %v", err)
		}
	})
}

// A double is written so that it reads back as itself, in JSON and in XML.
func FuzzDouble(f *testing.F) {
	for _, d := range []float64{0, 41, -1e-4, 1e7, 12345678.9, 5e-324, math.MaxFloat64} {
		f.Add(d)
	}
	f.Fuzz(func(t *testing.T, d float64) {
		if specialName(d) != "" {
			return
		}
		s := string(appendDouble(nil, d))
		got, err := parseDouble(s)
		if err != nil || got != d || !strings.Contains(s, ".") {
			t.Fatalf("%v is written %q, read %v, %v", d, s, got, err)
		}
		r := &jsonReader{b: []byte(s)}
		if got, err := r.double(); err != nil || got != d {
			t.Fatalf("%q in JSON: %v, %v", s, got, err)
		}
	})
}
