package api

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/topic"
)

func (a snsAPI) publishOperations() []offered {
	message := Fields{
		"Message": Acts, "Subject": Acts, "MessageStructure": Acts, "MessageAttributes": Acts,
		"MessageDeduplicationId": Acts, "MessageGroupId": Acts,
	}
	one := Fields{"TopicArn": Acts, "TargetArn": Acts, "PhoneNumber": Refused}
	maps.Copy(one, message)
	return []offered{
		offer("Publish", a.publish, "api: TestSubscriptions", one),
		offer("PublishBatch", a.publishBatch, "api: TestPublishBatch",
			Fields{"TopicArn": Acts, "PublishBatchRequestEntries": Acts, "PublishBatchRequestEntries.Id": Acts}.with("PublishBatchRequestEntries", message)),
	}
}

func (a snsAPI) publish(ctx context.Context, c *Call, in *sns.PublishInput) (*sns.PublishOutput, error) {
	arn := in.TopicArn
	if arn == nil {
		arn = in.TargetArn
	}
	if arn == nil {
		return nil, fault.New(fault.InvalidValue, "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter").On("TopicArn")
	}
	n, err := topicAt(c, "TopicArn", arn)
	if err != nil {
		return nil, err
	}
	m, err := snsMessage(in.Message, in.Subject, in.MessageStructure, in.MessageAttributes)
	if err != nil {
		return nil, err
	}
	m.Group, m.Deduplication, m.Trace = text(in.MessageGroupId), text(in.MessageDeduplicationId), c.Trace()
	is, err := a.t.Publish(ctx, n, m)
	if err != nil {
		return nil, err
	}
	return &sns.PublishOutput{MessageId: &is.MessageID, SequenceNumber: optional(is.Sequence)}, nil
}

func snsMessage(body, subject, structure *string, attributes map[string]types.MessageAttributeValue) (topic.Message, error) {
	m := topic.Message{Subject: text(subject), Body: text(body)}
	switch text(structure) {
	case "":
	case "json":
		m.Structured = true
	default:
		return m, fault.New(fault.InvalidValue, "Invalid parameter: MessageStructure").On("MessageStructure") // (inferred)
	}
	for name, v := range attributes {
		if m.Attributes == nil {
			m.Attributes = map[string]targets.Attribute{}
		}
		m.Attributes[name] = targets.Attribute{Type: text(v.DataType), String: text(v.StringValue), Binary: v.BinaryValue}
	}
	return m, nil
}

func (a snsAPI) publishBatch(ctx context.Context, c *Call, in *sns.PublishBatchInput) (*sns.PublishBatchOutput, error) {
	n, err := topicAt(c, "TopicArn", in.TopicArn)
	if err != nil {
		return nil, err
	}
	entries := make([]topic.Entry, len(in.PublishBatchRequestEntries))
	for i, e := range in.PublishBatchRequestEntries {
		m, err := snsMessage(e.Message, e.Subject, e.MessageStructure, e.MessageAttributes)
		if err != nil {
			return nil, err
		}
		m.Group, m.Deduplication, m.Trace = text(e.MessageGroupId), text(e.MessageDeduplicationId), c.Trace()
		entries[i] = topic.Entry{ID: text(e.Id), Message: m}
	}
	results, err := a.t.PublishBatch(ctx, n, entries)
	if err != nil {
		return nil, err
	}
	out := &sns.PublishBatchOutput{Successful: []types.PublishBatchResultEntry{}, Failed: []types.BatchResultErrorEntry{}}
	for _, r := range results {
		if r.Err != nil {
			e := wireError(messaging, r.Err)
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{Id: &r.ID, Code: &e.Code, Message: &e.Message, SenderFault: e.Sender})
			continue
		}
		out.Successful = append(out.Successful, types.PublishBatchResultEntry{Id: &r.ID, MessageId: &r.MessageID, SequenceNumber: optional(r.Sequence)})
	}
	return out, nil
}
