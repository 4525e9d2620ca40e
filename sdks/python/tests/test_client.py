import asyncio
import json
import os
import pprint
import threading
import unittest
import urllib.request
from unittest import mock

import mayfly
from mayfly._version import USER_AGENT
from tests.answering import ANSWER, AnsweringServer

KEY = "uc-secret"
PROGRAM = {"code": "print(1)", "language": "python"}
RESULT = mayfly.ExecuteResult("1\n", "", 0, 1.5, 9, False, None, 0.002, request_id="r1")


def ask(server, **options):
    with mayfly.Mayfly(**{"api_key": KEY, "base_url": server.url, **options}) as client:
        return client.execute_with_response(**PROGRAM)


@mock.patch.dict(os.environ)
class Client(unittest.TestCase):
    def setUp(self):
        for name in ("MAYFLY_API_KEY", "MAYFLY_BASE_URL"):
            os.environ.pop(name, None)

    def test_a_result_has_the_contracts_fields_and_the_requests_id(self):
        with AnsweringServer() as server:
            self.assertEqual(ask(server).result, RESULT)

    def test_truncated_and_termination_are_there_when_the_answer_has_them(self):
        with AnsweringServer({**ANSWER, "truncated": {"stdout": True}, "termination": "signal", "newerField": 1}) as server:
            result = ask(server).result
        self.assertEqual((result.truncated, result.termination), (mayfly.Truncated(stdout=True), "signal"))

    def test_the_raw_response_has_status_headers_and_body(self):
        with AnsweringServer({**ANSWER, "newerField": 1}) as server:
            result, response = ask(server)
        self.assertEqual(result.stdout, "1\n")
        self.assertEqual((response.status, response.headers["x-other"], json.loads(response.body)["newerField"]), (200, "o", 1))

    def test_tools_are_asked_for_by_their_format_and_passed_on_as_they_come(self):
        tools = [{"name": "run_code", "newerField": 1}]
        with AnsweringServer(tools) as server, mayfly.Mayfly(api_key=KEY, base_url=server.url) as client:
            self.assertEqual(client.code_sandbox.tools("anthropic"), tools)
        [(path, headers)] = server.asked
        self.assertEqual((path, headers["Idempotency-Key"], headers["Content-Length"]), ("/v1/code-sandbox/tools?format=anthropic", None, None))

    def test_an_answer_that_lists_no_tools_is_none(self):
        for body in ({"name": "run_code"}, [1]):
            with AnsweringServer(body) as server, mayfly.Mayfly(api_key=KEY, base_url=server.url, max_retries=0) as client:
                with self.assertRaisesRegex(mayfly.InfrastructureError, "GET .*not a list of tools"):
                    client.code_sandbox.tools("openai")

    def test_key_and_base_url_come_from_the_environment(self):
        with AnsweringServer() as server:
            os.environ.update(MAYFLY_API_KEY="uc-environment", MAYFLY_BASE_URL=f"{server.url}/behind/a/proxy/")
            ask(server, api_key=None, base_url=None)
        [(path, headers)] = server.asked
        self.assertEqual((path, headers["Authorization"]), ("/behind/a/proxy/v1/code-sandbox/execute", "Bearer uc-environment"))

    def test_arguments_win_over_the_environment(self):
        with AnsweringServer() as server:
            os.environ.update(MAYFLY_API_KEY="uc-environment", MAYFLY_BASE_URL="http://environment.test")
            ask(server)
        self.assertEqual(server.asked[0][1]["Authorization"], f"Bearer {KEY}")

    def test_a_client_without_a_key_cannot_be_made(self):
        with self.assertRaisesRegex(mayfly.MayflyError, "MAYFLY_API_KEY"):
            mayfly.Mayfly()

    def test_a_malformed_key_is_refused_and_not_shown(self):
        with self.assertRaises(mayfly.MayflyError) as caught:
            mayfly.Mayfly(api_key=f"{KEY}\n")
        self.assertNotIn(KEY, str(caught.exception))

    def test_a_malformed_base_url_is_refused(self):
        for base_url in ("mayfly.test", "ftp://mayfly.test", "http://user:pass@mayfly.test", "http://mayfly.test/?a=b", "http://mayfly.test/#a", "http://a:b", "http://[::1", "http://a b"):
            with self.subTest(base_url), self.assertRaises(mayfly.MayflyError):
                mayfly.Mayfly(api_key=KEY, base_url=base_url)

    def test_a_timeout_or_number_of_retries_that_makes_no_sense_is_refused(self):
        for option in ({"timeout": 0}, {"timeout": float("nan")}, {"max_retries": -1}, {"max_retries": 1.5}):
            with self.subTest(option):
                with self.assertRaises(mayfly.MayflyError):
                    mayfly.Mayfly(api_key=KEY, **option)
                with mayfly.Mayfly(api_key=KEY) as client, self.assertRaises(mayfly.MayflyError):
                    client.execute(**PROGRAM, **option)

    def test_the_key_is_in_no_printed_form(self):
        for client in (mayfly.Mayfly(api_key=KEY), mayfly.AsyncMayfly(api_key=KEY)):
            shown = [repr(client), str(client), pprint.pformat(vars(client)), repr(client.code_sandbox), repr(vars(client._executor))]
            self.assertNotIn(KEY, "".join(shown))

    def test_each_call_has_a_new_idempotency_key_or_the_callers(self):
        with AnsweringServer() as server, mayfly.Mayfly(api_key=KEY, base_url=server.url) as client:
            client.execute(**PROGRAM)
            client.execute(**PROGRAM)
            client.execute(**PROGRAM, idempotency_key="mine")
        keys = [headers["Idempotency-Key"] for _, headers in server.asked]
        self.assertEqual(len(set(keys)), 3)
        self.assertEqual(keys[2], "mine")

    def test_calls_one_after_another_share_a_connection(self):
        with AnsweringServer() as server, mayfly.Mayfly(api_key=KEY, base_url=server.url) as client:
            for _ in range(5):
                client.execute(**PROGRAM)
        self.assertEqual(len(server.connections), 1)

    def test_a_connection_that_the_server_closed_is_not_used_again(self):
        server = AnsweringServer()
        with server, mayfly.Mayfly(api_key=KEY, base_url=server.url, max_retries=0) as client:
            client.execute(**PROGRAM)
            [connection] = client._executor._transport._idle
            # What a server's end looks like from here: end-of-file.
            connection.sock.shutdown(0)
            client.execute(**PROGRAM)
        self.assertEqual(len(server.connections), 2)

    def test_a_forked_child_makes_connections_of_its_own(self):
        with AnsweringServer() as server, mayfly.Mayfly(api_key=KEY, base_url=server.url) as client:
            client.execute(**PROGRAM)
            # Not a real fork: this process has threads, and children of such are unsafe.
            with mock.patch("os.getpid", return_value=-1):
                client.execute(**PROGRAM)
        self.assertEqual(len(server.connections), 2)

    def test_many_threads_share_a_client(self):
        with AnsweringServer() as server, mayfly.Mayfly(api_key=KEY, base_url=server.url) as client:
            threads = [threading.Thread(target=lambda: [client.execute(**PROGRAM) for _ in range(10)]) for _ in range(16)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(server.asked), 160)
        self.assertLessEqual(len(server.connections), 16)

    def test_an_opener_sends_the_requests(self):
        passed = []

        class Passing(urllib.request.BaseHandler):
            def http_request(self, request):
                passed.append(request)
                return request

        with AnsweringServer() as server:
            self.assertEqual(ask(server, opener=urllib.request.build_opener(Passing)).result, RESULT)
        self.assertEqual(len(passed), 1)
        self.assertEqual(server.asked[0][1]["User-Agent"], USER_AGENT)

    def test_an_openers_refusals_and_lost_connections_are_the_same_errors(self):
        opener = urllib.request.build_opener()
        with AnsweringServer({"code": "invalid_api_key", "detail": "no"}, 401) as server, self.assertRaises(mayfly.AuthenticationError):
            ask(server, opener=opener)
        with self.assertRaises(mayfly.ConnectionError):
            ask(server, opener=opener, max_retries=0)

    def test_an_opener_that_follows_redirects_does_not_take_the_key_along(self):
        with AnsweringServer() as other, AnsweringServer(status=302, headers=[("Location", f"{other.url}/x")]) as server:
            ask(server, opener=urllib.request.build_opener())
        self.assertIsNone(other.asked[0][1]["Authorization"])

    def test_the_version_is_the_packages(self):
        with AnsweringServer() as server:
            ask(server)
        self.assertRegex(server.asked[0][1]["User-Agent"], rf"^mayfly-python/{mayfly.__version__} python/3\.")

    def test_an_async_call_is_the_same_call(self):
        async def run():
            async with mayfly.AsyncMayfly(api_key=KEY, base_url=server.url) as client:
                return await asyncio.gather(client.execute(**PROGRAM), client.code_sandbox.execute(**PROGRAM))

        with AnsweringServer() as server:
            self.assertEqual(asyncio.run(run()), [RESULT, RESULT])
