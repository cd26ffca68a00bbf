package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/internal/fault"
	"skywatch/targets"
	"skywatch/targets/queue"
)

func sqsMessageOperations(q *queue.Service) []offered {
	a := sqsAPI{q}
	message := func() Fields {
		return Fields{
			"MessageBody": Acts, "DelaySeconds": Acts, "MessageAttributes": Kept, "MessageSystemAttributes": Kept,
			"MessageDeduplicationId": Acts, "MessageGroupId": Acts,
		}
	}
	send := message()
	send["QueueUrl"] = Acts
	return []offered{
		offer("SendMessage", a.send, "api: TestMessages", send),
		offer("SendMessageBatch", a.sendBatch, "api: TestMessageBatches",
			Fields{"QueueUrl": Acts, "Entries": Acts, "Entries.Id": Acts}.with("Entries", message())),
		offer("ReceiveMessage", a.receive, "api: TestMessages", Fields{
			"QueueUrl": Acts, "MaxNumberOfMessages": Acts, "VisibilityTimeout": Acts, "WaitTimeSeconds": Acts,
			"AttributeNames": Acts, "MessageSystemAttributeNames": Acts, "MessageAttributeNames": Acts, "ReceiveRequestAttemptId": Acts,
		}),
		offer("DeleteMessage", a.deleteMessage, "api: TestMessages", Fields{"QueueUrl": Acts, "ReceiptHandle": Acts}),
		offer("DeleteMessageBatch", a.deleteBatch, "api: TestMessageBatches",
			Fields{"QueueUrl": Acts, "Entries": Acts, "Entries.Id": Acts, "Entries.ReceiptHandle": Acts}),
		offer("ChangeMessageVisibility", a.changeVisibility, "api: TestMessages",
			Fields{"QueueUrl": Acts, "ReceiptHandle": Acts, "VisibilityTimeout": Acts}),
		offer("ChangeMessageVisibilityBatch", a.changeVisibilityBatch, "api: TestMessageBatches",
			Fields{"QueueUrl": Acts, "Entries": Acts, "Entries.Id": Acts, "Entries.ReceiptHandle": Acts, "Entries.VisibilityTimeout": Acts}),
	}
}

func (a sqsAPI) send(ctx context.Context, c *Call, in *sqs.SendMessageInput) (*sqs.SendMessageOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	m, err := sqsMessage(in.MessageBody, given(c, "DelaySeconds", in.DelaySeconds), in.MessageAttributes, in.MessageSystemAttributes)
	if err != nil {
		return nil, err
	}
	m.Group, m.Deduplication = text(in.MessageGroupId), text(in.MessageDeduplicationId)
	traced := trace(c, &m)
	sent, err := a.q.Send(ctx, n, m)
	if err != nil {
		return nil, err
	}
	if traced {
		sent.SystemMD5 = "" // of what the client sent there
	}
	return &sqs.SendMessageOutput{
		MessageId: &sent.MessageID, MD5OfMessageBody: &sent.BodyMD5,
		MD5OfMessageAttributes: optional(sent.AttributesMD5), MD5OfMessageSystemAttributes: optional(sent.SystemMD5),
		SequenceNumber: optional(sent.Sequence),
	}, nil
}

func sqsMessage(body *string, delay *time.Duration, attributes map[string]types.MessageAttributeValue, system map[string]types.MessageSystemAttributeValue) (queue.Message, error) {
	m := queue.Message{Body: text(body), Delay: delay}
	for name, v := range attributes {
		if err := noLists(name, v.StringListValues, v.BinaryListValues); err != nil {
			return m, err
		}
		if m.Attributes == nil {
			m.Attributes = map[string]targets.Attribute{}
		}
		m.Attributes[name] = targets.Attribute{Type: text(v.DataType), String: text(v.StringValue), Binary: v.BinaryValue}
	}
	for name, v := range system {
		if err := noLists(name, v.StringListValues, v.BinaryListValues); err != nil {
			return m, err
		}
		if m.System == nil {
			m.System = map[string]targets.Attribute{}
		}
		m.System[name] = targets.Attribute{Type: text(v.DataType), String: text(v.StringValue), Binary: v.BinaryValue}
	}
	return m, nil
}

// trace gives a message the trace header of its request, where it has none of
// its own, and reports whether it did.
func trace(c *Call, m *queue.Message) bool {
	const name = "AWSTraceHeader"
	header := c.Trace()
	if _, own := m.System[name]; own || header == "" {
		return false
	}
	if m.System == nil {
		m.System = map[string]targets.Attribute{}
	}
	m.System[name] = targets.Attribute{Type: "String", String: header}
	return true
}

// entryDelay is the delay of a batch's entry, nil for an absent one. The two
// names are those of JSON and of Query.
func entryDelay(c *Call, i int, seconds int32) *time.Duration {
	if seconds == 0 && !c.Sent("Entries."+strconv.Itoa(i)+".DelaySeconds") && !c.Sent("SendMessageBatchRequestEntry."+strconv.Itoa(i+1)+".DelaySeconds") {
		return nil
	}
	return new(time.Duration(seconds) * time.Second)
}

// noLists refuses lists in attributes, as SQS does.
func noLists(name string, s []string, b [][]byte) error {
	if len(s) > 0 || len(b) > 0 {
		return fault.New(fault.Unsupported, "Message attribute list values in SendMessage operation are not supported (attribute '%s').", name)
	}
	return nil
}

func (a sqsAPI) sendBatch(ctx context.Context, c *Call, in *sqs.SendMessageBatchInput) (*sqs.SendMessageBatchOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	entries, traced := make([]queue.SendEntry, len(in.Entries)), map[string]bool{}
	for i, e := range in.Entries {
		delay := entryDelay(c, i, e.DelaySeconds)
		m, err := sqsMessage(e.MessageBody, delay, e.MessageAttributes, e.MessageSystemAttributes)
		if err != nil {
			return nil, err
		}
		m.Group, m.Deduplication = text(e.MessageGroupId), text(e.MessageDeduplicationId)
		traced[text(e.Id)] = trace(c, &m)
		entries[i] = queue.SendEntry{ID: text(e.Id), Message: m}
	}
	results, err := a.q.SendBatch(ctx, n, entries)
	if err != nil {
		return nil, err
	}
	out := &sqs.SendMessageBatchOutput{}
	for _, r := range results {
		if r.Err != nil {
			out.Failed = append(out.Failed, failedEntry(r.ID, r.Err))
			continue
		}
		if traced[r.ID] {
			r.SystemMD5 = ""
		}
		out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{
			Id: &r.ID, MessageId: &r.MessageID, MD5OfMessageBody: &r.BodyMD5,
			MD5OfMessageAttributes: optional(r.AttributesMD5), MD5OfMessageSystemAttributes: optional(r.SystemMD5),
			SequenceNumber: optional(r.Sequence),
		})
	}
	return out, nil
}

func (a sqsAPI) receive(ctx context.Context, c *Call, in *sqs.ReceiveMessageInput) (*sqs.ReceiveMessageOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 older clients send it
	names := append(texts(in.AttributeNames), texts(in.MessageSystemAttributeNames)...)
	for _, name := range names {
		if !slices.Contains(texts(types.MessageSystemAttributeName("").Values()), name) {
			f := fault.New(fault.InvalidValue, "Unknown Attribute %s.", name)
			f.Subject = "attribute-name"
			return nil, f
		}
	}
	r := queue.Receive{
		Max:        int(in.MaxNumberOfMessages),
		Visibility: given(c, "VisibilityTimeout", in.VisibilityTimeout),
		Wait:       given(c, "WaitTimeSeconds", in.WaitTimeSeconds),
		Attempt:    text(in.ReceiveRequestAttemptId),
	}
	if r.Max == 0 && !c.Sent("MaxNumberOfMessages") {
		r.Max = 1
	}
	got, err := a.q.Receive(ctx, n, r)
	if err != nil {
		return nil, err
	}
	out := &sqs.ReceiveMessageOutput{}
	for i := range got {
		out.Messages = append(out.Messages, wireMessage(&got[i], names, in.MessageAttributeNames))
	}
	return out, nil
}

// wireMessage shows a message with the system attributes and the attributes
// that were asked for; the digest covers what is shown.
func wireMessage(m *queue.Received, system, attributes []string) types.Message {
	out := types.Message{MessageId: &m.MessageID, ReceiptHandle: &m.Receipt, Body: &m.Body, MD5OfBody: &m.BodyMD5}
	for name, v := range m.SystemAttributes() {
		if slices.Contains(system, name) || slices.Contains(system, "All") {
			if out.Attributes == nil {
				out.Attributes = map[string]string{}
			}
			out.Attributes[name] = v
		}
	}
	shown := map[string]targets.Attribute{}
	for name, v := range m.Attributes {
		if !asked(name, attributes) {
			continue
		}
		if out.MessageAttributes == nil {
			out.MessageAttributes = map[string]types.MessageAttributeValue{}
		}
		shown[name] = v
		out.MessageAttributes[name] = types.MessageAttributeValue{DataType: &v.Type, StringValue: optional(v.String), BinaryValue: v.Binary}
	}
	out.MD5OfMessageAttributes = optional(queue.AttributesMD5(shown))
	return out
}

// asked matches a name with MessageAttributeNames: names, "All", ".*" and
// "prefix.*".
func asked(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		prefix, wild := strings.CutSuffix(p, ".*")
		return p == name || p == "All" || wild && strings.HasPrefix(name, prefix)
	})
}

func (a sqsAPI) deleteMessage(ctx context.Context, c *Call, in *sqs.DeleteMessageInput) (*sqs.DeleteMessageOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.DeleteMessage(ctx, n, text(in.ReceiptHandle))
}

func (a sqsAPI) deleteBatch(ctx context.Context, c *Call, in *sqs.DeleteMessageBatchInput) (*sqs.DeleteMessageBatchOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	entries := make([]queue.ReceiptEntry, len(in.Entries))
	for i, e := range in.Entries {
		entries[i] = queue.ReceiptEntry{ID: text(e.Id), Receipt: text(e.ReceiptHandle)}
	}
	results, err := a.q.DeleteBatch(ctx, n, entries)
	if err != nil {
		return nil, err
	}
	out := &sqs.DeleteMessageBatchOutput{}
	for _, r := range results {
		if r.Err != nil {
			out.Failed = append(out.Failed, failedEntry(r.ID, r.Err))
		} else {
			out.Successful = append(out.Successful, types.DeleteMessageBatchResultEntry{Id: &r.ID})
		}
	}
	return out, nil
}

func (a sqsAPI) changeVisibility(ctx context.Context, c *Call, in *sqs.ChangeMessageVisibilityInput) (*sqs.ChangeMessageVisibilityOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.ChangeVisibility(ctx, n, text(in.ReceiptHandle), time.Duration(in.VisibilityTimeout)*time.Second)
}

func (a sqsAPI) changeVisibilityBatch(ctx context.Context, c *Call, in *sqs.ChangeMessageVisibilityBatchInput) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	entries := make([]queue.ReceiptEntry, len(in.Entries))
	for i, e := range in.Entries {
		entries[i] = queue.ReceiptEntry{ID: text(e.Id), Receipt: text(e.ReceiptHandle), Timeout: time.Duration(e.VisibilityTimeout) * time.Second}
	}
	results, err := a.q.ChangeVisibilityBatch(ctx, n, entries)
	if err != nil {
		return nil, err
	}
	out := &sqs.ChangeMessageVisibilityBatchOutput{}
	for _, r := range results {
		if r.Err != nil {
			out.Failed = append(out.Failed, failedEntry(r.ID, r.Err))
		} else {
			out.Successful = append(out.Successful, types.ChangeMessageVisibilityBatchResultEntry{Id: &r.ID})
		}
	}
	return out, nil
}
