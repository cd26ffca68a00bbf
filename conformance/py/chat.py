"""Has an alarm and a topic reach API destinations with templates, driven with
boto3, and prints what the program sees, one JSON object.

    python3 chat.py <endpoint>
"""

import http.server
import json
import queue
import sys
import threading

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession

import house


class Receiver(http.server.BaseHTTPRequestHandler):
    calls = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.calls.put([self.path, json.loads(body)])
        self.send_response(202)
        self.end_headers()

    def log_message(self, *args):
        pass


def template(name, method, body=None):
    """What the path for templates answers to a request that is signed for the
    region of the destination."""
    signed = botocore.awsrequest.AWSRequest(
        method=method, url=sys.argv[1] + "/skywatch/v1/destinations/" + name + "/template", data=json.dumps(body).encode() if body else None)
    events = house.client("events")
    key = botocore.credentials.Credentials("test", "test")
    botocore.auth.SigV4Auth(key, "skywatch", events.meta.region_name).add_auth(signed)
    answer = json.loads(botocore.httpsession.URLLib3Session().send(signed.prepare()).content)
    answer.pop("Modified", None)
    return answer


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % server.server_port
    events, topics, alarms = house.client("events"), house.client("sns"), house.client("cloudwatch")
    seen = {}

    connection = events.create_connection(
        Name="chat", AuthorizationType="API_KEY", AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "X-Unused", "ApiKeyValue": "unused"}})
    arns = {}
    for name, form in {
        "slack": {"Kind": "slack", "PathParameterValues": ["T0", "B0"]}, "pager": {"Kind": "pagerduty", "RoutingKey": "k" * 32},
    }.items():
        made = events.create_api_destination(
            Name=name, ConnectionArn=connection["ConnectionArn"], HttpMethod="POST",
            InvocationEndpoint=url + ("/services/*/*" if name == "slack" else "/v2/enqueue"))
        arns[name] = made["ApiDestinationArn"]
        seen[name] = template(name, "PUT", form)

    topic = topics.create_topic(Name="alerts")["TopicArn"]
    subscription = topics.subscribe(TopicArn=topic, Protocol="https", Endpoint=arns["slack"])["SubscriptionArn"]
    attributes = topics.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    seen["subscription"] = [attributes["PendingConfirmation"], attributes["Protocol"], attributes["Endpoint"] == arns["slack"]]
    topics.publish(TopicArn=topic, Subject="Deployment", Message="web is out")
    path, body = Receiver.calls.get(timeout=20)
    seen["chat"] = [path, body["text"], body["blocks"][1]["text"]["text"]]

    alarms.put_metric_alarm(
        AlarmName="slow", Namespace="App", MetricName="Latency", Statistic="Average", Period=60, EvaluationPeriods=1, Threshold=200,
        ComparisonOperator="GreaterThanThreshold", AlarmActions=[arns["pager"]], OKActions=[arns["pager"]])
    for state in "ALARM", "OK":
        alarms.set_alarm_state(AlarmName="slow", StateValue=state, StateReason="by hand")
        path, body = Receiver.calls.get(timeout=20)
        seen[state] = [path, body["event_action"], body["dedup_key"].split(":")[-1], body["routing_key"] == "k" * 32]
    seen["actions"] = alarms.describe_alarms()["MetricAlarms"][0]["AlarmActions"] == [arns["pager"]]

    seen["removed"] = template("slack", "DELETE")
    events.update_api_destination(Name="slack", InvocationEndpoint=url + "/plain")
    topics.publish(TopicArn=topic, Message="again")
    path, body = Receiver.calls.get(timeout=20)
    seen["without"] = [path, body["Type"], body["Message"]]
    server.shutdown()
    print(json.dumps(seen))


main()
