"""Makes the calls of Grafana's CloudWatch data source with boto3, in its order
and with its members, and prints what they answer, one JSON object.

    python3 grafana.py <endpoint> <start, epoch seconds>
"""

import datetime
import json
import sys

import house

START = datetime.datetime.fromtimestamp(int(sys.argv[2]), datetime.timezone.utc)
END = START + datetime.timedelta(minutes=3)
cw = house.client("cloudwatch", parameter_validation=False)
AWS = house.client


def instances():
    """What a CloudWatch agent on two machines would have put."""
    for host, values in {"web-1": [10, 20, 30], "web-2": [2, 4, 6], "db-1": [1, 1, 1]}.items():
        cw.put_metric_data(Namespace="CWAgent", MetricData=[
            {"MetricName": "cpu_usage_active", "Timestamp": START + datetime.timedelta(minutes=i), "Value": v, "Dimensions": dims}
            for i, v in enumerate(values)
            for dims in ([{"Name": "host", "Value": host}], [{"Name": "host", "Value": host}, {"Name": "cpu", "Value": "cpu0"}])
        ])


def data(*queries, **more):
    answer = cw.get_metric_data(StartTime=START, EndTime=END, ScanBy="TimestampAscending", MetricDataQueries=list(queries), **more)
    return [[r["Id"], r["Label"], r["StatusCode"], r["Values"]] for r in answer["MetricDataResults"]], answer["Messages"]


def health():
    return {
        "metrics": cw.list_metrics(Namespace="AWS/Billing", MetricName="EstimatedCharges")["Metrics"],
        "logs": AWS("logs").describe_log_groups(limit=1)["logGroups"],
    }


def editor():
    """What fills the pickers of the query editor and the variables."""
    return {
        "regions": [r["RegionName"] for r in AWS("ec2").describe_regions()["Regions"]],
        "sinks": AWS("oam").list_sinks()["Items"],
        "links": house.refusal(AWS("oam").list_attached_links, SinkIdentifier="arn:aws:oam:eu-west-3:000000000000:sink/x"),
        "metrics": [m["Dimensions"] for p in cw.get_paginator("list_metrics").paginate(Namespace="CWAgent") for m in p["Metrics"] if len(m["Dimensions"]) == 1],
        "instances": AWS("ec2").describe_instances(Filters=[{"Name": "tag:env", "Values": ["prod"]}], InstanceIds=[])["Reservations"],
        "resources": AWS("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["ec2:instance"], TagFilters=[])["ResourceTagMappingList"],
    }


def panels():
    """One query of each kind that the editor makes. What is not set is sent as an
    empty text, which means that it is absent."""
    plain = {"Id": "queryA", "MetricStat": {"Metric": {"Namespace": "CWAgent", "MetricName": "cpu_usage_active", "Dimensions": [{"Name": "host", "Value": "web-1"}]}, "Period": 60, "Stat": "Average"},
             "ReturnData": True, "Label": "${PROP('Dim.host')}: ${LABEL}"}
    wild = "REMOVE_EMPTY(SEARCH('{\"CWAgent\",\"host\"} MetricName=\"cpu_usage_active\"', 'Average', 60))"
    several = "REMOVE_EMPTY(SEARCH('{\"CWAgent\",\"host\"} MetricName=\"cpu_usage_active\" \"host\"=(\"web-1\" OR \"web-2\")', 'Maximum', 60))"
    inexact = "REMOVE_EMPTY(SEARCH('Namespace=\"CWAgent\" MetricName=\"cpu_usage_active\" \"host\"=\"web-2\"', 'Sum', 60))"
    labelled = "${LABEL}|&|${PROP('Dim.host')}|&|${PROP('MetricName')}"
    return {
        "metric": data(plain, LabelOptions={"Timezone": "+0200"}),
        "wildcard": data({"Id": "queryB", "Expression": wild, "ReturnData": True, "Label": labelled}),
        "several values": data({"Id": "queryC", "Expression": several, "ReturnData": True}),
        "match exact off": data({"Id": "queryD", "Expression": inexact, "ReturnData": True, "Label": "${PROP('Dim.cpu')}"}),
        "sql": data({"Id": "queryE", "Period": 60, "ReturnData": True,
                     "Expression": 'SELECT AVG(cpu_usage_active) FROM SCHEMA("CWAgent", host) GROUP BY host ORDER BY AVG() DESC LIMIT 2'}),
        "sum of all": data(plain, {**plain, "Id": "b", "Label": ""}, {"Id": "queryF", "Expression": "SUM(METRICS())", "ReturnData": True}),
        "sum of nothing": data({"Id": "queryG", "Expression": "SUM(METRICS())", "ReturnData": True}),
        "empty members": data({**plain, "Expression": "", "Label": "", "AccountId": "", "MetricStat": {**plain["MetricStat"], "Unit": ""}}),
        "wrong": house.wording(cw.get_metric_data, StartTime=START, EndTime=END, MetricDataQueries=[
            {"Id": "queryH", "Expression": "NOPE(m1)", "ReturnData": True}]),
    }


def annotations():
    """An alarm's changes, which are drawn into a panel."""
    cw.put_metric_alarm(
        AlarmName="cpu high", Namespace="CWAgent", MetricName="cpu_usage_active", Dimensions=[{"Name": "host", "Value": "web-1"}], Statistic="Average", Period=300,
        EvaluationPeriods=1, Threshold=90, ComparisonOperator="GreaterThanThreshold")
    cw.set_alarm_state(AlarmName="cpu high", StateValue="OK", StateReason="by hand")
    by_prefix = cw.describe_alarms(AlarmNamePrefix="cpu", ActionPrefix="", MaxRecords=100)["MetricAlarms"]
    by_metric = cw.describe_alarms_for_metric(
        Namespace="CWAgent", MetricName="cpu_usage_active", Dimensions=[{"Name": "host", "Value": "web-1"}], Statistic="Average", Period=300)["MetricAlarms"]
    now = datetime.datetime.now(datetime.timezone.utc)
    hour = datetime.timedelta(hours=1)
    history = cw.describe_alarm_history(AlarmName="cpu high", StartDate=now - hour, EndDate=now + hour, MaxRecords=100)["AlarmHistoryItems"]
    return {"prefix": [a["AlarmName"] for a in by_prefix], "metric": [a["AlarmName"] for a in by_metric],
            "history": [h["HistorySummary"] for h in history if h["HistoryItemType"] == "StateUpdate"]}


instances()
print(json.dumps({"health": health(), "editor": editor(), "panels": panels(), "annotations": annotations()}))
