package conformance_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestOperationsWithCLI has the aws CLI do everything and boto3 read it, on the
// program, which is killed where the table says so. TestOperationsWithBoto3
// has them change places.
func TestOperationsWithCLI(t *testing.T) {
	t.Parallel()
	h := newKilledHouse(t)
	c := conversation{server: h.url, doer: callCLI(t), reader: callBoto3(t), hook: newConfirmHook(t), kill: h.kill(t)}
	c.hold(t)
}

func TestOperationsWithBoto3(t *testing.T) {
	t.Parallel()
	cfg, _ := fleetConfig(t)
	server := serveWith(t, cfg, filepath.Join(t.TempDir(), "data"), time.Now)
	c := conversation{server: server, doer: callBoto3(t), reader: callCLI(t), hook: newConfirmHook(t)}
	c.hold(t)
}

// callCLI starts the command line client.
func callCLI(t *testing.T) operationClient {
	t.Helper()
	a := newCLI(t, "http://127.0.0.1:0") // each command names the server
	between := regexp.MustCompile(`([a-z])([A-Z])`)
	code := regexp.MustCompile(`An error occurred \(([^)]+)\)`)
	payload := filepath.Join(t.TempDir(), "payload")
	return func(t *testing.T, server string, s operationStep) (any, string) {
		t.Helper()
		command := "--endpoint-url " + server + " " + s.Service + " " + strings.ToLower(between.ReplaceAllString(s.Operation, "$1-$2"))
		more := []string{s.Path}
		switch {
		case s.Operation == "Invoke": // the client takes no JSON where an answer goes to a file
			var members map[string]string
			if err := json.Unmarshal(s.Members, &members); err != nil {
				t.Fatal(err)
			}
			for name, value := range members {
				more = append(more, "--"+strings.ToLower(between.ReplaceAllString(name, "$1-$2")), value)
			}
			more = append(more, payload)
		default:
			more = append(more, "--cli-input-json", string(s.Members))
		}
		if s.Zip != "" {
			more = append(more, "--zip-file", "fileb://"+zipFile(t, s.Zip))
		}
		out, errs, err := a.run(t, command+" --query", more...)
		switch refused := code.FindStringSubmatch(errs); {
		case refused != nil:
			return nil, refused[1]
		case err != nil:
			t.Fatalf("%s %s: %v\n%s", command, s.Members, err, errs)
		case strings.TrimSpace(out) == "":
			return nil, ""
		}
		return parsed(t, out), ""
	}
}

// callBoto3 starts a program that uses boto3.
func callBoto3(t *testing.T) operationClient {
	t.Helper()
	needs(t, "boto3", "python3", "-c", "import boto3")
	program := exec.Command("python3", "py/operations.py", "http://127.0.0.1:0")
	program.Env, program.Stderr = environment(), t.Output()
	in, inErr := program.StdinPipe()
	out, outErr := program.StdoutPipe()
	if err := errors.Join(inErr, outErr, program.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(in.Close(), program.Wait()); err != nil {
			t.Errorf("end of operations.py: %v", err)
		}
	})
	steps, answers := json.NewEncoder(in), json.NewDecoder(out)
	return func(t *testing.T, server string, s operationStep) (any, string) {
		t.Helper()
		if s.Zip != "" {
			s.Zip = zipFile(t, s.Zip)
		}
		var answer struct {
			Seen    any
			Refused string
		}
		asked := struct {
			operationStep
			Server string `json:"server"`
		}{s, server}
		if err := errors.Join(steps.Encode(asked), answers.Decode(&answer)); err != nil {
			t.Fatalf("%s %s %s: %v", s.Service, s.Operation, s.Members, err)
		}
		return answer.Seen, answer.Refused
	}
}

// zipFile is an archive of a handler in app.py.
func zipFile(t *testing.T, handler string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app.zip")
	if err := os.WriteFile(path, zipped(t, "app.py", handler), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// confirmHook is a subscriber over HTTP, which keeps the tokens it is sent.
type confirmHook struct {
	url    string
	tokens chan string
}

func newConfirmHook(t *testing.T) *confirmHook {
	t.Helper()
	h := &confirmHook{tokens: make(chan string, 8)}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct{ Token string }
		if err := json.NewDecoder(r.Body).Decode(&m); err == nil && m.Token != "" {
			h.tokens <- m.Token
		}
	}))
	t.Cleanup(s.Close)
	h.url = s.URL
	return h
}

func (h *confirmHook) token(t *testing.T) string {
	t.Helper()
	select {
	case token := <-h.tokens:
		return token
	case <-time.After(10 * time.Second):
		t.Fatal("nobody is asked to confirm")
		return ""
	}
}

func nowMilliseconds() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) }

// pause lets the server go on before it is asked again.
func pause(t *testing.T) {
	t.Helper()
	select {
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	case <-time.After(50 * time.Millisecond):
	}
}
