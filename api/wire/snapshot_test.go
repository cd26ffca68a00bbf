package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
)

// The SDK's own recorded requests, one for each operation with every member
// set, decode to inputs of which the SDK makes the same requests again. They
// stay in the module cache.
func TestRecordedRequests(t *testing.T) {
	t.Parallel()
	for service, p := range sdkServices {
		if service == "scheduler" { // its module has none
			continue
		}
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			ops := testOperations(t, service)
			files, err := filepath.Glob(filepath.Join(moduleDir(t, service), "request_snapshot", "*.request.snap"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no recorded requests: %v", err)
			}
			n := 0
			for _, file := range files {
				name := strings.TrimSuffix(filepath.Base(file), ".request.snap")
				if op, ok := ops[name]; ok {
					replay(t, service, p, op, file)
					n++
				}
			}
			if n < len(ops)-2 {
				t.Errorf("%d recordings for %d operations", n, len(ops))
			}
		})
	}
}

func moduleDir(t testing.TB, service string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/"+service).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func replay(t *testing.T, service string, p Protocol, op testOperation, file string) {
	want, wantBody := readSnapshot(t, file)
	in := op.newInput()
	if err := p.Decode(&op.Operation, requestOf(op, want, wantBody), in); err != nil {
		t.Errorf("%s: %v", op.Name, err)
		return
	}
	got, gotBody := sdkRequest(t, service, op.Name, in)
	if diff := cmp.Diff(meaning(t, p, wantBody), meaning(t, p, gotBody)); diff != "" {
		t.Errorf("%s: body (-recorded +again):\n%s", op.Name, diff)
	}
	if want.URL.Path != got.URL.Path {
		t.Errorf("%s: path %s, recorded %s", op.Name, got.URL.Path, want.URL.Path)
	}
	if diff := cmp.Diff(want.URL.Query(), got.URL.Query()); diff != "" {
		t.Errorf("%s: query (-recorded +again):\n%s", op.Name, diff)
	}
	for h := range want.Header {
		if h != "Content-Length" && want.Header.Get(h) != got.Header.Get(h) {
			t.Errorf("%s: header %s = %q, recorded %q", op.Name, h, got.Header.Get(h), want.Header.Get(h))
		}
	}
}

// readSnapshot reads the SDK's form of a recorded request: the request line,
// an empty line, headers, an empty line, the body.
func readSnapshot(t testing.TB, file string) (*http.Request, []byte) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	line, rest, _ := bytes.Cut(raw, []byte("\n\n"))
	head, body, _ := bytes.Cut(rest, []byte("\n\n"))
	method, target, _ := strings.Cut(string(line), " ")
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	r := &http.Request{Method: method, URL: u, Header: http.Header{}}
	for h := range strings.SplitSeq(string(head), "\n") {
		if k, v, ok := strings.Cut(h, ": "); ok {
			r.Header.Set(k, v)
		}
	}
	return r, body
}

// meaning is a body without the freedoms of its format.
func meaning(t testing.TB, p Protocol, body []byte) any {
	t.Helper()
	var v any
	var err error
	switch {
	case len(body) == 0:
	case p == CBOR:
		err = cbor.Unmarshal(body, &v)
	case p == Query:
		v, err = url.ParseQuery(string(body))
	case p == RESTJSON && body[0] != '{':
		v = string(body)
	default:
		err = json.Unmarshal(body, &v)
	}
	if err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	return v
}
