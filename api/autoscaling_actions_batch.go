package api

import (
	"context"
	"errors"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

func (a scalingAPI) actionBatchOperations() []offered {
	const list = "ScheduledUpdateGroupActions"
	return []offered{
		offer("BatchPutScheduledUpdateGroupAction", a.putActions, showsTimes, Fields{
			"AutoScalingGroupName": Acts, list: Acts, list + ".ScheduledActionName": Acts, list + ".StartTime": Acts, list + ".EndTime": Acts,
			list + ".Recurrence": Acts, list + ".MinSize": Acts, list + ".MaxSize": Acts, list + ".DesiredCapacity": Acts, list + ".TimeZone": Acts,
		}),
		offer("BatchDeleteScheduledAction", a.deleteActions, showsTimes, Fields{"AutoScalingGroupName": Acts, "ScheduledActionNames": Acts}),
	}
}

// mostActions is how many scheduled actions one request has (API reference).
const mostActions = 50

func fewActions(param string, n int) error {
	if n > mostActions {
		return fault.New(fault.Validation, "A request has at most %d scheduled actions.", mostActions).On(param) // (inferred)
	}
	return need(param, n)
}

func (a scalingAPI) putActions(ctx context.Context, c *Call, in *sdk.BatchPutScheduledUpdateGroupActionInput) (*sdk.BatchPutScheduledUpdateGroupActionOutput, error) {
	if err := fewActions("ScheduledUpdateGroupActions", len(in.ScheduledUpdateGroupActions)); err != nil {
		return nil, err
	}
	var failed actionFailures
	for _, r := range in.ScheduledUpdateGroupActions {
		err := a.s.PutAction(ctx, scalingGroup(c, in.AutoScalingGroupName), text(r.ScheduledActionName), scaling.ActionSettings{
			Start: moment(r.StartTime), End: moment(r.EndTime), Recurrence: text(r.Recurrence), TimeZone: text(r.TimeZone),
			Min: whole(r.MinSize), Max: whole(r.MaxSize), Desired: whole(r.DesiredCapacity),
		})
		if err := failed.note(r.ScheduledActionName, err); err != nil {
			return nil, err
		}
	}
	return &sdk.BatchPutScheduledUpdateGroupActionOutput{FailedScheduledUpdateGroupActions: failed}, nil
}

func (a scalingAPI) deleteActions(ctx context.Context, c *Call, in *sdk.BatchDeleteScheduledActionInput) (*sdk.BatchDeleteScheduledActionOutput, error) {
	if err := fewActions("ScheduledActionNames", len(in.ScheduledActionNames)); err != nil {
		return nil, err
	}
	var failed actionFailures
	for _, name := range in.ScheduledActionNames {
		err := a.s.DeleteAction(ctx, scalingGroup(c, in.AutoScalingGroupName), name)
		if err := failed.note(&name, err); err != nil {
			return nil, err
		}
	}
	return &sdk.BatchDeleteScheduledActionOutput{FailedScheduledActions: failed}, nil
}

// actionFailures are the entries of a batch that did not succeed.
type actionFailures []types.FailedScheduledUpdateGroupActionRequest

// note takes what is wrong with one entry, and returns what is wrong with all:
// the group, or this server.
func (f *actionFailures) note(name *string, err error) error {
	if err == nil {
		return nil
	}
	var what *fault.Error
	if !errors.As(err, &what) || what.Param == "AutoScalingGroupName" {
		return err
	}
	e := wireError(scalingService, err)
	*f = append(*f, types.FailedScheduledUpdateGroupActionRequest{ScheduledActionName: name, ErrorCode: &e.Code, ErrorMessage: &e.Message})
	return nil
}
