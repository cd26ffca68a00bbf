"""Drives functions with boto3 and prints what the program sees, one JSON object.

    python3 functions.py <endpoint>
"""

import base64
import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

HANDLER = """
def handler(event, context):
    return {"hello": event["name"]}
"""
ROLE = "arn:aws:iam::000000000000:role/run"


def client(service):
    return boto3.client(
        service, endpoint_url=sys.argv[1], region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
    )


def package():
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        archive.writestr("app.py", HANDLER)
    return to.getvalue()


def refusal(call, **members):
    try:
        call(**members)
    except ClientError as e:
        return [e.response["Error"]["Code"], e.response["Error"]["Message"], e.response["ResponseMetadata"]["HTTPStatusCode"]]
    return "answered"


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

url = sqs.create_queue(QueueName="done")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
c.put_function_event_invoke_config(FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": arn}})
seen["event"] = c.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps({"name": "again"}))["StatusCode"]
message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
record = json.loads(message["Body"])
seen["record"] = [record["requestContext"]["condition"], record["requestPayload"], record["responsePayload"]]

seen["listed"] = [f["FunctionName"] for page in c.get_paginator("list_functions").paginate() for f in page["Functions"]]
seen["refusals"]["gone"] = refusal(c.invoke, FunctionName="gone")
seen["refusals"]["again"] = refusal(c.create_function, FunctionName="f", Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": package()})
c.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
seen["refusals"]["throttled"] = refusal(c.invoke, FunctionName="f", Payload="{}")
seen["deleted"] = c.delete_function(FunctionName="f")["ResponseMetadata"]["HTTPStatusCode"]
print(json.dumps(seen))
