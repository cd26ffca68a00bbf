"""A function that a rule calls with what its input transformer makes of an alarm's event: its line lands in the function's log group."""


def handler(event, context):
    print(f"{event['alarm']} is in {event['state']}: {event['why']}")
