import sys

print(sys.argv, sys.orig_argv, sys.executable, sys.flags)
print(sys.getrecursionlimit(), sys.getswitchinterval(), sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.int_info, sys.hash_info.algorithm)
print(sys.stdin.encoding, sys.stdout.encoding, sys.stderr.errors, sys.stdout.errors, sys.stdin.errors, sys.stdout.line_buffering, sys.stderr.line_buffering)
print(sys.gettrace(), sys.getprofile(), sys.dont_write_bytecode, sys.pycache_prefix, sys.warnoptions, sys._xoptions, sys.tracebacklimit if hasattr(sys, "tracebacklimit") else "none")
print(sys.breakpointhook, sys.displayhook, sys.excepthook is sys.__excepthook__, sys.unraisablehook is sys.__unraisablehook__, hasattr(sys, "ps1"), hasattr(sys, "last_exc"))
print(sys.is_finalizing(), sys.getallocatedblocks() > 1000, sys.float_repr_style, sys.thread_info.name, sys.exception(), sys.exc_info())
print(sys.getdlopenflags(), sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(), sys.get_int_max_str_digits())
