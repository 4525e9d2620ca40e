"""The server of the cases that all SDKs share (sdks/faults)."""

import itertools
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "faults"
TABLE = json.loads((FOLDER / "table.json").read_text())


class Stub:
    """It ends with the test that holds it."""

    def __init__(self):
        self._process = subprocess.Popen([sys.executable, FOLDER / "stub.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._urls = json.loads(self._process.stdout.readline())
        self._runs = itertools.count(1)

    def run_of(self, fault):
        """A base URL of its own for one run of a case, and the function that reports on it."""
        run = f"run-{next(self._runs)}"
        base_url = self._urls["refused"] if fault.get("refused") else f"{self._urls['url']}/{TABLE.index(fault)}/{run}"
        return base_url, lambda: self._report(run)

    def stop(self):
        self._process.communicate()

    def _report(self, run):
        with urllib.request.urlopen(f"{self._urls['url']}/report/{run}") as answer:
            return json.load(answer)
