using System.Collections.Immutable;
using Truce.Mission;

namespace Truce.Missions;

/// <summary>What those who opened the subjects behind a report ask of its readers.</summary>
internal sealed class HandlingOnPaper
{
    private readonly Dictionary<long, string> _marks = [];
    private readonly ImmutableArray<(string Id, Subject? Subject, ImmutableArray<long> Entries)> _closed;

    private HandlingOnPaper(Fold fold, IEnumerable<Labelled> labels)
    {
        _closed =
        [
            .. labels.Where(l => !l.IsClear).GroupBy(l => l.Subject, StringComparer.Ordinal).Select(g =>
                (g.Key, fold.Subjects.GetValueOrDefault(g.Key), g.Select(l => l.Entry).ToImmutableArray())),
        ];
        var asked = _closed.Where(c => c.Subject?.Audience is not null)
            .Select(c => (Asked: Mission.Handling.Of(c.Subject!), c.Entries)).ToArray();
        foreach (var (mark, entries) in asked.Select(a => (a.Asked?.Mark, a.Entries)).Where(a => a.Mark is not null))
        {
            foreach (var entry in entries)
            {
                _marks.TryAdd(entry, mark!);
            }
        }

        Marks =
        [
            .. asked.Where(a => a.Asked?.Mark is not null).GroupBy(a => a.Asked!.Mark!)
                .Select(g => (g.Key, g.Count())).OrderBy(m => m.Key, StringComparer.Ordinal),
        ];
        var lists = asked.Select(a => a.Asked?.Release ?? []).ToArray();
        Release = lists.Length == 0 || asked.Length < _closed.Length ? []
            : [.. lists.Skip(1).Aggregate(lists[0].AsEnumerable(), (all, l) => all.Intersect(l))
                .Order(StringComparer.Ordinal)];
    }

    /// <summary>The marks, with how many subjects carry each; in the order of their letters, which is no rank.
    /// </summary>
    public ImmutableArray<(string Mark, int Subjects)> Marks { get; }

    /// <summary>To whom beyond the audiences all of it may be released; empty for nobody.</summary>
    public ImmutableArray<string> Release { get; }

    /// <summary>What must be said of it behind "for those who may"; empty where nothing is asked.</summary>
    public string Words => (Marks.IsEmpty ? "" : " Handling: " + string.Join(", ",
            Marks.Select(m => $"{m.Mark} ({m.Subjects} {(m.Subjects == 1 ? "subject" : "subjects")})")) + ".")
        + (Release.IsEmpty ? "" : $" Beyond them it may be released to {string.Join(", ", Release)}.")
        + (Release.IsEmpty && !Marks.IsEmpty ? " It may be released to nobody else." : "");

    /// <summary>What is asked of the readers of some entries.</summary>
    /// <param name="fold">The state that they were counted from.</param>
    /// <param name="labels">The entries behind the figures.</param>
    public static HandlingOnPaper Of(Fold fold, IEnumerable<Labelled> labels) => new(fold, labels);

    /// <summary>
    /// What keeps it from going to an organisation: subjects by id, and what is known of each here; null where its
    /// opening is not.
    /// </summary>
    public ImmutableArray<(string Id, Subject? Subject)> Held(string organisation) =>
        [.. _closed.Where(c => !MayGoTo(c.Subject, c.Entries, organisation)).Select(c => (c.Id, c.Subject))];

    /// <summary>
    /// A confidential step that is not for its subject's own audience has no list of its own: it goes to nobody.
    /// </summary>
    private static bool MayGoTo(Subject? subject, ImmutableArray<long> entries, string organisation) =>
        subject?.Audience is not null && Mission.Handling.MayGoTo(subject, organisation)
        && entries.ToHashSet() is var counted
        && !subject.Steps.Any(s => !s.IsHere && counted.Contains(s.Entry));

    /// <summary>The report with the marks of what each figure was counted from in its remark.</summary>
    public Report On(Report report) => _marks.Count == 0 ? report : report with
    {
        Sections = [.. report.Sections.Select(s => s with { Figures = [.. s.Figures.Select(On)] })],
    };

    private Figure On(Figure figure)
    {
        var marks = figure.Entries.Select(e => _marks.GetValueOrDefault(e)).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal).ToArray();
        return marks.Length == 0 ? figure
            : figure with { Note = $"{figure.Note}{(figure.Note.Length > 0 ? "; " : "")}{string.Join(", ", marks)}" };
    }
}
