import asyncio
import traceback
import unittest
from concurrent.futures import ThreadPoolExecutor

import mayfly
from tests.stub import TABLE, Stub

PROGRAM = {"code": "print('hello')", "language": "python"}


def options_of(fault, base_url):
    options = {"timeout": fault.get("timeoutMs", 60_000) / 1000, "max_retries": fault.get("maxRetries", 2)}
    return {"api_key": "uc-test", "base_url": base_url, **options}


def run(fault, base_url, report):
    try:
        with mayfly.Mayfly(**options_of(fault, base_url)) as client:
            client.execute(**PROGRAM)
        return "result", None, report()
    except mayfly.MayflyError as error:
        return type(error).__name__, error, report()


async def run_async(fault, base_url, report):
    async with mayfly.AsyncMayfly(**options_of(fault, base_url)) as client:
        call = asyncio.ensure_future(client.execute(**PROGRAM))
        if fault.get("cancel"):
            while (await asyncio.to_thread(report))["attempts"] == 0:
                await asyncio.sleep(0.02)
            # What comes of the try itself (a refusal, a first byte) has come by then, or the case is about its not coming.
            await asyncio.sleep(0.2)
            call.cancel()
        try:
            await call
            outcome, error = "result", None
        except asyncio.CancelledError:
            outcome, error = "cancelled", None
        except mayfly.MayflyError as failure:
            outcome, error = type(failure).__name__, failure
    return outcome, error, await asyncio.to_thread(report)


class Faults:
    """A test for each case; all cases of a class have run at once before."""

    def check(self, fault):
        outcome, error, seen = self.outcomes[fault["name"]]
        self.assertEqual(outcome, fault["outcome"], error)
        self.assertEqual(seen["wrong"], [])
        if not fault.get("refused"):
            self.assertEqual((seen["attempts"], seen["charges"]), (fault["attempts"], fault["charges"]))
        if error is None:
            return
        self.assertEqual(error.attempts, fault["attempts"])
        self.assertEqual(error.status, fault.get("status"))
        self.assertEqual(error.code, fault.get("code"))
        self.assertEqual(error.retry_after, fault.get("retryAfter"))
        self.assertEqual(error.request_id, "stub" if "status" in fault else None)
        self.assertNotIn("uc-test", "".join(traceback.format_exception(type(error), error, error.__traceback__)))


# Cancelling is asyncio's: a call without it ends with its thread.
SYNC_TABLE = [fault for fault in TABLE if not fault.get("cancel")]


class SyncFaults(Faults, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stub = Stub()
        cls.addClassCleanup(stub.stop)
        with ThreadPoolExecutor(len(SYNC_TABLE)) as threads:
            cls.outcomes = dict(zip((fault["name"] for fault in SYNC_TABLE), threads.map(lambda fault: run(fault, *stub.run_of(fault)), SYNC_TABLE)))


class AsyncFaults(Faults, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stub = Stub()
        cls.addClassCleanup(stub.stop)

        async def run_all():
            return await asyncio.gather(*(run_async(fault, *stub.run_of(fault)) for fault in TABLE))

        cls.outcomes = dict(zip((fault["name"] for fault in TABLE), asyncio.run(run_all())))


def add_tests(case, table):
    for fault in table:
        name = "test_" + "".join(letter if letter.isalnum() else "_" for letter in fault["name"])
        setattr(case, name, lambda self, fault=fault: self.check(fault))


add_tests(SyncFaults, SYNC_TABLE)
add_tests(AsyncFaults, TABLE)
