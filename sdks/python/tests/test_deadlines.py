"""One thread watches the deadlines of all calls."""

import threading
import time
import unittest

from mayfly import _deadlines
from mayfly._deadlines import Deadline


class DeadlineTests(unittest.TestCase):
    def test_expires_in_the_order_of_time_and_not_of_calls(self):
        order, all_done = [], threading.Event()

        def expire(name):
            order.append(name)
            if len(order) == 3:
                all_done.set()

        with Deadline(0.6, lambda: expire("last")), Deadline(0.2, lambda: expire("first")), Deadline(0.4, lambda: expire("second")):
            self.assertTrue(all_done.wait(20))

        self.assertEqual(order, ["first", "second", "last"])

    def test_what_ended_before_does_not_expire(self):
        expired, later = threading.Event(), threading.Event()
        with Deadline(0.1, expired.set):
            pass
        with Deadline(0.2, later.set):
            self.assertTrue(later.wait(20))

        self.assertFalse(expired.is_set())

    def test_a_thousand_need_one_thread_and_are_not_kept(self):
        before = threading.active_count()
        for _ in range(1000):
            with Deadline(60, self.fail):
                self.assertLessEqual(threading.active_count(), before + 1)

        self.assertLess(len(_deadlines._watch._due), 1000)


if __name__ == "__main__":
    unittest.main()
