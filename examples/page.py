"""A function that a topic invokes: its line lands in the function's log group."""


def handler(event, context):
    for record in event["Records"]:
        print("paged:", record["Sns"]["Subject"], "-", record["Sns"]["Message"])
