using System.Globalization;
using System.Reflection;

namespace Mayfly.Api;

/// <summary>Settings that should be whole numbers and are not.</summary>
/// <remarks>
/// The binder would say so, too, but by .NET's names for the types, without the range, and only of the first. So such a text is replaced by a
/// number that is below every range; the check of the ranges then says what the setting may be, and the text is put back into what it says.
/// </remarks>
internal sealed class NumberSettings
{
    private const string BelowEveryRange = "-1";

    private readonly Dictionary<string, string> _texts = new(StringComparer.OrdinalIgnoreCase);

    private NumberSettings()
    {
    }

    /// <summary>Looks at every setting that a property of the types stands for.</summary>
    public static NumberSettings Unreadable(IConfiguration configuration, params ReadOnlySpan<Type> types)
    {
        var found = new NumberSettings();
        foreach (var type in types) found.Look(configuration, type, "");
        return found;
    }

    /// <summary>The settings, with numbers in place of the texts.</summary>
    public IConfiguration Replace(IConfiguration configuration) => _texts.Count == 0
        ? configuration
        : new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(_texts.Keys.Select(key => KeyValuePair.Create(key, (string?)BelowEveryRange))).Build();

    /// <summary>What the check of the ranges said, with the text that was configured.</summary>
    public string Explain(string problem)
    {
        foreach (var (key, text) in _texts)
        {
            var said = $"{key} is {BelowEveryRange}; it must be ";
            if (problem.StartsWith(said, StringComparison.Ordinal)) return $"{key} is \"{text}\"; it must be a whole number, {problem[said.Length..]}";
        }

        return problem;
    }

    private void Look(IConfiguration configuration, Type type, string prefix)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true }) continue;
            var key = prefix + property.Name;
            var number = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (number == typeof(int) || number == typeof(long))
            {
                if (configuration[key] is { } text && !IsNumber(text, number)) _texts[key] = text;
            }
            else if (property.PropertyType.Assembly == type.Assembly && property.PropertyType.IsClass)
            {
                Look(configuration, property.PropertyType, $"{key}:");
            }
        }
    }

    private static bool IsNumber(string text, Type type) => type == typeof(int)
        ? int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        : long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
}
