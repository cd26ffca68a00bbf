package wire

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// samplesDir holds raw requests of real clients.
const samplesDir = "../../conformance/testdata/wire-samples"

// received is a request as the dispatcher would hand it over.
type received struct {
	protocol  Protocol
	service   string
	operation string
	Request
}

// readSample reads a file of raw HTTP.
func readSample(t testing.TB, path string) received {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hr, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	body, err := io.ReadAll(hr.Body)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	if hr.Header.Get("Content-Encoding") == "gzip" {
		body = gunzip(t, body)
	}
	r := received{Request: Request{Method: hr.Method, Form: hr.URL.Query(), Header: hr.Header, Body: body}}
	r.route(hr.URL.Path)
	return r
}

func gunzip(t testing.TB, body []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// route finds protocol and operation by the marks of the dialects.
func (r *received) route(path string) {
	r.service = "cloudwatch"
	switch target := r.Header.Get("X-Amz-Target"); {
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		r.protocol, r.operation = CBOR, path[strings.LastIndexByte(path, '/')+1:]
	case target != "":
		r.protocol = JSON10
		if r.Header.Get("Content-Type") == "application/x-amz-json-1.1" {
			r.protocol = JSON11
		}
		prefix, op, _ := strings.Cut(target, ".")
		if r.operation = op; prefix == "AWSEvents" {
			r.service = "eventbridge"
		}
	default:
		r.protocol = Query
		if r.operation = r.Form.Get("Action"); r.operation == "" {
			r.operation = FormValue(r.Body, "Action")
		}
	}
}
