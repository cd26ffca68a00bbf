"""Reads with boto3 what another client has set of function f before the server
was killed, and prints it as one JSON object.

    python3 functions_seen.py <endpoint> <link to the package>
"""

import functools
import hashlib
import json
import sys
import time
import urllib.request

import house

client = functools.partial(house.client, region="us-east-1")
c, seen = client("lambda"), {}


def fetch(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.status, answer.read(), answer.headers


url = c.get_function_url_config(FunctionName="f", Qualifier="live")
seen["url"] = [url["AuthType"], url["InvokeMode"], url["Cors"]]
status, body, headers = fetch(url["FunctionUrl"] + "x?a=1", Origin="https://page.example")
seen["answered"] = [status, body.decode(), headers["Access-Control-Allow-Origin"]]
seen["urls"] = [u["FunctionArn"] for u in c.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]]

code = c.get_function(FunctionName="f")
for name, link in {"new": code["Code"]["Location"], "old": sys.argv[2]}.items():
    digest = hashlib.sha256(fetch(link.replace(link.split("/lambda-code/")[0], sys.argv[1]))[1]).hexdigest()
    seen[name + " link"] = digest

mapping = c.list_event_source_mappings(FunctionName="f")["EventSourceMappings"][0]
seen["mapping"] = [
    mapping["FilterCriteria"]["Filters"], mapping["MaximumBatchingWindowInSeconds"], mapping["ScalingConfig"], mapping["FunctionResponseTypes"], mapping["State"],
]
seen["loops"] = c.get_function_recursion_config(FunctionName="f")["RecursiveLoop"]
for _ in range(400):
    kept = c.get_provisioned_concurrency_config(FunctionName="f", Qualifier="1")
    if kept["Status"] == "READY":
        break
    time.sleep(0.05)
seen["provisioned"] = [kept["Status"], kept["RequestedProvisionedConcurrentExecutions"]]
seen["listed"] = [p["FunctionArn"] for p in c.list_provisioned_concurrency_configs(FunctionName="f")["ProvisionedConcurrencyConfigs"]]

# What the operations change is seen, too.
c.update_function_url_config(FunctionName="f", Qualifier="live", AuthType="AWS_IAM", Cors={})
url = c.get_function_url_config(FunctionName="f", Qualifier="live")
seen["changed"] = [url["AuthType"], url.get("Cors")]
seen["refused"] = house.refusal(c.create_function_url_config, FunctionName="f", Qualifier="live", AuthType="NONE")[0]
c.delete_function_url_config(FunctionName="f", Qualifier="live")
c.delete_provisioned_concurrency_config(FunctionName="f", Qualifier="1")
c.put_function_recursion_config(FunctionName="f", RecursiveLoop="Terminate")
c.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria={}, ScalingConfig={}, FunctionResponseTypes=[])
mapping = c.get_event_source_mapping(UUID=mapping["UUID"])
seen["gone"] = [
    house.refusal(c.get_function_url_config, FunctionName="f", Qualifier="live")[0],
    house.refusal(c.get_provisioned_concurrency_config, FunctionName="f", Qualifier="1")[0],
    c.get_function_recursion_config(FunctionName="f")["RecursiveLoop"],
    [name for name in ("FilterCriteria", "ScalingConfig") if name in mapping] + mapping["FunctionResponseTypes"],
]
print(json.dumps(seen))
