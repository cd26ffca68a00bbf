package conformance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// operationStep is one call: its members, the path of its answer to look at,
// and what is there, or the code of its refusal. "$name" stands for what an
// earlier step kept, "$now" for the time in milliseconds.
type operationStep struct {
	Service   string          `json:"service"`
	Operation string          `json:"operation"`
	Members   json.RawMessage `json:"members"`
	Zip       string          `json:"zip"` // a handler in Python, sent as the operation's ZipFile
	Path      string          `json:"path"`
	Want      json.RawMessage `json:"want"`
	Refused   string          `json:"refused"`
	Keep      string          `json:"keep"`
	Until     bool            `json:"until"` // it is asked until it answers so
	Kill      bool            `json:"kill"`  // no call: the server is killed and started again
}

// reads tells whether the step only looks at what others have done.
func (s operationStep) reads() bool {
	return regexp.MustCompile(`^(Get|List|Describe|Filter)`).MatchString(s.Operation)
}

// operationSteps reads the conversations, each in a file, in the files' order.
func operationSteps(t *testing.T) [][]operationStep {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "operations", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]operationStep
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var steps []operationStep
		if err := json.Unmarshal(text, &steps); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, steps)
	}
	return all
}

// servicesOfSections are the sections of the document of compatibility by what
// their clients call the service. CloudWatch and STS have tables of their own.
var servicesOfSections = map[string]string{
	"CloudWatch": "", "STS": "",
	"CloudWatch Logs": "logs", "Auto Scaling": "autoscaling", "Application Auto Scaling": "application-autoscaling", "SQS": "sqs", "SNS": "sns",
	"EventBridge": "events", "EventBridge Scheduler": "scheduler", "Lambda": "lambda", "Kinesis": "kinesis",
	"IAM": "iam", "EC2": "ec2", "CloudWatch Observability Access Manager": "oam", "Resource Groups Tagging API": "resourcegroupstaggingapi",
}

// TestOperationSteps holds that the calls name each operation that the document
// of compatibility offers.
func TestOperationSteps(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "docs", "compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	called := map[string][]string{}
	for _, s := range slices.Concat(operationSteps(t)...) {
		if !s.Kill {
			called[s.Service] = append(called[s.Service], s.Operation)
		}
	}
	for section := range strings.SplitSeq("\n"+string(text), "\n## ") {
		var offered []string
		for _, m := range regexp.MustCompile(`(?m)^### (\w+)$`).FindAllStringSubmatch(section, -1) {
			offered = append(offered, m[1])
		}
		if len(offered) == 0 {
			continue
		}
		heading, _, _ := strings.Cut(section, "\n")
		service, known := servicesOfSections[heading]
		if !known {
			t.Errorf("no calls of %s: what do its clients call it?", heading)
		}
		slices.Sort(called[service])
		if diff := gocmp.Diff(offered, slices.Compact(called[service])); service != "" && diff != "" {
			t.Errorf("operations of %s (-offered +called):\n%s", heading, diff)
		}
	}
}

// conversation is a server and two clients in processes of their own: what the
// one does, the other reads.
type conversation struct {
	server string
	doer   operationClient
	reader operationClient
	hook   *confirmHook
	kept   []string
	asked  []operationStep                  // reads that were answered
	kill   func(conversation *conversation) // nil: steps that kill are left out
}

// operationClient makes a call; refused is the code of its refusal.
type operationClient func(t *testing.T, server string, s operationStep) (seen any, refused string)

// hold has the clients make the calls of all conversations in order, and
// compares what they see.
func (c *conversation) hold(t *testing.T) {
	t.Helper()
	for _, steps := range operationSteps(t) {
		c.kept, c.asked = []string{"$server", c.server, "$hook", c.hook.url, `"$now"`, nowMilliseconds()}, nil
		for _, s := range steps {
			switch {
			case !s.Kill:
				c.step(t, s)
			case c.kill != nil:
				c.kill(c)
			}
		}
	}
}

func (c *conversation) step(t *testing.T, s operationStep) {
	t.Helper()
	if strings.Contains(string(s.Members), "$token") {
		c.kept = append(c.kept, "$token", c.hook.token(t))
	}
	fill := strings.NewReplacer(c.kept...)
	s.Members = json.RawMessage(fill.Replace(string(s.Members)))
	if s.Path == "" {
		s.Path = "Nothing"
	}
	call, want := c.doer, any(nil)
	if s.reads() {
		call = c.reader
	}
	if s.Keep == "" && len(s.Want) > 0 {
		want = parsed(t, fill.Replace(string(s.Want)))
	}
	got, refused := call(t, c.server, s)
	for end := time.Now().Add(15 * time.Second); s.Until && (!gocmp.Equal(want, got) || !strings.HasSuffix(refused, s.Refused)) && time.Now().Before(end); got, refused = call(t, c.server, s) {
		pause(t)
	}
	what := s.Service + " " + s.Operation + " " + string(s.Members)
	switch {
	case !strings.HasSuffix(refused, s.Refused) || (refused == "") != (s.Refused == ""):
		t.Fatalf("%s: refused with %q, want %q", what, refused, s.Refused)
	case refused != "":
		return
	case s.Keep != "":
		text, ok := got.(string)
		if !ok || text == "" {
			t.Fatalf("%s: nothing to keep at %s: %v", what, s.Path, got)
		}
		c.kept = append(c.kept, "$"+s.Keep, text)
	default:
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if s.reads() {
		c.asked = append(c.asked, s)
	}
}
