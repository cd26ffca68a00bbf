"""A receiver of API destinations: prints each call, and gives out tokens.

Usage: python3 examples/receiver.py PORT

POST /token answers as an OAuth endpoint does; /status/503 answers 503.
"""

import http.server
import sys

SHOWN = ("authorization", "content-type", "x-", "retry-")


class Receiver(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        print(self.command, self.path, flush=True)
        for name, value in sorted(self.headers.items()):
            if name.lower().startswith(SHOWN):
                print("   ", name + ":", value, flush=True)
        print("   ", body, flush=True)
        status = self.path.removeprefix("/status/")
        self.send_response(int(status) if status.isdigit() else 200)
        self.end_headers()
        if self.path == "/token":
            self.wfile.write(b'{"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600}')

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET = answer

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
