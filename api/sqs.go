package api

import (
	"context"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/internal/fault"
	"skywatch/metric"
	"skywatch/targets/queue"
)

func sqsOperations(q *queue.Service) []offered {
	return slices.Concat(sqsQueueOperations(q), sqsPermissionOperations(q), sqsMessageOperations(q), sqsMoveOperations(q))
}

func sqsQueueOperations(q *queue.Service) []offered {
	a := sqsAPI{q}
	return []offered{
		offer("CreateQueue", a.createQueue, "api: TestQueues", Fields{"QueueName": Acts, "Attributes": Acts, "Tags": Kept}),
		offer("DeleteQueue", a.deleteQueue, "api: TestQueues", Fields{"QueueUrl": Acts}),
		offer("ListQueues", a.listQueues, "api: TestQueues", Fields{"QueueNamePrefix": Acts, "MaxResults": Acts, "NextToken": Acts}),
		offer("GetQueueUrl", a.getQueueURL, "api: TestQueues", Fields{"QueueName": Acts, "QueueOwnerAWSAccountId": Acts}),
		offer("GetQueueAttributes", a.getAttributes, "api: TestQueues", Fields{"QueueUrl": Acts, "AttributeNames": Acts}),
		offer("SetQueueAttributes", a.setAttributes, "api: TestQueues", Fields{"QueueUrl": Acts, "Attributes": Acts}),
		offer("PurgeQueue", a.purge, "api: TestMessages", Fields{"QueueUrl": Acts}),
		offer("TagQueue", a.tag, "api: TestQueues", Fields{"QueueUrl": Acts, "Tags": Kept}),
		offer("UntagQueue", a.untag, "api: TestQueues", Fields{"QueueUrl": Acts, "TagKeys": Acts}),
		offer("ListDeadLetterSourceQueues", a.deadLetterSources, "api: TestRedrive", Fields{"QueueUrl": Acts, "MaxResults": Acts, "NextToken": Acts}),
		offer("ListQueueTags", a.listTags, "api: TestQueues", Fields{"QueueUrl": Acts}),
	}
}

// sqsAPI turns SQS's shapes into calls of the queues.
type sqsAPI struct{ q *queue.Service }

// queueURL is BaseURL/ACCOUNT/NAME.
func queueURL(c *Call, name string) *string {
	return new(c.BaseURL + "/" + c.Account + "/" + name)
}

// queueAt reads a queue URL. Its host does not matter: clients reach us by
// many names. The account must be the caller's.
func queueAt(c *Call, queueURL *string) (queue.Name, error) {
	if queueURL == nil || *queueURL == "" {
		return queue.Name{}, fault.New(fault.Missing, "The request must contain the parameter QueueUrl.").On("QueueUrl")
	}
	u, err := url.Parse(*queueURL)
	var parts []string
	if err == nil {
		parts = strings.Split(strings.Trim(u.Path, "/"), "/")
	}
	if len(parts) < 2 {
		f := fault.New(fault.InvalidValue, "The address %s is not valid for this endpoint.", *queueURL).On("QueueUrl")
		f.Subject = "address"
		return queue.Name{}, f
	}
	account, name := parts[len(parts)-2], parts[len(parts)-1]
	if account != c.Account {
		return queue.Name{}, fault.New(fault.Denied, "Access to the resource %s is denied.", *queueURL)
	}
	return queue.Name{Tenant: c.Tenant, Queue: name}, nil
}

func (a sqsAPI) createQueue(ctx context.Context, c *Call, in *sqs.CreateQueueInput) (*sqs.CreateQueueOutput, error) {
	if in.QueueName == nil {
		return nil, fault.New(fault.Missing, "The request must contain the parameter QueueName.").On("QueueName")
	}
	if err := a.q.Create(ctx, queue.Name{Tenant: c.Tenant, Queue: *in.QueueName}, in.Attributes, in.Tags); err != nil {
		return nil, err
	}
	return &sqs.CreateQueueOutput{QueueUrl: queueURL(c, *in.QueueName)}, nil
}

func (a sqsAPI) deleteQueue(ctx context.Context, c *Call, in *sqs.DeleteQueueInput) (*sqs.DeleteQueueOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.Delete(ctx, n)
}

// mostQueues is how many queues SQS lists at once.
const mostQueues = 1000

func (a sqsAPI) listQueues(_ context.Context, c *Call, in *sqs.ListQueuesInput) (*sqs.ListQueuesOutput, error) {
	limit, err := queueLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	after, err := readToken(in.NextToken, "queue", 1)
	if err != nil {
		return nil, err
	}
	names, more, err := a.q.List(c.Tenant, text(in.QueueNamePrefix), after[0], limit)
	if err != nil {
		return nil, err
	}
	out := &sqs.ListQueuesOutput{}
	for _, name := range names {
		out.QueueUrls = append(out.QueueUrls, *queueURL(c, name))
	}
	if more && in.MaxResults != nil { // without MaxResults SQS lists the first thousand and no token
		out.NextToken = writeToken("queue", names[len(names)-1])
	}
	return out, nil
}

func (a sqsAPI) getQueueURL(_ context.Context, c *Call, in *sqs.GetQueueUrlInput) (*sqs.GetQueueUrlOutput, error) {
	if in.QueueName == nil {
		return nil, fault.New(fault.Missing, "The request must contain the parameter QueueName.").On("QueueName")
	}
	owner := metric.Tenant{Account: c.Account, Region: c.Region}
	if in.QueueOwnerAWSAccountId != nil {
		owner.Account = *in.QueueOwnerAWSAccountId
	}
	if owner != c.Tenant { // another account's queues do not exist for the caller
		f := fault.New(fault.NotFound, "The specified queue does not exist.")
		f.Subject = "queue"
		return nil, f
	}
	if err := a.q.Check(queue.Name{Tenant: owner, Queue: *in.QueueName}); err != nil {
		return nil, err
	}
	return &sqs.GetQueueUrlOutput{QueueUrl: queueURL(c, *in.QueueName)}, nil
}

func (a sqsAPI) getAttributes(_ context.Context, c *Call, in *sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	got, err := a.q.Attributes(n, texts(in.AttributeNames))
	if err != nil {
		return nil, err
	}
	return &sqs.GetQueueAttributesOutput{Attributes: got}, nil
}

func (a sqsAPI) setAttributes(ctx context.Context, c *Call, in *sqs.SetQueueAttributesInput) (*sqs.SetQueueAttributesOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.SetAttributes(ctx, n, in.Attributes)
}

func (a sqsAPI) purge(ctx context.Context, c *Call, in *sqs.PurgeQueueInput) (*sqs.PurgeQueueOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.Purge(ctx, n)
}

func (a sqsAPI) tag(ctx context.Context, c *Call, in *sqs.TagQueueInput) (*sqs.TagQueueOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.Tag(ctx, n, in.Tags)
}

func (a sqsAPI) untag(ctx context.Context, c *Call, in *sqs.UntagQueueInput) (*sqs.UntagQueueOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.Untag(ctx, n, in.TagKeys)
}

func (a sqsAPI) listTags(_ context.Context, c *Call, in *sqs.ListQueueTagsInput) (*sqs.ListQueueTagsOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	tags, err := a.q.Tags(n)
	if err != nil {
		return nil, err
	}
	return &sqs.ListQueueTagsOutput{Tags: tags}, nil
}

func texts[S ~string](in []S) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// given makes a duration of a member, nil for an absent one, which means the
// queue's own setting.
func given(c *Call, member string, seconds int32) *time.Duration {
	if seconds == 0 && !c.Sent(member) {
		return nil
	}
	return new(time.Duration(seconds) * time.Second)
}

// Tokens of listings are the key to go on after, under the listing's name, so
// that a token of another listing is refused.

func writeToken(list string, key ...string) *string {
	return new(base64.RawURLEncoding.EncodeToString([]byte(strings.Join(append([]string{list}, key...), "\x00"))))
}

// readToken returns n parts of a key, all empty without a token.
func readToken(token *string, list string, n int) ([]string, error) {
	if token == nil || *token == "" {
		return make([]string, n), nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	p := strings.Split(string(b), "\x00")
	if err != nil || len(p) != n+1 || p[0] != list {
		return nil, fault.New(fault.InvalidValue, "Invalid parameter: NextToken").On("NextToken") // (inferred)
	}
	return p[1:], nil
}

// failedEntry is a batch's answer to an entry that failed.
func failedEntry(id string, err error) types.BatchResultErrorEntry {
	e := wireError(queueing, err)
	return types.BatchResultErrorEntry{Id: &id, Code: &e.Code, Message: &e.Message, SenderFault: e.Sender}
}
