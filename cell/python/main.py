# Starts as any program does, becomes the zygote. A comment and not a docstring, which would be in this module's namespace:
# the next line keeps what a program finds there.
pristine = dict(globals())

import os
import sys

started_with = set(sys.modules)

import _zygote
import warm

AGENT = 3
MAX_TIER = 4096

_zygote.limit_stack()

# Where programs run: what a library notes of its surroundings when it is imported is right for them.
home = sys.path[0]
os.chdir("/sandbox")

# The agent's first packet: one module a line; "-" and a name: a lever to leave alone (bench/levers.json).
packet = os.read(AGENT, MAX_TIER + 1)
if len(packet) > MAX_TIER:
    sys.exit(f"python zygote: a tier of more than {MAX_TIER} bytes; the agent and the zygote are not of one build")
words = packet.decode().split()
_zygote.leave_out("-collapse" in words, "-copy-ahead" in words, "-still-heap" in words)
warm.load([word for word in words if not word.startswith("-")])
# What programs may find; not what the driver needs for itself.
loaded = set(sys.modules) - {"_zygote", "warm"}

import fresh

_zygote.keep(**fresh.functions(home, pristine, started_with, loaded))
sys.excepthook = _zygote.serve
raise RuntimeError  # into serve, with this frame gone (child.h)
