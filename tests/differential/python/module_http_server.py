# A server and its client in one program, on the own loopback.
import http.server, threading, urllib.request, urllib.error

class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/none": return self.send_error(404)
        self.send_response(200); self.send_header("Content-Length", "4"); self.end_headers(); self.wfile.write(b"echo")
    def log_message(self, format, *args): print(format % args)

server = http.server.HTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
base = f"http://127.0.0.1:{server.server_port}"
print(urllib.request.urlopen(base + "/").read())
try:
    urllib.request.urlopen(base + "/none")
except urllib.error.HTTPError as error:
    print(error.code, error.reason)
server.shutdown(); server.server_close()
