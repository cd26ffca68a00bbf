"""What the scripts have in common: clients of the server under test, and what
a program can tell of its refusals. Every script gets the endpoint first."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]


def client(service, region="eu-west-3", **settings):
    """A client that asks once. Settings are botocore's: a script that sends
    what boto3 itself would refuse switches parameter_validation off."""
    return boto3.client(
        service, endpoint_url=ENDPOINT, region_name=region, config=Config(retries={"total_max_attempts": 1}, **settings),
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
    )


def error(call, **members):
    """The exception that a call ends with, None if it is answered."""
    try:
        call(**members)
    except ClientError as e:
        return e
    return None


def refusal(call, **members):
    """The exception's class, code, message and HTTP status."""
    e = error(call, **members)
    if e is None:
        return "answered"
    return [type(e).__name__, e.response["Error"]["Code"], e.response["Error"]["Message"], e.response["ResponseMetadata"]["HTTPStatusCode"]]


def wording(call, **members):
    """The exception's code and message."""
    e = error(call, **members)
    if e is None:
        return "answered"
    return [e.response["Error"]["Code"], e.response["Error"]["Message"]]


def queue(sqs, name, **attributes):
    """The URL and the ARN of a new queue."""
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
