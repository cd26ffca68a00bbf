"""Puts rules with schedules with boto3 and prints what the program sees, one JSON object.

    python3 schedules.py <endpoint>
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

events = boto3.client(
    "events", endpoint_url=sys.argv[1], region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}),
    aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
)


def refusal(**members):
    try:
        events.put_rule(Name="bad", **members)
    except ClientError as e:
        return [e.response["Error"]["Code"], e.response["Error"]["Message"]]
    return "answered"


events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)", State="DISABLED")
events.put_rule(Name="both", ScheduleExpression="cron(0 9 ? * MON-FRI *)", EventPattern=json.dumps({"source": ["shop"]}))
events.create_event_bus(Name="shop")
print(json.dumps({
    "rules": [[r["Name"], r.get("ScheduleExpression"), r.get("EventPattern"), r["State"]] for r in events.list_rules()["Rules"]],
    "described": events.describe_rule(Name="hourly")["ScheduleExpression"],
    "refusals": {
        **{e: refusal(ScheduleExpression=e) for e in ["rate(1 hours)", "rate(10 seconds)", "cron(0 9 * * * *)", "at(2030-01-01T00:00:00)"]},
        "other bus": refusal(ScheduleExpression="rate(1 hour)", EventBusName="shop"),
    },
}))
