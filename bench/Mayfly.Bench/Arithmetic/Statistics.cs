namespace Mayfly.Bench.Arithmetic;

/// <summary>The few sums that every figure goes through.</summary>
internal static class Statistics
{
    /// <summary>The value below which that share of the values lies, between neighbours in proportion.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("There is no quantile of nothing.", nameof(values));
        }

        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The value in the middle.</summary>
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>The median of each value over its neighbour in time: what a busy machine does to both cancels out.</summary>
    public static double MedianOfRatios(IReadOnlyCollection<double> values, IReadOnlyCollection<double> yardstick)
    {
        if (values.Count != yardstick.Count)
        {
            throw new ArgumentException($"{values.Count} values have {yardstick.Count} neighbours; each needs one.", nameof(yardstick));
        }

        return Median(values.Zip(yardstick, (value, bare) => value / bare));
    }

    /// <summary>What so many clients did in a second, each by its own clock up to its own last answer.</summary>
    /// <remarks>Counting up to the end of the window would lose the answer that each client still waits for: up to all of them where one takes long.</remarks>
    public static double Throughput(IEnumerable<(int Answers, double Seconds)> clients) =>
        clients.Where(client => client.Answers > 0).Sum(client => client.Answers / client.Seconds);
}
