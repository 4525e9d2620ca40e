"""A Mayfly that fails on purpose, for the tests of every SDK.

It prints {"url": ..., "refused": ...} and serves until its stdin ends. A client with the base URL "url/CASE/RUN" meets the script of
the case with that index in table.json: a step for each try, the last one for all that follow. GET url/report/RUN says what the run looked
like from this side: tries, charges (executions of distinct idempotency keys) and what was wrong with the requests. "refused" is a base
URL at which nobody listens.
"""

import asyncio
import json
import os
import re
import socket
import struct
import sys
from pathlib import Path

TABLE = json.loads((Path(__file__).parent / "table.json").read_text())
RESULT = {"stdout": "hello\n", "stderr": "", "exitCode": 0, "executionTimeMs": 12.5, "memoryUsageMb": 9.25, "timedOut": False, "error": None, "cost": 0.002}
SLOW_STEP_SECONDS = 0.1
SLOW_STEPS = 300


class Run:
    def __init__(self):
        self.attempts = 0
        self.keys = set()
        self.executed = set()
        self.wrong = []

    def report(self):
        if len(self.keys) > 1:
            self.wrong.append("the tries have different idempotency keys")
        return {"attempts": self.attempts, "charges": len(self.executed), "wrong": self.wrong}


runs = {}


async def serve(reader, writer):
    try:
        method, path, headers, body = await read_request(reader)
        _, first, run_id, *rest = path.split("/", 3)
        if first == "report":
            answer(writer, 200, json.dumps(runs.get(run_id, Run()).report()))
        else:
            run = runs.setdefault(run_id, Run())
            run.attempts += 1
            check(run, method, rest, headers, body)
            script = TABLE[int(first)]["script"]
            await play(script[min(run.attempts, len(script)) - 1], run, headers.get("idempotency-key"), writer)
        await writer.drain()
        writer.close()
    except (ConnectionError, asyncio.IncompleteReadError):
        writer.close()  # The client hung up: that is what some cases are about.


async def read_request(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in head[1:] if line)}
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return method, path, headers, body


def check(run, method, rest, headers, body):
    """Every try of every SDK is the same request."""
    expected = [
        ("method and path", f"{method} {rest}", "POST ['v1/code-sandbox/execute']"),
        ("authorization", headers.get("authorization"), "Bearer uc-test"),
        ("content type", headers.get("content-type", "").replace(" ", "").lower().removesuffix(";charset=utf-8"), "application/json"),
        ("body", json.loads(body), {"code": "print('hello')", "language": "python"}),
        ("user agent", bool(re.match(r"mayfly-(node|python|dotnet)/\d+\.\d+\.\d+ ", headers.get("user-agent", ""))), True),
        ("idempotency key", bool(headers.get("idempotency-key")), True),
    ]
    run.wrong += [f"{what}: {got!r}" for what, got, right in expected if got != right]
    run.keys.add(headers.get("idempotency-key"))


async def play(step, run, key, writer):
    kind = step["do"]
    if step.get("runs", kind in ("result", "reset-mid-body", "close-mid-body", "silence", "slow-header", "slow-body")):
        # Without a key each try would be an execution of its own.
        run.executed.add(key or f"try {run.attempts}")
    result = json.dumps({name: value for name, value in (RESULT | {"exitCode": step.get("exitCode", 0)}).items() if name != step.get("without")})
    if kind == "result":
        answer(writer, 200, result)
    elif kind == "problem":
        problem = {"type": f"urn:mayfly:problem:{step['code']}", "status": step["status"], "code": step["code"], "detail": "As the test wants it.", "requestId": "stub"}
        answer(writer, step["status"], json.dumps(problem), "application/problem+json", {"Retry-After": step.get("retryAfter")})
    elif kind == "page":
        answer(writer, step["status"], "<html>not Mayfly</html>", "text/html")
    elif kind == "redirect":
        answer(writer, 307, "", "text/plain", {"Location": "/elsewhere"})
    elif kind == "noise":
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
    elif kind == "reset":
        reset(writer)
    elif kind in ("reset-mid-body", "close-mid-body"):
        writer.write(head(200, len(result)) + result[: len(result) // 2].encode())
        await writer.drain()
        if kind == "reset-mid-body":
            # The first half must be out before the reset overtakes it.
            await asyncio.sleep(SLOW_STEP_SECONDS)
            reset(writer)
    elif kind == "silence":
        await drip(b"", run, writer)
    elif kind == "slow-header":
        await drip(head(200, len(result)), run, writer)
    elif kind == "slow-body":
        writer.write(head(200, len(result)))
        await drip(result.encode(), run, writer)


async def drip(data, run, writer):
    """Byte by byte, never to the end, for longer than any case waits."""
    for at in range(SLOW_STEPS):
        writer.write(data[at : at + 1] if at < len(data) // 2 else b"")
        await writer.drain()
        await asyncio.sleep(SLOW_STEP_SECONDS)
        if writer.transport.is_closing():
            return
    run.wrong.append("nobody hung up on an answer that does not end")


def answer(writer, status, body, kind="application/json", extra=None):
    writer.write(head(status, len(body), kind, extra) + body.encode())


def head(status, length, kind="application/json", extra=None):
    fields = {"Content-Type": kind, "Content-Length": length, "Connection": "close", "X-Request-Id": "stub"} | (extra or {})
    lines = [f"HTTP/1.1 {status} As scripted"] + [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join(lines + ["", ""]).encode()


def reset(writer):
    # A linger time of zero makes close() send RST.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def main():
    # Bound and not listening: the port is refused, and nobody else gets it.
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"http://127.0.0.1:{port}", "refused": f"http://127.0.0.1:{closed.getsockname()[1]}"}), flush=True)
    # The test that started it holds its stdin: none is left behind, however the test ends.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    # Connections that are silent on purpose are not waited for.
    os._exit(0)


asyncio.run(main())
