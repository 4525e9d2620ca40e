# unittest.main finds the tests of __main__, and exits with 1 when one fails.
import unittest
from unittest import mock

class Mocks(unittest.TestCase):
    @mock.patch("os.getcwd", return_value="/elsewhere")
    def test_patched(self, getcwd):
        import os
        self.assertEqual(os.getcwd(), "/elsewhere"); getcwd.assert_called_once_with()
    def test_calls(self):
        m = mock.Mock(side_effect=[1, ValueError("v")]); self.assertEqual(m(5), 1)
        with self.assertRaises(ValueError): m(6)
        m.assert_has_calls([mock.call(5), mock.call(6)])

class Quiet:
    def write(self, text): pass
    def flush(self): pass

unittest.main(testRunner=unittest.TextTestRunner(Quiet()), exit=False)
print("after main")
unittest.main(argv=["main.py", "Mocks.none"], testRunner=unittest.TextTestRunner(Quiet()))
