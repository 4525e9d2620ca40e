import difflib

a, b = "one two three four".split(), "one 2 three four five".split()
print("\n".join(difflib.unified_diff(a, b, "before", "after", lineterm="")))
print("\n".join(difflib.ndiff(["abcd\n"], ["abxd\n"])))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"]), difflib.SequenceMatcher(None, "abcd", "bcde").ratio())
