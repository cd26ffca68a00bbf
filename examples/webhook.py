"""A webhook for a topic: confirms its subscription and prints what arrives.

Usage: python3 examples/webhook.py PORT
"""

import http.server
import json
import sys
import urllib.request


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        if message["Type"] == "SubscriptionConfirmation":
            urllib.request.urlopen(message["SubscribeURL"])
            print("confirmed", message["TopicArn"], flush=True)
        else:
            print(message.get("Subject", ""), message["Message"], flush=True)

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Webhook).serve_forever()
