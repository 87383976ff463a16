using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

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

    /// <summary>Nobody beyond those who may read it is to know, not even that it is.</summary>
    Embargo,
}

/// <summary>One figure, with the entries from which it was counted.</summary>
/// <param name="Label">What it counts, for people.</param>
/// <param name="Value">The figure; null where there is none.</param>
/// <param name="Unit">Its unit; empty where the value is a text and no number.</param>
/// <param name="Entries">The entries, ascending, each once.</param>
/// <param name="Mark">What must be known of it.</param>
/// <param name="Note">A short remark; empty for none.</param>
public sealed record Figure(
    string Label, string? Value, string Unit, ImmutableArray<long> Entries, Mark Mark = Mark.None, string Note = "")
{
    /// <summary>The lowest that is stated, where a range is; in the same unit.</summary>
    public long? Low { get; init; }

    /// <summary>The highest that is stated, where a range is; in the same unit.</summary>
    public long? High { get; init; }
}

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
    /// <summary>Whether it says what a framework says: then the line "reads the framework only" stands on it.</summary>
    public bool HasRulings { get; init; }

    /// <summary>Figures that a mark is on.</summary>
    public IEnumerable<Figure> Marked(Mark mark) => Sections.SelectMany(s => s.Figures).Where(f => f.Mark == mark);

    /// <summary>What must be said of a mark, of a number of figures: a clause with its verb.</summary>
    /// <param name="mark">A mark.</param>
    public static string Meaning(Mark mark) => mark switch
    {
        Mark.Unverified => "not verified: reported is not established",
        Mark.Blank => "blank: nobody stated it, and blank is not zero",
        Mark.Overdue => "overdue: what was due did not come",
        Mark.Disputed => "disputed: words contradict each other, or what was judged has changed since",
        Mark.Late => "late: it came after it was due",
        Mark.Embargo => "under embargo: next of kin are not informed, and nobody else may know that it is there",
        _ => "as counted",
    };
}

/// <summary>A stretch of time that a report covers, in POSIX milliseconds: the first belongs to it, the last does not.
/// </summary>
/// <param name="From">The first millisecond.</param>
/// <param name="Until">The first one after it: the time as of which the report is.</param>
public readonly record struct Period(long From, long Until)
{
    private static readonly ZonedDateTimePattern Pattern = ZonedDateTimePattern
        .CreateWithInvariantCulture("uuuu-MM-dd HH:mm o<Z+HH:mm>", DateTimeZoneProviders.Tzdb);

    /// <summary>The zone in which the report writes times; null for UTC.</summary>
    public DateTimeZone? Zone { get; init; }

    /// <summary>Whether an instant lies in it.</summary>
    public bool Has(long at) => From <= at && at < Until;

    /// <summary>An instant as a report writes it, with its offset; what no calendar has stays a number.</summary>
    public string Text(long at) =>
        at < Instant.MinValue.ToUnixTimeMilliseconds() / 2 || at > Instant.MaxValue.ToUnixTimeMilliseconds() / 2
            ? $"{at.ToString(CultureInfo.InvariantCulture)} ms"
            : Pattern.Format(Instant.FromUnixTimeMilliseconds(at).InZone(Zone ?? DateTimeZone.Utc))
                .Replace(" Z", "Z", StringComparison.Ordinal);
}
