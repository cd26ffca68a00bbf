package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"skywatch/internal/fault"
	"skywatch/targets/queue"
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

func sqsMoveOperations(q *queue.Service) []offered {
	a := sqsAPI{q}
	return []offered{
		offer("StartMessageMoveTask", a.startMove, "api: TestMessageMoveTasks", Fields{"SourceArn": Acts, "DestinationArn": Acts, "MaxNumberOfMessagesPerSecond": Acts}),
		offer("ListMessageMoveTasks", a.listMoves, "api: TestMessageMoveTasks", Fields{"SourceArn": Acts, "MaxResults": Acts}),
		offer("CancelMessageMoveTask", a.cancelMove, "api: TestMessageMoveTasks", Fields{"TaskHandle": Acts}),
	}
}

func (a sqsAPI) startMove(ctx context.Context, c *Call, in *sqs.StartMessageMoveTaskInput) (*sqs.StartMessageMoveTaskOutput, error) {
	var perSecond *int
	if in.MaxNumberOfMessagesPerSecond != nil {
		perSecond = new(int(*in.MaxNumberOfMessagesPerSecond))
	}
	t, err := a.q.StartMove(ctx, c.Tenant, text(in.SourceArn), text(in.DestinationArn), perSecond)
	if err != nil {
		return nil, err
	}
	return &sqs.StartMessageMoveTaskOutput{TaskHandle: new(t.Handle())}, nil
}

func (a sqsAPI) listMoves(_ context.Context, c *Call, in *sqs.ListMessageMoveTasksInput) (*sqs.ListMessageMoveTasksOutput, error) {
	limit := 1
	if in.MaxResults != nil {
		limit = int(*in.MaxResults)
	}
	tasks, err := a.q.Moves(c.Tenant, text(in.SourceArn), limit)
	if err != nil {
		return nil, err
	}
	out := &sqs.ListMessageMoveTasksOutput{}
	for _, t := range tasks {
		e := types.ListMessageMoveTasksResultEntry{
			SourceArn: &t.Source, DestinationArn: optional(t.Destination), Status: &t.Status, FailureReason: optional(t.Failure),
			StartedTimestamp: t.Started.UnixMilli(), ApproximateNumberOfMessagesMoved: int64(t.Moved), ApproximateNumberOfMessagesToMove: new(int64(t.ToMove)),
		}
		if t.PerSecond > 0 {
			e.MaxNumberOfMessagesPerSecond = new(int32(t.PerSecond))
		}
		if t.Status == queue.Running {
			e.TaskHandle = new(t.Handle())
		}
		out.Results = append(out.Results, e)
	}
	return out, nil
}

func (a sqsAPI) cancelMove(ctx context.Context, c *Call, in *sqs.CancelMessageMoveTaskInput) (*sqs.CancelMessageMoveTaskOutput, error) {
	t, err := a.q.CancelMove(ctx, c.Tenant, text(in.TaskHandle))
	if err != nil {
		return nil, err
	}
	return &sqs.CancelMessageMoveTaskOutput{ApproximateNumberOfMessagesMoved: int64(t.Moved)}, nil
}
