"""Drives log groups with boto3 and prints what the program sees, one JSON object.

    python3 logs.py <endpoint>
"""

import json
import time

import house


def main():
    logs, seen = house.client("logs", parameter_validation=False), {}
    at = int(time.time() * 1000) - 60_000
    stream = {"logGroupName": "g", "logStreamName": "s"}

    logs.create_log_group(logGroupName="g", tags={"team": "web"})
    logs.create_log_stream(**stream)
    logs.put_retention_policy(logGroupName="g", retentionInDays=7)
    put = logs.put_log_events(**stream, logEvents=[{"timestamp": at + i, "message": m} for i, m in enumerate(["a", "b ERROR", "c\n"])], sequenceToken="old")
    seen["rejected"] = put.get("rejectedLogEventsInfo")
    put = logs.put_log_events(**stream, logEvents=[{"timestamp": at - 20 * 86_400_000, "message": "old"}], entity={"keyAttributes": {"Type": "Service", "Name": "web"}})
    seen["old"] = [put["rejectedLogEventsInfo"], put["rejectedEntityInfo"]]

    got = logs.get_log_events(**stream, startFromHead=True)
    seen["events"] = [[e["timestamp"] - at, e["message"]] for e in got["events"]]
    again = logs.get_log_events(**stream, nextToken=got["nextForwardToken"])
    seen["end"] = [again["events"], again["nextForwardToken"] == got["nextForwardToken"]]
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="g", filterPattern="?ERROR ?c", PaginationConfig={"PageSize": 1})
    seen["found"] = [[e["logStreamName"], e["message"]] for page in pages for e in page["events"]]

    group = next(g for page in logs.get_paginator("describe_log_groups").paginate() for g in page["logGroups"])
    seen["group"] = [group["logGroupName"], group["retentionInDays"], group["storedBytes"], group["arn"]]
    described = logs.describe_log_streams(logGroupName="g")["logStreams"][0]
    seen["stream"] = [described["firstEventTimestamp"] - at, described["lastEventTimestamp"] - at, described["storedBytes"]]
    seen["tags"] = logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]

    seen["refusals"] = {
        "again": house.refusal(logs.create_log_group, logGroupName="g"),
        "name": house.refusal(logs.create_log_group, logGroupName="a b"),
        "group": house.refusal(logs.get_log_events, logGroupName="x", logStreamName="s"),
        "stream": house.refusal(logs.get_log_events, logGroupName="g", logStreamName="x"),
        "order": house.refusal(logs.put_log_events, **stream, logEvents=[{"timestamp": at, "message": "a"}, {"timestamp": at - 1, "message": "b"}]),
        "prefix": house.refusal(logs.describe_log_streams, logGroupName="g", orderBy="LastEventTime", logStreamNamePrefix="s"),
    }
    logs.delete_log_stream(**stream)
    logs.delete_log_group(logGroupName="g")
    seen["left"] = logs.describe_log_groups()["logGroups"]
    print(json.dumps(seen))


main()
