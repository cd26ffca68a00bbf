"""Has an alarm go through its states with boto3 on a clock that stands still, and
prints what the program sees, one JSON object.

    python3 manual_clock.py <endpoint>
"""

import datetime
import json
import urllib.request

import house

DEMANDS = {"Namespace": "App", "MetricName": "Errors", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 2, "Threshold": 5,
           "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching"}


def skywatch(path, **body):
    request = urllib.request.Request(f"{house.ENDPOINT}/skywatch/v1/{path}", data=json.dumps(body).encode(), method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def main():
    metrics, topics, queues = (house.client(s) for s in ("cloudwatch", "sns", "sqs"))
    url, queue = house.queue(queues, "pager")
    topic = topics.create_topic(Name="ops")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    metrics.put_metric_alarm(AlarmName="errors", AlarmActions=[topic], OKActions=[topic], **DEMANDS)

    def state():
        return metrics.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["StateValue"]

    def messages():
        got = [json.loads(m["Body"]) for m in queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]
        return sorted([m["OldStateValue"], m["NewStateValue"], m["StateChangeTime"][:19]] for m in got)

    seen, now = {"states": []}, skywatch("clock/advance", Seconds=0)["Now"]
    for errors in [0, 9, 9, 0]:
        at = datetime.datetime.fromisoformat(now)
        metrics.put_metric_data(Namespace="App", MetricData=[{"MetricName": "Errors", "Value": errors, "Timestamp": at}])
        now = skywatch("clock/advance", Seconds=60)["Now"]
        seen["states"].append(state())
    skywatch("clock/advance", Seconds=5)
    seen["states"].append(state())
    seen["messages"] = messages()
    skywatch("clock/advance", Seconds=86400)
    seen["a day later"] = [state(), len(messages())]
    skywatch("reset")
    seen["left"] = [
        metrics.describe_alarms()["MetricAlarms"], metrics.describe_alarm_history()["AlarmHistoryItems"], metrics.list_metrics()["Metrics"],
        topics.list_topics()["Topics"], queues.list_queues().get("QueueUrls", []),
    ]
    house.queue(queues, "pager")  # at once, and not a minute after
    print(json.dumps(seen))


main()
