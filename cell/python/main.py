# Starts as any program does, becomes the zygote. A comment and not a docstring, which would be in this module's namespace:
# the next line keeps what a program finds there.
pristine = dict(globals())

import os
import sys

import warm

AGENT = 3
MAX_TIER = 4096

# Where programs run: what a library notes of its surroundings when it is imported is right for them.
home = sys.path[0]
os.chdir("/sandbox")

# The agent's first packet: one module a line. Of a longer one the rest is lost, and the last name with it.
warm.load(os.read(AGENT, MAX_TIER).decode().split())
loaded = set(sys.modules)  # what programs may find: not what the driver itself needs from here on

import _zygote
import fresh

_zygote.keep(*fresh.functions(home, pristine, loaded))
sys.excepthook = _zygote.serve
raise RuntimeError  # into serve, with this frame gone (child.h)
