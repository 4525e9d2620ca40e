"""A server in this process that answers as it is told and remembers what it was asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = {"stdout": "1\n", "stderr": "", "exitCode": 0, "executionTimeMs": 1.5, "memoryUsageMb": 9, "timedOut": False, "error": None, "cost": 0.002}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # The default of five connections lets a busy machine drop some.
    request_queue_size = 128


class AnsweringServer:
    def __init__(self, answer=ANSWER, status=200, headers=()):
        self.asked = []
        self.connections = set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                owner.connections.add(self.client_address)
                owner.asked.append((self.path, self.headers))
                body = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in [("Content-Length", str(len(body))), ("X-Request-Id", "r1"), ("X-Other", "o"), *headers]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
