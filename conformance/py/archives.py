"""Drives archives and replays with boto3 and prints what the program sees, one JSON object.

    python3 archives.py <endpoint>
"""

import datetime
import json
import time

import house

TIME = datetime.datetime(2026, 5, 20, 11, 4, 5, tzinfo=datetime.timezone.utc)


def wait_for(call, done):
    for _ in range(1000):
        answer = call()
        if done(answer):
            return answer
        time.sleep(0.02)
    raise SystemExit("not in time: %s" % answer)


def receive(sqs, url, n):
    events = []
    while len(events) < n:
        for m in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MaxNumberOfMessages=10)["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
            events.append(json.loads(m["Body"]))
    return events


def main():
    events, sqs, seen = house.client("events"), house.client("sqs"), {}
    url, queue = house.queue(sqs, "orders")
    bus = events.describe_event_bus()["Arn"]
    events.put_rule(Name="replayed", EventPattern=json.dumps({"replay-name": [{"exists": True}]}))
    events.put_targets(Rule="replayed", Targets=[{"Id": "q", "Arn": queue}])

    made = events.create_archive(ArchiveName="orders", EventSourceArn=bus, EventPattern=json.dumps({"source": ["shop"]}), RetentionDays=30)
    seen["archive"] = [made["ArchiveArn"], made["State"]]
    events.put_events(Entries=[
        {"Source": source, "DetailType": "order", "Detail": json.dumps({"n": n}), "Time": TIME + datetime.timedelta(seconds=n - 1)}
        for source, n in [("shop", 1), ("shop", 2), ("other", 3)]
    ])
    described = wait_for(lambda: events.describe_archive(ArchiveName="orders"), lambda a: a["EventCount"] == 2)
    seen["described"] = {k: described[k] for k in ("EventCount", "EventPattern", "RetentionDays", "State")}
    # Events of May are beyond thirty days at some time: they are replayed only while they are kept for ever.
    events.update_archive(ArchiveName="orders", RetentionDays=0)
    seen["rule"] = events.describe_rule(Name="Events-Archive-orders")["ManagedBy"]
    seen["listed"] = [[a["ArchiveName"], a["EventCount"], a["State"]] for a in events.list_archives(EventSourceArn=bus)["Archives"]]

    started = events.start_replay(
        ReplayName="again", EventSourceArn=made["ArchiveArn"], EventStartTime=TIME, EventEndTime=TIME + datetime.timedelta(minutes=1),
        Destination={"Arn": bus},
    )
    seen["replay"] = [started["ReplayArn"], started["State"]]
    done = wait_for(lambda: events.describe_replay(ReplayName="again"), lambda r: r["State"] == "COMPLETED")
    last = done["EventLastReplayedTime"].astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    seen["done"] = {"State": done["State"], "EventLastReplayedTime": last, "Destination": done["Destination"]}
    received = [[e["replay-name"], e["detail"]] for e in receive(sqs, url, 2)]
    seen["received"] = sorted(received, key=lambda r: r[1]["n"])
    seen["replays"] = [[r["ReplayName"], r["State"]] for r in events.list_replays(NamePrefix="a")["Replays"]]

    events.update_archive(ArchiveName="orders", RetentionDays=7)
    updated = events.describe_archive(ArchiveName="orders")
    seen["updated"] = [updated["State"], updated["RetentionDays"]]
    seen["refusals"] = {
        "cancel": house.refusal(events.cancel_replay, ReplayName="again"),
        "twice": house.refusal(events.create_archive, ArchiveName="orders", EventSourceArn=bus),
        "managed": house.refusal(events.delete_rule, Name="Events-Archive-orders"),
    }
    events.delete_archive(ArchiveName="orders")
    seen["refusals"]["gone"] = house.refusal(events.delete_archive, ArchiveName="orders")
    print(json.dumps(seen))


main()
