"""Calls operations with boto3, one for each line of JSON that it reads, and
prints a line with what the answer has at the step's path, or the code of its
refusal.

    python3 operations.py <endpoint>
"""

import datetime
import json
import re
import sys

import house
import jmespath
from botocore.exceptions import ClientError

clients = {}


def text(value):
    assert isinstance(value, datetime.datetime)
    return value.isoformat()


for line in sys.stdin:
    step = json.loads(line)
    service = step["service"]
    if service not in clients:
        clients[service] = house.client(service, region="us-east-1")
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", step["operation"]).lower()
    try:
        answer = getattr(clients[service], method)(**step["members"])
        told = {"seen": jmespath.search(step["path"], answer)}
    except ClientError as e:
        told = {"refused": e.response["Error"]["Code"]}
    print(json.dumps(told, default=text), flush=True)
