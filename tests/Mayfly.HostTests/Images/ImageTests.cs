using System.Text.Json;
using Mayfly.Images;

namespace Mayfly.HostTests.Images;

/// <summary>The real image.</summary>
public sealed class ImageTests(InstalledImage image) : IClassFixture<InstalledImage>
{
    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_byte_is_what_the_manifest_says()
    {
        await ImageStore.VerifyAsync(image.Require(), contents: true, Never);
    }

    [Fact]
    public async Task No_file_gives_a_right_and_no_place_can_be_written()
    {
        var tree = await ImageTree.ReadAsync(image.Require().Root, Never);

        Assert.Empty(tree.Violations());
    }

    [Fact]
    public async Task The_interpreters_say_the_versions_of_the_manifest()
    {
        var languages = image.Require().Manifest.Languages.ToDictionary(language => language.Language);

        Assert.Equal($"Python {languages["python"].Version}", (await image.RunAsync("python3", "--version")).Trim());
        Assert.Equal($"Python {languages["python"].Version}", (await image.RunAsync("/usr/bin/python", "--version")).Trim());
        Assert.Equal($"v{languages["javascript"].Version}", (await image.RunAsync("/usr/bin/node", "--version")).Trim());
        Assert.StartsWith("22.", languages["javascript"].Version, StringComparison.Ordinal);
        Assert.StartsWith(image.Require().Manifest.Provider.Name == "standalone" ? "3.12." : "3.", languages["python"].Version, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numpy", "import numpy; print(numpy.linalg.solve([[3, 1], [1, 2]], [9, 8]).tolist())", "[2.0, 3.0]")]
    [InlineData("pandas", "import pandas; print(pandas.DataFrame({'a': [1, 2, 3], 'b': list('xyx')}).groupby('b').a.sum().to_dict())", "{'x': 4, 'y': 2}")]
    [InlineData("sympy", "import sympy; x = sympy.symbols('x'); print(sympy.integrate(x**2, x))", "x**3/3")]
    [InlineData("python-dateutil", "from dateutil import parser, tz; print(parser.parse('2026-03-29T03:30').replace(tzinfo=tz.gettz('Europe/Berlin')).utcoffset())", "2:00:00")]
    [InlineData("Pillow", "from PIL import Image; import io; b = io.BytesIO(); Image.new('RGB', (2, 2), 'red').save(b, 'PNG'); print(Image.open(b).getpixel((1, 1)))", "(255, 0, 0)")]
    public async Task Each_Python_library_works_and_is_in_the_manifest(string name, string program, string expected)
    {
        Assert.Contains(image.Require().Manifest.Languages.Single(language => language.Language == "python").Libraries, library => library.Name == name && library.Version.Length > 0);
        Assert.Equal(expected, (await image.RunAsync("/usr/bin/python3", ".py", program)).Trim());
    }

    [Theory]
    [InlineData("lodash", "console.log(require('lodash').chunk([1, 2, 3], 2).length)", "2")]
    [InlineData("dayjs", "console.log(require('dayjs')('2026-02-28').add(1, 'day').format('MM-DD'))", "03-01")]
    [InlineData("mathjs", "console.log(require('mathjs').evaluate('sqrt(3^2 + 4^2)'))", "5")]
    public async Task Each_JavaScript_library_works_and_is_in_the_manifest(string name, string program, string expected)
    {
        Assert.Contains(image.Require().Manifest.Languages.Single(language => language.Language == "javascript").Libraries, library => library.Name == name && library.Version.Length > 0);
        Assert.Equal(expected, (await image.RunAsync("/usr/bin/node", ".js", program)).Trim());
    }

    [Theory]
    [InlineData("from numpy import *; import numpy.testing, numpy.fft, numpy.polynomial")]
    [InlineData("import pandas.testing, pandas.api.types, pandas.tseries.offsets")]
    [InlineData("from sympy import *; import sympy.physics.units, sympy.stats, sympy.geometry")]
    [InlineData("import sqlite3, ssl, ctypes, lzma, bz2, zlib, decimal, curses, readline, dbm.gnu, multiprocessing, asyncio, xml.etree.ElementTree, zoneinfo")]
    public async Task Nothing_that_a_program_imports_was_trimmed_away(string program) =>
        Assert.Equal("done", (await image.RunAsync("/usr/bin/python3", ".py", $"{program}\nprint('done')")).Trim());

    [Fact]
    public async Task Libraries_can_be_imported_dynamically()
    {
        var output = await image.RunAsync("/usr/bin/node", ".js",
            "Promise.all(['lodash', 'dayjs', 'mathjs'].map((name) => import(name))).then((all) => console.log(all.length, all[2].add(1, 2)))");

        Assert.Equal("3 3", output.Trim());
    }

    [Fact]
    public async Task Python_writes_each_line_when_it_is_complete()
    {
        var output = await image.RunAsync("/usr/bin/python3", ".py", "import os; print('kept'); print('not kept', end=''); os._exit(0)");

        Assert.Equal("kept\n", output);
    }

    [Fact]
    public async Task Every_module_of_the_standard_library_that_is_imported_often_is_compiled_ahead()
    {
        var output = await image.RunAsync("/usr/bin/python3", ".py", """
            import importlib.util, json, numpy, os, pandas, sympy, sys
            loaded = [m.__spec__ for m in list(sys.modules.values()) if getattr(m, '__spec__', None) and m.__spec__.origin and m.__spec__.origin.endswith('.py')]
            stale = []
            for spec in loaded:
                path = importlib.util.cache_from_source(spec.origin)
                head = open(path, 'rb').read(16) if os.path.exists(path) else b''
                if head[:4] != importlib.util.MAGIC_NUMBER or int.from_bytes(head[4:8], 'little') != 1:  # 1: by hash, unchecked
                    stale.append(spec.origin)
            print(json.dumps([len(loaded), [s for s in stale if not s.startswith('/mnt/')]]))
            """);

        using var answer = JsonDocument.Parse(output);
        Assert.True(answer.RootElement[0].GetInt32() > 500);
        Assert.Equal("[]", answer.RootElement[1].GetRawText());
    }

    [Fact]
    public async Task Numeric_libraries_make_no_thread()
    {
        var output = await image.RunAsync("/usr/bin/python3", ".py", """
            import os, numpy
            numpy.random.rand(400, 400) @ numpy.random.rand(400, 400)
            print(len(os.listdir('/proc/self/task')))
            """);

        Assert.Equal("1", output.Trim());
    }

    [Fact]
    public async Task Users_names_and_time_are_those_of_a_sandbox()
    {
        var output = await image.RunAsync("/usr/bin/python3", ".py", """
            import datetime, os, pwd, socket
            print({pwd.getpwuid(u).pw_name for u in range(10000, 10064)}, os.getuid(), len(pwd.getpwall()))
            print(open('/etc/resolv.conf').read() == '', open('/etc/hostname').read().strip(), os.path.realpath('/etc/localtime'))
            print(socket.gethostbyname('localhost'))
            try:
                socket.gethostbyname('example.com')
            except OSError as error:
                print(type(error).__name__)
            """);

        Assert.Equal("{'sandbox'} 10000 66\nTrue sandbox /usr/share/zoneinfo/Etc/UTC\n127.0.0.1\ngaierror\n", output);
    }

    [Theory]
    [InlineData("sh"), InlineData("bash"), InlineData("ls"), InlineData("grep"), InlineData("sed"), InlineData("awk"), InlineData("find")]
    [InlineData("sort"), InlineData("tar"), InlineData("gzip"), InlineData("ps"), InlineData("diff"), InlineData("xargs"), InlineData("date")]
    public async Task A_subprocess_finds_what_a_shell_user_expects(string program) =>
        Assert.Equal(0, int.Parse(await image.RunAsync("sh", "-c", $"command -v {program} > /dev/null; echo $?"), System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("apt"), InlineData("dpkg"), InlineData("mount"), InlineData("umount"), InlineData("su"), InlineData("sudo"), InlineData("passwd")]
    [InlineData("unshare"), InlineData("nsenter"), InlineData("perl"), InlineData("gcc"), InlineData("ldconfig"), InlineData("useradd"), InlineData("pip")]
    public async Task What_only_an_administrator_needs_is_not_there(string program) =>
        Assert.Equal(1, int.Parse(await image.RunAsync("sh", "-c", $"command -v {program} > /dev/null && echo 0 || echo 1"), System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_manifest_names_each_package_with_version_hash_and_licence()
    {
        var manifest = image.Require().Manifest;

        Assert.All(manifest.Packages, package => Assert.Matches("^sha(256-[0-9a-f]{64}|512-[A-Za-z0-9+/=]{88})$", package.Hash));
        Assert.All(manifest.Packages, package => Assert.NotEmpty(package.Version));
        Assert.All(manifest.Packages, package => Assert.NotEmpty(package.Licence));
        Assert.Contains(manifest.Packages, package => package is { Source: "debian", Name: "libc6" });
        Assert.Contains(manifest.Packages, package => package is { Source: "npm", Name: "mathjs" });
        Assert.NotEmpty(manifest.Provider.Why);
    }
}
