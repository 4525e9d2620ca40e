using static Mayfly.ContractTests.ProgramCase;

namespace Mayfly.ContractTests.Programs;

/// <summary>What a JavaScript program finds around it: a CommonJS script, run as <c>node main.js</c>.</summary>
public sealed class JavaScriptTests(Service service) : ServiceTests(service)
{
    private static readonly Table<ProgramCase> Script = new()
    {
        ["require.main is the module"] = JavaScript("console.log(require.main === module, module.id, module.loaded)").Prints("true . false\n"),
        ["__filename and __dirname are the script's"] = JavaScript("console.log(__filename, __dirname)").Prints("/sandbox/main.js /sandbox\n"),
        ["argv is node and the script"] = JavaScript("console.log(process.argv.length, process.argv[1], process.argv[0] === process.execPath, require('path').basename(process.execPath))").Prints("2 /sandbox/main.js true node\n"),
        ["execArgv shows no flags"] = JavaScript("console.log(JSON.stringify(process.execArgv))").Prints("[]\n"),
        ["the working directory is /sandbox"] = JavaScript("console.log(process.cwd())").Prints("/sandbox\n"),
        ["this is module.exports, code is sloppy"] = JavaScript("console.log(this === module.exports, (function () { return this === globalThis })())").Prints("true true\n"),
        ["the module has the five names of CommonJS"] = JavaScript("console.log(typeof require, typeof module, typeof exports, typeof __filename, typeof __dirname, arguments.length)").Prints("function object object string string 5\n"),
        ["a function's source is its own"] = JavaScript("function f(a) { return a + 1 }\nconsole.log(f.toString())").Prints("function f(a) { return a + 1 }\n"),
        ["a module of its own can be written and required"] = JavaScript("require('fs').writeFileSync('mine.js', 'module.exports = 42'); console.log(require('./mine'), require.resolve('./mine'))").Prints("42 /sandbox/mine.js\n"),
        ["JSON can be required"] = JavaScript("require('fs').writeFileSync('d.json', '{\"a\":[1]}'); console.log(require('./d.json').a[0])").Prints("1\n"),
        ["an import statement fails as in CommonJS"] = JavaScript("import fs from 'fs'\nconsole.log('ran')").Exits(1).ComplainsWith("SyntaxError: Cannot use import statement outside a module", "/sandbox/main.js:1"),
        ["an export statement fails as in CommonJS"] = JavaScript("export const x = 1").Exits(1).ComplainsWith("SyntaxError: Unexpected token 'export'"),
        ["await at the top fails as in CommonJS"] = JavaScript("await Promise.resolve(1)").Exits(1).ComplainsWith("SyntaxError: await is only valid in async functions and the top level bodies of modules"),
        ["import() works"] = JavaScript("import('node:path').then(m => console.log(m.sep))").Prints("/\n"),
        ["a file of its own that is a module works"] = JavaScript("require('fs').writeFileSync('m.mjs', 'export default 7'); import('/sandbox/m.mjs').then(m => console.log(m.default))").Prints("7\n"),
        ["built-in modules are all there"] = JavaScript("const m = require('module').builtinModules.filter(n => !n.startsWith('_')); let bad = []; for (const n of m) { try { require(n) } catch (e) { bad.push(n + ': ' + e.code) } } console.log(m.length > 30, bad.filter(b => !b.startsWith('inspector') && !b.startsWith('trace_events')))").Prints("true []\n").ComplainsWith("DeprecationWarning"),
        ["node: names work"] = JavaScript("console.log(require('node:os').EOL === '\\n', typeof require('node:test'))").Prints("true function\n"),
        ["timers and promises run in Node's order"] = JavaScript("setTimeout(() => console.log('timeout'), 0); setImmediate(() => console.log('immediate')); Promise.resolve().then(() => console.log('promise')); process.nextTick(() => console.log('tick')); console.log('sync'); const until = Date.now() + 5; while (Date.now() < until);").Prints("sync\ntick\npromise\ntimeout\nimmediate\n"),
        ["worker threads work"] = JavaScript("const { Worker, isMainThread, parentPort } = require('worker_threads'); if (isMainThread) new Worker(__filename).on('message', m => console.log(m)); else parentPort.postMessage('from a worker')").Prints("from a worker\n"),
        ["WebAssembly works"] = JavaScript("const b = new Uint8Array([0,97,115,109,1,0,0,0,1,5,1,96,0,1,127,3,2,1,0,7,5,1,1,102,0,0,10,6,1,4,0,65,42,11]); console.log(new WebAssembly.Instance(new WebAssembly.Module(b)).exports.f())").Prints("42\n"),
        ["crypto, zlib and streams work"] = JavaScript("const c = require('crypto'), z = require('zlib'); console.log(c.createHash('sha256').update('').digest('hex').slice(0, 8), z.gunzipSync(z.gzipSync('x')).toString()); require('stream').Readable.from(['a', 'b']).pipe(process.stdout)").Prints("e3b0c442 x\nab"),
        ["Intl knows languages"] = JavaScript("console.log(new Intl.NumberFormat('de-DE').format(1234567.5), new Date(0).toLocaleDateString('en-GB'))").Prints("1.234.567,5 01/01/1970\n"),
        ["eval and Function work"] = JavaScript("console.log(eval('1 + 1'), new Function('return 3')())").Prints("2 3\n"),
    };

    private static readonly Table<ProgramCase> Errors = new()
    {
        ["line numbers are the script's own"] = JavaScript("\n\n\nthrow new Error('here')").Exits(1).ComplainsWith("/sandbox/main.js:4\n", "at Object.<anonymous> (/sandbox/main.js:4:7)"),
        ["a stack begins with the script's frames"] = JavaScript("function f() { return new Error('x').stack.split('\\n') }\nconst s = f(); console.log(s[1].trim()); console.log(s[2].trim())").Prints("at f (/sandbox/main.js:1:23)\nat Object.<anonymous> (/sandbox/main.js:2:11)\n"),
        ["the rest of a stack is Node's own"] = JavaScript("console.log(new Error('x').stack.split('\\n').slice(2).every(l => l.includes('node:')))").Prints("true\n"),
        ["a syntax error shows the script's line"] = JavaScript("const x = 1\nconst = 2\n").Exits(1).ComplainsWith("/sandbox/main.js:2\nconst = 2\n", "SyntaxError: Unexpected token '='"),
        ["the version of Node is named, as Node does"] = JavaScript("throw new Error('x')").Exits(1).ComplainsWith("\n\nNode.js v22."),
    };

    private static readonly Table<ProgramCase> Surroundings = new()
    {
        ["it is Node.js 22"] = JavaScript("console.log(process.versions.node.split('.')[0], process.release.name)").Prints("22 node\n"),
        ["stdin is at its end"] = JavaScript("process.stdin.on('data', d => console.log('data')).on('end', () => console.log('end', process.stdin.isTTY))").Prints("end undefined\n"),
        ["reading stdin at once gives nothing"] = JavaScript("console.log(require('fs').readFileSync(0).length)").Prints("0\n"),
        ["readline ends at once"] = JavaScript("require('readline').createInterface({ input: process.stdin }).on('line', () => console.log('line')).on('close', () => console.log('close'))").Prints("close\n"),
        ["the environment is small and fixed"] = JavaScript("for (const k of Object.keys(process.env).sort()) console.log(k + '=' + process.env[k])")
            .PrintsLike("HOME=/sandbox\nLANG=C.UTF-8\nLC_ALL=C.UTF-8\n(?:[A-Z]+_NUM_THREADS=1\n)*(?:NODE_[A-Z_]+=[^\n]*\n)*(?:[A-Z]+_NUM_THREADS=1\n)*PATH=/[a-z/:]+\n(?:PYTHON[A-Z]+=[^\n]*\n)*TMPDIR=/tmp\nTZ=UTC\n"),
        ["the time zone is UTC"] = JavaScript("console.log(new Date().getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions().timeZone)").Prints("0 UTC\n"),
        ["os.cpus is what the kernel says"] = JavaScript("console.log(require('os').cpus().length === require('fs').readFileSync('/proc/cpuinfo', 'utf8').split('\\n').filter(l => l.startsWith('processor')).length)").Prints("true\n"),
        ["the host name tells nothing"] = JavaScript("console.log(require('os').hostname())").Prints("sandbox\n"),
        ["os says where it is at home"] = JavaScript("const os = require('os'); console.log(os.tmpdir(), os.homedir(), os.platform())").Prints("/tmp /sandbox linux\n"),
        ["its user has a name"] = JavaScript("console.log(require('os').userInfo().username)").PrintsLike("[a-z]+\n"),
        ["it is not process 1, and not root"] = JavaScript("console.log(process.pid > 1, process.getuid() > 0, process.getgid() > 0)").Prints("true true true\n"),
        ["umask is an ordinary one"] = JavaScript("console.log(process.umask().toString(8))").Prints("22\n"),
        ["the directory holds the script alone"] = JavaScript("const fs = require('fs'); console.log(fs.readdirSync('.'), fs.readdirSync('/tmp'))").Prints("[ 'main.js' ] []\n"),
        ["child processes work"] = JavaScript("console.log(require('child_process').execSync('echo from a child').toString())").Prints("from a child\n\n"),
        ["spawn works and streams"] = JavaScript("require('child_process').spawn('sh', ['-c', 'echo out; exit 3'], { stdio: 'inherit' }).on('exit', c => console.log('child', c))").Prints("out\nchild 3\n"),
        ["fork talks to its child"] = JavaScript("const cp = require('child_process'); if (process.send) process.send('hello'); else cp.fork(__filename).on('message', m => console.log('child says', m))").Prints("child says hello\n"),
        ["process.execPath runs Node"] = JavaScript("console.log(require('child_process').execFileSync(process.execPath, ['-p', 'process.version']).toString().trim() === process.version)").Prints("true\n"),
        ["python can be called, the image has it"] = JavaScript("console.log(require('child_process').execSync('python3 -c \"print(6*7)\"').toString())").Prints("42\n\n"),
        ["a loopback HTTP server and fetch work"] = JavaScript("const s = require('http').createServer((q, r) => r.end('served ' + q.url)).listen(0, '127.0.0.1', async () => { const r = await fetch(`http://127.0.0.1:${s.address().port}/x`); console.log(r.status, await r.text()); s.close(); s.closeAllConnections() })").Prints("200 served /x\n"),
        ["a Unix socket server works"] = JavaScript("const net = require('net'); const s = net.createServer(c => c.end('hi')).listen('/sandbox/s', () => net.connect('/sandbox/s').on('data', d => { console.log(d.toString()); s.close() }))").Prints("hi\n"),
        ["random sources differ from run to run and are there"] = JavaScript("const c = require('crypto'); console.log(new Set([c.randomBytes(8).toString('hex'), c.randomUUID(), String(c.randomInt(2 ** 40)), String(Math.random())]).size)").Prints("4\n"),
        ["signals have an ordinary program's dispositions"] = JavaScript("const l = require('fs').readFileSync('/proc/self/status', 'utf8'); console.log(/SigBlk:\\s*0+\\n/.test(l), process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'))").Prints("true 0 0\n"),
    };

    private static readonly Table<ProgramCase> Files = new()
    {
        ["files in the working directory can be made, read, renamed and removed"] = JavaScript("const fs = require('fs'); fs.writeFileSync('a', 'x'); fs.renameSync('a', 'b'); console.log(fs.readFileSync('b', 'utf8')); fs.rmSync('b'); console.log(fs.readdirSync('.'))").Prints("x\n[ 'main.js' ]\n"),
        ["asynchronous files work"] = JavaScript("const fs = require('fs/promises'); (async () => { const d = await fs.mkdtemp('/tmp/x-'); await fs.writeFile(d + '/f', 'y'); console.log(await fs.readFile(d + '/f', 'utf8')); await fs.rm(d, { recursive: true }); console.log(await fs.readdir('/tmp')) })()").Prints("y\n[]\n"),
        ["nothing else can be written"] = JavaScript("for (const d of ['/', '/etc', '/usr', '/usr/bin', '/usr/lib', '/home', '/root', '/opt', '/var/tmp', '/run', '/dev', '/proc', '/node_modules']) try { require('fs').writeFileSync(d + '/mayfly-test', ''); console.log('wrote', d) } catch (e) { }"),
        ["the libraries cannot be changed"] = JavaScript("try { require('fs').appendFileSync(require.resolve('lodash'), ' '); console.log('wrote') } catch (e) { console.log(['EROFS', 'EACCES', 'EPERM'].includes(e.code)) }").Prints("true\n"),
    };

    public static IEnumerable<TheoryDataRow<string>> ScriptRows => Script.Rows;

    public static IEnumerable<TheoryDataRow<string>> ErrorRows => Errors.Rows;

    public static IEnumerable<TheoryDataRow<string>> SurroundingRows => Surroundings.Rows;

    public static IEnumerable<TheoryDataRow<string>> FileRows => Files.Rows;

    [Theory, MemberData(nameof(ScriptRows))]
    public Task It_is_a_script(string claim) => Script[claim].RunAsync(Service);

    [Theory, MemberData(nameof(ErrorRows)), Case("D19")]
    public Task Errors_are_its_own(string claim) => Errors[claim].RunAsync(Service);

    [Theory, MemberData(nameof(SurroundingRows))]
    public Task Around_it(string claim) => Surroundings[claim].RunAsync(Service);

    [Theory, MemberData(nameof(FileRows)), Case("F22")]
    public Task Files_work_where_they_should(string claim) => Files[claim].RunAsync(Service);

    [Fact, Case("Z9")]
    public async Task Two_runs_share_no_randomness()
    {
        const string Code = "const c = require('crypto'); console.log(Math.random(), c.randomBytes(8).toString('hex'), c.randomUUID(), c.randomInt(2 ** 40))";

        var first = (await Service.JavaScriptAsync(Code)).AssertExit(0).Stdout.TrimEnd().Split(' ');
        var second = (await Service.JavaScriptAsync(Code)).AssertExit(0).Stdout.TrimEnd().Split(' ');

        Assert.Equal(4, first.Length);
        Assert.Empty(first.Intersect(second));
    }

    [Fact, Case("Z3")]
    public async Task What_one_run_changes_the_next_does_not_find()
    {
        (await Service.JavaScriptAsync("Object.prototype.polluted = 1; Array.prototype.map = null; require('lodash').chunk = null; process.env.LEFT = 'x'; globalThis.left = 1; require('fs').writeFileSync('/tmp/left', '')")).AssertExit(0);

        for (var i = 0; i < 4; i++)
        {
            var next = await Service.JavaScriptAsync("console.log({}.polluted, typeof [].map, typeof require('lodash').chunk, process.env.LEFT, globalThis.left, require('fs').readdirSync('/tmp').length)");
            next.AssertExit(0).AssertStdout("undefined function function undefined undefined 0\n");
        }
    }
}
