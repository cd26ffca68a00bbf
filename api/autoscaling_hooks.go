package api

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/targets/scaling"
)

func (a scalingAPI) hookOperations() []offered {
	held := Fields{"LifecycleHookName": Acts, "AutoScalingGroupName": Acts, "LifecycleActionToken": Acts, "InstanceId": Acts}
	completes := Fields{"LifecycleActionResult": Acts}
	for m, s := range held {
		completes[m] = s
	}
	return []offered{
		offer("PutLifecycleHook", a.putHook, showsHooks, Fields{
			"LifecycleHookName": Acts, "AutoScalingGroupName": Acts, "LifecycleTransition": Acts, "RoleARN": Kept, "NotificationTargetARN": Acts,
			"NotificationMetadata": Acts, "HeartbeatTimeout": Acts, "DefaultResult": Acts,
		}),
		offer("DeleteLifecycleHook", a.deleteHook, showsHooks, Fields{"LifecycleHookName": Acts, "AutoScalingGroupName": Acts}),
		offer("DescribeLifecycleHooks", a.describeHooks, showsHooks, Fields{"AutoScalingGroupName": Acts, "LifecycleHookNames": Acts}),
		offer("CompleteLifecycleAction", a.completeAction, showsHooks, completes),
		offer("RecordLifecycleActionHeartbeat", a.heartbeat, showsHooks, held),
	}
}

func (a scalingAPI) putHook(ctx context.Context, c *Call, in *sdk.PutLifecycleHookInput) (*sdk.PutLifecycleHookOutput, error) {
	return &sdk.PutLifecycleHookOutput{}, a.s.PutHook(ctx, scalingGroup(c, in.AutoScalingGroupName), scaling.HookChange{
		Name: text(in.LifecycleHookName), Transition: text(in.LifecycleTransition), Target: in.NotificationTargetARN, Metadata: in.NotificationMetadata,
		Role: in.RoleARN, Heartbeat: whole(in.HeartbeatTimeout), Default: text(in.DefaultResult),
	})
}

func (a scalingAPI) deleteHook(ctx context.Context, c *Call, in *sdk.DeleteLifecycleHookInput) (*sdk.DeleteLifecycleHookOutput, error) {
	return &sdk.DeleteLifecycleHookOutput{}, a.s.DeleteHook(ctx, scalingGroup(c, in.AutoScalingGroupName), text(in.LifecycleHookName))
}

func (a scalingAPI) describeHooks(_ context.Context, c *Call, in *sdk.DescribeLifecycleHooksInput) (*sdk.DescribeLifecycleHooksOutput, error) {
	list, err := a.s.Hooks(scalingGroup(c, in.AutoScalingGroupName), in.LifecycleHookNames)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeLifecycleHooksOutput{LifecycleHooks: []types.LifecycleHook{}}
	for i := range list {
		h := &list[i]
		out.LifecycleHooks = append(out.LifecycleHooks, types.LifecycleHook{
			LifecycleHookName: &h.Name, AutoScalingGroupName: in.AutoScalingGroupName, LifecycleTransition: new(string(h.Transition)),
			NotificationTargetARN: unlessEmpty(h.Target), RoleARN: unlessEmpty(h.Role), NotificationMetadata: unlessEmpty(h.Metadata),
			HeartbeatTimeout: new(int32(h.Heartbeat)), GlobalTimeout: new(int32(h.GlobalTimeout())), DefaultResult: &h.Default,
		})
	}
	return out, nil
}

func (a scalingAPI) completeAction(ctx context.Context, c *Call, in *sdk.CompleteLifecycleActionInput) (*sdk.CompleteLifecycleActionOutput, error) {
	return &sdk.CompleteLifecycleActionOutput{}, a.s.Complete(ctx, scaling.Held{
		GroupName: scalingGroup(c, in.AutoScalingGroupName), Hook: text(in.LifecycleHookName), Token: text(in.LifecycleActionToken), Instance: text(in.InstanceId),
	}, text(in.LifecycleActionResult))
}

func (a scalingAPI) heartbeat(ctx context.Context, c *Call, in *sdk.RecordLifecycleActionHeartbeatInput) (*sdk.RecordLifecycleActionHeartbeatOutput, error) {
	return &sdk.RecordLifecycleActionHeartbeatOutput{}, a.s.Heartbeat(ctx, scaling.Held{
		GroupName: scalingGroup(c, in.AutoScalingGroupName), Hook: text(in.LifecycleHookName), Token: text(in.LifecycleActionToken), Instance: text(in.InstanceId),
	})
}

func (a scalingAPI) notificationOperations() []offered {
	return []offered{
		offer("PutNotificationConfiguration", a.putNotification, showsHooks, Fields{"AutoScalingGroupName": Acts, "TopicARN": Acts, "NotificationTypes": Acts}),
		offer("DescribeNotificationConfigurations", a.describeNotifications, showsHooks, Fields{"AutoScalingGroupNames": Acts, "NextToken": Acts, "MaxRecords": Acts, "IncludeManagedResources": Refused}),
		offer("DeleteNotificationConfiguration", a.deleteNotification, showsHooks, Fields{"AutoScalingGroupName": Acts, "TopicARN": Acts}),
	}
}

func (a scalingAPI) putNotification(ctx context.Context, c *Call, in *sdk.PutNotificationConfigurationInput) (*sdk.PutNotificationConfigurationOutput, error) {
	return nil, a.s.PutNotification(ctx, scalingGroup(c, in.AutoScalingGroupName), text(in.TopicARN), in.NotificationTypes)
}

func (a scalingAPI) deleteNotification(ctx context.Context, c *Call, in *sdk.DeleteNotificationConfigurationInput) (*sdk.DeleteNotificationConfigurationOutput, error) {
	return nil, a.s.DeleteNotification(ctx, scalingGroup(c, in.AutoScalingGroupName), text(in.TopicARN))
}

func (a scalingAPI) describeNotifications(_ context.Context, c *Call, in *sdk.DescribeNotificationConfigurationsInput) (*sdk.DescribeNotificationConfigurationsOutput, error) {
	list, err := a.s.Notifications(c.Tenant, in.AutoScalingGroupNames)
	if err != nil {
		return nil, err
	}
	all := []types.NotificationConfiguration{} // one for each topic and type
	for i := range list {
		for _, t := range list[i].Types {
			all = append(all, types.NotificationConfiguration{AutoScalingGroupName: &list[i].Group, TopicARN: &list[i].Topic, NotificationType: new(t)})
		}
	}
	key := func(n *types.NotificationConfiguration) string {
		return *n.AutoScalingGroupName + "\x01" + *n.TopicARN + "\x01" + *n.NotificationType
	}
	sortByKey(all, key)
	page, next, err := scalingPaged(all, key, "scaling-notification", in.NextToken, in.MaxRecords)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeNotificationConfigurationsOutput{NotificationConfigurations: page, NextToken: next}, nil
}
