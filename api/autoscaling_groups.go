package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"skywatch/internal/fault"
	"skywatch/targets/scaling"
)

// scalingRefused are members of a group that this version has nothing for.
var scalingRefused = []string{
	"MixedInstancesPolicy", "AvailabilityZoneIds", "MaxInstanceLifetime", "CapacityRebalance", "Context", "DesiredCapacityType",
	"InstanceMaintenancePolicy", "AvailabilityZoneImpairmentPolicy", "SkipZonalShiftValidation",
	"CapacityReservationSpecification", "InstanceLifecyclePolicy",
}

// groupFields grades what making and changing a group have in common.
func groupFields(more Fields) Fields {
	f := Fields{
		"AutoScalingGroupName": Acts, "LaunchConfigurationName": Acts, "LaunchTemplate": Acts, "LaunchTemplate.LaunchTemplateId": Acts,
		"LaunchTemplate.LaunchTemplateName": Acts, "LaunchTemplate.Version": Acts, "MinSize": Acts, "MaxSize": Acts, "DesiredCapacity": Acts,
		"DefaultCooldown": Acts, "AvailabilityZones": Acts, "HealthCheckType": Acts, "HealthCheckGracePeriod": Acts, "PlacementGroup": Acts,
		"VPCZoneIdentifier": Acts, "TerminationPolicies": Acts, "NewInstancesProtectedFromScaleIn": Acts, "ServiceLinkedRoleARN": Kept,
		"DefaultInstanceWarmup": Acts, "DeletionProtection": Acts, "AvailabilityZoneDistribution": Acts,
		"AvailabilityZoneDistribution.CapacityDistributionStrategy": Acts,
	}
	for _, m := range scalingRefused {
		f[m] = Refused
	}
	for m, s := range more {
		f[m] = s
	}
	return f
}

func (a scalingAPI) groupOperations() []offered {
	return []offered{
		offer("CreateAutoScalingGroup", a.createGroup, showsGroups, groupFields(Fields{
			"InstanceId": Refused, "Operator": Refused, "LoadBalancerNames": Refused, "TargetGroupARNs": Refused, "TrafficSources": Refused,
			"LifecycleHookSpecificationList": Acts, "LifecycleHookSpecificationList.LifecycleHookName": Acts,
			"LifecycleHookSpecificationList.LifecycleTransition": Acts, "LifecycleHookSpecificationList.NotificationMetadata": Acts,
			"LifecycleHookSpecificationList.HeartbeatTimeout": Acts, "LifecycleHookSpecificationList.DefaultResult": Acts,
			"LifecycleHookSpecificationList.NotificationTargetARN": Acts, "LifecycleHookSpecificationList.RoleARN": Kept,
			"Tags": Acts, "Tags.ResourceId": Acts, "Tags.ResourceType": Acts, "Tags.Key": Acts, "Tags.Value": Acts, "Tags.PropagateAtLaunch": Acts,
		})),
		offer("UpdateAutoScalingGroup", a.updateGroup, showsGroups, groupFields(nil)),
		offer("DeleteAutoScalingGroup", a.deleteGroup, showsGroups, Fields{"AutoScalingGroupName": Acts, "ForceDelete": Acts}),
		offer("DescribeAutoScalingGroups", a.describeGroups, showsGroups, Fields{
			"AutoScalingGroupNames": Acts, "IncludeInstances": Acts, "NextToken": Acts, "MaxRecords": Acts,
			"Filters": Acts, "Filters.Name": Acts, "Filters.Values": Acts, "IncludeManagedResources": Refused,
		}),
		offer("SetDesiredCapacity", a.setDesired, showsGroups, Fields{"AutoScalingGroupName": Acts, "DesiredCapacity": Acts, "HonorCooldown": Acts}),
		offer("SuspendProcesses", a.suspend, showsGroups, Fields{"AutoScalingGroupName": Acts, "ScalingProcesses": Acts}),
		offer("ResumeProcesses", a.resume, showsGroups, Fields{"AutoScalingGroupName": Acts, "ScalingProcesses": Acts}),
	}
}

func templateOf(t *types.LaunchTemplateSpecification) (*scaling.LaunchTemplate, error) {
	if t == nil {
		return nil, nil
	}
	if (t.LaunchTemplateId == nil) == (t.LaunchTemplateName == nil) {
		return nil, fault.New(fault.Validation, "Valid requests must contain either launchTemplateId or LaunchTemplateName").On("LaunchTemplate")
	}
	return &scaling.LaunchTemplate{ID: text(t.LaunchTemplateId), Name: text(t.LaunchTemplateName), Version: text(t.Version)}, nil
}

func wireTemplate(t *scaling.LaunchTemplate) *types.LaunchTemplateSpecification {
	if t == nil {
		return nil
	}
	return &types.LaunchTemplateSpecification{LaunchTemplateId: unlessEmpty(t.ID), LaunchTemplateName: unlessEmpty(t.Name), Version: unlessEmpty(t.Version)}
}

func protection(p types.DeletionProtection) *string {
	if p == "" {
		return nil
	}
	return new(string(p))
}

func spread(d *types.AvailabilityZoneDistribution) *string {
	if d == nil || d.CapacityDistributionStrategy == "" {
		return nil
	}
	return new(string(d.CapacityDistributionStrategy))
}

func (a scalingAPI) createGroup(ctx context.Context, c *Call, in *sdk.CreateAutoScalingGroupInput) (*sdk.CreateAutoScalingGroupOutput, error) {
	template, err := templateOf(in.LaunchTemplate)
	if err != nil {
		return nil, err
	}
	change := scaling.Change{
		LaunchConfiguration: in.LaunchConfigurationName, LaunchTemplate: template, Min: whole(in.MinSize), Max: whole(in.MaxSize),
		Desired: whole(in.DesiredCapacity), DefaultCooldown: whole(in.DefaultCooldown), GracePeriod: whole(in.HealthCheckGracePeriod),
		Zones: in.AvailabilityZones, Subnets: in.VPCZoneIdentifier, HealthCheckType: in.HealthCheckType, PlacementGroup: in.PlacementGroup,
		TerminationPolicies: in.TerminationPolicies, ProtectNew: in.NewInstancesProtectedFromScaleIn, DefaultWarmup: whole(in.DefaultInstanceWarmup),
		ServiceLinkedRole: in.ServiceLinkedRoleARN, DeletionProtection: protection(in.DeletionProtection), Spread: spread(in.AvailabilityZoneDistribution), Tags: map[string]scaling.Tag{},
	}
	for _, t := range in.Tags {
		tag, err := scalingTag(t, text(in.AutoScalingGroupName))
		if err != nil {
			return nil, err
		}
		change.Tags[tag.Key] = tag.Tag
	}
	for _, h := range in.LifecycleHookSpecificationList {
		change.Hooks = append(change.Hooks, scaling.HookChange{
			Name: text(h.LifecycleHookName), Transition: text(h.LifecycleTransition), Target: h.NotificationTargetARN, Metadata: h.NotificationMetadata,
			Role: h.RoleARN, Heartbeat: whole(h.HeartbeatTimeout), Default: text(h.DefaultResult),
		})
	}
	return nil, a.s.Create(ctx, scalingGroup(c, in.AutoScalingGroupName), change)
}

func (a scalingAPI) updateGroup(ctx context.Context, c *Call, in *sdk.UpdateAutoScalingGroupInput) (*sdk.UpdateAutoScalingGroupOutput, error) {
	template, err := templateOf(in.LaunchTemplate)
	if err != nil {
		return nil, err
	}
	return nil, a.s.Update(ctx, scalingGroup(c, in.AutoScalingGroupName), scaling.Change{
		LaunchConfiguration: in.LaunchConfigurationName, LaunchTemplate: template, Min: whole(in.MinSize), Max: whole(in.MaxSize),
		Desired: whole(in.DesiredCapacity), DefaultCooldown: whole(in.DefaultCooldown), GracePeriod: whole(in.HealthCheckGracePeriod),
		Zones: in.AvailabilityZones, Subnets: in.VPCZoneIdentifier, HealthCheckType: in.HealthCheckType, PlacementGroup: in.PlacementGroup,
		TerminationPolicies: in.TerminationPolicies, ProtectNew: in.NewInstancesProtectedFromScaleIn, DefaultWarmup: whole(in.DefaultInstanceWarmup),
		ServiceLinkedRole: in.ServiceLinkedRoleARN, DeletionProtection: protection(in.DeletionProtection), Spread: spread(in.AvailabilityZoneDistribution),
	})
}

func (a scalingAPI) deleteGroup(ctx context.Context, c *Call, in *sdk.DeleteAutoScalingGroupInput) (*sdk.DeleteAutoScalingGroupOutput, error) {
	return nil, a.s.Delete(ctx, scalingGroup(c, in.AutoScalingGroupName), yes(in.ForceDelete))
}

func (a scalingAPI) setDesired(ctx context.Context, c *Call, in *sdk.SetDesiredCapacityInput) (*sdk.SetDesiredCapacityOutput, error) {
	return nil, a.s.SetDesired(ctx, scalingGroup(c, in.AutoScalingGroupName), int(*in.DesiredCapacity), yes(in.HonorCooldown))
}

func (a scalingAPI) suspend(ctx context.Context, c *Call, in *sdk.SuspendProcessesInput) (*sdk.SuspendProcessesOutput, error) {
	return nil, a.s.Suspend(ctx, scalingGroup(c, in.AutoScalingGroupName), in.ScalingProcesses)
}

func (a scalingAPI) resume(ctx context.Context, c *Call, in *sdk.ResumeProcessesInput) (*sdk.ResumeProcessesOutput, error) {
	return nil, a.s.Resume(ctx, scalingGroup(c, in.AutoScalingGroupName), in.ScalingProcesses)
}

func (a scalingAPI) describeGroups(_ context.Context, c *Call, in *sdk.DescribeAutoScalingGroupsInput) (*sdk.DescribeAutoScalingGroupsOutput, error) {
	views, err := a.s.Groups(c.Tenant, in.AutoScalingGroupNames)
	if err != nil {
		return nil, err
	}
	for _, f := range in.Filters {
		match, err := groupFilter(f)
		if err != nil {
			return nil, err
		}
		views = slices.DeleteFunc(views, func(v scaling.View) bool { return !match(&v) })
	}
	page, next, err := scalingPaged(views, func(v *scaling.View) string { return v.Group.Group }, "scaling-group", in.NextToken, in.MaxRecords)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeAutoScalingGroupsOutput{AutoScalingGroups: []types.AutoScalingGroup{}, NextToken: next}
	for i := range page {
		if in.IncludeInstances != nil && !*in.IncludeInstances {
			page[i].Instances = nil
		}
		out.AutoScalingGroups = append(out.AutoScalingGroups, wireScalingGroup(&page[i]))
	}
	return out, nil
}

// groupFilter is a filter by tags (API reference, DescribeAutoScalingGroups).
func groupFilter(f types.Filter) (func(*scaling.View) bool, error) {
	name := text(f.Name)
	key, byTag := strings.CutPrefix(name, "tag:")
	switch {
	case byTag:
		return func(v *scaling.View) bool {
			t, ok := v.Tags[key]
			return ok && slices.Contains(f.Values, t.Value)
		}, nil
	case name == "tag-key":
		return func(v *scaling.View) bool {
			return slices.ContainsFunc(f.Values, func(k string) bool { _, ok := v.Tags[k]; return ok })
		}, nil
	case name == "tag-value":
		return func(v *scaling.View) bool {
			return slices.ContainsFunc(v.List(), func(t scaling.TagOf) bool { return slices.Contains(f.Values, t.Value) })
		}, nil
	}
	return nil, fault.New(fault.Validation, "Filter type %s is not correct. Allowed Filter types are: tag-key tag-value tag:<key>", name).On("Filters") // (inferred)
}

func wireScalingGroup(v *scaling.View) types.AutoScalingGroup {
	g := &v.Group
	w := types.AutoScalingGroup{
		AutoScalingGroupName: &g.Group, AutoScalingGroupARN: new(g.ARN()), LaunchConfigurationName: unlessEmpty(g.LaunchConfiguration),
		LaunchTemplate: wireTemplate(g.LaunchTemplate), MinSize: short(&g.Min), MaxSize: short(&g.Max), DesiredCapacity: short(&g.Desired),
		DefaultCooldown: short(&g.DefaultCooldown), AvailabilityZones: g.Zones, HealthCheckType: &g.HealthCheckType,
		HealthCheckGracePeriod: short(&g.GracePeriod), CreatedTime: &g.Created, PlacementGroup: unlessEmpty(g.PlacementGroup),
		VPCZoneIdentifier: unlessEmpty(g.Subnets), TerminationPolicies: g.TerminationPolicies, NewInstancesProtectedFromScaleIn: &g.ProtectNew,
		ServiceLinkedRoleARN: unlessEmpty(g.ServiceLinkedRole), DefaultInstanceWarmup: short(g.DefaultWarmup),
		DeletionProtection: types.DeletionProtection(g.DeletionProtection), Instances: []types.Instance{}, LoadBalancerNames: []string{},
		TargetGroupARNs: []string{}, SuspendedProcesses: []types.SuspendedProcess{}, EnabledMetrics: []types.EnabledMetric{},
		Tags: []types.TagDescription{}, TrafficSources: []types.TrafficSourceIdentifier{},
	}
	if w.DeletionProtection == "" {
		w.DeletionProtection = types.DeletionProtectionNone
	}
	w.AvailabilityZoneDistribution = &types.AvailabilityZoneDistribution{
		CapacityDistributionStrategy: types.CapacityDistributionStrategy(cmp.Or(g.Spread, scaling.BestEffort)),
	}
	if g.Deleting {
		w.Status = new("Delete in progress")
	}
	for _, p := range sortedKeys(g.Suspended) {
		w.SuspendedProcesses = append(w.SuspendedProcesses, types.SuspendedProcess{ProcessName: &p, SuspensionReason: new(g.Suspended[p])})
	}
	for _, m := range g.Metrics {
		w.EnabledMetrics = append(w.EnabledMetrics, types.EnabledMetric{Metric: &m, Granularity: new(scaling.Granularity)})
	}
	for _, t := range g.List() {
		w.Tags = append(w.Tags, wireScalingTag(t))
	}
	for i := range v.Instances {
		w.Instances = append(w.Instances, wireInstance(&v.Instances[i]))
	}
	return w
}

func wireInstance(i *scaling.Instance) types.Instance {
	return types.Instance{
		InstanceId: &i.ID, InstanceType: unlessEmpty(i.Type), AvailabilityZone: &i.Zone, LifecycleState: types.LifecycleState(i.State),
		HealthStatus: new(i.Health()), LaunchConfigurationName: unlessEmpty(i.LaunchConfiguration), LaunchTemplate: wireTemplate(i.LaunchTemplate),
		ProtectedFromScaleIn: &i.Protected,
	}
}
