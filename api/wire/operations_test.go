package wire

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	cloudwatchmodel "skywatch/api/wire/schemas/cloudwatch"
	schedulermodel "skywatch/api/wire/schemas/scheduler"
	snsmodel "skywatch/api/wire/schemas/sns"
	sqsmodel "skywatch/api/wire/schemas/sqs"
	stsmodel "skywatch/api/wire/schemas/sts"
)

// testOperation is an operation with the Go types of the SDK.
type testOperation struct {
	Operation
	in, out reflect.Type
}

func (o testOperation) newInput() any { return reflect.New(o.in).Interface() }

// operationsOf lists the operations of an SDK client: its methods say the
// types, the types' own serializers say the schemas.
func operationsOf(s *Service, client any) map[string]testOperation {
	ops := map[string]testOperation{}
	c := reflect.TypeOf(client)
	for m := range c.Methods() {
		t := m.Type
		if t.NumIn() != 4 || t.NumOut() != 2 || !strings.HasSuffix(t.In(2).String(), m.Name+"Input") {
			continue
		}
		op := testOperation{in: t.In(2).Elem(), out: t.Out(0).Elem()}
		op.Operation = Operation{Service: s, Name: m.Name, Input: schemaOf(op.in), Output: schemaOf(op.out)}
		ops[m.Name] = op
	}
	return ops
}

// schemaOf asks a generated type which schema it serializes itself with.
func schemaOf(t reflect.Type) (schema *smithy.Schema) {
	v, ok := reflect.New(t).Interface().(interface{ Serialize(smithy.ShapeSerializer) })
	if !ok {
		return nil
	}
	s := &schemaSpy{}
	defer func() { _, schema = recover(), s.schema }()
	v.Serialize(s)
	return s.schema
}

// schemaSpy keeps the first schema that is written; every other call of the
// nil interface panics.
type schemaSpy struct {
	smithy.ShapeSerializer
	schema *smithy.Schema
}

func (s *schemaSpy) WriteStruct(schema *smithy.Schema) {
	if s.schema == nil {
		s.schema = schema
	}
}

func (s *schemaSpy) CloseStruct() {}

func cloudwatchService() *Service {
	return &Service{
		SigningName: "monitoring", TargetPrefix: "GraniteServiceVersion20100801", Version: "2010-08-01",
		XMLNamespace:    "http://monitoring.amazonaws.com/doc/2010-08-01/",
		ShapeNamespace:  "com.amazonaws.cloudwatch.v2010_08_01",
		QueryCompatible: true,
		MemberOrder:     cloudwatchmodel.MemberOrder,
		Unions:          cloudwatchmodel.Unions(),
	}
}

// operations are the tables of the services, each built once: that takes the
// reflection of a whole client.
var operations = map[string]func() map[string]testOperation{
	"cloudwatch": sync.OnceValue(func() map[string]testOperation {
		return operationsOf(cloudwatchService(), &cloudwatch.Client{})
	}),
	"eventbridge": sync.OnceValue(func() map[string]testOperation {
		return operationsOf(&Service{SigningName: "events", TargetPrefix: "AWSEvents"}, &eventbridge.Client{})
	}),
	"lambda": sync.OnceValue(func() map[string]testOperation {
		return operationsOf(&Service{SigningName: "lambda"}, &lambda.Client{})
	}),
	"scheduler": sync.OnceValue(schedulerOperations),
	"sns":       sync.OnceValue(snsOperations),
	"sqs": sync.OnceValue(func() map[string]testOperation {
		return operationsOf(&Service{
			SigningName: "sqs", TargetPrefix: "AmazonSQS", Version: "2012-11-05", MemberOrder: sqsmodel.MemberOrder,
		}, &sqs.Client{})
	}),
	"sts": sync.OnceValue(func() map[string]testOperation {
		return operationsOf(&Service{
			SigningName: "sts", Version: "2011-06-15", XMLNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
			MemberOrder: stsmodel.MemberOrder,
		}, &sts.Client{})
	}),
}

func testOperations(t testing.TB, service string) map[string]testOperation {
	t.Helper()
	ops, ok := operations[service]
	if !ok {
		t.Fatalf("no service %q", service)
	}
	return ops()
}

// snsOperations joins the SDK's types, which know no schema, with ours.
func snsOperations() map[string]testOperation {
	return withSchemas(operationsOf(&Service{
		SigningName: "sns", Version: "2010-03-31", XMLNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
		MemberOrder: snsmodel.MemberOrder,
	}, &sns.Client{}), map[string]schemasOf{
		"CreateTopic":               {snsmodel.CreateTopicInput, snsmodel.CreateTopicOutput},
		"DeleteTopic":               {snsmodel.DeleteTopicInput, nil},
		"ListTopics":                {snsmodel.ListTopicsInput, snsmodel.ListTopicsOutput},
		"GetTopicAttributes":        {snsmodel.GetTopicAttributesInput, snsmodel.GetTopicAttributesOutput},
		"SetTopicAttributes":        {snsmodel.SetTopicAttributesInput, nil},
		"Subscribe":                 {snsmodel.SubscribeInput, snsmodel.SubscribeOutput},
		"ConfirmSubscription":       {snsmodel.ConfirmSubscriptionInput, snsmodel.ConfirmSubscriptionOutput},
		"Unsubscribe":               {snsmodel.UnsubscribeInput, nil},
		"ListSubscriptions":         {snsmodel.ListSubscriptionsInput, snsmodel.ListSubscriptionsOutput},
		"ListSubscriptionsByTopic":  {snsmodel.ListSubscriptionsByTopicInput, snsmodel.ListSubscriptionsByTopicOutput},
		"GetSubscriptionAttributes": {snsmodel.GetSubscriptionAttributesInput, snsmodel.GetSubscriptionAttributesOutput},
		"SetSubscriptionAttributes": {snsmodel.SetSubscriptionAttributesInput, nil},
		"Publish":                   {snsmodel.PublishInput, snsmodel.PublishOutput},
		"TagResource":               {snsmodel.TagResourceInput, snsmodel.TagResourceOutput},
		"UntagResource":             {snsmodel.UntagResourceInput, snsmodel.UntagResourceOutput},
		"ListTagsForResource":       {snsmodel.ListTagsForResourceInput, snsmodel.ListTagsForResourceOutput},
	})
}

// schedulerOperations does the same.
func schedulerOperations() map[string]testOperation {
	return withSchemas(operationsOf(&Service{SigningName: "scheduler"}, &scheduler.Client{}), map[string]schemasOf{
		"CreateSchedule":      {schedulermodel.CreateScheduleInput, schedulermodel.CreateScheduleOutput},
		"GetSchedule":         {schedulermodel.GetScheduleInput, schedulermodel.GetScheduleOutput},
		"UpdateSchedule":      {schedulermodel.UpdateScheduleInput, schedulermodel.UpdateScheduleOutput},
		"DeleteSchedule":      {schedulermodel.DeleteScheduleInput, schedulermodel.DeleteScheduleOutput},
		"ListSchedules":       {schedulermodel.ListSchedulesInput, schedulermodel.ListSchedulesOutput},
		"CreateScheduleGroup": {schedulermodel.CreateScheduleGroupInput, schedulermodel.CreateScheduleGroupOutput},
		"GetScheduleGroup":    {schedulermodel.GetScheduleGroupInput, schedulermodel.GetScheduleGroupOutput},
		"DeleteScheduleGroup": {schedulermodel.DeleteScheduleGroupInput, schedulermodel.DeleteScheduleGroupOutput},
		"ListScheduleGroups":  {schedulermodel.ListScheduleGroupsInput, schedulermodel.ListScheduleGroupsOutput},
		"TagResource":         {schedulermodel.TagResourceInput, schedulermodel.TagResourceOutput},
		"UntagResource":       {schedulermodel.UntagResourceInput, schedulermodel.UntagResourceOutput},
		"ListTagsForResource": {schedulermodel.ListTagsForResourceInput, schedulermodel.ListTagsForResourceOutput},
	})
}

// schemasOf are the schemas of an operation's input and output.
type schemasOf [2]*smithy.Schema

// withSchemas gives operations our schemas, and leaves out those without.
func withSchemas(ops map[string]testOperation, ours map[string]schemasOf) map[string]testOperation {
	maps.DeleteFunc(ops, func(name string, _ testOperation) bool { return ours[name][0] == nil })
	for name, op := range ops {
		op.Input, op.Output = ours[name][0], ours[name][1]
		ops[name] = op
	}
	return ops
}

// Every operation of every module must have a shape, or it fails when the
// first client calls it.
func TestEveryOperationHasShapes(t *testing.T) {
	t.Parallel()
	want := map[string]int{"cloudwatch": 55, "eventbridge": 57, "lambda": 88, "scheduler": 12, "sns": 16, "sqs": 23, "sts": 11}
	for service, n := range want {
		ops := testOperations(t, service)
		if len(ops) < n {
			t.Errorf("%s: %d operations, want %d or more", service, len(ops), n)
		}
		for _, name := range slices.Sorted(maps.Keys(ops)) {
			op := ops[name]
			if op.Input == nil {
				t.Errorf("%s: no input schema", name)
				continue
			}
			if _, err := op.Service.shapeOf(op.Input, op.in); err != nil {
				t.Errorf("%s input: %v", name, err)
			}
			if op.Output == nil {
				continue
			}
			if _, err := op.Service.shapeOf(op.Output, op.out); err != nil {
				t.Errorf("%s output: %v", name, err)
			}
		}
	}
}
