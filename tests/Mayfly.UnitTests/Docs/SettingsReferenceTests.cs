using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mayfly.Api;
using Mayfly.Dispatch;
using Microsoft.Extensions.Configuration;

namespace Mayfly.UnitTests.Docs;

public sealed partial class SettingsReferenceTests
{
    private static readonly XDocument Comments = XDocument.Load(Path.ChangeExtension(typeof(GatewayOptions).Assembly.Location, ".xml"));

    [Fact]
    public void Operations_lists_every_setting_with_its_default()
    {
        var table = new StringBuilder("\n| key | default | meaning |\n|---|---|---|\n");
        foreach (var (key, value, meaning) in Settings(new GatewayOptions(), "").Concat(Settings(new DispatchOptions(), "")).DistinctBy(setting => setting.Key).OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{key}` | {value} | {meaning} |\n");
        }

        GeneratedSection.MustBe("docs/operations.md", "settings", table.Append('\n').ToString());
    }

    private static IEnumerable<(string Key, string Value, string Meaning)> Settings(object section, string prefix)
    {
        foreach (var property in section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.SetMethod is not { IsPublic: true })
            {
                continue;
            }

            var value = property.GetValue(section);
            if (value is null or string or IEnumerable || property.PropertyType.IsValueType)
            {
                var key = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;
                yield return (prefix + key, Show(value), Meaning(property));
            }
            else
            {
                foreach (var setting in Settings(value, $"{prefix}{property.Name}:"))
                {
                    yield return setting;
                }
            }
        }
    }

    private static string Show(object? value) => value switch
    {
        null => "",
        string text => $"`{text}`",
        IEnumerable => "none",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Meaning(PropertyInfo property)
    {
        var name = $"P:{property.DeclaringType!.FullName}.{property.Name}";
        var summary = Comments.Descendants("member").FirstOrDefault(member => (string?)member.Attribute("name") == name)?.Element("summary");
        Assert.True(summary is not null, $"{name} has no doc comment: it is what the settings reference is made of");
        foreach (var reference in summary.Descendants().Where(element => element.Attribute("cref") is not null).ToList())
        {
            reference.ReplaceWith($"`{((string)reference.Attribute("cref")!).Split('.')[^1]}`");
        }

        foreach (var code in summary.Descendants("c").ToList())
        {
            code.ReplaceWith($"`{code.Value}`");
        }

        var range = property.GetCustomAttribute<RangeAttribute>() is { } bounds ? string.Create(CultureInfo.InvariantCulture, $" {bounds.Minimum} to {bounds.Maximum}.") : "";
        return Spaces().Replace(summary.Value.Trim(), " ").Replace("|", "\\|", StringComparison.Ordinal) + range;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
