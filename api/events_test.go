package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/api/wire/constraint"
	eventbridgemodel "skywatch/api/wire/schemas/eventbridge"
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/targets"
)

// routerAPI calls the operations of EventBridge as the dispatcher does after
// decoding.
type routerAPI struct {
	t    *testing.T
	ops  map[string]*Operation
	call Call
}

func newRouterAPI(t *testing.T) *routerAPI {
	t.Helper()
	db, err := catalog.Open(catalog.Options{Dir: "catalog", FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r, err := rules.New(rules.Options{Catalog: db, Outbox: targets.NewOutbox(nil)})
	if err != nil {
		t.Fatal(err)
	}
	return &routerAPI{t: t, ops: table(events, eventbridgeModel, eventOperations(r), eventbridgemodel.Constraints), call: Call{
		Tenant: metric.Tenant{Account: "123456789012", Region: "us-east-1"},
	}}
}

func (a *routerAPI) try(name string, in any) (any, error) {
	a.t.Helper()
	op := a.ops[name]
	if err := op.check(in); err != nil {
		return nil, err
	}
	return op.handle(a.t.Context(), &a.call, in)
}

func (a *routerAPI) must(name string, in any) any {
	a.t.Helper()
	out, err := a.try(name, in)
	if err != nil {
		a.t.Fatalf("%s: %v", name, err)
	}
	return out
}

// refuses holds the code on the wire and the beginning of the text.
func (a *routerAPI) refuses(name string, in any, code, message string) {
	a.t.Helper()
	_, err := a.try(name, in)
	if err == nil {
		a.t.Errorf("%s is answered, want %s", name, code)
		return
	}
	if e := wireError(events, err); e.Code != code || !strings.HasPrefix(e.Message, message) || e.Status != 400 {
		a.t.Errorf("%s: %d %s %q, want %s %q", name, e.Status, e.Code, e.Message, code, message)
	}
}

func (a *routerAPI) tags(arn string) string {
	a.t.Helper()
	out := a.must("ListTagsForResource", &eventbridge.ListTagsForResourceInput{ResourceARN: &arn}).(*eventbridge.ListTagsForResourceOutput)
	var all []string
	for _, t := range out.Tags {
		all = append(all, *t.Key+"="+*t.Value)
	}
	return strings.Join(all, " ")
}

func TestEventTags(t *testing.T) {
	t.Parallel()
	a := newRouterAPI(t)
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	pattern := new(`{"source":["s"]}`)
	rule := func(tags ...types.Tag) *eventbridge.PutRuleInput {
		return &eventbridge.PutRuleInput{Name: new("r"), EventPattern: pattern, Tags: tags}
	}
	bus := *a.must("CreateEventBus", &eventbridge.CreateEventBusInput{Name: new("b"), Tags: []types.Tag{tag("x", "1")}}).(*eventbridge.CreateEventBusOutput).EventBusArn
	arn := *a.must("PutRule", rule(tag("x", "1"))).(*eventbridge.PutRuleOutput).RuleArn
	a.must("PutRule", rule(tag("x", "2"))) // tags of a rule that is there are ignored
	for _, resource := range []string{bus, arn} {
		a.must("TagResource", &eventbridge.TagResourceInput{ResourceARN: &resource, Tags: []types.Tag{tag("y", "2"), tag("z", "")}})
		if got := a.tags(resource); got != "x=1 y=2 z=" {
			t.Errorf("%s: %s", resource, got)
		}
		a.must("UntagResource", &eventbridge.UntagResourceInput{ResourceARN: &resource, TagKeys: []string{"x", "none"}})
		if got := a.tags(resource); got != "y=2 z=" {
			t.Errorf("%s: %s", resource, got)
		}
		a.refuses("TagResource", &eventbridge.TagResourceInput{ResourceARN: &resource, Tags: []types.Tag{tag("AWS:x", "")}}, "ValidationException", "System tags")
	}
	a.refuses("ListTagsForResource", &eventbridge.ListTagsForResourceInput{ResourceARN: new(arn + "x")}, "ResourceNotFoundException", "Rule rx does not exist on EventBus default.")
	a.refuses("ListTagsForResource", &eventbridge.ListTagsForResourceInput{ResourceARN: new(strings.Replace(arn, "123456789012", "999999999999", 1))}, "ResourceNotFoundException", "")
}

// What AWS takes and nothing here acts on yet is refused by name.
func TestEventRefusals(t *testing.T) {
	t.Parallel()
	a := newRouterAPI(t)
	a.must("PutRule", &eventbridge.PutRuleInput{Name: new("r"), EventPattern: new(`{"source":["s"]}`)})
	const unsupported = " is not supported by this version of Skywatch."
	for what, in := range map[string]any{
		"EndpointId":       &eventbridge.PutEventsInput{EndpointId: new("abc.def"), Entries: []types.PutEventsRequestEntry{{}}},
		"KmsKeyIdentifier": &eventbridge.CreateEventBusInput{Name: new("b"), KmsKeyIdentifier: new("alias/k")},
	} {
		op := "PutEvents"
		if _, ok := in.(*eventbridge.CreateEventBusInput); ok {
			op = "CreateEventBus"
		}
		a.refuses(op, in, "ValidationException", "The parameter "+what+unsupported)
	}
	a.refuses("PutRule", &eventbridge.PutRuleInput{Name: new("x")}, "ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
	a.refuses("PutRule", &eventbridge.PutRuleInput{Name: new("x"), EventPattern: new(`{"source":["s"]}`), EventBusName: new("nowhere")}, "ResourceNotFoundException", "Event bus nowhere does not exist.")
	a.refuses("ListRules", &eventbridge.ListRulesInput{NextToken: new("x")}, "ValidationException", "")
	a.refuses("PutPermission", &eventbridge.PutPermissionInput{Policy: new(`{"Version":"2012-10-17","Statement":"` + strings.Repeat("x", 10300) + `"}`)}, "ValidationException", "Parameter Policy is not valid.")
	a.refuses("PutPermission", &eventbridge.PutPermissionInput{Policy: new(`{"Version":"2012-10-17","Statement":[]` + strings.Repeat(" ", 10300) + `}`)}, "PolicyLengthExceededException", "")
}

// A parameter block of a target that nothing carries to comes back as it was.
func TestKeptBlocks(t *testing.T) {
	t.Parallel()
	full := types.Target{
		Id: new("1"), Arn: new("arn:aws:ecs:us-east-1:1:cluster/c"),
		AppSyncParameters: &types.AppSyncParameters{GraphQLOperation: new("q")},
		BatchParameters:   &types.BatchParameters{JobDefinition: new("d"), JobName: new("n"), ArrayProperties: &types.BatchArrayProperties{Size: 3}},
		EcsParameters: &types.EcsParameters{
			TaskDefinitionArn: new("t"), LaunchType: types.LaunchTypeFargate, Tags: []types.Tag{{Key: new("k"), Value: new("v")}},
			NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{"s"}}},
		},
		HttpParameters:              &types.HttpParameters{HeaderParameters: map[string]string{"a": "b"}, PathParameterValues: []string{"p"}},
		KinesisParameters:           &types.KinesisParameters{PartitionKeyPath: new("$.id")},
		RedshiftDataParameters:      &types.RedshiftDataParameters{Database: new("db"), WithEvent: true},
		RunCommandParameters:        &types.RunCommandParameters{RunCommandTargets: []types.RunCommandTarget{{Key: new("k"), Values: []string{"v"}}}},
		SageMakerPipelineParameters: &types.SageMakerPipelineParameters{PipelineParameterList: []types.SageMakerPipelineParameter{{Name: new("n"), Value: new("v")}}},
	}
	kept, err := readTarget(&full)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	var again rules.Target
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	back, err := wireTarget(&again)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(full)
	got, _ := json.Marshal(back)
	if string(got) != string(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Every structure of the model that our operations take has its constraints.
func TestEventConstraints(t *testing.T) {
	t.Parallel()
	a := newRouterAPI(t)
	op := a.ops["PutEvents"]
	broken := constraint.Check(op.constraints, op.Input, &eventbridge.PutEventsInput{Entries: make([]types.PutEventsRequestEntry, 11)})
	if got := constraint.Message(broken); !strings.Contains(got, "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10") {
		t.Error(got)
	}
	if _, err := a.try("PutEvents", &eventbridge.PutEventsInput{Entries: make([]types.PutEventsRequestEntry, 11)}); !fault.Is(err, fault.Validation) {
		t.Error(err)
	}
}
