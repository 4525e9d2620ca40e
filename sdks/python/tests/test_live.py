import asyncio
import os
import unittest
import uuid

import mayfly

URL, KEY = os.environ.get("MAYFLY_TEST_URL"), os.environ.get("MAYFLY_TEST_KEY")


@unittest.skipUnless(URL and KEY, "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY")
class RunningService(unittest.TestCase):
    def setUp(self):
        self.client = mayfly.Mayfly(base_url=URL, api_key=KEY)
        self.addCleanup(self.client.close)

    def test_runs_python_and_javascript(self):
        python = self.client.execute(code="print(6 * 7)", language="python")
        javascript = self.client.code_sandbox.execute(code="console.log(6 * 7)", language="javascript")
        self.assertEqual((python.stdout, python.exit_code, javascript.stdout, javascript.exit_code), ("42\n", 0, "42\n", 0))
        self.assertEqual(python.cost, 0.002)
        self.assertTrue(python.request_id)

    def test_runs_from_asyncio(self):
        async def run():
            async with mayfly.AsyncMayfly(base_url=URL, api_key=KEY) as client:
                return await asyncio.gather(*(client.execute(code=f"print({n})", language="python") for n in range(4)))

        self.assertEqual([result.stdout for result in asyncio.run(run())], ["0\n", "1\n", "2\n", "3\n"])

    def test_a_program_that_fails_is_a_result(self):
        self.assertEqual(self.client.execute(code="raise SystemExit(3)", language="python").exit_code, 3)

    def test_a_repeated_call_costs_once(self):
        call = {"code": "import uuid; print(uuid.uuid4())", "language": "python", "idempotency_key": str(uuid.uuid4())}
        first = self.client.execute(**call)
        result, response = self.client.execute_with_response(**call)
        self.assertEqual(result.stdout, first.stdout)
        self.assertEqual(response.headers["Idempotency-Replayed"], "true")

    def test_describes_the_tool_for_each_interface_of_models(self):
        async def ask(format):
            async with mayfly.AsyncMayfly(base_url=URL, api_key=KEY) as client:
                return await client.code_sandbox.tools(format)

        [openai], [anthropic], [mcp] = self.client.code_sandbox.tools("openai"), self.client.code_sandbox.tools("anthropic"), asyncio.run(ask("mcp"))
        self.assertEqual((openai["function"]["name"], anthropic["name"], mcp["name"]), ("run_code", "run_code", "run_code"))
        self.assertEqual(openai["function"]["parameters"], anthropic["input_schema"])
        self.assertIn("numpy", openai["function"]["description"])
        with self.assertRaises(mayfly.InvalidRequestError) as caught:
            self.client.code_sandbox.tools("gemini")
        self.assertEqual(caught.exception.code, "invalid_request")

    def test_a_wrong_key_is_an_authentication_error(self):
        with mayfly.Mayfly(base_url=URL, api_key="uc-wrong") as client, self.assertRaises(mayfly.AuthenticationError) as caught:
            client.execute(code="print(1)", language="python")
        self.assertEqual((caught.exception.status, caught.exception.code), (401, "invalid_api_key"))

    def test_an_unknown_language_is_an_invalid_request_error(self):
        with self.assertRaises(mayfly.InvalidRequestError) as caught:
            self.client.execute(code="1", language="ruby")
        self.assertEqual(caught.exception.code, "unsupported_language")
