using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Truce.Mission;

/// <summary>Counts cases by what they have in common, with the entries behind each.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, Line> _cases = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _cases.Keys;

    public int this[string name] => _cases.GetValueOrDefault(name)?.Count ?? 0;

    public int Sum => _cases.Values.Sum(c => c.Count);

    public void Add(string name, params ReadOnlySpan<long> entries) => LineOf(name).Add(entries);

    /// <summary>The cases of a name, for whoever adds many.</summary>
    public Line LineOf(string name)
    {
        if (!_cases.TryGetValue(name, out var line))
        {
            _cases.Add(name, line = new Line());
        }

        return line;
    }

    /// <summary>The count of a name, 0 where it has none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="label">How it is called; by default the name.</param>
    /// <param name="mark">What must be known of it.</param>
    /// <param name="note">A remark.</param>
    /// <param name="of">Of how many: its share in whole per cent goes before the remark; 0 for none.</param>
    public Figure Of(
        string name, string unit, string? label = null, Mark mark = Mark.None, string note = "", int of = 0)
    {
        var share = of == 0 ? "" : Counting.Share(this[name], of);
        return new(label ?? name, Counting.Text(this[name]), unit,
            _cases.TryGetValue(name, out var known) ? Counting.Entries(known.Entries) : [], mark,
            share.Length == 0 ? note : note.Length == 0 ? share : $"{share}; {note}");
    }

    public ImmutableArray<Figure> ByName(string unit, Func<string, Mark>? mark = null, int of = 0) =>
        [.. Names.Order(StringComparer.Ordinal).Select(n => Of(n, unit, mark: mark?.Invoke(n) ?? Mark.None, of: of))];

    /// <summary>How many cases a name has, and the entries behind them.</summary>
    public sealed class Line
    {
        public int Count { get; private set; }

        public List<long> Entries { get; } = [];

        /// <summary>One case more.</summary>
        public void Add(params ReadOnlySpan<long> entries)
        {
            Count++;
            Entries.AddRange(entries);
        }
    }
}

/// <summary>What reports count, and how numbers are written.</summary>
internal static class Counting
{
    private const double HourMilliseconds = 3_600_000;

    /// <summary>
    /// The subjects of a machine that count: opened here, and not continued by their own author in another subject that
    /// is here too. Without that, whoever reads both would count one event twice.
    /// </summary>
    public static IEnumerable<Subject> Of(Fold fold, string machine)
    {
        var continued = Continued(fold, machine);
        return fold.Of(machine).Where(s => s.IsOpen && !continued.ContainsKey(s.Id));
    }

    /// <summary>
    /// When what a subject reports happened, by the word of who reported it, in POSIX milliseconds; at the latest when
    /// that came: nobody takes a report out of a period by a date that is still ahead.
    /// </summary>
    public static long When(Subject subject)
    {
        var opening = subject.Opening;
        return Math.Min(opening.Window.From, opening.ReceivedAt);
    }

    /// <summary>
    /// The subjects that another one here continues, each with the last that does, by way of others or not. Only who
    /// opened a subject takes it out of the count: nobody makes somebody else's disappear.
    /// </summary>
    public static Dictionary<string, Subject> Continued(Fold fold, string machine)
    {
        var first = new Dictionary<string, Subject>(StringComparer.Ordinal);
        var families = new Dictionary<Subject, List<Subject>>(ReferenceEqualityComparer.Instance);
        foreach (var next in fold.AllOf(machine).Where(s => s.IsOpen && s.Continues is not null)
            .OrderBy(s => s.OpenedBy))
        {
            if (fold.Subjects.GetValueOrDefault(next.Continues!) is { IsOpen: true } before
                && before.Machine.Name == machine && before.OpenedBy < next.OpenedBy
                && before.Opening.Author == next.Opening.Author && before.Opening.EnteredBy == next.Opening.EnteredBy)
            {
                var origin = first[next.Id] = first.GetValueOrDefault(before.Id, before);
                (families.TryGetValue(origin, out var all) ? all : families[origin] = [origin]).Add(next);
            }
        }

        var by = families.Values.SelectMany(f => f.SkipLast(1).Select(s => (s.Id, Last: f[^1])))
            .ToDictionary(s => s.Id, s => s.Last, StringComparer.Ordinal);
        foreach (var id in machine != IncidentMachine.Table.Name ? []
            : by.Keys.Where(id => Merged.Root(fold, by, fold.Subjects[id]).Id == id).ToArray())
        {
            by.Remove(id);
        }

        return by;
    }

    /// <summary>What was counted in the subject that continues it; none where there is none.</summary>
    public static ImmutableArray<Figure> ContinuedFigures(Fold fold, string machine, string unit)
    {
        var tally = new Tally();
        foreach (var (id, next) in Continued(fold, machine))
        {
            tally.Add("", fold.Subjects[id].OpenedBy, next.OpenedBy);
        }

        return tally.Sum == 0 ? [] : [tally.Of("", unit, "continued for other readers, and counted there alone")];
    }

    /// <summary>The entries of the steps that count on a subject.</summary>
    public static long[] Entries(Subject subject)
    {
        var entries = new long[subject.StepCount];
        var count = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            if (subject.StepAt(i) is { IsHere: true } step)
            {
                entries[count++] = step.Entry;
            }
        }

        return count == entries.Length ? entries : entries[..count];
    }

    /// <summary>
    /// What falls due, earliest first, on subjects that count: nobody waits for what was continued in another subject.
    /// </summary>
    public static IEnumerable<(Subject Subject, Due Due)> Dues(Fold fold)
    {
        var continued = Machines.All.SelectMany(m => Continued(fold, m.Name).Keys)
            .ToHashSet(StringComparer.Ordinal);
        return fold.Dues().Where(d => !continued.Contains(d.Subject.Id));
    }

    /// <summary>Whose figure it is: its source's own, or somebody's who says so of the source.</summary>
    public static string Source(Step figure) => figure.Author == figure.Word("source") ? figure.Author
        : $"{figure.Word("source")}, by the word of {figure.Author}";

    /// <summary>Entries ascending, each once.</summary>
    public static ImmutableArray<long> Entries(IEnumerable<long> entries)
    {
        long[] all = [.. entries];
        var at = 1;
        while (at < all.Length && all[at - 1] < all[at])
        {
            at++;
        }

        return at >= all.Length ? ImmutableCollectionsMarshal.AsImmutableArray(all) : [.. all.Distinct().Order()];
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Hours to one decimal.</summary>
    public static string Hours(double milliseconds) =>
        (milliseconds / HourMilliseconds).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A share in whole per cent, a half upwards.</summary>
    public static string Share(int count, int of) =>
        $"{Math.Round(100.0 * count / of, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture)} % of "
            + Text(of);

    /// <summary>
    /// The median of lengths of time: of an even number, the middle between the two in the middle; with the shortest,
    /// the longest and how many there are. Blank where there is none.
    /// </summary>
    public static Figure Median(string label, IEnumerable<(long Milliseconds, long Entry)> lengths, string of)
    {
        var all = lengths.OrderBy(l => l.Milliseconds).ToArray();
        if (all.Length == 0)
        {
            return new Figure(label, Value: null, "hours", [], Mark.Blank);
        }

        var middle = (all[(all.Length - 1) / 2].Milliseconds + (double)all[all.Length / 2].Milliseconds) / 2;
        return new Figure(label, Hours(middle), "hours", Entries(all.Select(a => a.Entry)), Note:
            $"of {Text(all.Length)} {of}, {Hours(all[0].Milliseconds)} to {Hours(all[^1].Milliseconds)} hours");
    }
}
