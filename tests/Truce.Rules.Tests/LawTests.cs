using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules.Tests;

/// <summary>The laws of the language: what must change no ruling and no finding's identity. Properties over random
/// frameworks.</summary>
public sealed class LawTests
{
    private const int Seeds = 400;

    private static readonly HashSet<string> RuleFindings = ["W501", "W502"];

    private static Ground TheGround(Framework f) => new([f.Sources[0].Id], new Basis(BasisKind.Text));

    private static SortedSet<string> Identities(Framework f, bool withRules = true) =>
        new(Check.Run(new Rulebook(f)).Findings
        .Where(x => withRules || !RuleFindings.Contains(x.Code)).Select(x => $"{On(x.Footing)}: {Canonical(x)}"),
            StringComparer.Ordinal);

    private static string On(Footing f) =>
        string.Join(" ", new[] { f.Claimant, f.Second }.OfType<string>().Order(StringComparer.Ordinal)
            .Prepend(f.Kind.ToString()));

    private static string Canonical(Finding f) =>
        $"{f.Code} {f.Action} {string.Join(',', f.Subjects.Order(StringComparer.Ordinal))}";

    private static void Holds(Func<Framework, int, Framework?> change, bool withRules = true, bool sameRulings = true)
    {
        var tried = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var yaml = RandomFrameworks.Yaml(seed);
            var before = FrameworkReader.Read(yaml, "law.yaml").Framework;
            if (change(before, seed) is not { } after)
            {
                continue;
            }

            tried++;
            Assert.True(Identities(before, withRules).SetEquals(Identities(after, withRules)), $"seed {seed}\n{yaml}");
            if (sameRulings)
            {
                var diff = Diff.Of(before, after, false);
                Assert.True(diff.Changes.IsEmpty && diff.NotDecided.IsEmpty, $"seed {seed}\n{yaml}");
            }
        }

        Assert.True(tried > Seeds / 4, $"only {tried} frameworks were changed");
    }

    [Fact]
    public void The_order_of_rules_and_actors_means_nothing() => Holds((f, _) => f with
    {
        Rules = [.. f.Rules.Reverse()],
        Actors = [.. f.Actors.Reverse()],
    });

    [Fact]
    public void An_unused_fact_changes_nothing() => Holds((f, _) => f with
    {
        Facts = f.Facts.Add(new Fact("unused", "is it", ["no", "yes"], null, null, "no", false, null, null, default)),
    });

    [Fact]
    public void An_unused_date_changes_nothing() => Holds((f, _) => f with
    {
        Benchmarks = f.Benchmarks.Add(new Benchmark("unused", "counted", "the office", "the office", f.Actors[0].Id, [],
            new LocalDate(2026, 5, 5), null, TheGround(f), default)),
    });

    [Fact]
    public void An_overlapping_area_that_no_rule_names_changes_nothing() => Holds((f, _) => f with
    {
        Areas = f.Areas.Add(new Area("unused", false, [.. f.Areas.Select(a => a.Id)], [],
            ImmutableDictionary<string, string>.Empty, default)),
    });

    [Fact]
    public void Splitting_a_rule_changes_no_ruling_and_no_other_finding() => Holds((f, seed) =>
    {
        var rule = f.Rules.Where(r => r.Delegable is null && r.Extent.Hours.IsEmpty)
            .ElementAtOrDefault(seed % Math.Max(1, f.Rules.Length));
        if (rule is null)
        {
            return null;
        }

        Rule Half(string id, int from, int until) => rule with
        {
            Id = id,
            Extent = rule.Extent with { Hours = [new HourSpan(from, until)] },
        };
        return f with
        {
            Rules =
            [
                .. f.Rules.Where(r => r.Id != rule.Id).Select(r => !r.Overrides.Contains(rule.Id) ? r : r with
                {
                    Overrides = [.. r.Overrides.Where(o => o != rule.Id), "first-half", "second-half"],
                }),
                Half("first-half", 0, 700), Half("second-half", 700, 1440),
            ],
        };
    }, withRules: false);

    [Fact]
    public void A_dead_rule_adds_W501_alone()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var f = FrameworkReader.Read(RandomFrameworks.Yaml(seed), "law.yaml").Framework;
            var kind = (RuleKind)(seed % 6);
            var dead = new Rule
            {
                Id = "dead",
                Kind = kind,
                Who = [f.Actors[0].Id],
                Actions = [f.Actions[0].Id],
                By = kind is RuleKind.Final or RuleKind.Require ? ["anyone"] : [],
                Extent = new Extent { From = new LocalDate(2999, 1, 1), In = [["nowhere-a", "nowhere-b"]] },
                Ground = TheGround(f),
                Before = kind == RuleKind.Require ? Period.FromHours(1) : null,
                Require = RequireKind.Notice,
            };
            var with = Identities(f with { Rules = f.Rules.Add(dead) });
            with.ExceptWith(Identities(f));
            Assert.Equal(["Text: W501  dead"], with);
        }
    }

    [Fact]
    public void Renaming_an_actor_renames_it_in_the_findings_and_does_no_more()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var f = FrameworkReader.Read(RandomFrameworks.Yaml(seed), "law.yaml").Framework;
            var old = f.Actors[seed % f.Actors.Length].Id;
            string New(string id) => id == old ? "aaa-renamed" : id;
            ImmutableArray<string> All(ImmutableArray<string> ids) => [.. ids.Select(New)];
            Fallback To(Fallback x) => x.To is null ? x : x with { To = New(x.To) };
            Ground Based(Ground g) =>
                g with { Basis = g.Basis with { Claimant = g.Basis.Claimant is { } c ? New(c) : null } };
            var renamed = f with
            {
                Actors = [.. f.Actors.Select(a => a with
                {
                    Id = New(a.Id), Under = All(a.Under), Of = All(a.Of), Members = All(a.Members),
                        OnDeadlock = To(a.OnDeadlock),
                    Ground = Based(a.Ground), Via = a.Via is { } v ? New(v) : null,
                })],
                Actions = [.. f.Actions.Select(a => a with { FreeTo = All(a.FreeTo) })],
                Facts = [.. f.Facts.Select(x => x with { DeclaredBy = x.DeclaredBy is { } d ? New(d) : null })],
                Phases = [.. f.Phases.Select(x =>
                    x with { DeclaredBy = x.DeclaredBy is { } d ? New(d) : null, Ground = Based(x.Ground) })],
                Nevers = [.. f.Nevers.Select(n => n with { Who = All(n.Who) })],
                Rules = [.. f.Rules.Select(r => r with
                {
                    Who = All(r.Who), By = All(r.By), OnRefusal = To(r.OnRefusal), OnSilence = To(r.OnSilence),
                        Ground = Based(r.Ground),
                    Delegable = r.Delegable is { } d ? d with { To = New(d.To) } : null,
                })],
            };
            Assert.Equal(Parts(Identities(f))
                .Select(p => string.Join(' ', p.Split(' ', ',').Select(New).Order(StringComparer.Ordinal)))
                .Order(StringComparer.Ordinal), Parts(Identities(renamed)).Select(p =>
                    string.Join(' ', p.Split(' ', ',').Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        }

        static IEnumerable<string> Parts(IEnumerable<string> identities) =>
            identities.Select(i => i.Replace(":", "", StringComparison.Ordinal));
    }
}
