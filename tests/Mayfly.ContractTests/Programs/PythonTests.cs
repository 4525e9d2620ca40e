using static Mayfly.ContractTests.ProgramCase;

namespace Mayfly.ContractTests.Programs;

/// <summary>What a Python program finds around it: a script in its own directory, run as <c>python main.py</c>.</summary>
public sealed class PythonTests(Service service) : ServiceTests(service)
{
    private static readonly Table<ProgramCase> Script = new()
    {
        ["__name__ is __main__"] = Python("print(__name__)").Prints("__main__\n"),
        ["__file__ is the script"] = Python("import os; print(os.path.abspath(__file__))").Prints("/sandbox/main.py\n"),
        ["argv has one element, as on the command line"] = Python("import sys; print(sys.argv)").Prints("['main.py']\n"),
        ["orig_argv shows an ordinary command line"] = Python("import sys; print(len(sys.orig_argv), sys.orig_argv[-1])").Prints("2 main.py\n"),
        ["the working directory is /sandbox"] = Python("import os; print(os.getcwd())").Prints("/sandbox\n"),
        ["sys.path begins with the script's directory"] = Python("import sys; print(sys.path[0])").Prints("/sandbox\n"),
        ["__main__ holds a script's names and no others"] = Python("print(sorted(globals()))").Prints("['__annotations__', '__builtins__', '__cached__', '__doc__', '__file__', '__loader__', '__name__', '__package__', '__spec__']\n"),
        ["__doc__ is the docstring"] = Python("'''What it does.'''\nprint(__doc__, __package__, __spec__)").Prints("What it does. None None\n"),
        ["sys.modules['__main__'] is the script"] = Python("import sys\nx = 5\nprint(sys.modules['__main__'].x)").Prints("5\n"),
        ["inspect.getsource works"] = Python("import inspect\ndef f(a):\n    return a + 1\nprint(inspect.getsource(f))").Prints("def f(a):\n    return a + 1\n\n"),
        ["a module of its own can be written and imported"] = Python("open('mine.py', 'w').write('answer = 42')\nimport mine\nprint(mine.answer, mine.__file__)").Prints("42 /sandbox/mine.py\n"),
        ["classes pickle by the name __main__"] = Python("import pickle\nclass C: pass\nprint(type(pickle.loads(pickle.dumps(C()))) is C, C.__module__)").Prints("True __main__\n"),
        ["multiprocessing by fork works"] = Python("import multiprocessing as m\nif __name__ == '__main__':\n    with m.get_context('fork').Pool(2) as p: print(p.map(abs, [-1, -2]))").Prints("[1, 2]\n"),
        ["multiprocessing by spawn finds the script again"] = Python("import multiprocessing as m\ndef f(x): return x * x\nif __name__ == '__main__':\n    with m.get_context('spawn').Pool(1) as p: print(p.map(f, [3]))").Prints("[9]\n"),
        ["concurrent.futures works"] = Python("from concurrent.futures import ThreadPoolExecutor as E\nwith E(4) as e: print(list(e.map(len, ['a', 'bb'])))").Prints("[1, 2]\n"),
        ["asyncio works"] = Python("import asyncio\nasync def main():\n    await asyncio.sleep(0.01)\n    return await asyncio.to_thread(sum, [1, 2])\nprint(asyncio.run(main()))").Prints("3\n"),
        ["warnings point at the script"] = Python("import warnings\nwarnings.warn('careful')").Complains("/sandbox/main.py:2: UserWarning: careful\n  warnings.warn('careful')\n"),
        ["signals have an ordinary program's dispositions"] = Python("import signal as s\nprint(s.getsignal(s.SIGINT) is s.default_int_handler, *(s.getsignal(x).name for x in (s.SIGTERM, s.SIGHUP, s.SIGPIPE, s.SIGCHLD, s.SIGUSR1)))").Prints("True SIG_DFL SIG_DFL SIG_IGN SIG_DFL SIG_DFL\n"),
        ["no signal is blocked"] = Python("import signal; print(signal.pthread_sigmask(signal.SIG_BLOCK, []))").Prints("set()\n"),
        ["the standard library is whole"] = Python("import zlib, bz2, lzma, ssl, sqlite3, ctypes, hashlib, decimal, xml.dom.minidom, unittest, zoneinfo, curses, readline, uuid, dbm, doctest, asyncio, venv\nprint(hashlib.sha256(b'').hexdigest()[:8], lzma.decompress(lzma.compress(b'x')), decimal.Decimal(1) / 8)").Prints("e3b0c442 b'x' 0.125\n"),
    };

    private static readonly Table<ProgramCase> Tracebacks = new()
    {
        ["line numbers are the script's own"] = Python("\n\n\nraise KeyError('k')").Exits(1).ComplainsWith("line 4, in <module>", "KeyError: 'k'"),
        ["a traceback has the script's frames alone"] = Python("def f():\n    1 / 0\nf()").Exits(1)
            .ComplainsWith("Traceback (most recent call last):\n  File \"/sandbox/main.py\", line 3, in <module>\n    f()\n", "  File \"/sandbox/main.py\", line 2, in f\n    1 / 0\n", "ZeroDivisionError: division by zero\n"),
        ["the stack has one frame"] = Python("import traceback\nprint([f.name for f in traceback.extract_stack()])").Prints("['<module>']\n"),
        ["the outermost frame has no caller"] = Python("import sys; print(sys._getframe().f_back)").Prints("None\n"),
        ["the innermost exception has no context"] = Python("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    print(e.__context__, e.__cause__)").Prints("None None\n"),
        ["a syntax error names the script and line"] = Python("x = 1\nif x\n    pass\n").Exits(1).ComplainsWith("File \"/sandbox/main.py\", line 2\n", "SyntaxError: expected ':'"),
        ["an error in a child names the child's file"] = Python("import subprocess, sys\nopen('c.py', 'w').write('1/0')\nr = subprocess.run([sys.executable, 'c.py'], capture_output=True, text=True)\nprint(r.returncode, 'c.py' in r.stderr)").Prints("1 True\n"),
        ["faulthandler shows the script's line"] = Python("import faulthandler, sys\nfaulthandler.dump_traceback(sys.stderr)").ComplainsWith("File \"/sandbox/main.py\", line 2 in <module>"),
    };

    private static readonly Table<ProgramCase> Surroundings = new()
    {
        ["stdin is empty: input() raises EOFError"] = Python("input('> ')").Exits(1).Prints("> ").ComplainsWith("EOFError: EOF when reading a line"),
        ["stdin is at its end for every reader"] = Python("import sys, os; print(repr(sys.stdin.read()), os.read(0, 10), sys.stdin.isatty())").Prints("'' b'' False\n"),
        ["the environment is small and fixed"] = Python("import os\nfor k in sorted(os.environ): print(k + '=' + os.environ[k])")
            .PrintsLike("HOME=/sandbox\nLANG=C.UTF-8\nLC_ALL=C.UTF-8\n(?:[A-Z]+_NUM_THREADS=1\n)*PATH=/[a-z/:]+\n(?:[A-Z]+_NUM_THREADS=1\n)*(?:PYTHON[A-Z]+=[^\n]*\n)*TMPDIR=/tmp\nTZ=UTC\n"),
        ["the time zone is UTC"] = Python("import time, datetime; print(time.tzname, time.timezone, datetime.datetime.now().astimezone().utcoffset())").Prints("('UTC', 'UTC') 0 0:00:00\n"),
        ["the clock is right"] = Python("import time; print(time.time() > 1700000000)").Prints("True\n"),
        ["text is UTF-8 everywhere"] = Python("import sys, locale; print(sys.getfilesystemencoding(), sys.stdout.encoding, sys.stderr.encoding, locale.getpreferredencoding(), open('x', 'w').encoding)").PrintsLike("utf-8 utf-8 utf-8 (?i:utf-8 utf-8)\n"),
        ["the locale is C.UTF-8"] = Python("import locale; print(locale.setlocale(locale.LC_ALL, ''))").Prints("C.UTF-8\n"),
        ["file names may be any Unicode"] = Python("import os; open('größe 漢 😀', 'w').close(); print(sorted(os.listdir('.')))").Prints("['größe 漢 😀', 'main.py']\n"),
        ["cpu_count is what the kernel says"] = Python("import os; print(os.cpu_count() == len([l for l in open('/proc/cpuinfo') if l.startswith('processor')]) and os.cpu_count() >= 1)").Prints("True\n"),
        ["umask is an ordinary one"] = Python("import os; print(oct(os.umask(0)))").Prints("0o22\n"),
        ["the host name tells nothing"] = Python("import socket, os; print(socket.gethostname(), os.uname().nodename)").Prints("sandbox sandbox\n"),
        ["it is not process 1, and not root"] = Python("import os; print(os.getpid() > 1, os.getuid() > 0, os.getgid() > 0, os.getuid() == os.geteuid(), os.getgroups())").PrintsLike(@"True True True True \[\d*\]\n"),
        ["its user has a name"] = Python("import getpass, pwd, os; print(pwd.getpwuid(os.getuid()).pw_name)").PrintsLike("[a-z]+\n"),
        ["home is /sandbox"] = Python("import pathlib; print(pathlib.Path.home())").Prints("/sandbox\n"),
        ["three descriptors are open"] = Python("import os\nprint(sorted(int(f) for f in os.listdir('/proc/self/fd'))[:3], [f for f in range(3, 1024) if os.path.exists(f'/proc/self/fd/{f}')])").Prints("[0, 1, 2] []\n"),
        ["the directory holds the script alone"] = Python("import os; print(os.listdir('.'), os.listdir('/tmp'))").Prints("['main.py'] []\n"),
        ["child processes work"] = Python("import subprocess; print(subprocess.run(['echo', 'from a child'], capture_output=True, text=True).stdout)").Prints("from a child\n\n"),
        ["children write to the same streams"] = Python("import subprocess; subprocess.run('echo out; echo err >&2', shell=True)").Prints("out\n").Complains("err\n"),
        ["sys.executable runs Python"] = Python("import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', 'import sys; print(sys.version)'], text=True).strip() == sys.version)").Prints("True\n"),
        ["pipes and shell work"] = Python("import os; print(os.popen('printf \"b\\na\\n\" | sort | tr a-z A-Z').read())").Prints("A\nB\n\n"),
        ["a loopback server of its own works"] = Python("""
            import socket, threading
            server = socket.create_server(('127.0.0.1', 8080))
            def serve():
                peer, _ = server.accept()
                peer.sendall(peer.recv(100).upper())
                peer.close()
            threading.Thread(target=serve).start()
            client = socket.create_connection(('127.0.0.1', 8080))
            client.sendall(b'hello')
            print(client.recv(100))
            """).Prints("b'HELLO'\n"),
        ["a loopback HTTP server works over localhost"] = Python("""
            import http.server, threading, urllib.request
            class H(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200); self.end_headers(); self.wfile.write(b'served ' + self.path.encode())
                def log_message(self, *a): pass
            s = http.server.HTTPServer(('localhost', 0), H)
            threading.Thread(target=s.serve_forever, daemon=True).start()
            print(urllib.request.urlopen(f'http://localhost:{s.server_port}/x').read())
            """).Prints("b'served /x'\n"),
        ["Unix sockets work"] = Python("import socket; a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1)); s = socket.socket(socket.AF_UNIX); s.bind('/sandbox/s'); s.listen(); print('bound')").Prints("b'x'\nbound\n"),
        ["random sources differ from run to run and are there"] = Python("import os, random, secrets, uuid; print(len({os.urandom(8), secrets.token_bytes(8), random.randbytes(8), uuid.uuid4().bytes}))").Prints("4\n"),
        ["native calls through ctypes work"] = Python("import ctypes; print(ctypes.CDLL(None).abs(-5))").Prints("5\n"),
        ["stdout comes line by line"] = Python("import sys; print(sys.stdout.line_buffering, sys.stdout.isatty())").Prints("True False\n"),
    };

    private static readonly Table<ProgramCase> Files = new()
    {
        ["files in the working directory can be made, read, renamed and removed"] = Python("import os\nopen('a', 'w').write('x')\nos.rename('a', 'b')\nprint(open('b').read()); os.remove('b'); print(os.listdir('.'))").Prints("x\n['main.py']\n"),
        ["tempfile works"] = Python("import tempfile, os\nwith tempfile.NamedTemporaryFile() as f, tempfile.TemporaryDirectory() as d:\n    f.write(b'x'); print(f.name.startswith('/tmp/'), d.startswith('/tmp/'))").Prints("True True\n"),
        ["sqlite3 works in memory and in a file"] = Python("import sqlite3\nfor where in (':memory:', 'x.db'):\n    c = sqlite3.connect(where); c.execute('create table t(a)'); c.execute('insert into t values (7)'); c.commit()\n    print(c.execute('select a + 1 from t').fetchone())").Prints("(8,)\n(8,)\n"),
        ["Pillow saves and loads"] = Python("from PIL import Image\nImage.new('RGB', (3, 2), (1, 2, 3)).save('x.png')\ni = Image.open('x.png'); print(i.size, i.getpixel((0, 0)))").Prints("(3, 2) (1, 2, 3)\n"),
        ["/tmp and /dev/shm can be written"] = Python("import os\nfor d in ('/tmp', '/dev/shm'): open(d + '/x', 'w').write('x'); print(os.path.getsize(d + '/x'))").Prints("1\n1\n"),
        ["shared memory works"] = Python("import sys\nfrom multiprocessing import shared_memory as s\nm = s.SharedMemory(create=True, size=4096); m.buf[0] = 7\nn = s.SharedMemory(m.name, track=False) if sys.version_info >= (3, 13) else m\nprint(n.buf[0]); n.close(); m.close(); m.unlink()").Prints("7\n"),
        ["nothing else can be written"] = Python("""
            import os
            for d in ('/', '/etc', '/usr', '/usr/bin', '/usr/lib/python3', '/home', '/root', '/opt', '/var', '/var/tmp', '/run', '/run/lock', '/dev', '/proc', '/srv', '/mnt'):
                try:
                    open(d + '/mayfly-test', 'w').close()
                    print('wrote', d)
                except OSError as e:
                    pass
            """),
        ["the interpreter's libraries cannot be changed"] = Python("import os, json\ntry: open(json.__file__, 'a')\nexcept OSError as e: print(e.errno in (30, 13, 1))").Prints("True\n"),
        ["no byte code is left beside modules"] = Python("import os; open('m.py', 'w').write('x=1'); import m; print(os.path.exists('__pycache__'))").Prints("False\n"),
        ["main.py can be read, changed and removed"] = Python("import os\nprint(len(open('main.py').read()) > 10)\nos.remove('main.py')\nopen('main.py', 'w').write('other')\nprint('still here')").Prints("True\nstill here\n"),
        ["set-id bits are of no use"] = Python("import os; print(bool(os.statvfs('/sandbox').f_flag & os.ST_NOSUID), bool(os.statvfs('/').f_flag & os.ST_RDONLY))").Prints("True True\n"),
    };

    public static IEnumerable<TheoryDataRow<string>> ScriptRows => Script.Rows;

    public static IEnumerable<TheoryDataRow<string>> TracebackRows => Tracebacks.Rows;

    public static IEnumerable<TheoryDataRow<string>> SurroundingRows => Surroundings.Rows;

    public static IEnumerable<TheoryDataRow<string>> FileRows => Files.Rows;

    [Theory, MemberData(nameof(ScriptRows))]
    public Task It_is_a_script(string claim) => Script[claim].RunAsync(Service);

    [Theory, MemberData(nameof(TracebackRows)), Case("D19")]
    public Task Errors_are_its_own(string claim) => Tracebacks[claim].RunAsync(Service);

    [Theory, MemberData(nameof(SurroundingRows))]
    public Task Around_it(string claim) => Surroundings[claim].RunAsync(Service);

    [Theory, MemberData(nameof(FileRows)), Case("F22")]
    public Task Files_work_where_they_should(string claim) => Files[claim].RunAsync(Service);

    [Fact, Case("Z4")]
    public async Task Two_runs_share_no_randomness()
    {
        const string Code = "import random, uuid, os, numpy\nprint(random.random(), uuid.uuid4(), os.urandom(8).hex(), numpy.random.random(), uuid.uuid1().clock_seq)";

        var first = (await Service.PythonAsync(Code)).AssertExit(0).Stdout.Split(' ');
        var second = (await Service.PythonAsync(Code)).AssertExit(0).Stdout.Split(' ');

        Assert.Equal(5, first.Length);
        Assert.Empty(first.Take(4).Intersect(second));
    }

    [Fact, Case("F12")]
    public async Task What_one_run_leaves_the_next_does_not_find()
    {
        (await Service.PythonAsync("""
            for d in ('/sandbox', '/tmp', '/dev/shm'):
                open(d + '/left', 'w').write('secret')
            import subprocess
            subprocess.Popen(['sleep', '5'])
            """)).AssertExit(0);

        for (var i = 0; i < 4; i++)
        {
            var next = await Service.PythonAsync("import os; print([os.listdir(d) for d in ('/sandbox', '/tmp', '/dev/shm')], [p for p in os.listdir('/proc') if p.isdigit() and b'sleep' in open(f'/proc/{p}/cmdline', 'rb').read()])");
            next.AssertExit(0).AssertStdout("[['main.py'], [], []] []\n");
        }
    }
}
