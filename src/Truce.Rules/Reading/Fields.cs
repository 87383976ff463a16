using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace Truce.Rules;

/// <summary>What a name may stand for. Several flags: any of them.</summary>
[Flags]
internal enum Names
{
    None = 0,
    Document = 1,
    Source = 2,
    Area = 4,
    Group = 8,
    Phase = 16,
    Fact = 32,
    Action = 64,
    Unit = 128,
    Decider = 256,
    Party = 512,
    Rule = 1024,
    Benchmark = 2048,
    Sector = 4096,
    Actor = Unit | Decider | Party,
    Place = Area | Sector | Group,
}

/// <summary>Collects diagnostics and the names that are used before they are known.</summary>
internal sealed class Reports(string file)
{
    private readonly List<Diagnostic> _list = [];

    public List<(string Name, Names Kinds, Place Place)> Uses { get; } = [];

    public List<(Condition Condition, Place Place)> Conditions { get; } = [];

    public bool HasErrors => _list.Exists(d => d.Severity == Severity.Error);

    public int Count => _list.Count;

    /// <summary>True once more defects were found than anybody reads: what follows is not listed.</summary>
    public bool IsFull => _list.Count >= Limits.DiagnosticsKept;

    public void Error(string code, Place place, string message, string? help = null)
    {
        if (IsFull)
        {
            return;
        }

        _list.Add(new Diagnostic(code, Severity.Error, file, place, message, help));
        if (IsFull)
        {
            _list.Add(new Diagnostic("F401", Severity.Error, file, default,
                $"there are more than {Text.Number(Limits.DiagnosticsKept)} defects, the rest are not listed",
                "mend these and read the file again"));
        }
    }

    public ImmutableArray<Diagnostic> Sorted() =>
        [.. _list.OrderBy(d => d.Place).ThenBy(d => d.Code, StringComparer.Ordinal).Distinct()];
}

/// <summary>The keys of one mapping, taken one by one; those left at the end are unknown.</summary>
internal sealed partial class Fields
{
    /// <summary>Longest duration: no mandate is longer, and no sum of days leaves the calendar.</summary>
    private const int YearsMost = 1_000;

    private readonly Reports _reports;
    private readonly Dictionary<string, (YamlNode Key, YamlNode Value)> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly string _what;

    public Fields(Reports reports, YamlNode node, string what)
    {
        (_reports, _what, Place) = (reports, what, node.Place);
        if (node.Kind != YamlKind.Map)
        {
            reports.Error("F103", node.Place, $"{what} must be a mapping of keys to values, this is {node.Describe()}",
                "write its keys below it, one a line and indented: `key: value`");
            return;
        }

        foreach (var (key, value) in node.Entries)
        {
            _entries.TryAdd(key.Value, (key, value));
        }
    }

    public Place Place { get; }

    /// <summary>True where the key stands, whatever its value.</summary>
    public bool Has(string key)
    {
        _known.Add(key);
        return _entries.ContainsKey(key);
    }

    /// <summary>True where the key stands with a value that is neither empty nor <c>missing</c>.</summary>
    public bool States(string key) => TakeStated(key) is not null;

    public Place PlaceOf(string key) => _entries.TryGetValue(key, out var e) ? e.Value.Place : Place;

    public Place KeyPlace(string key) => _entries.TryGetValue(key, out var e) ? e.Key.Place : Place;

    public YamlNode? Take(string key)
    {
        _known.Add(key);
        return _entries.TryGetValue(key, out var e) ? e.Value : null;
    }

    /// <summary>Null where the key is absent, empty or says <c>missing</c>.</summary>
    public YamlNode? TakeStated(string key) =>
        Take(key) is { } node && !node.IsEmpty && !node.Is("missing") ? node : null;

    /// <summary>Reports every key that nobody asked for.</summary>
    public void Done()
    {
        foreach (var (name, (key, value)) in _entries)
        {
            if (!_known.Contains(name) && !_reports.IsFull)
            {
                _reports.Error("F101", key.Place, $"{_what} has no key `{YamlNode.Clip(name)}`",
                    value.IsEmpty && value.Value.Length == 0 && name.Contains(' ')
                        ? "a comma ends the words before it: put words that hold a comma in quotes"
                        : Spelling.DidYouMean(name, _known) ?? "its keys are " +
                            Text.And([.. _known.Order(StringComparer.Ordinal).Select(k => $"`{k}`")]));
            }
        }
    }

    public void Missing(string key, string help) =>
        _reports.Error("F102", Place, $"{_what} lacks `{key}`", help);

    public string? Words(string key) => TakeStated(key) is { } node ? WordsOf(node, key) : null;

    public string? WordsOf(YamlNode node, string key)
    {
        if (node.Kind == YamlKind.Scalar)
        {
            return node.Value.Trim();
        }

        _reports.Error("F103", node.Place, $"`{key}` must be words, this is {node.Describe()}",
            "write a sentence or a name");
        return null;
    }

    /// <summary>One name of the given kinds, noted for resolution. Null where absent or <c>missing</c>.</summary>
    public string? Name(string key, Names kinds) => TakeStated(key) is { } node ? NameOf(node, kinds, key) : null;

    public string? NameOf(YamlNode node, Names kinds, string key)
    {
        if (node.Kind != YamlKind.Scalar || node.IsEmpty)
        {
            _reports.Error("F103", node.Place, $"`{key}` must be one name, this is {node.Describe()}",
                key == "final" ? "joint holders are a body: declare it with `is: body` and `members`"
                    : "write one name");
            return null;
        }

        _reports.Uses.Add((node.Value, kinds, node.Place));
        return node.Value;
    }

    /// <summary>A name or a list of names. Empty where absent or <c>missing</c>.</summary>
    public ImmutableArray<string> NameList(string key, Names kinds) =>
        TakeStated(key) is { } node ? NamesOf(node, kinds, key) : [];

    public ImmutableArray<string> NamesOf(YamlNode node, Names kinds, string key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var item in ItemsOf(node))
        {
            if (NameOf(item, kinds, key) is not { } name)
            {
                continue;
            }

            if (seen.Add(name))
            {
                names.Add(name);
            }
            else
            {
                _reports.Error("F202", item.Place, $"`{YamlNode.Clip(name)}` stands twice in `{key}`", "name it once");
            }
        }

        return names.ToImmutable();
    }

    /// <summary>Words or a list of words.</summary>
    public ImmutableArray<string> WordsList(string key) =>
        TakeStated(key) is { } node ? [.. ItemsOf(node).Select(i => WordsOf(i, key)).OfType<string>()] : [];

    public static IEnumerable<YamlNode> ItemsOf(YamlNode node) => node.Kind == YamlKind.List ? node.Items : [node];

    public bool? YesNo(string key) => TakeStated(key) is { } node ? YesNoOf(node, key) : null;

    public bool? YesNoOf(YamlNode node, string key)
    {
        if (node.Kind == YamlKind.Scalar && node.Value is "yes" or "true")
        {
            return true;
        }

        if (node.Kind == YamlKind.Scalar && node.Value is "no" or "false")
        {
            return false;
        }

        _reports.Error("F104", node.Place, $"`{key}` must be yes or no, this is {node.Describe()}",
            "write `yes` or `no`");
        return null;
    }

    /// <summary>One word of a closed list.</summary>
    public T? OneOf<T>(string key, IReadOnlyList<(string Word, T Value)> words)
        where T : struct => TakeStated(key) is { } node ? OneOfNode(node, key, words) : null;

    public T? OneOfNode<T>(YamlNode node, string key, IReadOnlyList<(string Word, T Value)> words)
        where T : struct
    {
        foreach (var (word, value) in words)
        {
            if (node.Is(word))
            {
                return value;
            }
        }

        var all = words.Select(w => w.Word).ToList();
        _reports.Error("F104", node.Place, $"`{key}` cannot be {node.Describe()}",
            (node.Kind == YamlKind.Scalar ? Spelling.DidYouMean(node.Value, all) : null)
            ?? "it is one of " + Text.Or([.. all.Select(w => $"`{w}`")]));
        return null;
    }

    /// <summary>A date. Null where absent, missing or unknown.</summary>
    public LocalDate? Date(string key) =>
        TakeStated(key) is { } node && !node.Is("unknown") ? DateOf(node, key) : null;

    public LocalDate? DateOf(YamlNode node, string key)
    {
        if (node.Kind == YamlKind.Scalar && DatePattern().IsMatch(node.Value))
        {
            var parsed = LocalDatePattern.Iso.Parse(node.Value);
            if (parsed.Success && parsed.Value.Year is >= 1900 and <= 2999)
            {
                return parsed.Value;
            }

            _reports.Error("F104", node.Place, $"`{key}`: there is no day {node.Describe()}",
                "a day is written 2026-10-31, between 1900 and 2999");
            return null;
        }

        _reports.Error("F104", node.Place, $"`{key}` must be a day, this is {node.Describe()}",
            "a day is written 2026-10-31");
        return null;
    }

    /// <summary>A duration such as <c>48h</c>, <c>14 days</c>, <c>2 years</c>. Null where absent, missing or
    /// unknown.</summary>
    public Period? Span(string key)
    {
        if (TakeStated(key) is not { } node || node.Is("unknown"))
        {
            return null;
        }

        if (node.Kind == YamlKind.Scalar && SpanPattern().Match(node.Value) is { Success: true } m
            && int.TryParse(m.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0)
        {
            var unit = m.Groups[2].Value;
            var (span, most) = unit[..1] switch
            {
                "m" when unit.StartsWith("mo", StringComparison.Ordinal) => (Period.FromMonths(n), 12 * YearsMost),
                "m" => (Period.FromMinutes(n), int.MaxValue),
                "h" => (Period.FromHours(n), int.MaxValue),
                "d" => (Period.FromDays(n), 365 * YearsMost),
                "w" => (Period.FromWeeks(n), 52 * YearsMost),
                _ => (Period.FromYears(n), YearsMost),
            };
            if (n <= most)
            {
                return span;
            }

            _reports.Error("F104", node.Place,
                $"`{key}`: {node.Describe()} is longer than {Text.Number(YearsMost)} years",
                "correct the number or its unit");
            return null;
        }

        _reports.Error("F104", node.Place, $"`{key}` must be a duration, this is {node.Describe()}",
            "a duration is written 30 min, 48h, 14 days, 2 weeks, 6 months or 2 years");
        return null;
    }

    /// <summary>A number, a range, <c>unknown</c> or <c>missing</c>; missing where absent.</summary>
    public Quantity Amount(string key) => Take(key) is { } node ? AmountOf(node, key) : Quantity.Missing;

    public Quantity AmountOf(YamlNode node, string key)
    {
        if (node.IsEmpty || node.Is("missing"))
        {
            return Quantity.Missing;
        }

        if (node.Is("unknown"))
        {
            return Quantity.Unknown;
        }

        if (node.Kind == YamlKind.Scalar && AmountPattern().Match(node.Value) is { Success: true } m
            && TryNumber(m.Groups[1].Value, out var least)
            && TryNumber(m.Groups[2].Success ? m.Groups[2].Value : m.Groups[1].Value, out var most))
        {
            if (least <= most)
            {
                return Quantity.Range(least, most);
            }

            _reports.Error("F105", node.Place, $"`{key}`: the range {node.Describe()} is reversed",
                "write the smaller number first");
            return Quantity.Unknown;
        }

        _reports.Error("F104", node.Place, $"`{key}` must be a number, this is {node.Describe()}",
            "write 20000, 5000-6500, unknown or missing");
        return Quantity.Unknown;
    }

    private static bool TryNumber(string s, out long value)
    {
        value = 0;
        var digits = s.Replace(",", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var big)
            && big <= 1_000_000_000_000 && (value = (long)big) >= 0;
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"^([0-9]{1,6}) ?(min|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex SpanPattern();

    [GeneratedRegex(@"^([0-9][0-9_,]{0,20})(?: ?- ?([0-9][0-9_,]{0,20}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex AmountPattern();
}
