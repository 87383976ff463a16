using System.Collections.Immutable;
using System.Globalization;
using Truce.Mission;
using Truce.Record;
using Reports = Truce.Mission.Reports;

namespace Truce.Missions;

/// <summary>An entry from which figures were counted: what is needed to find it and to prove it.</summary>
/// <param name="Label">The act, with what became of it.</param>
/// <param name="EnteredBy">Who signed it, where it was entered for somebody else; else the author.</param>
/// <param name="LeafHash">The hash of its leaf, of which the proof is.</param>
internal sealed record PaperEntry(Labelled Label, string EnteredBy, Digest LeafHash);

/// <summary>Something that the report does not know.</summary>
/// <param name="Words">What, in one line.</param>
/// <param name="Figures">The figures that it is about: section and place in it; empty for all.</param>
internal sealed record Gap(string Words, ImmutableArray<(int Section, int Figure)> Figures);

/// <summary>
/// A report with all that must stand on it: whose eyes, how much they could read, at which checkpoint, what is not
/// known, and the entries behind it.
/// </summary>
internal sealed record ReportPaper
{
    /// <summary>The most entries that a page or a file of a report lists with their hashes; all have their numbers.
    /// </summary>
    public const int EntriesMax = 1_000;

    private static readonly Dictionary<string, string> Ones = new[]
    {
        "movements", "incidents", "reports", "acts", "cases", "decisions", "impediments", "notices", "objects", "times",
        "judgements", "messages", "sites", "areas", "chains", "deadlines", "subjects",
    }.ToDictionary(u => u, u => u[..^1]).Append(new("people", "person")).ToDictionary();

    /// <summary>The report.</summary>
    public required Report Report { get; init; }

    /// <summary>The mission, as leaf 0 calls it.</summary>
    public required string Mission { get; init; }

    /// <summary>The record's origin.</summary>
    public required string Origin { get; init; }

    /// <summary>Whether nothing of it happened.</summary>
    public required bool IsExercise { get; init; }

    /// <summary>As whose eyes it was made.</summary>
    public required string As { get; init; }

    /// <summary>How much they could read.</summary>
    public required ReaderReport Reading { get; init; }

    /// <summary>The checkpoint at which it was made.</summary>
    public required Checkpoint Checkpoint { get; init; }

    /// <summary>Who has cosigned it; empty where nobody has.</summary>
    public required ImmutableArray<string> Cosigners { get; init; }

    /// <summary>How many of the entries behind the figures are not public: then the page is not, either.</summary>
    public required int NotPublic { get; init; }

    /// <summary>What those who opened the subjects behind the figures ask of readers.</summary>
    public required HandlingOnPaper Handling { get; init; }

    /// <summary>The line at its head where something of it is under embargo; null where nothing is.</summary>
    public required string? Embargo { get; init; }

    /// <summary>What is not known.</summary>
    public required ImmutableArray<Gap> Gaps { get; init; }

    /// <summary>The first entries behind the figures, ascending, at most <see cref="EntriesMax"/>.</summary>
    public required ImmutableArray<PaperEntry> Entries { get; init; }

    /// <summary>How many entries there are behind the figures.</summary>
    public required int EntryCount { get; init; }

    /// <summary>The period in words.</summary>
    public string PeriodWords => Report.Period is var p && p.From == long.MinValue
        ? $"until {p.Text(p.Until)}" : $"{p.Text(p.From)} to {p.Text(p.Until)}";

    /// <summary>For whom the paper is, in one line.</summary>
    public string ForWhom => NotPublic == 0 ? "It holds nothing that is not public."
        : $"NOT PUBLIC: it is counted from {Count(NotPublic, "entry", "entries")} that not everybody may read. It is "
            + $"for those who may.{Handling.Words}";

    /// <summary>The checkpoint in one line.</summary>
    public string CheckpointWords => $"{Text(Checkpoint.Size)} entries, root {Checkpoint.Root}, "
        + (Cosigners.IsEmpty ? "UNWITNESSED: nobody has cosigned it" : $"cosigned by {string.Join(", ", Cosigners)}");

    /// <summary>Puts a report on paper.</summary>
    /// <param name="reading">The state that it was counted from.</param>
    /// <param name="report">The report.</param>
    public static ReportPaper Of(MissionReading reading, Report report)
    {
        long[] entries = [.. report.Sections.SelectMany(s => s.Figures).SelectMany(f => f.Entries).Distinct().Order()];
        var labels = entries.Select(reading.Fold.Labelled).OfType<Labelled>().ToArray();
        var genesis = reading.Log.Founding.Genesis;
        var handling = HandlingOnPaper.Of(reading.Fold, labels);
        return new ReportPaper
        {
            Report = handling.On(report),
            Handling = handling,
            Mission = genesis.Mission,
            Origin = genesis.Origin,
            IsExercise = genesis.IsExercise,
            As = reading.As,
            Reading = reading.Report,
            Checkpoint = reading.Log.Log.Head,
            Cosigners = [.. reading.Log.Cosigners().Select(c => c.Cosigner.Name)],
            NotPublic = labels.Count(l => !l.IsClear),
            Embargo = Embargoed.Words(reading.Fold, labels.Select(l => l.Subject)),
            Gaps = [.. Gapping(reading, report)],
            Entries = [.. Listed(reading, [.. labels.Take(EntriesMax)])],
            EntryCount = entries.Length,
        };
    }

    /// <summary>Ascending entries as ranges, which are short where they are many.</summary>
    public static IEnumerable<(long From, long To)> Ranges(ImmutableArray<long> entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            var from = entries[i];
            while (i + 1 < entries.Length && entries[i + 1] == entries[i] + 1)
            {
                i++;
            }

            yield return (from, entries[i]);
        }
    }

    /// <summary>The numbers of entries on one line: "3, 5–9 and 12 more".</summary>
    public static string Numbers(ImmutableArray<long> entries, int rangesMax)
    {
        var ranges = Ranges(entries).ToArray();
        var shown = ranges.Take(rangesMax).ToArray();
        var left = entries.Length - shown.Sum(r => r.To - r.From + 1);
        return string.Join(", ", shown.Select(r => r.From == r.To ? Text(r.From) : $"{Text(r.From)}–{Text(r.To)}"))
            + (left > 0 ? $" and {Text(left)} more" : "");
    }

    /// <summary>A figure's value as people read it: with its range, or that it is blank.</summary>
    public static string Value(Figure figure)
    {
        var range = figure is { Low: { } low, High: { } high } && (low != high || figure.Value is null)
            ? $"{Text(low)} to {Text(high)}" : "";
        return figure.Value is { } value ? range.Length == 0 ? value : $"{value} ({range})"
            : range.Length > 0 ? range : "–";
    }

    /// <summary>The unit of a figure, of one where it is one: only words of ours have another form.</summary>
    public static string Unit(Figure figure) => figure.Value != "1" ? figure.Unit
        : Ones.GetValueOrDefault(figure.Unit, figure.Unit);

    /// <summary>The mark in capitals; empty for none.</summary>
    public static string Word(Mark mark) => mark switch
    {
        Mark.None => "",
        Mark.Embargo => "UNDER EMBARGO",
        _ => mark.ToString().ToUpperInvariant(),
    };

    /// <summary>A number as text.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Count(long count, string one, string many) => $"{Text(count)} {(count == 1 ? one : many)}";

    private static IEnumerable<Gap> Gapping(MissionReading reading, Report report)
    {
        yield return new Gap(reading.Report.Closed == 0 ? $"Every entry could be read by {reading.As}."
            : $"{Count(reading.Report.Closed, "entry is", "entries are")} closed to {reading.As}, and in no figure.",
                []);
        if (reading.Report.Erased > 0)
        {
            yield return new Gap(
                $"{Count(reading.Report.Erased, "entry was", "entries were")} erased by order, and in no figure.", []);
        }

        if (reading.Fold.Lost > 0)
        {
            yield return new Gap($"LOST: what became of {Count(reading.Fold.Lost, "act", "acts")} is missing.", []);
        }

        foreach (var mark in Enum.GetValues<Mark>().Where(m => m != Mark.None))
        {
            (int, int)[] marked = [.. report.Sections.SelectMany((s, i) => s.Figures.Select((f, j) => (f.Mark, i, j)))
                .Where(f => f.Mark == mark).Select(f => (f.i, f.j))];
            if (marked.Length > 0)
            {
                yield return new Gap($"{Count(marked.Length, "figure is", "figures are")} {Report.Meaning(mark)}.",
                    [.. marked]);
            }
        }

        var period = report.Period;
        if (report.Name != Reports.Watch
            && reading.Fold.Labels.Count(l => !period.Has(l.HappenedAt)) is > 0 and var outside)
        {
            yield return new Gap($"{Count(outside, "act is", "acts are")} dated before or after the period, by their "
                + "authors' word.", []);
        }
    }

    private static IEnumerable<PaperEntry> Listed(MissionReading reading, Labelled[] labels)
    {
        var at = 0;
        while (at < labels.Length)
        {
            // Those of one bundle are read at once.
            var bundle = labels[at].Entry / Tile.FullWidth;
            var wanted = labels.Skip(at).TakeWhile(l => l.Entry / Tile.FullWidth == bundle)
                .ToDictionary(l => l.Entry);
            at += wanted.Count;
            foreach (var (index, leaf) in reading.Log.Leaves(wanted.Keys.Min(), wanted.Keys.Max() + 1))
            {
                if (wanted.TryGetValue(index, out var label))
                {
                    yield return new PaperEntry(label, EnteredBy(reading.Fold, label), Merkle.Leaf(leaf.ToBytes()));
                }
            }
        }
    }

    private static string EnteredBy(Fold fold, Labelled label)
    {
        if (fold.Subjects.GetValueOrDefault(label.Subject) is { } subject)
        {
            foreach (var step in subject.Steps)
            {
                if (step.Entry == label.Entry)
                {
                    return step.EnteredBy;
                }
            }
        }

        return label.Author;
    }
}
