"""Drives functions with boto3 and prints what the program sees, one JSON object.

    python3 functions.py <endpoint>
"""

import base64
import functools
import io
import json
import zipfile

import house

HANDLER = """
def handler(event, context):
    return {"hello": event["name"]}
"""
ROLE = "arn:aws:iam::000000000000:role/run"


def package():
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("app.py", HANDLER)
    return to.getvalue()


client = functools.partial(house.client, region="us-east-1")
c, sqs = client("lambda"), client("sqs")
seen = {"refusals": {}}

made = c.create_function(FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": package()}, Timeout=10)
seen["created"] = [made["FunctionName"], made["Version"], made["State"], made["ResponseMetadata"]["HTTPStatusCode"]]
c.get_waiter("function_active_v2").wait(FunctionName="f")

out = c.invoke(FunctionName="f", Payload=json.dumps({"name": "world"}), LogType="Tail")
log = base64.b64decode(out["LogResult"]).decode()
seen["invoked"] = [out["StatusCode"], json.loads(out["Payload"].read()), out["ExecutedVersion"], "REPORT RequestId: " in log]
out = c.invoke(FunctionName="f")
seen["failed"] = [out["StatusCode"], out["FunctionError"], json.loads(out["Payload"].read())["errorType"]]

url, arn = house.queue(sqs, "done")
c.put_function_event_invoke_config(FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": arn}})
seen["event"] = c.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps({"name": "again"}))["StatusCode"]
message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
record = json.loads(message["Body"])
seen["record"] = [record["requestContext"]["condition"], record["requestPayload"], record["responsePayload"]]

seen["listed"] = [f["FunctionName"] for page in c.get_paginator("list_functions").paginate() for f in page["Functions"]]
seen["refusals"]["gone"] = house.refusal(c.invoke, FunctionName="gone")
seen["refusals"]["again"] = house.refusal(c.create_function, FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": package()})
c.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
seen["refusals"]["throttled"] = house.refusal(c.invoke, FunctionName="f", Payload="{}")
seen["deleted"] = c.delete_function(FunctionName="f")["ResponseMetadata"]["HTTPStatusCode"]
print(json.dumps(seen))
