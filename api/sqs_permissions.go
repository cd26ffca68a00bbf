package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"skywatch/targets/queue"
)

func sqsPermissionOperations(q *queue.Service) []offered {
	a := sqsAPI{q}
	return []offered{
		offer("AddPermission", a.addPermission, "api: TestQueuePermissions",
			Fields{"QueueUrl": Acts, "Label": Kept, "AWSAccountIds": Kept, "Actions": Kept}),
		offer("RemovePermission", a.removePermission, "api: TestQueuePermissions", Fields{"QueueUrl": Acts, "Label": Acts}),
	}
}

func (a sqsAPI) addPermission(ctx context.Context, c *Call, in *sqs.AddPermissionInput) (*sqs.AddPermissionOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.AddPermission(ctx, n, text(in.Label), in.AWSAccountIds, in.Actions)
}

func (a sqsAPI) removePermission(ctx context.Context, c *Call, in *sqs.RemovePermissionInput) (*sqs.RemovePermissionOutput, error) {
	n, err := queueAt(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, a.q.RemovePermission(ctx, n, text(in.Label))
}
