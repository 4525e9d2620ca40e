using static Mayfly.ContractTests.ProgramCase;

namespace Mayfly.ContractTests.Libraries;

/// <summary>One real use of each Python library, with its exact output.</summary>
public sealed class PythonLibraryTests(Service service) : ServiceTests(service)
{
    private static readonly Table<ProgramCase> Uses = new()
    {
        ["numpy solves, decomposes, transforms and draws the same numbers from a seed"] = Python("""
            import numpy as np
            a = np.array([[2.0, 1.0], [1.0, 3.0]])
            print(np.linalg.solve(a, np.array([3.0, 5.0])).round(6))
            print(np.linalg.eigvalsh(a).round(6), round(float(np.linalg.det(a)), 6))
            print(np.abs(np.fft.fft([1, 0, 0, 0])))
            print(np.arange(12).reshape(3, 4).sum(axis=0), np.float64(0.1) + np.float64(0.2) == 0.3)
            print(np.random.default_rng(42).integers(0, 100, 5))
            big = np.ones((300, 300)) @ np.ones((300, 300))
            print(big.shape, big.min(), big.max(), big.dtype)
            """).Prints("[0.8 1.4]\n[1.381966 3.618034] 5.0\n[1. 1. 1. 1.]\n[12 15 18 21] False\n[ 8 77 65 43 43]\n(300, 300) 300.0 300.0 float64\n"),

        ["pandas reads, groups, joins, pivots and resamples"] = Python("""
            import io
            import pandas as pd
            sales = pd.read_csv(io.StringIO('day,shop,amount\n2024-01-01,a,10\n2024-01-01,b,20\n2024-01-02,a,5.5\n2024-02-01,b,4\n'), parse_dates=['day'])
            print(sales.groupby('shop')['amount'].agg(['sum', 'mean', 'count']))
            print(sales.merge(pd.DataFrame({'shop': ['a', 'b'], 'town': ['Ulm', 'Bern']}), on='shop')['town'].tolist())
            print(sales.pivot_table(index='day', columns='shop', values='amount', aggfunc='sum').fillna(0).to_csv())
            print(sales.set_index('day')['amount'].resample('MS').sum().to_dict())
            print(sales.describe()['amount'].round(3).to_dict())
            """).Prints("""
                       sum   mean  count
                shop                    
                a     15.5   7.75      2
                b     24.0  12.00      2
                ['Ulm', 'Bern', 'Ulm', 'Bern']
                day,a,b
                2024-01-01,10.0,20.0
                2024-01-02,5.5,0.0
                2024-02-01,0.0,4.0

                {Timestamp('2024-01-01 00:00:00'): 35.5, Timestamp('2024-02-01 00:00:00'): 4.0}
                {'count': 4.0, 'mean': 9.875, 'min': 4.0, '25%': 5.125, '50%': 7.75, '75%': 12.5, 'max': 20.0, 'std': 7.215}

                """),

        ["sympy integrates, solves and prints"] = Python("""
            from sympy import *
            x, y = symbols('x y')
            print(integrate(exp(-x**2), (x, -oo, oo)))
            print(solve([x + y - 3, x - y - 1], [x, y]), solve(x**2 + 1, x))
            print(latex(Integral(sqrt(1 / x), x)), Matrix([[1, 2], [3, 4]]).inv())
            """).Prints("""
                sqrt(pi)
                {x: 2, y: 1} [-I, I]
                \int \sqrt{\frac{1}{x}}\, dx Matrix([[-2, 1], [3/2, -1/2]])

                """),

        ["sympy expands, derives, factors and is exact"] = Python("""
            from sympy import *
            x = symbols('x')
            print(series(sin(x), x, 0, 6), diff(x**x, x))
            print(factor(x**4 - 1), simplify(sin(x)**2 + cos(x)**2), limit(sin(x) / x, x, 0))
            print(pi.evalf(30), factorint(2**32 + 1), Rational(1, 3) + Rational(1, 6))
            """).Prints("""
                x - x**3/6 + x**5/120 + O(x**6) x**x*(log(x) + 1)
                (x - 1)*(x + 1)*(x**2 + 1) 1 1
                3.14159265358979323846264338328 {641: 1, 6700417: 1} 1/2

                """),

        ["python-dateutil parses, adds months, repeats and knows time zones"] = Python("""
            from datetime import datetime
            from dateutil import parser, relativedelta, rrule, tz, easter
            print(parser.parse('Thu Sep 25 2003 10:36:28 PM'), parser.isoparse('2024-02-29T12:30:00+02:00'))
            print(datetime(2024, 1, 31) + relativedelta.relativedelta(months=1), relativedelta.relativedelta(datetime(2024, 3, 1), datetime(2000, 2, 29)))
            print([d.strftime('%a %d') for d in rrule.rrule(rrule.WEEKLY, count=3, byweekday=rrule.FR, dtstart=datetime(2024, 1, 1))])
            print(datetime(2024, 7, 1, 12, tzinfo=tz.UTC).astimezone(tz.gettz('Europe/Berlin')), easter.easter(2025))
            """).Prints("""
                2003-09-25 22:36:28 2024-02-29 12:30:00+02:00
                2024-02-29 00:00:00 relativedelta(years=+24, days=+1)
                ['Fri 05', 'Fri 12', 'Fri 19']
                2024-07-01 14:00:00+02:00 2025-04-20

                """),

        ["Pillow draws, resizes, filters, saves and reads several formats"] = Python("""
            import io
            from PIL import Image, ImageDraw, ImageFilter, ImageOps
            image = Image.new('RGB', (8, 8), 'white')
            ImageDraw.Draw(image).rectangle((2, 2, 5, 5), fill=(255, 0, 0))
            print(image.getpixel((3, 3)), image.getpixel((0, 0)), image.convert('L').getpixel((3, 3)), sum(image.histogram()))
            print(image.resize((4, 4), Image.Resampling.NEAREST).getpixel((1, 1)), ImageOps.mirror(image).size, image.rotate(90).getpixel((3, 3)))
            print(image.filter(ImageFilter.BoxBlur(1)).getpixel((2, 2)))
            for kind in ('PNG', 'GIF', 'BMP', 'JPEG', 'TIFF', 'WEBP'):
                data = io.BytesIO()
                image.save(data, kind)
                again = Image.open(io.BytesIO(data.getvalue()))
                again.load()
                print(again.format, again.size, again.convert('RGB').getpixel((3, 3))[0] > 200)
            """).Prints("""
                (255, 0, 0) (255, 255, 255) 76 192
                (255, 0, 0) (8, 8) (255, 0, 0)
                (255, 142, 142)
                PNG (8, 8) True
                GIF (8, 8) True
                BMP (8, 8) True
                JPEG (8, 8) True
                TIFF (8, 8) True
                WEBP (8, 8) True

                """),

        ["numpy is whole: star import and its testing tools"] = Python("from numpy import *\nimport numpy.testing\nnumpy.testing.assert_allclose(array([1.0]), 1.0)\nprint(arange(3).sum())").Prints("3\n"),

        ["the libraries work together"] = Python("""
            import numpy as np, pandas as pd, sympy
            from PIL import Image
            f = sympy.lambdify(sympy.Symbol('x'), sympy.sympify('x**2 + 1'), 'numpy')
            frame = pd.DataFrame({'x': np.arange(4)}).assign(y=lambda d: f(d['x']))
            print(frame['y'].tolist(), Image.fromarray(frame.to_numpy().astype('uint8')).size)
            """).Prints("[1, 2, 5, 10] (2, 4)\n"),
    };

    // Makes every way to ask for the number of processors say 64 before a library is imported: Python's own, and those of the
    // C library, whose first instructions are replaced (x86-64; elsewhere only Python's). A warm interpreter that imported its
    // libraries earlier must pass as well.
    private const string SixtyFourCores = """
        import ctypes, multiprocessing, os, platform
        os.cpu_count = multiprocessing.cpu_count = lambda: 64
        if hasattr(os, 'process_cpu_count'): os.process_cpu_count = lambda: 64
        os.sched_getaffinity = lambda pid: set(range(64))

        patched = []
        def patch(name, code):
            at = ctypes.cast(getattr(ctypes.CDLL(None), name), ctypes.c_void_p).value
            page = at & ~4095
            libc = ctypes.CDLL(None, use_errno=True)
            libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
            if libc.mprotect(page, 8192, 7) != 0: return
            patched.append((at, ctypes.string_at(at, len(code))))
            ctypes.memmove(at, code, len(code))

        def unpatch():
            for at, code in patched: ctypes.memmove(at, code, len(code))

        if platform.machine() == 'x86_64':
            # sysconf: 64 for _SC_NPROCESSORS_CONF and _ONLN (83, 84), 4096 for _SC_PAGESIZE (30), else -1.
            patch('sysconf', bytes.fromhex('83ff537412' '83ff54740d' '83ff1e740e' '48c7c0ffffffff' 'c3' 'b840000000c3' 'b800100000c3'))
            # get_nprocs: mov eax, 64; ret. sched_getaffinity(pid, size, mask): 64 bits set; return 0.
            patch('get_nprocs', bytes.fromhex('b840000000c3'))
            patch('get_nprocs_conf', bytes.fromhex('b840000000c3'))
            patch('sched_getaffinity', bytes.fromhex('48c702ffffffff' '31c0' 'c3'))

        """;

    private static readonly Table<ProgramCase> Threads = new()
    {
        ["numpy multiplies on one thread"] = Python(Count("", "import numpy as np\nnp.ones((500, 500)) @ np.ones((500, 500))\nnp.linalg.inv(np.eye(200))")).Prints("1\n"),
        ["numpy multiplies on one thread with 64 cores faked"] = Python(Count(SixtyFourCores, "import numpy as np\nnp.ones((500, 500)) @ np.ones((500, 500))\nunpatch()")).Prints("1\n"),
        ["pandas computes on one thread with 64 cores faked"] = Python(Count(SixtyFourCores, "import pandas as pd\nframe = pd.DataFrame({'a': range(10000)})\nframe.eval('b = a * 2 + 1')['b'].rolling(5).mean().sum()\nunpatch()")).Prints("1\n"),
        ["sympy computes on one thread with 64 cores faked"] = Python(Count(SixtyFourCores, "import sympy\nunpatch()\nsympy.integrate(sympy.Symbol('x') ** 2)")).Prints("1\n"),
        ["Pillow filters on one thread with 64 cores faked"] = Python(Count(SixtyFourCores, "from PIL import Image, ImageFilter\nunpatch()\nImage.new('RGB', (500, 500)).filter(ImageFilter.GaussianBlur(3))")).Prints("1\n"),
        ["thread pools are set to one by name"] = Python("import os; print(os.environ['OPENBLAS_NUM_THREADS'], os.environ['OMP_NUM_THREADS'])").Prints("1 1\n"),
    };

    public static IEnumerable<TheoryDataRow<string>> UseRows => Uses.Rows;

    public static IEnumerable<TheoryDataRow<string>> ThreadRows => Threads.Rows;

    [Theory, MemberData(nameof(UseRows))]
    public Task Library_works(string claim) => Uses[claim].RunAsync(Service);

    [Theory, MemberData(nameof(ThreadRows)), Case("Z18")]
    public Task Numeric_libraries_keep_to_one_thread(string claim) => Threads[claim].RunAsync(Service);

    private static string Count(string before, string program) => $"{before}\n{program}\nimport os\nprint(len(os.listdir('/proc/self/task')))";
}
