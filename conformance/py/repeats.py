"""Puts one datum with boto3 through a proxy that loses the first answer, so that
botocore tries again by itself, and prints how many attempts it made.

    python3 repeats.py <proxy> <metric>
"""

import json
import sys

import boto3
import house
from botocore.config import Config


def main():
    metrics = boto3.client(
        "cloudwatch", endpoint_url=house.ENDPOINT, region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 3, "mode": "standard"}),
    )
    answer = metrics.put_metric_data(Namespace="Repeats", MetricData=[{"MetricName": sys.argv[2], "Value": 1}])
    print(json.dumps({"attempts": answer["ResponseMetadata"]["RetryAttempts"] + 1}))


main()
