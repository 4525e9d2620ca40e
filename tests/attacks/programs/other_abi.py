# Asks for a socket in the words of 32-bit programs, which have other numbers.
import ctypes
import mmap
import os
import platform
import signal

if platform.machine() != "x86_64":
    raise SystemExit(print("no such words here"))
code = {
    # mov eax, 102 (socketcall); int 0x80; ret
    "int 0x80": b"\xb8\x66\x00\x00\x00\xcd\x80\xc3",
    # mov eax, 0x40000027 (x32 getpid); syscall; ret
    "x32": b"\xb8\x27\x00\x00\x40\x0f\x05\xc3",
}
for what, instructions in code.items():
    child = os.fork()
    if child == 0:
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(instructions)
        ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print(what, signal.Signals(status & 127).name if status & 127 else "returned")
