import unittest

class Sums(unittest.TestCase):
    def test_right(self): self.assertEqual(1 + 1, 2)
    def test_wrong(self): self.assertEqual([1, 2], [1, 3], "lists")
    def test_error(self): raise KeyError("k")
    @unittest.skip("not today")
    def test_skipped(self): pass
    def test_parts(self):
        for i in range(2):
            with self.subTest(i=i): self.assertTrue(i)

stream = __import__("io").StringIO()
result = unittest.TextTestRunner(stream, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(Sums))
print(__import__("re").sub(r"in \d\.\d+s", "in …s", stream.getvalue()), result.testsRun, len(result.failures))
