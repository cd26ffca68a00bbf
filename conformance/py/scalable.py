"""Drives Application Auto Scaling with boto3 and prints what the program sees, one JSON object.

    python3 scalable.py <endpoint> <URL of a custom resource>
"""

import json
import sys
import time

import house

scaling = house.client("application-autoscaling", parameter_validation=False)
RESOURCE = sys.argv[2]
NAMESPACE = {"ServiceNamespace": "custom-resource"}
TARGET = {**NAMESPACE, "ResourceId": RESOURCE, "ScalableDimension": "custom-resource:ResourceType:Property"}


def refusal(call, **members):
    """The refusal without the resource in its message."""
    return [m.replace(RESOURCE, "R") if isinstance(m, str) else m for m in house.refusal(call, **members)]


def activities():
    return scaling.describe_scaling_activities(**TARGET)["ScalingActivities"]


def main():
    seen = {}
    suspended = {"ScheduledScalingSuspended": True}
    arn = scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=6, SuspendedState=suspended, Tags={"a": "1"})["ScalableTargetARN"]
    target = scaling.describe_scalable_targets(**NAMESPACE)["ScalableTargets"][0]
    seen["target"] = [target[m] for m in ("MinCapacity", "MaxCapacity", "SuspendedState")]
    seen["tags"] = scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]
    steps = {
        "AdjustmentType": "PercentChangeInCapacity", "MinAdjustmentMagnitude": 1, "Cooldown": 30, "MetricAggregationType": "Maximum",
        "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 50}],
    }
    scaling.put_scaling_policy(**TARGET, PolicyName="p", PolicyType="StepScaling", StepScalingPolicyConfiguration=steps)
    policy = scaling.describe_scaling_policies(**TARGET)["ScalingPolicies"][0]
    said = policy["StepScalingPolicyConfiguration"]
    seen["policy"] = [policy["PolicyType"], *[said[m] for m in ("AdjustmentType", "MinAdjustmentMagnitude", "Cooldown", "MetricAggregationType")]]
    scaling.put_scheduled_action(
        **TARGET, ScheduledActionName="morning", Schedule="cron(0 8 * * ? *)", Timezone="Europe/Berlin", ScalableTargetAction={"MinCapacity": 3}
    )
    action = scaling.describe_scheduled_actions(**NAMESPACE)["ScheduledActions"][0]
    seen["action"] = [action[m] for m in ("Schedule", "Timezone", "ScalableTargetAction")]
    end = time.monotonic() + 5
    while [a["StatusCode"] for a in activities()] != ["Successful"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    seen["activity"] = [activities()[0][m] for m in ("Description", "Cause", "StatusCode", "StatusMessage")]
    seen["refusals"] = {
        "policy": refusal(scaling.delete_scaling_policy, **TARGET, PolicyName="gone"),
        "token": refusal(scaling.describe_scaling_policies, **NAMESPACE, NextToken="x"),
        "bounds": refusal(scaling.register_scalable_target, **TARGET, MaxCapacity=1),
        "type": refusal(scaling.put_scaling_policy, **TARGET, PolicyName="q", PolicyType="PredictiveScaling"),
        "tags": refusal(scaling.list_tags_for_resource, ResourceARN=arn[: arn.index("/")] + "/gone"),
    }
    scaling.deregister_scalable_target(**TARGET)
    seen["left"] = len(scaling.describe_scalable_targets(**NAMESPACE)["ScalableTargets"])
    print(json.dumps(seen))


main()
