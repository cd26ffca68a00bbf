"""A mail relay that delivers nothing: prints what it is given, like an inbox.

Usage: python3 examples/mailbox.py PORT
"""

import email
import email.policy
import socketserver
import sys


class Session(socketserver.StreamRequestHandler):
    def answer(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.answer("220 mailbox")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.answer("354 go on")
                self.show(b"".join(self.lines()))
                self.answer("250 taken")
            elif verb == b"QUIT":
                self.answer("221 bye")
                return
            else:
                self.answer("250 mailbox")

    def lines(self):
        """The lines of a mail, up to the one that is a dot."""
        for line in self.rfile:
            if line == b".\r\n":
                return
            yield line.removeprefix(b".")

    def show(self, mail):
        mail = email.message_from_bytes(mail, policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
        print(f"mail to {mail['To']}: {mail['Subject']}\n{text}", flush=True)


class Mailbox(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Mailbox(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
