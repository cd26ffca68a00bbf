"""Drives queues with boto3 and prints what the program sees, one JSON object.

    python3 queues.py <endpoint>
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

sqs = boto3.client(
    "sqs", endpoint_url=sys.argv[1], region_name="eu-west-3", config=Config(retries={"total_max_attempts": 1}),
    aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
)


def refusal(call, **members):
    try:
        call(**members)
    except ClientError as e:
        return [e.response["Error"]["Code"], e.response["Error"]["Message"]]
    return "answered"


def main():
    seen = {}
    fair = sqs.create_queue(QueueName="fair")["QueueUrl"]
    sqs.send_message(QueueUrl=fair, MessageBody="one", MessageGroupId="tenant-7")
    sqs.send_message(QueueUrl=fair, MessageBody="two")
    messages = sqs.receive_message(QueueUrl=fair, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])["Messages"]
    seen["fair"] = [m["Attributes"].get("MessageGroupId") for m in messages]

    fifo = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
    sqs.send_message(QueueUrl=fifo, MessageBody="m", MessageGroupId="g")
    attempts = [sqs.receive_message(QueueUrl=fifo, ReceiveRequestAttemptId="a")["Messages"][0]["ReceiptHandle"] for _ in range(2)]
    seen["same receipt"] = attempts[0] == attempts[1]

    permission = {"QueueUrl": fair, "Label": "partner", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage", "GetQueueUrl"]}
    sqs.add_permission(**permission)
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=fair, AttributeNames=["Policy"])["Attributes"]["Policy"])
    seen["permission"] = policy["Statement"][0]["Action"]
    seen["refusals"] = {
        "label": refusal(sqs.add_permission, **permission),
        "owner": refusal(sqs.add_permission, **{**permission, "Label": "other", "Actions": ["PurgeQueue"]}),
        "standard": refusal(sqs.receive_message, QueueUrl=fair, ReceiveRequestAttemptId="a"),
    }
    sqs.remove_permission(QueueUrl=fair, Label="partner")
    print(json.dumps(seen))


main()
