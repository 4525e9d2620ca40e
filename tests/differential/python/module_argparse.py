# Usage, a wrong option and its exit code go to the right streams.
import argparse

parser = argparse.ArgumentParser(description="Sums numbers.")
parser.add_argument("numbers", type=int, nargs="*", help="what to sum")
parser.add_argument("--scale", type=float, default=1.0)
print(parser.format_help())
print(parser.parse_args(["1", "2", "--scale", "3"]))
print(parser.parse_args())
parser.parse_args(["--scale", "x"])
