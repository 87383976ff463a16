using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Mission.Tests;

/// <summary>
/// Line by line, what reports count is what <see cref="ReportOracle"/> counts from the acts, with the same entries: for
/// every reader, over random histories with conflicts, silences, harm that sources dispute and words taken back.
/// </summary>
public sealed class ReportCountTests
{
    /// <summary>Units of which each case has an act of its own: as many entries stand behind them, or more.</summary>
    private static readonly string[] CountedUnits =
    [
        "movements", "incidents", "reports", "acts", "cases", "decisions", "impediments", "notices", "objects", "times",
        "judgements", "messages", "sites", "areas", "figures",
    ];

    private const int Histories = 24;

    private static readonly ConcurrentDictionary<int, (ReportOracle, Fold, Period)[]> All = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Histories)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Frictions_are_the_acts_by_what_was_said_of_them_conflicting_ones_too(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var frictions = Frictions.Of(fold, period);
            Same(oracle.Verdicts().OrderBy(c => c.Says, StringComparer.Ordinal), frictions.Sections[0].Figures
                .Where(f => f.Label is not ("all acts" or
                    "answered otherwise when they were received than when they happened"))
                .OrderBy(f => f.Label, StringComparer.Ordinal));
            Same(oracle.Kept(), Of(frictions, "Acts that were kept"));
            Same(oracle.BorneByActs(), Of(frictions, "Who bore it").Where(f =>
                f.Label.Contains(": acts that were ", StringComparison.Ordinal)));
            Assert.Equal(ReportOracle.Entries(oracle.Acts.Select(a => a.Entry)),
                Entries(frictions.Sections[0].Figures.Where(f => f.Label == "all acts")));
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Denials_hours_held_and_who_had_the_notice_are_those_of_the_acts(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var movements = Movements.Of(fold, period);
            Same(oracle.Denials(), Of(movements, "Denials"));
            Same(oracle.HoursHeld().OrderBy(c => c.Says, StringComparer.Ordinal), Of(movements, "Hours held"));
            Same(oracle.Notices(), Of(movements, "Who had the notice").SkipLast(1));

            // No act on a movement is lost between the lines.
            var all = ReportOracle.Entries(oracle.Movements.SelectMany(m => oracle.On(m)).Select(a => a.Entry));
            foreach (var title in new[] { "By purpose", "By kind", "By place" })
            {
                Assert.Equal(all, Entries(Of(movements, title)));
            }

            Assert.Equal(all, Entries(movements.Sections[0].Figures));
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Attributions_breaches_reviews_standards_and_access_are_those_of_the_acts(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var incidents = Incidents.Of(fold, period);
            Same(oracle.Attributed(), Of(incidents, "Attributed to"));
            Same(oracle.Breaches(), Of(incidents, "Breach, by whose"));
            Same(oracle.NeedReview(), Of(incidents, "Changed since"));
            Same(oracle.AccessDenied(), Of(incidents, "Access denied"));
            Assert.All(Of(incidents, "Access denied"), f => Assert.StartsWith(
                $"{oracle.HoursDenied()[f.Label].ToString(CultureInfo.InvariantCulture)}.0 hours stated", f.Note,
                StringComparison.Ordinal));
            Same(oracle.Standards(), Of(EqualTreatment.Of(fold, period), "Standards of proof"));

            var all = ReportOracle.Entries(oracle.Incidents.SelectMany(oracle.Touching).Select(a => a.Entry));
            foreach (var title in new[] { "Did it happen", "Whose act", "Was it a breach", "What followed" })
            {
                Assert.Equal(all, Entries(Of(incidents, title)));
            }
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Harm_is_added_up_over_incidents_and_never_over_sources(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var harm = Harm.Of(fold, period);
            foreach (var totals in new[] { harm.Sections[0], SituationReport.Of(fold, period).Sections[1] })
            {
                foreach (var what in new[] { "killed", "injured" })
                {
                    IsTotal(oracle.People(what, inVerified: true), totals, $"{what}, in verified incidents");
                    IsTotal(oracle.People(what, inVerified: false), totals,
                        $"{what}, in incidents that are not verified");
                }
            }

            Same(oracle.Damage(), Of(harm, "Damage"));
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_situation_report_has_every_site_hazard_and_message(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var report = SituationReport.Of(fold, period);
            Same(oracle.Sites(), Of(report, "Notified sites"));
            Same(oracle.Hazards(), Of(report, "Hazard areas"));
            Same(oracle.Messages(), Of(report, "Messages, by addressee"));
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Duplicates_count_with_the_incident_that_stands_for_them_and_their_harm_once(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var incidents = Incidents.Of(fold, period);
            var reports = Of(incidents, "Reports");
            Assert.Equal(new Counted("duplicates, counted with another", $"{oracle.Duplicates.Length}",
                ReportOracle.Entries(oracle.Duplicates.Select(d => d.Entry))), Line(reports[1]));
            Assert.Equal(new Counted("of incidents that count", $"{oracle.Incidents.Length}",
                ReportOracle.Entries(oracle.Incidents.Select(d => d.Entry))), Line(reports[0]));
            Same(oracle.Kinds(), Of(incidents, "By kind"));
            Same(oracle.Followed(), Of(incidents, "Protests, answers").Where(f =>
                !f.Label.StartsWith("dissent", StringComparison.Ordinal)));
            foreach (var report in new[] { incidents, Movements.Of(fold, period), SituationReport.Of(fold, period) })
            {
                Same(oracle.Hits(), Of(report, "Notified movements").SkipLast(1));
            }

            var harm = Harm.Of(fold, period);
            Same(oracle.Referred(), Of(harm, "Cases referred"));
            Same(oracle.BySource(inBands: true), Of(harm, "By sex and age"));
            Assert.Equal(oracle.BySource(inBands: false), Of(harm, "By source").Select(f => Line(f) with
            {
                Value = f.Low is null ? "no number" : $"{f.Low} {f.Value} {f.High} {f.Note}",
            }));
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_complainant_and_every_alleged_party_has_the_lines_of_the_acts(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var sections = EqualTreatment.Of(fold, period).Sections;
            var expected = oracle.Treatment().ToArray();
            Assert.Equal(expected.Select(e => e.Title), sections.SkipLast(1).Select(s => s.Title));
            foreach (var ((_, lines), section) in expected.Zip(sections))
            {
                Same(lines, section.Figures);
            }
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_situation_report_says_of_everything_what_was_said_last(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var report = SituationReport.Of(fold, period);
            Assert.Equal(oracle.Crossings(), Of(report, "Crossings").Select(f => Line(f) with
            {
                Value = $"{f.Value} {f.Mark}" + (f.Mark == Mark.Blank ? "" : $" {f.Note}"),
            }));
            Assert.Equal(oracle.Counts(), Of(report, "Counts").Select(f => Line(f) with
            {
                Value = $"{f.Low} {f.Value} {f.High} {f.Mark}",
            }));
            Same(oracle.Detention(), Of(report, "Detention"));
            Same(oracle.ForceAndComplaints(), Of(report, "Use of force"));
            Assert.Equal(oracle.Casualties(), Of(report, "Own casualties").Select(f => Line(f) with
            {
                Value = $"{f.Value} {f.Mark}",
            }));
            Same(oracle.Overdue().Take(200), Of(report, "Overdue").Take(200));
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_page_of_a_watch_has_what_is_held_open_unacknowledged_due_and_new(int seed) =>
        Everywhere(seed, (oracle, fold, period) =>
        {
            var watches = WatchPage.Open(fold);
            Assert.Equal(oracle.Watches.Select(w => w.Id), watches.Select(w => w.Id));
            foreach (var (acts, watch) in oracle.Watches.Zip(watches))
            {
                var page = WatchPage.Of(fold, watch, period);
                Assert.Equal(oracle.HeldNow(), page.Sections.Where(s =>
                    s.Title.StartsWith("Held now: ", StringComparison.Ordinal)).Select(s => new Counted(s.Title,
                        $"{s.Figures[0].Note} by {s.Figures[1].Value}",
                        ReportOracle.Entries(s.Figures[..2].SelectMany(f => f.Entries)))));
                Same(oracle.Items(acts), Of(page, "Open items"));
                Assert.Equal(oracle.Unacknowledged(), Of(page, "Messages that nobody").Select(f => Line(f) with
                {
                    Value = $"{f.Value} {f.Mark}",
                }));
                Same(oracle.DueWithin(hours: 12), Of(page, "Due in the next"));
                Same(oracle.Overdue().Reverse().Take(200), Of(page, "Overdue").Take(200));
                Assert.Equal(oracle.Changes(acts).Take(200), Of(page, "What came since").Take(200)
                    .Select(f => Line(f) with { Value = "" }));
            }
        });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_figure_of_so_many_names_at_least_so_many_entries(int seed) =>
        Everywhere(seed, (_, fold, period) =>
        {
            foreach (var (report, section, f) in ReportLawTests.All(fold, period)
                .Where(x => CountedUnits.Contains(x.Figure.Unit) && x.Figure.Value is not null
                    && !x.Section.Title.StartsWith("Cases referred", StringComparison.Ordinal))) // numbers of theirs
            {
                Assert.True(f.Entries.Length >= long.Parse(f.Value!, CultureInfo.InvariantCulture),
                    $"{report.Name}, {section.Title}, {f.Label}: {f.Value}, of {f.Entries.Length} entries");
            }
        });

    [Fact]
    public void The_histories_hold_what_the_oracle_counts()
    {
        var (lines, cases) = (new Dictionary<string, HashSet<string>>(), new HashSet<string>());
        foreach (var seed in Enumerable.Range(1, Histories))
        {
            Everywhere(seed, (oracle, _, _) =>
            {
                Add("verdicts", oracle.Verdicts());
                Add("kept", oracle.Kept());
                Add("borne", oracle.BorneByActs());
                Add("denials", oracle.Denials());
                Add("held", oracle.HoursHeld());
                Add("notices", oracle.Notices());
                Add("attributed", oracle.Attributed());
                Add("breaches", oracle.Breaches());
                Add("review", oracle.NeedReview());
                Add("standards", oracle.Standards());
                Add("access", oracle.AccessDenied());
                Add("damage", oracle.Damage());
                Add("sites", oracle.Sites());
                Add("hazards", oracle.Hazards());
                cases.UnionWith(oracle.Cases());
            });
        }

        Assert.Contains("no answer by the deadline", lines["denials"]);
        Assert.Contains(lines["kept"], k => k.EndsWith(": conflicting", StringComparison.Ordinal));
        Assert.Contains(lines["kept"], k => k.EndsWith(": inapplicable", StringComparison.Ordinal));
        Assert.Contains("breach", lines["review"]);
        Assert.Contains("verify: clear-and-convincing (not the mission's)", lines["standards"]);
        Assert.Contains(lines["damage"], d => d.EndsWith(": verified", StringComparison.Ordinal));
        Assert.Equal(14, lines.Count);
        Assert.Empty(ReportOracle.Wanted.Except(cases));
        Assert.All(lines, l => Assert.True(l.Value.Count >= 2, l.Key));

        void Add(string what, IEnumerable<Counted> counted)
        {
            if (!lines.TryGetValue(what, out var says))
            {
                lines.Add(what, says = []);
            }

            says.UnionWith(counted.Select(c => c.Says));
        }
    }

    private static void Everywhere(int seed, Action<ReportOracle, Fold, Period> holds)
    {
        foreach (var (oracle, fold, period) in All.GetOrAdd(seed, s => [.. Of(s)]))
        {
            holds(oracle, fold, period);
        }
    }

    /// <summary>What a history is to each reader in each period; no test changes it.</summary>
    private static IEnumerable<(ReportOracle Oracle, Fold Fold, Period Period)> Of(int seed)
    {
        var world = new ReportHistory(seed).World;
        foreach (var reader in ReportLawTests.Readers)
        {
            var fold = ReportLawTests.Fold(world, reader);
            foreach (var period in ReportLawTests.Periods(world))
            {
                yield return (new ReportOracle(world, a => ReportLawTests.May(a, reader), period), fold, period);
            }
        }
    }

    private static void IsTotal(Counted expected, Section totals, string label)
    {
        var f = totals.Figures.Single(f => f.Label == label);
        Assert.Equal(expected with { Says = label }, new Counted(label, f.Mark == Mark.Blank ? "no number"
            : $"{f.Low} {f.Value} {f.High}", ReportOracle.Entries(f.Entries)));
    }

    private static void Same(IEnumerable<Counted> expected, IEnumerable<Figure> figures) =>
        Assert.Equal(expected, figures.Select(Line));

    private static Counted Line(Figure f) => new(f.Label, f.Value ?? "", ReportOracle.Entries(f.Entries));

    private static string Entries(IEnumerable<Figure> figures) =>
        ReportOracle.Entries(figures.SelectMany(f => f.Entries));

    private static ImmutableArray<Figure> Of(Report report, string title) => ReportLawTests.Of(report, title).Figures;
}
