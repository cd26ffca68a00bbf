package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestPublishBatch(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	arn := a.must("CreateTopic", &sns.CreateTopicInput{Name: new("t")}).(*sns.CreateTopicOutput).TopicArn
	a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q")})
	a.must("Subscribe", &sns.SubscribeInput{TopicArn: arn, Protocol: new("sqs"), Endpoint: new("arn:aws:sqs:us-east-1:123456789012:q")})
	batch := func(entries ...types.PublishBatchRequestEntry) *sns.PublishBatchInput {
		return &sns.PublishBatchInput{TopicArn: arn, PublishBatchRequestEntries: entries}
	}
	entry := func(id, text string) types.PublishBatchRequestEntry {
		return types.PublishBatchRequestEntry{Id: &id, Message: &text}
	}
	out := a.must("PublishBatch", batch(entry("a", "one"), entry("b", ""), entry("c", "three"))).(*sns.PublishBatchOutput)
	if ok := out.Successful; len(ok) != 2 || *ok[0].Id != "a" || *ok[1].Id != "c" || *ok[0].MessageId == *ok[1].MessageId || ok[0].SequenceNumber != nil {
		t.Errorf("successful %+v", ok)
	}
	if bad := out.Failed; len(bad) != 1 || *bad[0].Id != "b" || *bad[0].Code != "InvalidParameter" || *bad[0].Message != "Invalid parameter: Empty message" || !bad[0].SenderFault {
		t.Errorf("failed %+v", bad)
	}
	got := a.must("ReceiveMessage", &sqs.ReceiveMessageInput{QueueUrl: new(queueBase + "q"), MaxNumberOfMessages: 10}).(*sqs.ReceiveMessageOutput).Messages
	if len(got) != 2 {
		t.Errorf("the queue has %d messages", len(got))
	}
	for _, c := range []struct {
		in   *sns.PublishBatchInput
		want string
	}{
		{batch(), "EmptyBatchRequest EmptyBatchRequestException Bad Request: The batch request doesn't contain any entries."},
		{
			batch(slices.Repeat([]types.PublishBatchRequestEntry{entry("a", "m")}, 11)...),
			"TooManyEntriesInBatchRequest TooManyEntriesInBatchRequestException Bad Request: The batch request contains more entries than permissible.",
		},
		{batch(entry("a", "m"), entry("a", "m")), "BatchEntryIdsNotDistinct BatchEntryIdsNotDistinctException Bad Request: Two or more batch entries in the request have the same Id."},
		{batch(entry("a b", "m")), "InvalidBatchEntryId InvalidBatchEntryIdException Bad Request: The Id of a batch entry in a batch request doesn't abide by the specification."},
		{
			batch(entry("a", strings.Repeat("x", 200_000)), entry("b", strings.Repeat("x", 62_145))),
			"BatchRequestTooLong BatchRequestTooLongException Bad Request: The length of all the messages put together is more than the limit.",
		},
	} {
		a.fails(messaging, c.want, "PublishBatch", c.in)
	}
	gone := batch(entry("a", "m"))
	gone.TopicArn = new(*arn + "x")
	a.fails(messaging, "NotFound NotFoundException Not Found: Topic does not exist", "PublishBatch", gone)
	a.must("PublishBatch", batch(entry("a", strings.Repeat("x", 200_000)), entry("b", strings.Repeat("x", 62_144))))
}

func TestTopicPermissions(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	arn := a.must("CreateTopic", &sns.CreateTopicInput{Name: new("t")}).(*sns.CreateTopicOutput).TopicArn
	policy := func() string {
		return a.must("GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: arn}).(*sns.GetTopicAttributesOutput).Attributes["Policy"]
	}
	preset := policy()
	in := func(change func(*sns.AddPermissionInput)) *sns.AddPermissionInput {
		p := &sns.AddPermissionInput{TopicArn: arn, Label: new("l"), AWSAccountId: []string{"111122223333"}, ActionName: []string{"Publish"}}
		change(p)
		return p
	}
	a.must("AddPermission", in(func(*sns.AddPermissionInput) {}))
	want := `{"Sid":"l","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"SNS:Publish","Resource":"` + *arn + `"}]`
	if got := policy(); !strings.Contains(got, `"__default_statement_ID"`) || !strings.Contains(got, want) {
		t.Errorf("policy %s", got)
	}
	const bad = "InvalidParameter InvalidParameterException Bad Request: Invalid parameter: "
	a.fails(messaging, bad+"Statement already exists", "AddPermission", in(func(*sns.AddPermissionInput) {}))
	a.fails(messaging, bad+"Policy statement action out of service scope!", "AddPermission", in(func(p *sns.AddPermissionInput) { p.Label, p.ActionName = new("m"), []string{"Fly"} }))
	a.fails(messaging, bad+"PrincipalId", "AddPermission", in(func(p *sns.AddPermissionInput) { p.Label, p.AWSAccountId = new("m"), []string{"me"} }))
	a.fails(messaging, bad+"Label Reason: no value for required parameter", "AddPermission", in(func(p *sns.AddPermissionInput) { p.Label = nil }))
	a.must("RemovePermission", &sns.RemovePermissionInput{TopicArn: arn, Label: new("l")})
	var was, is any
	for text, into := range map[string]*any{preset: &was, policy(): &is} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(was, is) {
		t.Errorf("without it %v, at first %v", is, was)
	}
}

// FIFO topics in the words of the API.
func TestFifoTopics(t *testing.T) {
	t.Parallel()
	a := newMessagingAPI(t)
	create := func(name string, attributes map[string]string) *sns.CreateTopicInput {
		return &sns.CreateTopicInput{Name: &name, Attributes: attributes}
	}
	arn := a.must("CreateTopic", create("t.fifo", map[string]string{"FifoTopic": "true"})).(*sns.CreateTopicOutput).TopicArn
	got := a.must("GetTopicAttributes", &sns.GetTopicAttributesInput{TopicArn: arn}).(*sns.GetTopicAttributesOutput).Attributes
	if got["FifoTopic"] != "true" || got["ContentBasedDeduplication"] != "false" || got["FifoThroughputScope"] != "Topic" {
		t.Errorf("attributes %v", got)
	}
	a.must("CreateQueue", &sqs.CreateQueueInput{QueueName: new("q.fifo"), Attributes: map[string]string{"FifoQueue": "true"}})
	a.must("Subscribe", &sns.SubscribeInput{TopicArn: arn, Protocol: new("sqs"), Endpoint: new("arn:aws:sqs:us-east-1:123456789012:q.fifo")})
	message := func(group, id string) *sns.PublishInput {
		return &sns.PublishInput{TopicArn: arn, Message: new("m"), MessageGroupId: optional(group), MessageDeduplicationId: optional(id)}
	}
	first := a.must("Publish", message("g", "1")).(*sns.PublishOutput)
	again := a.must("Publish", message("g", "1")).(*sns.PublishOutput)
	second := a.must("Publish", message("g", "2")).(*sns.PublishOutput)
	if len(*first.SequenceNumber) != 20 || *again.SequenceNumber != *first.SequenceNumber || *again.MessageId != *first.MessageId || *second.SequenceNumber <= *first.SequenceNumber {
		t.Errorf("published %s, %s, %s", *first.SequenceNumber, *again.SequenceNumber, *second.SequenceNumber)
	}
	const bad = "InvalidParameter InvalidParameterException Bad Request: Invalid parameter: "
	a.fails(messaging, bad+"The MessageGroupId parameter is required for FIFO topics", "Publish", message("", "1"))
	a.fails(messaging, bad+"The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly", "Publish", message("g", ""))
	a.fails(messaging, bad+"Invalid protocol type: http", "Subscribe", &sns.SubscribeInput{TopicArn: arn, Protocol: new("http"), Endpoint: new("http://127.0.0.1")})
	a.fails(messaging, bad+"FifoTopic Reason: the type of a topic cannot be changed", "SetTopicAttributes", &sns.SetTopicAttributesInput{TopicArn: arn, AttributeName: new("FifoTopic"), AttributeValue: new("false")})
	a.fails(messaging, bad+"Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, "+
		"and must be between 1 and 256 characters long.", "CreateTopic", create("t", map[string]string{"FifoTopic": "true"}))
	a.fails(messaging, bad+"ContentBasedDeduplication", "CreateTopic", create("t", map[string]string{"ContentBasedDeduplication": "true"}))
	plain := a.must("CreateTopic", create("t", map[string]string{"FifoTopic": "false"})).(*sns.CreateTopicOutput).TopicArn
	in := message("g", "1")
	in.TopicArn = plain
	a.fails(messaging, bad+"MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type", "Publish", in)
	a.must("PublishBatch", &sns.PublishBatchInput{TopicArn: plain, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{{Id: new("a"), Message: new("m"), MessageGroupId: new("g")}}})
}
