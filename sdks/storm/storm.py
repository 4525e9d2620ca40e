"""Many calls through every SDK at once while their service is stopped, killed and started again.

    ./mayfly chaos sdks [--calls 1000] [--parallel 16] [--restarts 2]

The service is of this program's own (MAYFLY_APP: the built app), as is its data. Each SDK's driver makes its calls, so many at a time,
each with an idempotency key of its own, and prints a line for each: "result", an error's name, or "untyped: …". When the storm is over and
the service is up, it is told so on stdin and repeats every call that had no result, with the same key. In the end

- every call has ended in a result or an error of the SDK's tree,
- no call has received another one's output,
- the ledger has exactly one charge for each call: none for a call that was repeated, two for none.
"""

import argparse
import collections
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = Path(os.environ.get("MAYFLY_APP", ROOT / "artifacts/app")) / "mayfly.dll"
DRIVERS = {
    "Node.js": ["node", ROOT / "sdks/storm/drive.mjs"],
    "Python": [sys.executable, ROOT / "sdks/storm/drive.py"],
    "C#": ["dotnet", ROOT / "artifacts/build/tests/bin/Mayfly.ClientStorm/release/mayfly-client-storm.dll"],
}
PATIENCE_SECONDS = 120


class Service:
    def __init__(self, data):
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}"

    def start(self):
        self.process = subprocess.Popen(["dotnet", APP, "serve", "--listen", self.address, "--data", self.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise SystemExit("the service ended before it was ready")
            try:
                with urllib.request.urlopen(f"{self.url}/healthz/ready", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the service was not ready in time")

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()

    def new_key(self, name):
        said = subprocess.run(["dotnet", APP, "keys", "create", "--name", name, "--json", "--data", self.data], check=True, stdout=subprocess.PIPE)
        return json.loads(said.stdout)["key"]

    def charges(self):
        """Executions and cost by the name of their key; all are of one account."""
        request = urllib.request.Request(f"{self.url}/v1/usage", headers={"Authorization": f"Bearer {self.new_key('reader')}"})
        with urllib.request.urlopen(request) as answer:
            return {part["name"]: (part["executions"], part["cost"]) for part in json.load(answer)["byKey"]}


class Driver:
    def __init__(self, name, service, calls, parallel):
        self.name = name
        self.calls = calls
        self.outcomes = []
        environment = {**os.environ, "MAYFLY_BASE_URL": service.url, "MAYFLY_API_KEY": service.new_key(name)}
        self.process = subprocess.Popen([*DRIVERS[name], str(calls), str(parallel)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.outcomes.append(line.strip())

    def check_alive(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name}: its driver ended with {self.process.returncode} after {len(self.outcomes)} calls")

    def finish(self):
        """Repeats what had no result; gives what is wrong."""
        stormy = collections.Counter(self.outcomes[: self.calls])
        self.process.stdin.write("now\n")
        self.process.stdin.close()
        self.reader.join()
        self.process.wait()
        print(f"{self.name}: {dict(stormy)}, {len(self.outcomes) - self.calls} repeated")
        wrong = [f"{self.name}: {outcome}" for outcome in self.outcomes if outcome.startswith("untyped")]
        return wrong + ([f"{self.name}: a call had no result after the storm either: {self.outcomes[-1]}"] if self.process.returncode else [])


def until_done(drivers, calls):
    while sum(len(driver.outcomes) for driver in drivers) < calls:
        for driver in drivers:
            if len(driver.outcomes) < driver.calls:
                driver.check_alive()
        time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--parallel", type=int, default=16)
    parser.add_argument("--restarts", type=int, default=2)
    options = parser.parse_args()
    total = options.calls * len(DRIVERS)
    with tempfile.TemporaryDirectory(prefix="mayfly-storm-") as data:
        service = Service(data)
        try:
            service.start()
            drivers = [Driver(name, service, options.calls, options.parallel) for name in DRIVERS]
            for restart in range(options.restarts):
                until_done(drivers, total * (restart + 1) // (options.restarts + 1) // 2)
                # In turns: an end with a drain, an end without.
                service.end(signal.SIGTERM if restart % 2 == 0 else signal.SIGKILL)
                service.start()
            until_done(drivers, total)
            wrong = [line for driver in drivers for line in driver.finish()]
            charges = service.charges()
            for driver in drivers:
                executions, cost = charges.get(driver.name, (0, 0))
                print(f"{driver.name}: {executions} charges for {options.calls} calls, {cost} USD")
                if executions != options.calls or abs(cost - 0.002 * options.calls) > 1e-9:
                    wrong.append(f"{driver.name}: {executions} charges, {cost} USD, for {options.calls} calls")
        finally:
            service.end(signal.SIGTERM)
    for line in wrong:
        print(f"WRONG {line}")
    sys.exit(1 if wrong else 0)


main()
