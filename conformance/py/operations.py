"""Calls operations with boto3, one for each line of JSON that it reads, and
prints a line with what the answer has at the step's path, or the code of its
refusal. A step names its server.

    python3 operations.py <endpoint>
"""

import datetime
import json
import re
import sys

import house
import jmespath
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

clients = {}


def text(value):
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if isinstance(value, bytes):
        return value.decode()
    assert isinstance(value, datetime.datetime)
    return value.isoformat()


def client(step):
    key = step["server"], step["service"]
    if key not in clients:
        house.ENDPOINT = step["server"]
        clients[key] = house.client(step["service"], region="us-east-1")
    return clients[key]


def members(step):
    if not step["zip"]:
        return step["members"]
    with open(step["zip"], "rb") as f:
        code = {"ZipFile": f.read()}
    return {**step["members"], **({"Code": code} if step["operation"] == "CreateFunction" else code)}


for line in sys.stdin:
    step = json.loads(line)
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", step["operation"]).lower()
    try:
        answer = getattr(client(step), method)(**members(step))
        del answer["ResponseMetadata"]
        told = {"seen": jmespath.search(step["path"], answer)}
    except ClientError as e:
        told = {"refused": e.response["Error"]["Code"]}
    print(json.dumps(told, default=text), flush=True)
