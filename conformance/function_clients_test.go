package conformance_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestFunctionsWithBoto3 holds what a Python program sees.
func TestFunctionsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	got := script(t, "python3", "py/functions.py", start(t))
	want := parsed(t, `{
		"created": ["f", "$LATEST", "Active", 201], "invoked": [200, {"hello": "world"}, "$LATEST", true], "failed": [200, "Unhandled", "KeyError"],
		"event": 202, "record": ["Success", {"name": "again"}, {"hello": "again"}], "listed": ["f"], "deleted": 204,
		"refusals": {
			"gone": ["ResourceNotFoundException", "ResourceNotFoundException", "Function not found: `+functionARN+`gone", 404],
			"again": ["ResourceConflictException", "ResourceConflictException", "Function already exist: f", 409],
			"throttled": ["TooManyRequestsException", "TooManyRequestsException", "Rate Exceeded.", 429]
		}
	}`)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestFunctionsWithCLI runs the commands of docs/functions.md.
func TestFunctionsWithCLI(t *testing.T) {
	t.Parallel()
	needs(t, "python3", "python3", "-c", "")
	a := newCLI(t, start(t))
	dir := t.TempDir()
	code := dir + "/f.zip"
	write(t, code, zipped(t, "app.py", "def handler(event, context):\n    return {'hello': event['name']}\n"))
	made := a.seen(t, "lambda create-function --function-name f --runtime python3.12 --handler app.handler --role "+functionRole+" --zip-file fileb://"+code+" --query State")
	if made != "Active" {
		t.Errorf("made %v", made)
	}
	write(t, dir+"/in", []byte(`{"name":"you"}`))
	out := a.seen(t, "lambda invoke --function-name f --payload file://"+dir+"/in "+dir+"/out --query StatusCode")
	if got, err := os.ReadFile(dir + "/out"); fmt.Sprint(out) != "200" || string(got) != `{"hello": "you"}` {
		t.Errorf("%v %s %v", out, got, err)
	}
	_, errs, err := a.run(t, "lambda get-function --function-name g")
	if err == nil || !strings.Contains(errs, "(ResourceNotFoundException) when calling the GetFunction operation: Function not found: "+functionARN+"g") {
		t.Errorf("%v %s", err, errs)
	}
}
