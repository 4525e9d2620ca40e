using static Mayfly.ContractTests.ProgramCase;

namespace Mayfly.ContractTests.Libraries;

/// <summary>One real use of each JavaScript library, with its exact output.</summary>
public sealed class JavaScriptLibraryTests(Service service) : ServiceTests(service)
{
    private static readonly Table<ProgramCase> Uses = new()
    {
        ["lodash groups, merges, sorts, picks and templates"] = JavaScript("""
            const _ = require('lodash');
            const people = [{ name: 'Ann', age: 40, town: 'Ulm' }, { name: 'Bob', age: 20, town: 'Bern' }, { name: 'Cid', age: 30, town: 'Ulm' }];
            console.log(JSON.stringify(_.mapValues(_.groupBy(people, 'town'), g => _.meanBy(g, 'age'))));
            console.log(_.map(_.orderBy(people, ['town', 'age'], ['asc', 'desc']), 'name').join());
            console.log(JSON.stringify(_.merge({ a: { b: 1 } }, { a: { c: [1] } })), JSON.stringify(_.chunk([1, 2, 3], 2)), _.get({ a: [{ b: 7 }] }, 'a[0].b'));
            console.log(_.camelCase('some words here'), _.isEqual({ a: [1] }, { a: [1] }), _.template('Hi <%= n %>!')({ n: 'x' }), _.range(3).join(''));
            console.log(_.chain([3, 1, 2]).sortBy().reverse().map(n => n * n).value().join(), require('lodash/fp').add(1)(2));
            """).Prints("""
                {"Ulm":35,"Bern":20}
                Bob,Ann,Cid
                {"a":{"b":1,"c":[1]}} [[1,2],[3]] 7
                someWordsHere true Hi x! 012
                9,4,1 3

                """),

        ["dayjs parses, formats, adds, compares and takes plugins"] = JavaScript("""
            const dayjs = require('dayjs');
            for (const plugin of ['utc', 'timezone', 'duration', 'relativeTime', 'isoWeek', 'customParseFormat']) dayjs.extend(require('dayjs/plugin/' + plugin));
            const d = dayjs.utc('2024-01-31T10:20:30Z');
            console.log(d.format('YYYY-MM-DD HH:mm:ss dddd'), d.add(1, 'month').format('DD MMM'), d.isoWeek());
            console.log(d.tz('America/New_York').format('HH:mm Z'), dayjs('31/12/1999', 'DD/MM/YYYY').toISOString());
            console.log(dayjs.duration(100, 'minutes').humanize(), d.from(d.subtract(3, 'day')), d.diff('2023-01-31', 'day'), dayjs('nonsense').isValid());
            console.log(d.locale(require('dayjs/locale/de')).format('dddd, D. MMMM'));
            """).Prints("""
                2024-01-31 10:20:30 Wednesday 29 Feb 5
                05:20 -05:00 1999-12-31T00:00:00.000Z
                2 hours in 3 days 365 false
                Mittwoch, 31. Januar

                """),

        ["mathjs evaluates, derives, inverts, converts and is exact"] = JavaScript("""
            const math = require('mathjs');
            console.log(math.evaluate('sqrt(3^2 + 4^2)'), math.evaluate('2 inch to cm').toString(), math.derivative('x^2 + x', 'x').toString());
            console.log(math.det([[1, 2], [3, 4]]), JSON.stringify(math.inv([[2, 0], [0, 4]])), math.multiply(math.matrix([[1, 2]]), [3, 4]).toString());
            console.log(math.simplify('2x + 3x').toString(), math.fraction('1/3').add(math.fraction(1, 6)).toFraction(), math.sqrt(-4).toString());
            console.log(math.format(math.bignumber(2).pow(100)), math.divide(math.bignumber(1), 3).toString());
            console.log(math.std([2, 4, 4, 4, 5, 5, 7, 9], 'uncorrected'), math.combinations(49, 6), math.round(math.pi, 5));
            """).Prints("""
                5 5.08 cm 2 * x + 1
                -2 [[0.5,0],[0,0.25]] [11]
                5 * x 1/2 2i
                1.267650600228229401496703205376e+30 0.3333333333333333333333333333333333333333333333333333333333333333
                2 13983816 3.14159

                """),
    };

    public static IEnumerable<TheoryDataRow<string>> UseRows => Uses.Rows;

    [Theory, MemberData(nameof(UseRows))]
    public Task Library_works(string claim) => Uses[claim].RunAsync(Service);

    [Fact]
    public async Task A_module_written_as_ES_module_can_use_them()
    {
        // From /sandbox, import() must find what require() finds.
        var execution = await Service.JavaScriptAsync("import('lodash').then(async _ => console.log(_.default.last([1, 2]), (await import('dayjs')).default(0).valueOf()))");

        execution.AssertExit(0).AssertStdout("2 0\n");
    }
}
