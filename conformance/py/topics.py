"""Drives topics with boto3 and prints what the program sees, one JSON object.

    python3 topics.py <endpoint>
"""

import json

import house

sns, sqs = house.client("sns"), house.client("sqs")


def queue(topic, name, **attributes):
    made = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    url, arn = house.queue(sqs, name, **made)
    sub = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true", **attributes})
    return url, sub["SubscriptionArn"]


def received(url):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]).get("Messages", [])


def main():
    seen = {}
    topic = sns.create_topic(Name="news")["TopicArn"]
    everything, _ = queue(topic, "all")
    europe, filtered = queue(topic, "eu", FilterPolicy=json.dumps({"region": ["eu"]}))
    region = {"region": {"DataType": "String", "StringValue": "eu"}}
    batch = [{"Id": "a", "Message": "one", "MessageAttributes": region}, {"Id": "b", "Message": ""}, {"Id": "c", "Message": "three"}]
    out = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)
    seen["successful"] = [e["Id"] for e in out["Successful"]]
    seen["failed"] = [[e["Id"], e["Code"], e["Message"], e["SenderFault"]] for e in out["Failed"]]
    seen["all"] = sorted(m["Body"] for m in received(everything))
    seen["only eu"] = [m["Body"] for m in received(europe)]

    permission = {"TopicArn": topic, "Label": "partner", "AWSAccountId": ["111122223333"], "ActionName": ["Publish", "Subscribe"]}
    sns.add_permission(**permission)
    policy = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    seen["permission"] = policy["Statement"][-1]["Action"]

    fifo = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true", "FifoThroughputScope": "MessageGroup"})["TopicArn"]
    ordered, _ = queue(fifo, "q.fifo")
    first, second, again = (sns.publish(TopicArn=fifo, Message=m, MessageGroupId="g") for m in ("1", "2", "1"))
    messages = received(ordered)
    attributes = sns.get_topic_attributes(TopicArn=fifo)["Attributes"]
    seen["fifo"] = {
        "bodies": [m["Body"] for m in messages],
        "groups": [m["Attributes"]["MessageGroupId"] for m in messages],
        "same": first["SequenceNumber"] == again["SequenceNumber"] < second["SequenceNumber"],
        "digits": len(first["SequenceNumber"]),
        "attributes": [attributes[name] for name in ("FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope")],
    }
    seen["refusals"] = {
        "email": house.wording(sns.subscribe, TopicArn=topic, Protocol="email", Endpoint="a@b.example"),
        "group": house.wording(sns.publish, TopicArn=fifo, Message="m"),
        "filter": house.wording(
            sns.set_subscription_attributes, SubscriptionArn=filtered, AttributeName="FilterPolicy", AttributeValue=json.dumps({c: ["x"] for c in "abcdef"}),
        ),
        "batch": house.wording(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[{"Id": str(i), "Message": "m"} for i in range(11)]),
        "label": house.wording(sns.add_permission, **permission),
    }
    sns.remove_permission(TopicArn=topic, Label="partner")
    print(json.dumps(seen))


main()
