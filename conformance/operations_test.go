package conformance_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// operationStep is one call: its members, the path of its answer to look at,
// and what is there, or the code of its refusal. "$name" stands for what an
// earlier step kept.
type operationStep struct {
	Service   string          `json:"service"`
	Operation string          `json:"operation"`
	Members   json.RawMessage `json:"members"`
	Path      string          `json:"path"`
	Want      json.RawMessage `json:"want"`
	Refused   string          `json:"refused"`
	Keep      string          `json:"keep"`
}

// operationSteps reads the calls that both clients make.
func operationSteps(t *testing.T) []operationStep {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "operations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var steps []operationStep
	if err := json.Unmarshal(text, &steps); err != nil {
		t.Fatal(err)
	}
	return steps
}

// TestOperationSteps holds that the calls name each operation that the document
// of compatibility offers of these services.
func TestOperationSteps(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "docs", "compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	called := map[string][]string{}
	for _, s := range operationSteps(t) {
		called[s.Service] = append(called[s.Service], s.Operation)
	}
	for heading, service := range map[string]string{"EventBridge": "events", "EventBridge Scheduler": "scheduler", "SQS": "sqs"} {
		_, section, ok := strings.Cut(string(text), "\n## "+heading+"\n")
		if !ok {
			t.Fatalf("no section %s", heading)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		var offered []string
		for _, m := range regexp.MustCompile(`(?m)^### (\w+)$`).FindAllStringSubmatch(section, -1) {
			offered = append(offered, m[1])
		}
		slices.Sort(called[service])
		if diff := gocmp.Diff(offered, slices.Compact(called[service])); len(offered) == 0 || diff != "" {
			t.Errorf("operations of %s (-offered +called):\n%s", service, diff)
		}
	}
}

// TestOperationsWithCLI and TestOperationsWithBoto3 call every operation.
func TestOperationsWithCLI(t *testing.T) {
	t.Parallel()
	a := newCLI(t, start(t))
	between := regexp.MustCompile(`([a-z])([A-Z])`)
	code := regexp.MustCompile(`An error occurred \(([^)]+)\)`)
	runSteps(t, a.server, func(s operationStep) (any, string) {
		command := "--endpoint-url " + a.server + " " + s.Service + " " + strings.ToLower(between.ReplaceAllString(s.Operation, "$1-$2"))
		out, errs, err := a.run(t, command+" --query", s.Path, "--cli-input-json", string(s.Members))
		switch refused := code.FindStringSubmatch(errs); {
		case refused != nil:
			return nil, refused[1]
		case err != nil:
			t.Fatalf("%s: %v\n%s", command, err, errs)
		case strings.TrimSpace(out) == "":
			return nil, ""
		}
		return parsed(t, out), ""
	})
}

func TestOperationsWithBoto3(t *testing.T) {
	t.Parallel()
	needs(t, "boto3", "python3", "-c", "import boto3")
	server := start(t)
	program := exec.CommandContext(t.Context(), "python3", "py/operations.py", server)
	program.Env, program.Stderr = environment(), t.Output()
	in, inErr := program.StdinPipe()
	out, outErr := program.StdoutPipe()
	if err := errors.Join(inErr, outErr, program.Start()); err != nil {
		t.Fatal(err)
	}
	steps, answers := json.NewEncoder(in), json.NewDecoder(out)
	runSteps(t, server, func(s operationStep) (any, string) {
		var answer struct {
			Seen    any
			Refused string
		}
		if err := errors.Join(steps.Encode(s), answers.Decode(&answer)); err != nil {
			t.Fatalf("%s %s: %v", s.Service, s.Operation, err)
		}
		return answer.Seen, answer.Refused
	})
	if err := errors.Join(in.Close(), program.Wait()); err != nil {
		t.Error(err)
	}
}

// runSteps has a client make the calls in order and compares what it sees.
func runSteps(t *testing.T, server string, call func(operationStep) (seen any, refused string)) {
	t.Helper()
	kept := []string{"$server", server}
	for _, s := range operationSteps(t) {
		fill := strings.NewReplacer(kept...)
		s.Members = json.RawMessage(fill.Replace(string(s.Members)))
		got, refused := call(s)
		what := s.Service + " " + s.Operation + " " + string(s.Members)
		switch {
		case !strings.HasSuffix(refused, s.Refused) || (refused == "") != (s.Refused == ""):
			t.Fatalf("%s: refused with %q, want %q", what, refused, s.Refused)
		case refused != "":
		case s.Keep != "":
			text, ok := got.(string)
			if !ok || text == "" {
				t.Fatalf("%s: nothing to keep at %s: %v", what, s.Path, got)
			}
			kept = append(kept, "$"+s.Keep, text)
		default:
			if diff := gocmp.Diff(parsed(t, fill.Replace(string(s.Want))), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
	}
}
