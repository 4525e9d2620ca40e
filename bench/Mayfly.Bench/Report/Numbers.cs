using System.Globalization;

namespace Mayfly.Bench.Report;

/// <summary>Numbers as tables show them: three digits that matter, a dash for none.</summary>
internal static class Numbers
{
    public static string Text(double? value) => value is not { } number ? "–" : number.ToString(Format(Math.Abs(number)), CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Format(double size) => size switch
    {
        >= 100 => "0",
        >= 10 => "0.0",
        >= 0.1 or 0 => "0.00",
        _ => "0.0000",
    };
}
