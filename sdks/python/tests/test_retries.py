import unittest

from mayfly._retries import is_worth_retrying, parse_retry_after, seconds_before_retry


class Retries(unittest.TestCase):
    def test_waits_double_up_to_a_bound(self):
        waits = [seconds_before_retry(attempt, None, 1) for attempt in (1, 2, 3, 4, 5, 6, 6000)]
        self.assertEqual(waits, [0.5, 1, 2, 4, 8, 8, 8])

    def test_jitter_takes_at_most_half_of_a_wait(self):
        self.assertEqual(seconds_before_retry(1, None, 0), 0.25)
        self.assertEqual(seconds_before_retry(5, None, 0), 4)

    def test_retry_after_is_a_lower_bound(self):
        self.assertEqual(seconds_before_retry(1, 7, 0), 7)
        self.assertEqual(seconds_before_retry(5, 1, 0), 4)

    def test_a_retry_after_of_a_minute_is_waited_for_and_a_longer_one_is_not(self):
        self.assertEqual(seconds_before_retry(1, 60, 0), 60)
        self.assertIsNone(seconds_before_retry(1, 61, 0))

    def test_retry_after_is_seconds_or_a_date(self):
        now = 1767225600  # 2026-01-01T00:00:00Z
        self.assertEqual(parse_retry_after("5", now), 5)
        self.assertEqual(parse_retry_after("Thu, 01 Jan 2026 00:00:30 GMT", now), 30)
        self.assertEqual(parse_retry_after("Wed, 31 Dec 2025 00:00:00 GMT", now), 0)
        self.assertIsNone(parse_retry_after("soon", now))
        self.assertIsNone(parse_retry_after("no date GMT", now))
        self.assertIsNone(parse_retry_after("-5", now))
        self.assertIsNone(parse_retry_after(None, now))

    def test_only_what_may_pass_is_tried_again(self):
        for status in (None, 200, 408, 409, 429, 500, 502, 503, 504):
            self.assertTrue(is_worth_retrying(status), status)
        for status in (301, 307, 400, 401, 402, 403, 404, 413, 415, 422):
            self.assertFalse(is_worth_retrying(status), status)
