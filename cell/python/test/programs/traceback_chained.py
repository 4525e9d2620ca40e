import sys
print("before", flush=True)
class Broken(Exception):
    def __str__(self):
        return "it is \u2603"
try:
    {}["missing"]
except KeyError as error:
    error.add_note("a note")
    raise Broken from error
