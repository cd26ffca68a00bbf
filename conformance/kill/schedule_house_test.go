package kill_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/event"
)

const tickQueue = "ticks"

// program returns the skywatch program: SKYWATCH_BINARY, or one built here.
func program(t *testing.T) string {
	t.Helper()
	if binary := os.Getenv("SKYWATCH_BINARY"); binary != "" {
		return binary
	}
	binary := filepath.Join(t.TempDir(), "skywatch")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "skywatch/cmd/skywatch").CombinedOutput(); err != nil {
		t.Fatalf("build skywatch: %v\n%s", err, out)
	}
	return binary
}

// span is when the program was up for sure.
type span struct{ from, until time.Time }

// tickRule is a rule with a schedule, and what came of it.
type tickRule struct {
	name  string
	first time.Time // planned; the others are whole minutes later
	came  map[time.Time]int
}

// tickHouse is the program through all its lives, with its rules.
type tickHouse struct {
	*eventHouse
	binary string
	lives  []span
	rules  []*tickRule
}

// start begins a life of the program.
func (h *tickHouse) start(t *testing.T) *process {
	t.Helper()
	p := begin(t, exec.Command(h.binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", h.dir, "--log-level", "WARN"))
	line, err := p.out.ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), "ready on ")
	if err != nil || !ok {
		t.Fatalf("the program began with %q: %v", line, err)
	}
	h.lives = append(h.lives, span{from: time.Now()})
	h.connect(url)
	return p
}

// kill ends a life of the program.
func (h *tickHouse) kill(p *process) {
	h.lives[len(h.lives)-1].until = time.Now()
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// furnish makes the queue and the rule by cron in the first life, and a rule by
// rate in each.
func (h *tickHouse) furnish(t *testing.T) {
	t.Helper()
	if len(h.rules) == 0 {
		must(t)(h.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(tickQueue)}))
		h.plan(t, "cron", "cron(* * * * ? *)", time.Minute)
	}
	h.plan(t, fmt.Sprintf("rate-%d", len(h.rules)), "rate(1 minute)", time.Second)
}

// plan makes a rule that runs from a minute after the instant on at which it is
// enabled, as far as its schedule tells instants apart.
func (h *tickHouse) plan(t *testing.T, name, expression string, unit time.Duration) {
	t.Helper()
	ctx := t.Context()
	must(t)(h.events.PutRule(ctx, &eventbridge.PutRuleInput{Name: &name, ScheduleExpression: &expression, State: types.RuleStateDisabled}))
	out := must(t)(h.events.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: &name, Targets: []types.Target{{Id: aws.String("q"), Arn: aws.String(queueARN(tickQueue))}}})).(*eventbridge.PutTargetsOutput)
	if out.FailedEntryCount > 0 {
		t.Fatalf("%+v", out.FailedEntries)
	}
	for {
		from := time.Now().UTC().Truncate(unit)
		must(t)(h.events.EnableRule(ctx, &eventbridge.EnableRuleInput{Name: &name}))
		if time.Now().UTC().Truncate(unit).Equal(from) { // else it is not known when the rule began
			h.rules = append(h.rules, &tickRule{name, from.Add(time.Minute), map[time.Time]int{}})
			return
		}
		must(t)(h.events.DisableRule(ctx, &eventbridge.DisableRuleInput{Name: &name}))
	}
}

// receive takes all that is in the queue, and holds that it is of the rules'
// planned times.
func (h *tickHouse) receive(t *testing.T) {
	t.Helper()
	ids := map[string]bool{}
	for {
		out := must(t)(h.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(h.url + "/000000000000/" + tickQueue), MaxNumberOfMessages: 10, VisibilityTimeout: 600,
		})).(*sqs.ReceiveMessageOutput)
		if len(out.Messages) == 0 {
			return
		}
		for _, m := range out.Messages {
			var e event.Event
			if err := json.Unmarshal([]byte(*m.Body), &e); err != nil || ids[e.ID] {
				t.Errorf("came twice, or broken: %s: %v", *m.Body, err)
			}
			ids[e.ID] = true
			i := slices.IndexFunc(h.rules, func(r *tickRule) bool {
				return slices.Contains(e.Resources, "arn:aws:events:us-east-1:000000000000:rule/"+r.name)
			})
			if i < 0 || e.Time.Before(h.rules[i].first) || e.Time.Sub(h.rules[i].first)%time.Minute != 0 {
				t.Errorf("nobody planned %s", *m.Body)
				continue
			}
			h.rules[i].came[e.Time]++
		}
	}
}
