"""Drives Auto Scaling with boto3 and prints what the program sees, one JSON object.

    python3 scaling.py <endpoint>   (a server with a driver for the groups web*)
"""

import json
import re
import time

import house

scaling = house.client("autoscaling", parameter_validation=False)


def refusal(call, **members):
    """The refusal without the IDs in its message."""
    return [re.sub("[0-9a-f-]{36}", "ID", m) if isinstance(m, str) else m for m in house.refusal(call, **members)]


def group():
    return scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])["AutoScalingGroups"]


def until(what):
    end = time.monotonic() + 5
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def served(n):
    return len(group()) == 1 and [i["LifecycleState"] for i in group()[0]["Instances"]] == ["InService"] * n


def main():
    seen = {}
    base = {"AutoScalingGroupName": "web", "MinSize": 0, "MaxSize": 4}
    where = {"AvailabilityZones": ["eu-west-3a"], "LaunchConfigurationName": "l"}
    scaling.create_auto_scaling_group(**base, **where, DesiredCapacity=2)
    until(lambda: served(2))
    seen["desired"] = group()[0]["DesiredCapacity"]
    seen["states"] = [i["LifecycleState"] for i in group()[0]["Instances"]]
    scaling.put_scaling_policy(AutoScalingGroupName="web", PolicyName="p", AdjustmentType="PercentChangeInCapacity", ScalingAdjustment=50, MinAdjustmentMagnitude=1)
    policy = scaling.describe_policies(PolicyNames=["p"])["ScalingPolicies"][0]
    seen["policy"] = [policy[m] for m in ("AdjustmentType", "ScalingAdjustment", "MinAdjustmentMagnitude")]
    new = {"AutoScalingGroupName": "web2", "MinSize": 2, "MaxSize": 1}
    seen["refusals"] = {
        "zone": refusal(scaling.create_auto_scaling_group, AutoScalingGroupName="web2", MinSize=0, MaxSize=1, LaunchConfigurationName="l"),
        "launch": refusal(scaling.create_auto_scaling_group, AutoScalingGroupName="web2", MinSize=0, MaxSize=1, AvailabilityZones=["a"]),
        "bounds": refusal(scaling.create_auto_scaling_group, **new, **where),
        "again": refusal(scaling.create_auto_scaling_group, **base, **where),
        "cooldown": refusal(scaling.execute_policy, AutoScalingGroupName="web", PolicyName="p", HonorCooldown=True),
        "gone": refusal(scaling.set_desired_capacity, AutoScalingGroupName="gone", DesiredCapacity=1),
    }
    scaling.execute_policy(AutoScalingGroupName="web", PolicyName="p")
    until(lambda: served(3))
    scaling.delete_auto_scaling_group(AutoScalingGroupName="web", ForceDelete=True)
    until(lambda: not group())
    seen["left"] = len(group())
    print(json.dumps(seen))


main()
