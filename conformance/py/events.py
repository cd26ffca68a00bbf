"""Drives EventBridge with boto3 and prints what the program sees, one JSON object.

    python3 events.py <endpoint>
"""

import datetime
import json

import house

TIME = datetime.datetime(2026, 5, 20, 11, 4, 5, tzinfo=datetime.timezone.utc)


def receive(sqs, url):
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", [])
    for m in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    return [json.loads(m["Body"]) for m in messages]


def main():
    events, sqs, seen = house.client("events"), house.client("sqs"), {}
    url, queue = house.queue(sqs, "orders")

    seen["bus"] = events.create_event_bus(Name="shop")["EventBusArn"]
    seen["rule"] = events.put_rule(
        Name="placed", EventBusName="shop", EventPattern=json.dumps({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}}),
    )["RuleArn"]
    put = events.put_targets(Rule="placed", EventBusName="shop", Targets=[{
        "Id": "q", "Arn": queue, "InputTransformer": {"InputPathsMap": {"id": "$.detail.id", "total": "$.detail.total"},
                                                      "InputTemplate": '{"order": "<id>", "total": <total>}'},
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60},
    }, {
        "Id": "task", "Arn": "arn:aws:ecs:eu-west-3:000000000000:cluster/c",
        "EcsParameters": {"TaskDefinitionArn": "arn:aws:ecs:eu-west-3:000000000000:task-definition/t:1", "TaskCount": 2,
                          "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}}},
    }])
    seen["targets put"] = put["FailedEntryCount"]
    seen["targets"] = events.list_targets_by_rule(Rule="placed", EventBusName="shop")["Targets"]

    answer = events.put_events(Entries=[
        {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"id": "o-1", "total": 12.5}), "EventBusName": "shop", "Time": TIME},
        {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"id": "o-2", "total": 9}), "EventBusName": "shop"},
        {"Source": "aws.ec2", "DetailType": "order", "Detail": "{}"},
    ])
    seen["failed"] = answer["FailedEntryCount"]
    seen["codes"] = [e.get("ErrorCode", "") for e in answer["Entries"]]
    seen["received"] = receive(sqs, url)

    seen["refusals"] = {
        "pattern": house.refusal(events.put_rule, Name="bad", EventPattern='{"source": "shop"}'),
        "schedule": house.refusal(events.put_rule, Name="tick", ScheduleExpression="rate(1 minutes)"),
        "bus": house.refusal(events.describe_event_bus, Name="gone"),
        "rule": house.refusal(events.describe_rule, Name="gone"),
        "default": house.refusal(events.create_event_bus, Name="default"),
        "delete": house.refusal(events.delete_rule, Name="placed", EventBusName="shop"),
    }
    events.remove_targets(Rule="placed", EventBusName="shop", Ids=["q", "task"])
    events.delete_rule(Name="placed", EventBusName="shop")
    events.delete_event_bus(Name="shop")
    seen["buses"] = [b["Name"] for b in events.list_event_buses()["EventBuses"]]
    print(json.dumps(seen))


main()
