"""Drives queues with boto3 and prints what the program sees, one JSON object.

    python3 queues.py <endpoint>
"""

import json

import house

sqs = house.client("sqs")


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
        "label": house.wording(sqs.add_permission, **permission),
        "owner": house.wording(sqs.add_permission, **{**permission, "Label": "other", "Actions": ["PurgeQueue"]}),
        "standard": house.wording(sqs.receive_message, QueueUrl=fair, ReceiveRequestAttemptId="a"),
    }
    sqs.remove_permission(QueueUrl=fair, Label="partner")
    print(json.dumps(seen))


main()
