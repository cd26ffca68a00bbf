"""Drives EventBridge with boto3 and prints what the program sees, one JSON object.

    python3 events.py <endpoint>
"""

import datetime
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
TIME = datetime.datetime(2026, 5, 20, 11, 4, 5, tzinfo=datetime.timezone.utc)


def client(service):
    return boto3.client(
        service, endpoint_url=ENDPOINT, region_name="eu-west-3", config=Config(retries={"total_max_attempts": 1}),
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
    )


def refusal(call, **members):
    try:
        call(**members)
    except ClientError as e:
        return [type(e).__name__, e.response["Error"]["Code"], e.response["Error"]["Message"], e.response["ResponseMetadata"]["HTTPStatusCode"]]
    return "answered"


def receive(sqs, url):
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", [])
    for m in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    return [json.loads(m["Body"]) for m in messages]


def main():
    events, sqs, seen = client("events"), client("sqs"), {}
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

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
        "pattern": refusal(events.put_rule, Name="bad", EventPattern='{"source": "shop"}'),
        "schedule": refusal(events.put_rule, Name="tick", ScheduleExpression="rate(1 minutes)"),
        "bus": refusal(events.describe_event_bus, Name="gone"),
        "rule": refusal(events.describe_rule, Name="gone"),
        "default": refusal(events.create_event_bus, Name="default"),
        "delete": refusal(events.delete_rule, Name="placed", EventBusName="shop"),
    }
    events.remove_targets(Rule="placed", EventBusName="shop", Ids=["q", "task"])
    events.delete_rule(Name="placed", EventBusName="shop")
    events.delete_event_bus(Name="shop")
    seen["buses"] = [b["Name"] for b in events.list_event_buses()["EventBuses"]]
    print(json.dumps(seen))


main()
