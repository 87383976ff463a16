using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Mission;

/// <summary>What a reader must know of a figure before he uses it.</summary>
public enum Mark
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It rests on what nobody verified yet.</summary>
    Unverified,

    /// <summary>There is no figure: it is not zero.</summary>
    Blank,

    /// <summary>It fell due and did not come.</summary>
    Overdue,

    /// <summary>Statements contradict each other, or what was judged has changed since.</summary>
    Disputed,

    /// <summary>It came late.</summary>
    Late,
}

/// <summary>One figure, with the entries from which it was counted.</summary>
/// <param name="Label">What it counts, for people.</param>
/// <param name="Value">The figure; null where there is none.</param>
/// <param name="Unit">Its unit; empty for a mere text.</param>
/// <param name="Entries">The entries, ascending, each once.</param>
/// <param name="Mark">What must be known of it.</param>
/// <param name="Note">A short remark; empty for none.</param>
public sealed record Figure(
    string Label, string? Value, string Unit, ImmutableArray<long> Entries, Mark Mark = Mark.None, string Note = "");

/// <summary>A table of a report.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Figures">Its rows.</param>
/// <param name="Note">What must be known to read it; empty for nothing.</param>
public sealed record Section(string Title, ImmutableArray<Figure> Figures, string Note = "");

/// <summary>
/// A report counted from a state: every figure names the entries behind it. The same state and window give the same
/// report.
/// </summary>
/// <param name="Name">Its name: <c>frictions</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Period">What it covers.</param>
/// <param name="Sections">Its tables.</param>
public sealed record Report(string Name, string Title, Period Period, ImmutableArray<Section> Sections)
{
    /// <summary>What a reader must be warned of: blanks, what is unverified, what is closed to him.</summary>
    public ImmutableArray<string> Warnings
    {
        get
        {
            var figures = Sections.SelectMany(s => s.Figures).ToArray();
            var blanks = figures.Count(f => f.Mark == Mark.Blank);
            var unverified = figures.Count(f => f.Mark == Mark.Unverified);
            return
            [
                .. blanks == 0 ? []
                    : new[] { $"{Counted(blanks, "figure")} blank: nobody stated it, and blank is not zero" },
                .. unverified == 0 ? []
                    : new[] { $"{Counted(unverified, "figure")} not verified: reported is not established" },
            ];
        }
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what} is" : $"{count} {what}s are";
}

/// <summary>A stretch of time that a report covers, in POSIX milliseconds: the first belongs to it, the last does not.
/// </summary>
/// <param name="From">The first millisecond.</param>
/// <param name="Until">The first one after it: the time as of which the report is.</param>
public readonly record struct Period(long From, long Until)
{
    /// <summary>Whether an instant lies in it.</summary>
    public bool Has(long at) => From <= at && at < Until;

    /// <summary>An instant as a report writes it.</summary>
    public static string Text(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at)
        .ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

/// <summary>Counts entries by what they have in common, in the order in which they first came or by name.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, SortedSet<long>> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _counts.Keys;

    public int this[string name] => _counts.GetValueOrDefault(name);

    public int Sum => _counts.Values.Sum();

    public void Add(string name, params ReadOnlySpan<long> entries)
    {
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        if (!_entries.TryGetValue(name, out var all))
        {
            _entries[name] = all = [];
        }

        foreach (var entry in entries)
        {
            all.Add(entry);
        }
    }

    public Figure Of(string name, string unit, string? label = null, Mark mark = Mark.None, string note = "") =>
        new(label ?? name, this[name].ToString(CultureInfo.InvariantCulture), unit,
            _entries.TryGetValue(name, out var all) ? [.. all] : [], mark, note);

    public ImmutableArray<Figure> ByName(string unit, Func<string, Mark>? mark = null) =>
        [.. Names.Order(StringComparer.Ordinal).Select(n => Of(n, unit, mark: mark?.Invoke(n) ?? Mark.None))];
}
