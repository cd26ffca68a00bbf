"""Drives EventBridge Scheduler with boto3 and prints what the program sees, one JSON object.

    python3 scheduler.py <endpoint>
"""

import datetime
import json

import house


def main():
    scheduler, sqs, seen = house.client("scheduler", parameter_validation=False), house.client("sqs", parameter_validation=False), {}
    url, queue = house.queue(sqs, "q")
    account = queue.split(":")[4]
    target = {"Arn": queue, "RoleArn": f"arn:aws:iam::{account}:role/r", "Input": "run of <aws.scheduler.schedule-arn>"}
    base = {"GroupName": "g", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}

    group = seen["group"] = scheduler.create_schedule_group(Name="g", Tags=[{"Key": "a", "Value": "b"}])["ScheduleGroupArn"]
    seen["schedule"] = scheduler.create_schedule(Name="s", ScheduleExpression="rate(1 minute)", **base)["ScheduleArn"]
    got = scheduler.get_schedule(Name="s", GroupName="g")
    seen["got"] = [got[m] for m in (
        "Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "ActionAfterCompletion", "FlexibleTimeWindow", "Target")]
    assert abs(got["CreationDate"] - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(minutes=1)
    seen["received"] = [m["Body"] for m in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]]

    seen["refusals"] = {
        "expression": house.refusal(scheduler.create_schedule, Name="x", ScheduleExpression="rate(10 seconds)", **base),
        "zone": house.refusal(scheduler.create_schedule, Name="x", ScheduleExpression="rate(1 day)", ScheduleExpressionTimezone="Mars", **base),
        "start": house.refusal(scheduler.create_schedule, Name="x", ScheduleExpression="rate(1 day)", StartDate=datetime.datetime(2026, 1, 1), **base),
        "again": house.refusal(scheduler.create_schedule, Name="s", ScheduleExpression="rate(1 minute)", **base),
        "name": house.refusal(scheduler.create_schedule, Name="a b", ScheduleExpression="rate(1 minute)", **base),
        "gone": house.refusal(scheduler.get_schedule, Name="gone"),
        "group": house.refusal(scheduler.get_schedule, Name="s", GroupName="gone"),
    }
    scheduler.update_schedule(Name="s", ScheduleExpression="rate(5 minutes)", State="DISABLED", **{
        **base, "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}})
    got = scheduler.get_schedule(Name="s", GroupName="g")
    seen["updated"] = [got["ScheduleExpression"], got["State"], got["FlexibleTimeWindow"]]
    seen["groups"] = [g["Name"] for page in scheduler.get_paginator("list_schedule_groups").paginate(MaxResults=1) for g in page["ScheduleGroups"]]
    seen["schedules"] = [s["Name"] for page in scheduler.get_paginator("list_schedules").paginate(MaxResults=1) for s in page["Schedules"]]
    tags = [scheduler.list_tags_for_resource(ResourceArn=group)["Tags"]]
    scheduler.untag_resource(ResourceArn=group, TagKeys=["a"])
    seen["tags"] = tags + [scheduler.list_tags_for_resource(ResourceArn=group)["Tags"]]
    scheduler.delete_schedule(Name="s", GroupName="g")
    scheduler.delete_schedule_group(Name="g")
    seen["left"] = scheduler.list_schedules()["Schedules"]
    print(json.dumps(seen))


main()
