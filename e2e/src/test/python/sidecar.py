"""A sidecar as service meshes and monitoring have them, by HTTP/1.1 with kept connections.

  sidecar.py proxy ADDRESS PORT    hands each request on to the guest at 127.0.0.1:80
  sidecar.py metrics ADDRESS PORT  asks the guest at 127.0.0.1:80 when it is asked

Says "ready" when it listens.
"""

import http.client
import http.server
import sys

GUEST = ("127.0.0.1", 80)


class Proxy(http.server.BaseHTTPRequestHandler):
    """One thread per connection of a client, and for it one connection to the guest."""

    protocol_version = "HTTP/1.1"
    upstream = None
    dialled = 0

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self.answer(200, self.ask(body))
        except OSError as e:
            self.upstream = None
            self.answer(502, str(e).encode())

    do_POST = do_GET

    def ask(self, body):
        if self.upstream is None:
            self.upstream = http.client.HTTPConnection(*GUEST, timeout=60)
            self.upstream.connect()
            self.dialled += 1
        self.upstream.request(self.command, self.path, body)
        return self.upstream.getresponse().read()

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Dialled", str(self.dialled))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Metrics(Proxy):
    def do_GET(self):
        try:
            up = self.ask(b"") == b"guest"
        except OSError:
            self.upstream, up = None, False
        self.answer(200, f"guest_up {int(up)}\n".encode())


def main(kind, address, port):
    handler = {"proxy": Proxy, "metrics": Metrics}[kind]
    server = http.server.ThreadingHTTPServer((address, int(port)), handler)
    print("ready", flush=True)
    server.serve_forever()


main(*sys.argv[1:])
