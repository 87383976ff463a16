using System.Collections.Immutable;
using System.Diagnostics;
using NodaTime;

namespace Truce.Rules.Tests;

/// <summary>The second opinion itself, on frameworks small enough to be worked out by hand. §4, §5, §7.</summary>
public sealed class OracleTests(ITestOutputHelper output)
{
    private static readonly Basis ByText = new(BasisKind.Text);

    [Fact]
    public void Curfew_lets_ambulances_through_and_gives_no_finding()
    {
        var curfew = Prohibit("curfew", "anyone", "move") with
        {
            Extent = new Extent { Hours = [new HourSpan(20 * 60, 6 * 60)] },
        };
        var passage = Grant("passage", "ambulances", "move") with { Overrides = ["curfew"] };
        var oracle = new Oracle(Make(
            [Unit("ambulances", ActorKind.Humanitarian), Unit("residents", ActorKind.Civilian)],
            [Action("move") with { FreeToAll = true }], [curfew, passage]));

        Assert.Equal(["00:00", "06:00", "20:00"], oracle.Situations.Select(s => s.Hour).Distinct());
        Assert.Equal(OracleVerdict.Permitted, Ask(oracle, "ambulances", "move", "20:00").Verdict);
        Assert.Equal(OracleVerdict.Forbidden, Ask(oracle, "residents", "move", "20:00").Verdict);
        Assert.Equal(OracleVerdict.Forbidden, Ask(oracle, "residents", "move", "00:00").Verdict);
        Assert.Equal(OracleVerdict.Permitted, Ask(oracle, "ambulances", "move", "06:00").Verdict);
        Assert.Equal(OracleVerdict.Permitted, Ask(oracle, "residents", "move", "06:00").Verdict);
        Assert.Empty(oracle.Findings());
    }

    [Theory]
    [InlineData(FallbackKind.NotStated, "E103|search|board", "Deadlock")]
    [InlineData(FallbackKind.Stop, "", "Refused")]
    [InlineData(FallbackKind.Proceed, "", "Permitted")]
    [InlineData(FallbackKind.Refer, "", "Awaits")]
    public void Joint_committee_can_deadlock_unless_it_is_said_what_then(
        FallbackKind then, string expected, string verdict)
    {
        var board = Unit("board", ActorKind.Body) with
        {
            Members = ["alba", "brega"],
            Decides = Decides.Unanimously,
            OnDeadlock = new Fallback(then, then == FallbackKind.Refer ? "alba" : null),
        };
        var oracle = new Oracle(Make(
            [Unit("guard"), board, Unit("alba", ActorKind.Party), Unit("brega", ActorKind.Party)],
            [Action("search")], [Grant("may", "guard", "search"), Final("last", "board", "search")]));

        Assert.Equal(expected, string.Join(" ", oracle.Findings().Select(f => f.Identity)));
        var at = Find(oracle, "guard", "search");
        Assert.Equal(OracleVerdict.Permitted, oracle.Rule(at, oracle.Text).Verdict);
        var stated = oracle.Verdict(
            at, oracle.Text, new Dictionary<string, OracleStatement>(), new HashSet<string> { "board" });
        Assert.Equal(verdict, stated.Verdict.ToString());
        Assert.Equal(then == FallbackKind.Refer ? ["alba"] : [], stated.Awaited);
    }

    [Fact]
    public void Delegation_gives_the_last_word_away_and_no_finding_in_either_state()
    {
        var last = Final("last", "guard", "search") with
        {
            Delegable = new Delegation("last.delegated", "envoy", Period.FromDays(14)),
        };
        var oracle = new Oracle(Make([Unit("guard"), Unit("envoy", ActorKind.Office)], [Action("search")],
            [Grant("may", "guard", "search"), last]));

        Assert.Equal(["guard"], Ask(oracle, "guard", "search", facts: "last.delegated=no").Holders);
        Assert.Equal(["envoy"], Ask(oracle, "guard", "search", facts: "last.delegated=yes").Holders);
        Assert.Empty(oracle.Findings());
    }

    [Fact]
    public void Two_last_words_are_a_finding_where_both_hold_and_the_act_is_granted()
    {
        var oracle = new Oracle(Make([Unit("guard"), Unit("watch")], [Action("search")],
            [
                Grant("may", "guard", "search"), Final("one", "guard", "search"),
                Final("two", "watch", "search") with { Extent = new Extent { In = [["south"]] } },
                Final("three", "guard", "search") with { Ground = Of(BasisKind.Assumption) },
            ]));

        var finding = Assert.Single(oracle.Findings(), f => f.Identity.StartsWith("E101", StringComparison.Ordinal));
        Assert.Equal("E101|search|guard,watch", finding.Identity);
        Assert.False(finding.Assumed);
        var only = Assert.Single(finding.Situations);
        Assert.Equal(new OracleSituation("guard", "search", "south", "", "", "00:00", ""), only);
        Assert.Equal(OracleVerdict.Contested, oracle.Rule(only, oracle.Text).Verdict);
        Assert.Equal(OracleVerdict.NotGranted, oracle.Rule(only with { Performer = "watch" }, oracle.Text).Verdict);
        var twice = oracle.Findings().Where(f => f.Identity.StartsWith("W502", StringComparison.Ordinal));
        Assert.Equal(["W502||one (assumed)", "W502||three (assumed)"],
            twice.Select(f => f.ToString()["text: ".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_holder_yields_to_one_above_it_and_the_two_are_one()
    {
        var oracle = new Oracle(Make(
            [Unit("guard") with { Of = ["alba"] }, Unit("alba", ActorKind.Party)], [Action("search")],
            [Grant("may", "alba", "search"), Final("one", "guard", "search"), Final("two", "alba", "search")]));

        Assert.Equal(["alba"], Ask(oracle, "guard", "search").Holders);
        Assert.Equal(["W502||one"], oracle.Findings().Select(f => f.Identity));
    }

    [Fact]
    public void Claims_add_to_the_text_and_to_each_other()
    {
        var oracle = new Oracle(Make(
            [Unit("guard"), Unit("alba", ActorKind.Party), Unit("brega", ActorKind.Party)], [Action("search")],
            [
                Grant("may", "guard", "search"),
                Final("a", "alba", "search") with { Ground = Of(BasisKind.Claim, "alba") },
                Final("b", "brega", "search") with { Ground = Of(BasisKind.Claim, "brega") },
            ]));

        Assert.Equal(["text: E102|search|", "claims of alba and brega: E101|search|alba,brega"],
            oracle.Findings().Select(f => f.ToString()));
    }

    [Theory]
    [InlineData(true, true, "E202|search|force W501||may")]
    [InlineData(false, false, "E201|search|force")]
    [InlineData(true, false, "E203|search|force")]
    public void A_duty_fails_by_prohibition_by_lack_of_a_grant_or_by_absence(bool granted, bool forbidden, string codes)
    {
        var contingent = Unit("first", ActorKind.Contingent) with { Under = ["force"], In = [["south"]] };
        List<Rule> rules = [Oblige("task", "force", "search"), Final("last", "force", "search")];
        rules.AddRange(granted ? [Grant("may", "first", "search")] : []);
        rules.AddRange(forbidden ? [Prohibit("caveat", "first", "search") with { Overrides = ["may"] }] : []);
        var oracle = new Oracle(Make(
            [Unit("force", ActorKind.Command) with { Complete = true }, contingent], [Action("search")], rules));

        var findings = oracle.Findings();
        Assert.Equal(codes, string.Join(" ", findings.Select(f => f.Identity)));
        var leaves = findings[0].Situations.Select(s => s.Leaf);
        Assert.Equal(granted && !forbidden ? ["north"] : ["north", "south"], leaves);
        Assert.Equal(["first"], oracle.Situations.Where(s => s.Action == "search").Select(s => s.Performer).Distinct());
    }

    [Fact]
    public void A_duty_needs_what_others_are_free_to_do()
    {
        var oracle = new Oracle(Make([Unit("guard"), Unit("agencies", ActorKind.Humanitarian)],
            [Action("move") with { FreeTo = ["agencies"] }, Action("protect") with { Needs = ["move"] }],
            [
                Oblige("task", "guard", "protect"), Grant("may", "guard", "protect"), Final("last", "guard", "protect"),
                Prohibit("block", "agencies", "move") with
                {
                    Extent = new Extent { In = [["south"]] },
                    Ground = Of(BasisKind.Practice),
                },
            ]));

        var finding = Assert.Single(oracle.Findings());
        Assert.Equal("practice: E201|protect|guard", finding.ToString());
        Assert.Equal([new OracleSituation("", "protect", "south", "", "", "00:00", "")], finding.Situations);
    }

    [Fact]
    public void Contingents_that_differ_and_a_holder_that_may_not()
    {
        var oracle = new Oracle(Make(
            [
                Unit("force", ActorKind.Command), Unit("first", ActorKind.Contingent) with { Under = ["force"] },
                Unit("second", ActorKind.Contingent) with { Under = ["force"] }, Unit("guard"),
            ],
            [Action("search")],
            [Grant("may", "first", "search"), Final("last", "guard", "search")]));

        Assert.Equal(["E104|search|guard", "W301|search|force"], oracle.Findings().Select(f => f.Identity).Order());
        Assert.All(oracle.Findings(),
            f => Assert.Equal(f.Identity[0] == 'E' ? "first" : "", f.Situations.First().Performer));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("watch", false)]
    [InlineData("alba", false)]
    [InlineData("board", false)]
    [InlineData("guard", true)]
    public void Two_chains_may_use_force_without_telling_each_other(string? told, bool expected)
    {
        List<Rule> rules = [Grant("may", "anyone", "fire"), Final("last", "alba", "fire")];
        if (told is not null)
        {
            rules.Add(Require("tell", told, "fire") with { By = ["guard"], Require = RequireKind.Notice });
        }

        var oracle = new Oracle(Make(
            [
                Unit("guard"), Unit("watch") with { Of = ["alba"] }, Unit("alba", ActorKind.Party),
                Unit("board", ActorKind.Body) with { Members = ["alba"] },
            ],
            [Action("fire") with { Force = true }], rules));

        var finding = oracle.Findings().SingleOrDefault(f => f.Identity == "E402||guard,watch");
        Assert.Equal(expected, finding is not null);
        Assert.True(finding is null || finding.Situations.All(s => s is { Performer: "", Action: "" }));
    }

    [Fact]
    public void Consents_are_given_refused_referred_or_awaited()
    {
        var ask = Require("ask", "watch", "search") with
        {
            OnRefusal = new Fallback(FallbackKind.Refer, "alba"),
            AnswerWithin = Period.FromHours(2),
        };
        var oracle = new Oracle(Make(
            [Unit("guard"), Unit("watch"), Unit("alba", ActorKind.Party)], [Action("search")],
            [Grant("may", "guard", "search"), Grant("own", "watch", "search"), Final("last", "guard", "search"), ask]));

        OracleVerdict Said(params (string, OracleStatement)[] stated) => oracle.Verdict(
            Find(oracle, "guard", "search"), oracle.Text,
            stated.ToDictionary(x => x.Item1, x => x.Item2), new HashSet<string>()).Verdict;
        Assert.Equal(OracleVerdict.Awaits, Said());
        Assert.Equal(OracleVerdict.Permitted, Said(("watch", OracleStatement.Given)));
        Assert.Equal(OracleVerdict.Deadlock, Said(("watch", OracleStatement.Silent)));
        Assert.Equal(OracleVerdict.Awaits, Said(("watch", OracleStatement.Refused)));
        var refused = ("watch", OracleStatement.Refused);
        Assert.Equal(OracleVerdict.Permitted, Said(refused, ("alba", OracleStatement.Given)));
        Assert.Equal(OracleVerdict.Refused, Said(refused, ("alba", OracleStatement.Silent)));
        Assert.Equal(OracleVerdict.Permitted, Ask(oracle, "watch", "search").Verdict);
        Assert.Equal(["E103|search|watch"], oracle.Findings().Select(f => f.Identity));
    }

    [Fact]
    public void Leaves_are_sectors_with_areas_that_share_them()
    {
        Area Line(string id, string[] crosses, params string[] within) =>
            new(id, false, [.. crosses], [.. within], ImmutableDictionary<string, string>.Empty, default);
        var f = Make([Unit("guard")], [], []);
        var oracle = new Oracle(f with
        {
            Areas =
            [
                .. f.Areas, Line("line", ["north", "south"]), Line("post", ["south"], "line"), Line("apart", ["north"]),
            ],
        });

        Assert.Equal(["north", "north + apart", "north + line", "south", "south + line", "south + line + post"],
            oracle.Situations.Select(s => s.Leaf).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_difference_holds_exactly_the_situations_that_are_answered_otherwise()
    {
        var before = Make([Unit("guard")], [Action("search")],
            [Grant("may", "guard", "search"), Final("last", "guard", "search")]);
        var day = new LocalDate(2026, 3, 1);
        var after = before with
        {
            Rules = [before.Rules[0] with { Extent = new Extent { From = day, In = [["south"]] } }, before.Rules[1]],
        };

        Assert.Empty(new Oracle(before).Difference(new Oracle(before)));
        var found = new Oracle(before).Difference(new Oracle(after));
        Assert.Equal([("north", ""), ("north", "2026-03-01"), ("south", "")], found.Select(s => (s.Leaf, s.Day)));
        Assert.Equal(found, new Oracle(after).Difference(new Oracle(before)));
    }

    [Fact]
    public void Random_frameworks_read_and_every_question_comes_up()
    {
        var codes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (sizes, watch) = (new List<int>(), new Stopwatch());
        for (var seed = 0; seed < 400; seed++)
        {
            var reading = FrameworkReader.Read(RandomFrameworks.Yaml(seed), $"seed-{seed}.yaml");
            var problems = string.Join("\n", reading.Diagnostics);
            Assert.True(problems.Length == 0, $"seed {seed}\n{problems}");
            watch.Start();
            var oracle = new Oracle(reading.Framework);
            var findings = oracle.Findings();
            sizes.Add(oracle.Situations.Count + (0 * findings.Sum(f => f.Situations.Count)));
            watch.Stop();
            foreach (var f in findings.Select(f => $"{f.Identity[..4]} {f.Footing.Name.Split(' ')[0]}").Distinct())
            {
                codes[f] = codes.GetValueOrDefault(f) + 1;
            }

            Assert.InRange(oracle.Situations.Count, 40, 4_000);
            Assert.All(findings, f => Assert.All(f.Situations, s => Assert.True(s.Performer.Length == 0
                || oracle.IsPossible(s))));
        }

        output.WriteLine($"{sizes.Average()} situations, {watch.ElapsedMilliseconds / 400.0} ms");
        output.WriteLine(string.Join("\n", codes.Select(c => $"{c.Key}: {c.Value}")));
        string[] asked = ["E101", "E102", "E103", "E104", "E201", "E202", "E203", "E402", "W301", "W501", "W502"];
        Assert.All(asked, c => Assert.InRange(codes.GetValueOrDefault($"{c} text"), 20, 400));
    }

    [Fact]
    public void Order_means_nothing_and_differences_mirror()
    {
        // §6. With two delegations the order of rules names the facts differently; nothing else may change.
        static IEnumerable<string> Show(Oracle o) => o.Findings().Select(f =>
            $"{f} {string.Join(";", f.Situations.Select(s => $"{s}").Order(StringComparer.Ordinal))}").Order();
        static IEnumerable<string> Between(Oracle a, Oracle b) =>
            a.Difference(b).Select(s => $"{s with { Facts = "" }}").Order(StringComparer.Ordinal);
        Oracle? last = null;
        for (var seed = 0; seed < 60; seed++)
        {
            var f = FrameworkReader.Read(RandomFrameworks.Yaml(seed), "x.yaml").Framework;
            var oracle = new Oracle(f);
            if (f.Rules.Count(r => r.Delegable is not null) < 2)
            {
                var turned = f with { Rules = [.. f.Rules.Reverse()], Actors = [.. f.Actors.Reverse()] };
                Assert.Equal(Show(oracle), Show(new Oracle(turned)));
            }

            Assert.Empty(oracle.Difference(new Oracle(f)));
            Assert.Equal(Between(oracle, last ?? oracle), Between(last ?? oracle, oracle));
            last = oracle;
        }
    }

    [Fact]
    public void Shrinking_keeps_what_matters()
    {
        // The finding stays; everything that it does not need goes.
        static bool Fails(string yaml)
        {
            var reading = FrameworkReader.Read(yaml, "x.yaml");
            return reading.Diagnostics.IsEmpty && new Oracle(reading.Framework).Findings()
                .Any(f => f.Identity.StartsWith("E101", StringComparison.Ordinal));
        }

        var yaml = Enumerable.Range(0, 100).Select(RandomFrameworks.Yaml).First(Fails);
        var minimal = RandomFrameworks.Minimal(yaml, Fails);
        Assert.True(Fails(minimal));
        Assert.InRange(minimal.Split('\n').Count(l => l.StartsWith("  - ", StringComparison.Ordinal)), 2, 3);
    }

    // ---- Frameworks made by hand

    private static Framework Make(List<Actor> actors, List<ActionTerm> actions, List<Rule> rules) => new()
    {
        Areas = [Sector("north"), Sector("south")],
        Actors = [.. actors],
        Actions = [.. actions],
        Rules = [.. rules],
    };

    private static Area Sector(string id) =>
        new(id, true, [], [], ImmutableDictionary<string, string>.Empty, default);

    private static Actor Unit(string id, ActorKind kind = ActorKind.StateForce) => new() { Id = id, Kind = kind };

    private static ActionTerm Action(string id) => new(id, id, false, false, [], [], default);

    private static Ground Of(BasisKind kind, string? claimant = null) => new(["s"], new Basis(kind, claimant));

    private static Rule Clause(RuleKind kind, string id, string who, string action) => new()
    {
        Id = id,
        Kind = kind,
        Who = [who],
        Actions = [action],
        Ground = new Ground(["s"], ByText),
    };

    private static Rule Grant(string id, string who, string action) => Clause(RuleKind.Grant, id, who, action);

    private static Rule Prohibit(string id, string who, string action) => Clause(RuleKind.Prohibit, id, who, action);

    private static Rule Final(string id, string who, string action) =>
        Clause(RuleKind.Final, id, who, action) with { By = ["anyone"] };

    private static Rule Require(string id, string who, string action) =>
        Clause(RuleKind.Require, id, who, action) with { By = ["anyone"] };

    private static Rule Oblige(string id, string who, string action) => Clause(RuleKind.Oblige, id, who, action);

    private static OracleSituation Find(
        Oracle oracle, string performer, string action, string hour = "00:00", string facts = "") =>
        oracle.Situations.First(s => s.Performer == performer && s.Action == action && s.Hour == hour
            && s.Facts == facts);

    private static OracleAnswer Ask(
        Oracle oracle, string performer, string action, string hour = "00:00", string facts = "") =>
        oracle.Rule(Find(oracle, performer, action, hour, facts), oracle.Text);
}
