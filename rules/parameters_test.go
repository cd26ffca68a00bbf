package rules_test

import (
	"encoding/json"
	"testing"

	"skywatch/internal/fault"
	"skywatch/rules"
)

// TestParameters holds what becomes of a target's HttpParameters: values that
// are paths come from the event as it was, whatever the target is sent.
func TestParameters(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	detail := `{"id":"a/b","n":1.50,"big":12345678901234567890,"ok":true,"none":null,"list":[1,"x"],"deep":{"a":["p","q"]},"text":"$.source","key with space":"v"}`
	for _, c := range []struct{ block, want, lost string }{
		{`{"PathParameterValues":["a","$.detail.id"]}`, `{"PathParameterValues":["a","a/b"]}`, ""},
		{`{"HeaderParameters":{"X":"$.detail.n","Y":"$.detail.big","Z":"$.detail.ok"}}`, `{"HeaderParameters":{"X":"1.50","Y":"12345678901234567890","Z":"true"}}`, ""},
		{`{"QueryStringParameters":{"q":"$.detail.deep.a[1]","l":"$.detail.list[0]"}}`, `{"QueryStringParameters":{"l":"1","q":"q"}}`, ""},
		{`{"QueryStringParameters":{"q":"$['detail']['key with space']"}}`, `{"QueryStringParameters":{"q":"v"}}`, ""},
		// Only a whole value is a path, and what it leads to is none.
		{`{"HeaderParameters":{"X":"id $.detail.id","Y":"$5","Z":"$.detail.text"}}`, `{"HeaderParameters":{"X":"id $.detail.id","Y":"$5","Z":"$.source"}}`, ""},
		{`{"HeaderParameters":{"$.detail.id":"a"}}`, `{"HeaderParameters":{"$.detail.id":"a"}}`, ""},
		{`{}`, `{}`, ""},
		{``, ``, ""},
		{`{"PathParameterValues":["$.detail.gone"]}`, ``, "PathParameterValues: the event has nothing at $.detail.gone"},
		{`{"HeaderParameters":{"X":"$.detail.none"}}`, ``, "HeaderParameters X: what the event has at $.detail.none is no text, number or boolean"},
		{`{"QueryStringParameters":{"q":"$.detail.list"}}`, ``, "QueryStringParameters q: what the event has at $.detail.list is no text, number or boolean"},
		{`{"QueryStringParameters":{"q":"$"}}`, ``, "QueryStringParameters q: what the event has at $ is no text, number or boolean"},
	} {
		target := rules.Target{ID: "t", ARN: queueARN("q"), Input: rules.Input{Path: "$.detail.id"}}
		if c.block != "" {
			target.Blocks = map[string]json.RawMessage{"HttpParameters": json.RawMessage(c.block)}
		}
		r.rule(rule("default", "r"), `{"source":["shop"]}`, target)
		if _, err := r.PutEvents(t.Context(), tenant, []rules.Entry{{Source: "shop", DetailType: "d", Detail: detail}}); err != nil {
			t.Fatal(err)
		}
		if c.lost != "" {
			if o := <-r.down; o.Reason != "The parameters cannot be made: "+c.lost {
				t.Errorf("%s: given up since %q, want %q", c.block, o.Reason, c.lost)
			}
			continue
		}
		if d := <-r.sent; string(d.Parameters) != c.want || d.Message != `"a/b"` {
			t.Errorf("%s: sent %s with %s, want %s", c.block, d.Message, d.Parameters, c.want)
		}
	}
}

func TestParametersAreChecked(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.rule(rule("default", "r"), `{"source":["shop"]}`)
	for block, want := range map[string]string{
		`{"PathParameterValues":["$.a["]}`:           `PathParameterValues: path: "[" is no step`,
		`{"QueryStringParameters":{"q":"$.a..b"}}`:   `QueryStringParameters q: path "$.a..b" has an empty name`,
		`{"HeaderParameters":{"a:b":"x"}}`:           `"a:b" is not the name of a header`,
		`{"HeaderParameters":{"ok":"x","a\nb":"x"}}`: `"a\nb" is not the name of a header`,
	} {
		err := r.PutTargets(t.Context(), rule("default", "r"), []rules.Target{
			{ID: "t", ARN: queueARN("q"), Blocks: map[string]json.RawMessage{"HttpParameters": json.RawMessage(block)}},
		})
		if f := fault.Of(err); err == nil || f.Message != "Parameter HttpParameters is not valid for target t. Reason: "+want+"." {
			t.Errorf("%s: %v", block, err)
		}
	}
}

// TestBlocks holds what each kind of target takes beside its input.
func TestBlocks(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.rule(rule("default", "r"), `{"source":["shop"]}`)
	const ecs = "arn:aws:ecs:us-east-1:123456789012:cluster/c"
	for _, c := range []struct{ arn, name, block, want string }{
		{
			ecs, "EcsParameters", `{"TaskDefinitionArn":"$.detail.task","TaskCount":2,"Tags":[{"Key":"k","Value":"$.detail-type"}],"Group":null}`,
			`{"Group":null,"Tags":[{"Key":"k","Value":"d"}],"TaskCount":2,"TaskDefinitionArn":"t:1"}`,
		},
		{"arn:aws:redshift:us-east-1:123456789012:cluster:c", "RedshiftDataParameters", `{"Database":"d","Sql":"$.detail.task"}`, `{"Database":"d","Sql":"t:1"}`},
		{
			"arn:aws:sagemaker:us-east-1:123456789012:pipeline/p", "SageMakerPipelineParameters", `{"PipelineParameterList":[{"Name":"n","Value":"$.detail.task"}]}`,
			`{"PipelineParameterList":[{"Name":"n","Value":"t:1"}]}`,
		},
		// A path is none in a block that takes nothing from the event.
		{"arn:aws:batch:us-east-1:123456789012:job-queue/q", "BatchParameters", `{"JobDefinition":"$.detail.task","JobName":"n"}`, `{"JobDefinition":"$.detail.task","JobName":"n"}`},
		{"arn:aws:ssm:us-east-1::document/AWS-RunShellScript", "RunCommandParameters", `{"RunCommandTargets":[]}`, `{"RunCommandTargets":[]}`},
		{"arn:aws:appsync:us-east-1:123456789012:endpoints/graphql-api/x", "AppSyncParameters", `{"GraphQLOperation":"mutation { a }"}`, `{"GraphQLOperation":"mutation { a }"}`},
	} {
		target := rules.Target{ID: "t", ARN: c.arn}
		err := r.PutTargets(t.Context(), rule("default", "r"), []rules.Target{target})
		if c.name != "SageMakerPipelineParameters" && (err == nil || fault.Of(err).Message != "Parameter(s) "+c.name+" must be specified for target: t.") {
			t.Errorf("%s without its block: %v", c.arn, err)
		}
		target.Blocks = map[string]json.RawMessage{c.name: json.RawMessage(c.block), "HttpParameters": json.RawMessage(`{}`)}
		r.rule(rule("default", "r"), `{"source":["shop"]}`, target)
		if _, err := r.PutEvents(t.Context(), tenant, []rules.Entry{{Source: "shop", DetailType: "d", Detail: `{"task":"t:1"}`}}); err != nil {
			t.Fatal(err)
		}
		if o := <-r.down; string(o.Delivery.Parameters) != c.want {
			t.Errorf("%s: sent %s, want %s", c.arn, o.Delivery.Parameters, c.want)
		}
	}
}
