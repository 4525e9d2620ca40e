"""A module of the program's own."""
import sys

VALUE = 42


class Held:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("helper's", self.name, "is destroyed", sys.is_finalizing())


def suspended(name):
    try:
        yield name
    finally:
        print("finally", name)
