using System.Globalization;

namespace Mayfly.Bench.Report;

/// <summary>One thing that the service must be able to do, and what was measured of it.</summary>
/// <param name="Number">Of the figure; parts of one share it.</param>
/// <param name="Name">What is measured, over what.</param>
/// <param name="Bound">What it must reach.</param>
/// <param name="Measured">Null: it was not.</param>
/// <param name="Note">What a reader must know beside the number.</param>
internal sealed record Figure(int Number, string Name, Bound Bound, double? Measured, string Note = "")
{
    public string Met => Measured is { } value ? Bound.Judge(value) : "not measured";

    public string Shown => Measured is { } value ? Bound.Text(value) : "–";
}

/// <summary>At least so good, and better if it can be.</summary>
/// <param name="AtLeast">Must be reached.</param>
/// <param name="Aim">Should be reached.</param>
/// <param name="Falling">Less is better.</param>
/// <param name="Unit">After the number.</param>
internal sealed record Bound(double AtLeast, double Aim, bool Falling, string Unit = "")
{
    private string Sign => Falling ? "≤" : "≥";

    public string AtLeastText => $"{Sign} {Text(AtLeast)}";

    public string AimText => $"{Sign} {Text(Aim)}";

    public static Bound AtMost(double atLeast, double aim, string unit = "") => new(atLeast, aim, Falling: true, unit);

    public static Bound NoLessThan(double atLeast, double aim, string unit = "") => new(atLeast, aim, Falling: false, unit);

    /// <summary>In a word.</summary>
    public string Judge(double value) => Reaches(value, Aim) ? "aim" : Reaches(value, AtLeast) ? "yes" : "no";

    /// <summary>A value as it is shown beside the bounds.</summary>
    public string Text(double value)
    {
        var size = Math.Abs(value);
        var format = size >= 100 ? "0" : size >= 10 ? "0.#" : size >= 0.1 ? "0.##" : "0.####";
        return value.ToString(format, CultureInfo.InvariantCulture) + (Unit.Length == 0 ? "" : $" {Unit}");
    }

    private bool Reaches(double value, double bound) => Falling ? value <= bound : value >= bound;
}
