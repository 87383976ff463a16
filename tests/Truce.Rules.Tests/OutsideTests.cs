using System.Collections.Immutable;
using System.Reflection;
using NodaTime;

namespace Truce.Rules.Tests;

/// <summary>Whatever a file can say, the difference of two files shows.</summary>
public sealed class OutsideTests
{
    private static readonly NullabilityInfoContext Nullness = new();

    [Fact]
    public void A_change_of_any_property_of_a_framework_is_a_line()
    {
        var a = (Framework)Make(typeof(Framework), "framework");
        Assert.Empty(OutsideTheRules.Of(a, a));
        var (tried, unseen) = (0, new List<string>());
        foreach (var (path, b) in Variants(typeof(Framework), a, "framework"))
        {
            tried++;
            if (!OutsideTheRules.Of(a, (Framework)b!).Any() || !OutsideTheRules.Of((Framework)b!, a).Any())
            {
                unseen.Add(path);
            }
        }

        Assert.Equal("", string.Join('\n', unseen));
        Assert.True(tried > 300, $"only {tried} changes were tried");
    }

    [Fact]
    public void A_file_that_differs_outside_the_rules_alone_is_not_called_equal()
    {
        var text = Missions.Text("missions/gaza/framework.yaml");
        var before = FrameworkReader.Read(text, "a.yaml").Framework;
        var rule = before.Rules[0];
        var other = before.Sources.First(s => !rule.Ground.Sources.Contains(s.Id)).Id;
        var after = before with
        {
            Rules = before.Rules.SetItem(0, rule with { Ground = rule.Ground with { Sources = [other] } }),
        };
        var diff = Diff.Of(before, after, false);
        Assert.False(diff.IsEmpty);
        Assert.Equal([$"rule {rule.Id}: sources was {rule.Ground.Sources[0]}, is {other}"], diff.Outside);
    }

    private static bool IsArray(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static bool IsOurs(Type type) =>
        type.Assembly == typeof(Framework).Assembly && !type.IsEnum && type != typeof(Quantity);

    /// <summary>What a file can state: what is set, not what is worked out.</summary>
    private static IEnumerable<PropertyInfo> Stated(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.SetMethod is not null && p.PropertyType != typeof(Place));

    /// <summary>Something of the type, with everything in it stated once.</summary>
    private static object Make(Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsArray(type))
        {
            return ArrayOf(type, Make(type.GetGenericArguments()[0], path));
        }

        if (!IsOurs(type))
        {
            return Leaf(type, path);
        }

        var made = type.IsValueType ? Activator.CreateInstance(type)!
            : System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        foreach (var p in Stated(type))
        {
            p.SetValue(made, Make(p.PropertyType, $"{path}.{p.Name}"));
        }

        return made;
    }

    private static object Leaf(Type type, string path) => type switch
    {
        _ when type == typeof(string) => path,
        _ when type == typeof(bool) => false,
        _ when type == typeof(long) => 3L,
        _ when type == typeof(int) => 3,
        _ when type == typeof(LocalDate) => new LocalDate(2026, 1, 1),
        _ when type == typeof(Period) => Period.FromDays(3),
        _ when type == typeof(Quantity) => Quantity.Of(3),
        _ when type == typeof(ImmutableDictionary<string, string>) =>
            ImmutableDictionary<string, string>.Empty.Add("en", path),

        // The kinds of which nothing else in the record is idle.
        _ when type == typeof(BasisKind) => BasisKind.Claim,
        _ when type == typeof(FallbackKind) => FallbackKind.Refer,
        _ when type == typeof(RuleKind) => RuleKind.Require,
        _ when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
        _ => throw new InvalidOperationException($"{path} is of the type {type}, of which this test makes none"),
    };

    private static object ArrayOf(Type type, params object[] items)
    {
        var array = Array.CreateInstance(type.GetGenericArguments()[0], items.Length);
        items.CopyTo(array, 0);
        return typeof(ImmutableArray).GetMethods().First(m => m.Name == "Create"
                && m.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(type.GetGenericArguments()[0]).Invoke(null, [array])!;
    }

    /// <summary>Every value that differs from this one in one place.</summary>
    private static IEnumerable<(string Path, object? Value)> Variants(Type type, object value, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsArray(type))
        {
            var item = type.GetGenericArguments()[0];
            var first = ((System.Collections.IEnumerable)value).Cast<object>().First();
            return [($"{path}: none", ArrayOf(type)),
                .. Variants(item, first, path).Select(v => (v.Path, (object?)ArrayOf(type, v.Value!)))];
        }

        return !IsOurs(type) ? [(path, Other(type, value))]
            : Stated(type).SelectMany(p => OfProperty(p, value, $"{path}.{p.Name}"));
    }

    private static IEnumerable<(string Path, object? Value)> OfProperty(PropertyInfo p, object value, string path)
    {
        object With(object? changed)
        {
            var copy = typeof(object).GetMethod("MemberwiseClone", BindingFlags.NonPublic | BindingFlags.Instance)!
                .Invoke(value, null)!;
            p.SetValue(copy, changed);
            return copy;
        }

        foreach (var v in Variants(p.PropertyType, p.GetValue(value)!, path))
        {
            yield return (v.Path, With(v.Value));
        }

        if (Nullness.Create(p).ReadState == NullabilityState.Nullable)
        {
            yield return ($"{path}: null", With(null));
        }
    }

    private static object Other(Type type, object value) => value switch
    {
        string s => s + " (changed)",
        bool b => !b,
        long n => n + 1,
        int n => n + 1,
        LocalDate d => d.PlusDays(1),
        Period => Period.FromHours(5),
        Quantity => Quantity.Of(4),
        ImmutableDictionary<string, string> labels => labels.SetItem("en", "changed"),
        _ => Enum.GetValues(type).Cast<object>().First(x => !x.Equals(value)),
    };
}
