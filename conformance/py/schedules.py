"""Puts rules with schedules with boto3 and prints what the program sees, one JSON object.

    python3 schedules.py <endpoint>
"""

import json

import house

events = house.client("events")


def refusal(**members):
    return house.wording(events.put_rule, Name="bad", **members)


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
