package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"text/template"
	"text/template/parse"

	"skywatch/targets/notice"
)

// Bounds of users' templates (ours).
const (
	maxBody   = 32 << 10  // bytes of a template
	maxOutput = 256 << 10 // bytes that it writes, as much as a topic's message has
	// maxSteps bounds the work of one body. It is counted, not timed, so that a
	// template that works once works always.
	maxSteps = 100_000
	// A step is so many bytes of a list of nodes, or of a text that a function
	// makes.
	listStep, textStep = 16, 128
)

var (
	errWork   = errors.New("it does more than its body and its message should need")
	errOutput = fmt.Errorf("it writes more than %d bytes", maxOutput)
	errJSON   = errors.New("what it writes is not JSON")
)

// own is a user's template.
type own struct {
	parsed *template.Template
	json   bool // what it writes must be
}

func parseOwn(body string, asJSON bool) (*own, error) {
	if len(body) > maxBody {
		return nil, invalid("Body must not be larger than %d bytes.", maxBody)
	}
	t, err := template.New("Body").Funcs(functions(&work{})).Parse(body)
	if err != nil {
		return nil, invalid("Body is no template: %v.", err)
	}
	for _, part := range t.Templates() {
		if part.Tree != nil && part.Root != nil {
			count(part.Root)
			charge(part.Root)
		}
	}
	return &own{t, asJSON}, nil
}

// count puts a charge at the head of each loop's body.
func count(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			count(n.List)
			count(n.ElseList)
		case *parse.WithNode:
			count(n.List)
			count(n.ElseList)
		case *parse.RangeNode:
			count(n.List)
			count(n.ElseList)
			charge(n.List)
		}
	}
}

// charge has a list begin with the cost of running it once.
func charge(list *parse.ListNode) {
	cost := 1 + len(list.String())/listStep
	text := fmt.Sprintf("{{%s %d}}", spendName, cost)
	step := template.Must(template.New("").Funcs(functions(&work{})).Parse(text))
	list.Nodes = append([]parse.Node{step.Root.Nodes[0]}, list.Nodes...)
}

func (o *own) render(n *notice.Notice) ([]byte, error) {
	t, err := o.parsed.Clone()
	if err != nil {
		return nil, err
	}
	var out limited
	if err := t.Funcs(functions(&work{})).Execute(&out, n); err != nil {
		return nil, fmt.Errorf("the template fails: %w", err)
	}
	if o.json && !json.Valid(out.Bytes()) {
		return nil, fmt.Errorf("the template fails: %w", errJSON)
	}
	return out.Bytes(), nil
}

// limited takes no more than maxOutput.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxOutput {
		return 0, errOutput
	}
	return l.Buffer.Write(p)
}

// samples are a message of each kind.
var samples = []notice.Message{
	{ID: "id", Body: `{"AlarmName":"a \"b\"","AWSAccountId":"000000000000","NewStateValue":"ALARM","NewStateReason":"Threshold\nCrossed","StateChangeTime":"2026-11-22T12:30:10.123+0000",
		"Region":"US East (N. Virginia)","AlarmArn":"arn:aws:cloudwatch:us-east-1:000000000000:alarm:a","OldStateValue":"OK","Trigger":{"MetricName":"m","Namespace":"n","Statistic":"AVERAGE",
		"Dimensions":[{"name":"Host","value":"a"}],"Period":60,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanThreshold","Threshold":1.0}}`},
	{ID: "id", Body: `{"version":"0","id":"id","detail-type":"order","source":"shop","account":"000000000000","time":"2026-11-22T12:30:10Z","region":"us-east-1","resources":[],"detail":{"id":"o-1"}}`},
	{ID: "id", Cause: "arn:aws:sns:us-east-1:000000000000:topic", Subject: `a "subject"`, Body: "several\nlines"},
}
