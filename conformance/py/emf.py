"""Puts documents of the embedded metric format as log events, as libraries for
it write them, with and without the header that AWS had; prints what the program
sees, one JSON object.

    python3 emf.py <endpoint>
"""

import json
import time

import house

AT = int(time.time() * 1000) - 120_000


def document(directives, **members):
    return json.dumps({"_aws": {"Timestamp": AT, "CloudWatchMetrics": directives}, **members})


def directive(namespace, sets, *metrics):
    return {"Namespace": namespace, "Dimensions": sets, "Metrics": list(metrics)}


def main():
    logs, seen = house.client("logs"), {}
    stream = {"logGroupName": "g", "logStreamName": "s"}
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(**stream)

    def put(*messages):
        out = logs.put_log_events(**stream, logEvents=[{"timestamp": AT, "message": m} for m in messages])
        return out.get("rejectedLogEventsInfo")

    took = {"Name": "took", "Unit": "Milliseconds"}
    cart = document([directive("shop", [["service"], ["service", "stage"]], took, {"Name": "hits", "Unit": "Count", "StorageResolution": 1})],
                    service="cart", stage="prod", took=[12, 15.5, 340], hits=2, user="ann")
    bare = document([directive("shop", [[]], took)], took=7)
    plain = "no document"
    broken = cart[:-1]
    wrong = document([directive("shop", [["service"]], took)], service="cart", took="fast")
    seen["rejected"] = [put(cart, plain, broken), put("2026-11-25T12:00:00.000Z\t6b0f-11\tINFO\t" + bare + "\n", wrong)]
    logs.meta.events.register("before-sign.cloudwatch-logs.PutLogEvents", lambda request, **_: request.headers.add_header("x-amzn-logs-format", "json/emf"))
    seen["rejected"].append(put(bare, wrong))
    seen["events"] = len(logs.get_log_events(**stream, startFromHead=True)["events"])
    seen["at"] = AT
    print(json.dumps(seen))


main()
