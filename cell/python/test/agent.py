"""The agent's part towards jailer, zygotes and their children (cell/jail/protocol.h), for one execution at a time."""

import mmap
import os
import resource
import select
import signal
import socket
import struct
import subprocess

PREPARE, FORK = 1, 2
PREPARED, FORKED, CHILD_EXITED, INIT_EXITED, WARM, GREW = 1, 3, 5, 6, 7, 8
READY, STARTED = 1, 2
START_MAGIC = 0x594C464D
ENDING_DONE = 0x454E4F44

# As src/Mayfly.Agent/Executions/Runtimes.cs.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/sandbox",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TMPDIR": "/tmp",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
COMMAND = ["/usr/bin/python3", "main.py"]
PATIENCE_S = 60


class Report:
    def __init__(self, packet):
        (self.kind, self.slot, self.pid, self.status, self.step, self.error,
         self.user_us, self.system_us, self.faults, self.major, self.rss_kb) = struct.unpack("=IIiiiiQQQQQ", packet)


class Parent:
    """The jailer, or a zygote."""

    def __init__(self, command, directory="/", environment={}, first_packet=None):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(PATIENCE_S)

        def hand_over():
            os.dup2(theirs.fileno(), 3)
            # As bad as it can be: the jailer and zygotes put it right.
            for number in signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGRTMIN:
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
            resource.setrlimit(resource.RLIMIT_STACK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        self.process = subprocess.Popen(command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=2,
                                        pass_fds=[3], preexec_fn=hand_over)
        theirs.close()
        if first_packet is not None:
            self.socket.send(first_packet)

    def request(self, kind, slot, descriptors=()):
        # No network namespace is kept, and sockets are not watched.
        packet = struct.pack("=IIIIQIIQII", kind, slot, 10000 + slot, 10000 + slot, 64 << 20, 2000, 64, 16 << 20, 0, 0)
        socket.send_fds(self.socket, [packet], descriptors)

    def report(self, *kinds):
        packet, descriptors, _, _ = socket.recv_fds(self.socket, 64, 1)
        if len(packet) != 64:
            raise RuntimeError(f"{self.process.args} is gone")
        report = Report(packet)
        report.descriptor = descriptors[0] if descriptors else None
        if report.kind not in kinds:
            raise RuntimeError(f"{self.process.args}: expected report {kinds}, got {vars(report)}")
        return report

    def stop(self):
        self.socket.close()
        return self.process.wait(PATIENCE_S)


def zygote(modules=(), sums=None, preloaded={}):
    """A warm zygote; the packet names its modules, and levers to leave alone (then `sums` is how many of its words are modules, and one)."""
    parent = Parent(COMMAND, "/mayfly/python", {**preloaded, **ENVIRONMENT}, ("\n".join(modules) + "\n").encode())
    parent.sums_kb = []  # of memory: the interpreter's, then with each module
    while (report := parent.report(WARM, GREW)).kind == GREW:
        parent.sums_kb.append(report.rss_kb)
    if len(parent.sums_kb) != (sums or len(modules) + 1) or parent.sums_kb != sorted(parent.sums_kb) or parent.sums_kb[0] == 0:
        raise RuntimeError(f"{parent.sums_kb} are not the memory of the interpreter and of {len(modules)} modules")
    parent.warm = report
    return parent


class Child:
    """A spare: forked by `parent` into a jail of `jailer`."""

    def __init__(self, jailer, parent, slot=0):
        self.jailer, self.parent, self.slot = jailer, parent, slot
        jailer.request(PREPARE, slot)
        self.init = jailer.report(PREPARED).descriptor
        self.control, control = socket.socketpair()
        self.control.settimeout(PATIENCE_S)
        self.output, output = os.pipe()
        self.errors, errors = os.pipe()
        ending = os.memfd_create("ending")
        os.ftruncate(ending, mmap.PAGESIZE)
        self.ending = mmap.mmap(ending, mmap.PAGESIZE)
        group = os.open("/dev/null", os.O_WRONLY)  # stands for cgroup.procs
        parent.request(FORK, slot, [self.init, control.fileno(), output, errors, ending, group])
        self.pid = parent.report(FORKED).pid
        control.close()
        for descriptor in output, errors, ending, group:
            os.close(descriptor)
        self.expect(READY)

    def expect(self, kind):
        notice = self.control.recv(16)
        found = struct.unpack("=IiiI", notice) if notice else None
        if found is None or found[0] != kind:
            raise RuntimeError(f"expected notice {kind}, got {found}")

    def start(self, files, stdin=b"", arguments=COMMAND, environment=ENVIRONMENT):
        block = b"".join(text.encode() + b"\0" for text in arguments)
        block += b"".join(f"{name}={value}\0".encode() for name, value in environment.items())
        for path, content in files.items():
            name = path.encode() + b"\0"
            block += struct.pack("=III", len(name), len(content), 0o644) + name + content
        block += stdin
        self.control.sendall(struct.pack("=IIIIII", START_MAGIC, len(block), len(arguments), len(environment), len(files), len(stdin)) + block)
        self.expect(STARTED)

    def collect(self):
        """(stdout, stderr, exit code or -signal); then the whole jail is gone. `ended_early`: told by the ending page."""
        texts = {self.output: b"", self.errors: b""}
        exited = None
        open_pipes = {self.output, self.errors}
        while open_pipes:
            ready, _, _ = select.select([*open_pipes, self.parent.socket], [], [], PATIENCE_S)
            if not ready:
                raise RuntimeError(f"nothing in {PATIENCE_S} s: {texts}")
            if self.parent.socket in ready and exited is None:
                exited = self.parent.report(CHILD_EXITED)
                if not self.ended():  # as the agent: the rest is what the pipes hold now
                    for pipe in open_pipes:
                        os.set_blocking(pipe, False)
            for pipe in [pipe for pipe in open_pipes if pipe in ready or exited]:
                try:
                    text = os.read(pipe, 1 << 16)
                except BlockingIOError:
                    text = b""
                texts[pipe] += text
                if not text:
                    open_pipes.discard(pipe)
        self.ended_early = self.ended()
        self.exit_code = struct.unpack_from("=I", self.ending, 4)[0] if self.ended_early else None
        self.exited = exited or self.parent.report(CHILD_EXITED)
        code = os.waitstatus_to_exitcode(self.exited.status)
        if self.ended_early and code != self.exit_code:
            raise RuntimeError(f"ending says {self.exit_code}, the wait status {code}")
        self.destroy(exited=True)
        return texts[self.output], texts[self.errors], code

    def ended(self):
        return struct.unpack_from("=I", self.ending)[0] == ENDING_DONE

    def destroy(self, exited=False):
        signal.pidfd_send_signal(self.init, signal.SIGKILL)
        if not exited:
            self.parent.report(CHILD_EXITED)
        self.jailer.report(INIT_EXITED)
        for descriptor in self.output, self.errors, self.init:
            os.close(descriptor)
        self.control.close()
