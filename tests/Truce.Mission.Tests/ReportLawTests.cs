using System.Globalization;
using System.Text;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// What holds of every report over every history: totals balance, figures rest on entries that their reader may read,
/// and what he may not read moves nothing. The oracle counts statements and knows no state.
/// </summary>
public sealed class ReportLawTests
{
    internal static readonly string[] Readers = ["the public", "agencies", "un", "idf", "everything"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Totals_balance_for_every_reader(int seed)
    {
        var world = new ReportHistory(seed).World;
        foreach (var reader in Readers)
        {
            foreach (var period in Periods(world))
            {
                Balances(world, reader, period);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_figure_rests_on_entries_that_its_reader_may_read(int seed)
    {
        var world = new ReportHistory(seed).World;
        foreach (var reader in Readers)
        {
            foreach (var (report, section, f) in All(Fold(world, reader), Periods(world)[0]))
            {
                var where = $"{reader}: {report.Name}, {section.Title}, {f.Label}";
                Assert.True(f.Entries.SequenceEqual(f.Entries.Distinct().Order()), where);
                Assert.All(f.Entries, e =>
                    Assert.True(May(world.Entries[(int)e].Received.Statement.Audience, reader), where));
                Assert.True(f.Unit.Length == 0 || f.Value is null or "0" || f.Entries.Length > 0, where);
                Assert.True(f.Value is not null || f.Mark is Mark.Blank or Mark.Disputed, $"{where}: not marked");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Two_worlds_that_differ_in_what_is_not_public_give_others_one_report(int seed)
    {
        // What the first shows is printed before the second is played: nothing that is kept between them may tell.
        var strangers = new[] { "the public", "idf" };
        var one = new ReportHistory(seed).World;
        var shown = strangers.Select(r => Printed(Fold(one, r), Periods(one)[0])).ToArray();
        var other = new ReportHistory(seed, isOther: true).World;
        Assert.Equal(one.Entries.Count, other.Entries.Count);
        Assert.Equal(shown, strangers.Select(r => Printed(Fold(other, r), Periods(other)[0])));

        // What the owners read differs: the worlds are two.
        Assert.NotEqual(
            Printed(Fold(one, "agencies"), Periods(one)[0]), Printed(Fold(other, "agencies"), Periods(one)[0]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_report_from_a_snapshot_is_the_same(int seed)
    {
        var world = new ReportHistory(seed).World;
        var restored = world.Mission.Begin();
        restored.Load(world.Folded(_ => true, Enumerable.Range(0, 50)).Save());
        foreach (var (received, outcome) in world.Entries.Skip(50))
        {
            restored.Take(received, outcome);
        }

        Assert.Equal(Printed(Fold(world, "everything"), Periods(world)[0]), Printed(restored, Periods(world)[0]));
    }

    private static void Balances(World world, string reader, Period period)
    {
        var (fold, where) = (Fold(world, reader), $"{reader}, {period.From} to {period.Until}");
        var oracle = new ReportOracle(world, a => May(a, reader), period);
        var notices = oracle.Movements;
        var movements = Movements.Of(fold, period);
        Assert.Equal(notices.Length, Total(movements.Sections[0], "attempts"));
        Assert.True(notices.Length == Sum(movements.Sections[0], "attempts"), where);
        foreach (var (title, field) in new[] { ("By purpose", "purpose"), ("By kind", "kind") })
        {
            Assert.Equal(notices.GroupBy(n => n.Word(field)!).OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => $"{g.Key} {g.Count()}"),
                Of(movements, title).Figures.GroupBy(f => f.Label.Split(':')[0])
                    .Select(g => $"{g.Key} {g.Sum(Value)}"));
        }

        Assert.Equal(notices.Length, Of(movements, "By place").Figures.Sum(Value));
        var decisions = Of(movements, "Decisions");
        Assert.Equal(notices.Count(n => n.Word("mode") == "needs-clearance"), decisions.Figures[..8].Sum(Value));
        Assert.Equal(Value(decisions.Figures[8]), decisions.Figures[..8].Sum(Value));

        var reports = oracle.Incidents;
        var incidents = Incidents.Of(fold, period);
        Assert.Equal(oracle.Reported.Length, Total(incidents.Sections[0], "reports"));
        foreach (var title in new[] { "Did it happen", "Whose act", "Was it a breach", "What followed" })
        {
            Assert.Equal(reports.Length, Sum(Of(incidents, title), "incidents"));
        }

        Assert.Equal(reports.Length, Of(incidents, "By kind").Figures.Sum(Value));
        foreach (var section in EqualTreatment.Of(fold, period).Sections.SkipLast(1))
        {
            Assert.Equal(Value(section.Figures[0]),
                section.Figures.Where(f => f.Label.StartsWith("fact: ", StringComparison.Ordinal)).Sum(Value));
            Assert.Equal(Value(section.Figures[0]),
                section.Figures.Where(f => f.Label.StartsWith("attribution: ", StringComparison.Ordinal)).Sum(Value));
        }

        Assert.Equal(oracle.Acts.Length, Total(Frictions.Of(fold, period).Sections[0], "all acts"));
        Assert.Equal(oracle.Acts.Length, Sum(Frictions.Of(fold, period).Sections[0], "all acts"));
    }

    internal static Period[] Periods(World world) =>
    [
        new(long.MinValue, world.Now + 1),
        new(Said(world, "incident.report", World.Start + (20 * World.Hour)),
            Said(world, "crossing.state", World.Start + (50 * World.Hour))),
    ];

    /// <summary>When something was first said at a time or after it: a bound at which there is something.</summary>
    private static long Said(World world, string type, long after) => world.Entries
        .Where(e => e.Received.Statement.Type == type)
        .Select(e => Math.Min(e.Received.Statement.OccurredAt, e.Received.ReceivedAt))
        .Where(at => at >= after).DefaultIfEmpty(after).Min();

    internal static Fold Fold(World world, string reader) => world.Folded(a => May(a, reader));

    internal static bool May(Audience? audience, string reader) =>
        audience is null || reader == "everything" || audience.Contains(reader);

    internal static IEnumerable<(Report Report, Section Section, Figure Figure)> All(Fold fold, Period period) =>
        from name in Reports.Names
        let report = Reports.Of(name.Name, fold, period)
        from section in report.Sections
        from figure in section.Figures
        select (report, section, figure);

    private static string Printed(Fold fold, Period period)
    {
        var text = new StringBuilder();
        foreach (var (report, section, f) in All(fold, period))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{report.Name}|{section.Title}|{section.Note}|{f.Label}|"
                + $"{f.Value}|{f.Low}|{f.High}|{f.Unit}|{f.Mark}|{f.Note}|{string.Join(',', f.Entries)}");
        }

        return text.ToString();
    }

    internal static Section Of(Report report, string title) =>
        report.Sections.Single(s => s.Title.StartsWith(title, StringComparison.Ordinal));

    private static long Value(Figure f) => long.Parse(f.Value!, CultureInfo.InvariantCulture);

    private static long Total(Section section, string total) => Value(section.Figures.Single(f => f.Label == total));

    /// <summary>The lines above a total.</summary>
    private static long Sum(Section section, string total) =>
        section.Figures.TakeWhile(f => f.Label != total).Sum(Value);
}
