package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/internal/fault"
)

func (a sqsAPI) deadLetterSources(_ context.Context, c *Call, in *sqs.ListDeadLetterSourceQueuesInput) (*sqs.ListDeadLetterSourceQueuesOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	limit, err := queueLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	after, err := readToken(in.NextToken, "source", 1)
	if err != nil {
		return nil, err
	}
	names, more, err := a.q.SourcesOf(n, after[0], limit)
	if err != nil {
		return nil, err
	}
	out := &sqs.ListDeadLetterSourceQueuesOutput{QueueUrls: []string{}} // the list is required
	for _, name := range names {
		out.QueueUrls = append(out.QueueUrls, *queueURL(c, name))
	}
	if more && in.MaxResults != nil {
		out.NextToken = writeToken("source", names[len(names)-1])
	}
	return out, nil
}

// queueLimit reads MaxResults of a listing of queues.
func queueLimit(asked *int32) (int, error) {
	if asked == nil {
		return mostQueues, nil
	}
	if *asked < 1 || *asked > mostQueues {
		return 0, fault.New(fault.InvalidValue, "Value %d for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.", *asked).On("MaxResults")
	}
	return int(*asked), nil
}
