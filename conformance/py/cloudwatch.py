"""Drives a server with boto3 and prints what the program sees, one JSON object.

The Go test compares it.

    python3 cloudwatch.py <endpoint> <start, epoch seconds>
"""

import datetime
import functools
import json
import sys

import house

START = datetime.datetime.fromtimestamp(int(sys.argv[2]), datetime.timezone.utc)
client = functools.partial(house.client, region="us-east-1")


def minutes(n):
    return START + datetime.timedelta(minutes=n)


def refusal(call, **members):
    """What a program can tell of an error."""
    e = house.error(call, **members)
    if e is None:
        return "answered"
    return {
        "exception": type(e).__name__, "code": e.response["Error"]["Code"], "message": e.response["Error"].get("Message", ""),
        "status": e.response["ResponseMetadata"]["HTTPStatusCode"], "id": bool(e.response["ResponseMetadata"].get("RequestId")),
    }


def plain(value):
    """JSON's view of a value: times are UTC texts."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(type(value))


def main():
    cw = client("cloudwatch")
    host = [{"Name": "Host", "Value": "a"}]
    seen = {}
    cw.put_metric_data(Namespace="Boto", MetricData=[
        {"MetricName": "m", "Timestamp": START, "Value": 41, "Dimensions": host},
        {"MetricName": "m", "Timestamp": minutes(1), "Value": 0.5, "Dimensions": host},
        {"MetricName": "d", "Timestamp": START, "Values": [1, 2], "Counts": [3, 4], "Unit": "Milliseconds"},
    ])
    # Over 10 KB: sent with gzip.
    cw.put_metric_data(Namespace="Boto/Large", MetricData=[
        {"MetricName": f"metric-{i}", "Timestamp": START, "Value": i} for i in range(600)
    ])
    seen["pages"] = [len(p["Metrics"]) for p in cw.get_paginator("list_metrics").paginate(Namespace="Boto/Large")]
    seen["metrics"] = cw.list_metrics(Namespace="Boto", MetricName="m")["Metrics"]
    seen["statistics"] = cw.get_metric_statistics(
        Namespace="Boto", MetricName="d", StartTime=START, EndTime=minutes(1), Period=60,
        Statistics=["SampleCount", "Sum"], ExtendedStatistics=["p100"],
    )["Datapoints"]
    data = cw.get_metric_data(StartTime=START, EndTime=minutes(3), MetricDataQueries=[
        {"Id": "a", "MetricStat": {"Metric": {"Namespace": "Boto", "MetricName": "m", "Dimensions": host}, "Period": 60, "Stat": "Sum"}},
    ])
    seen["data"] = {"results": data["MetricDataResults"], "messages": data["Messages"]}

    cw.put_metric_alarm(
        AlarmName="boto", Namespace="Boto", MetricName="nobody", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )
    cw.get_waiter("alarm_exists").wait(AlarmNames=["boto"])
    cw.set_alarm_state(AlarmName="boto", StateValue="OK", StateReason="by hand")
    alarm = cw.describe_alarms(AlarmNames=["boto"])["MetricAlarms"][0]
    seen["alarm"] = {k: "a time" if isinstance(v, datetime.datetime) else v for k, v in alarm.items()}
    seen["deleted"] = cw.delete_alarms(AlarmNames=["boto"])["ResponseMetadata"]["HTTPStatusCode"]

    seen["refusals"] = {
        "combination": refusal(cw.put_metric_data, Namespace="Boto", MetricData=[{"MetricName": "m", "Value": 1, "Values": [1]}]),
        "notFound": refusal(cw.set_alarm_state, AlarmName="nobody", StateValue="OK", StateReason="r"),
        "validation": refusal(cw.set_alarm_state, AlarmName="boto", StateValue="INVALID", StateReason="r"),
        "token": refusal(cw.list_metrics, NextToken="nonsense"),
        "unknown": refusal(cw.get_metric_stream, Name="d"),
        "replay": refusal(client("events").describe_replay, ReplayName="r"),
    }
    seen["account"] = client("sts").get_caller_identity()["Account"]
    seen["queue"] = queue()
    print(json.dumps(seen, default=plain))


def queue():
    """A topic's message, as a queue's reader gets it."""
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="boto")["TopicArn"]
    url, arn = house.queue(sqs, "boto")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Subject="s", Message="hello")
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    body = json.loads(message["Body"])
    return {"subject": body["Subject"], "message": body["Message"], "topic": body["TopicArn"]}


main()
