"""Drives EventBridge's connections and API destinations with boto3 and prints
what the program sees, one JSON object.

    python3 destinations.py <endpoint>
"""

import http.server
import json
import queue
import re
import threading

import house


def plain(answer):
    """The answer without its metadata; times and the IDs in ARNs are replaced."""
    if isinstance(answer, dict):
        return {k: plain(v) for k, v in answer.items() if k != "ResponseMetadata"}
    if isinstance(answer, list):
        return [plain(v) for v in answer]
    if isinstance(answer, str):
        return re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}$", "/ID", answer)
    return answer if isinstance(answer, (int, bool, type(None))) else "TIME"


class Receiver(http.server.BaseHTTPRequestHandler):
    calls = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.calls.put([self.path, self.headers.get("Authorization"), self.headers.get("X-Team"), body])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"access_token": "t", "expires_in": 60}')

    def log_message(self, *args):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = "http://127.0.0.1:%d" % server.server_port
    events, seen = house.client("events"), {}

    made = events.create_connection(
        Name="pager", AuthorizationType="API_KEY", Description="text", AuthParameters={
            "ApiKeyAuthParameters": {"ApiKeyName": "Authorization", "ApiKeyValue": "Token k"},
            "InvocationHttpParameters": {"BodyParameters": [{"Key": "routing_key", "Value": "r", "IsValueSecret": True}]},
        })
    seen["create connection"] = plain(made)
    seen["describe connection"] = plain(events.describe_connection(Name="pager"))
    destination = events.create_api_destination(
        Name="pager", ConnectionArn=made["ConnectionArn"], InvocationEndpoint=url + "/v2/*", HttpMethod="POST", InvocationRateLimitPerSecond=10,
    )
    seen["create destination"] = plain(destination)
    events.put_rule(Name="placed", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="placed", Targets=[{
        "Id": "pager", "Arn": destination["ApiDestinationArn"], "InputPath": "$.detail",
        "HttpParameters": {"PathParameterValues": ["$.detail.kind"], "HeaderParameters": {"X-Team": "ops"}},
    }])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": json.dumps({"kind": "enqueue"})}])
    seen["called"] = Receiver.calls.get(timeout=30)

    seen["update connection"] = plain(events.update_connection(
        Name="pager", AuthorizationType="OAUTH_CLIENT_CREDENTIALS", AuthParameters={"OAuthParameters": {
            "ClientParameters": {"ClientID": "i", "ClientSecret": "s"}, "AuthorizationEndpoint": url + "/token", "HttpMethod": "POST",
        }}))
    seen["asked"] = Receiver.calls.get(timeout=30)
    seen["update destination"] = events.update_api_destination(Name="pager", Description="new", InvocationRateLimitPerSecond=5)["ResponseMetadata"]["HTTPStatusCode"]
    seen["describe destination"] = [plain(events.describe_api_destination(Name="pager"))[k] for k in ("Description", "InvocationRateLimitPerSecond", "HttpMethod")]
    seen["connections"] = [c["Name"] for c in events.list_connections(NamePrefix="pa")["Connections"]]
    seen["destinations"] = [d["Name"] for d in events.list_api_destinations(ConnectionArn=made["ConnectionArn"])["ApiDestinations"]]
    seen["deauthorize"] = plain(events.deauthorize_connection(Name="pager"))["ConnectionState"]
    seen["inactive"] = events.describe_api_destination(Name="pager")["ApiDestinationState"]
    events.delete_api_destination(Name="pager")
    seen["delete connection"] = plain(events.delete_connection(Name="pager"))["ConnectionState"]
    seen["refusals"] = {
        "connection": house.refusal(events.describe_connection, Name="pager"),
        "destination": house.refusal(events.delete_api_destination, Name="pager"),
        "key": house.refusal(events.update_connection, Name="pager", KmsKeyIdentifier="k"),
    }
    server.shutdown()
    print(json.dumps(seen))


main()
