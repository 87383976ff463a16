using System.Collections.Immutable;

namespace Truce.Rules.Tests;

/// <summary>Rulings and differences, situation by situation.</summary>
internal static partial class Agreement
{
    /// <summary>
    /// Every third situation, on the footings in turn, with nothing stated; a quarter also with what a seed makes
    /// people say.
    /// </summary>
    public static string? OfRulings(Sides sides, int seed)
    {
        var (book, oracle) = (sides.Book, sides.Oracle);
        var said = Said(sides.Framework, seed);
        var footings = book.Footings.Single.Select(f => (f, oracle.Footings.First(o => o.Name == Footing(f)))).ToList();
        for (var i = seed % 3; i < oracle.Situations.Count; i += 3)
        {
            var s = oracle.Situations[i];
            var point = PointOf(book.Space, s);
            if (book.IsPossible(point) != oracle.IsPossible(s))
            {
                return $"{Text(s)}: possible? engine {book.IsPossible(point)}, oracle {oracle.IsPossible(s)}";
            }

            var (footing, theirs) = footings[(i + seed) % footings.Count];
            if (Compare(book, oracle, s, point, footing, theirs, i % 4 == 0 ? said : null) is { } difference)
            {
                return $"{Text(s)}, {theirs.Name}: {difference}";
            }
        }

        return null;
    }

    private static ImmutableDictionary<string, Statement> Said(Framework f, int seed)
    {
        var random = new Random(seed);
        var said = ImmutableDictionary.CreateBuilder<string, Statement>();
        foreach (var actor in f.Actors)
        {
            var what = (Statement)random.Next(5);
            if (what != Statement.None && (what != Statement.Deadlocked || actor.Kind == ActorKind.Body))
            {
                said[actor.Id] = what;
            }
        }

        return said.ToImmutable();
    }

    private static string? Compare(Rulebook book, Oracle oracle, OracleSituation s, int[] point, Footing footing,
        OracleFooting theirs, ImmutableDictionary<string, Statement>? said)
    {
        var answer = book.AnswerAt(point, footing, ImmutableDictionary<string, Statement>.Empty);
        var expected = oracle.Rule(s, theirs);
        var permission = answer.Permission switch
        {
            Permission.Granted or Permission.Free => "Open",
            var p => p.ToString(),
        };
        if (permission != expected.Permission.ToString() || answer.Verdict.ToString() != expected.Verdict.ToString())
        {
            return $"engine {permission} {answer.Verdict}, oracle {expected.Permission} {expected.Verdict}";
        }

        if (!Same(answer.Holders, expected.Holders)
            || !Same(answer.Consents.Select(c => $"{Named(c.Of)} {c.CountsAsGiven}"),
                expected.Asked.Select(c => $"{c.Of} {c.CountsAsGiven}"))
            || !Same(answer.Consultations.Select(c => Named(c.With)), expected.Consultations.Select(FirstWord))
            || !Same(answer.Notices.Select(n => Named(n.To)), expected.Notices.Select(FirstWord))
            || !Same(answer.Duties.Select(d => d.Of), expected.Duties))
        {
            return $"engine {answer.Signature}, oracle {expected}";
        }

        return said is null ? null : CompareStated(book, oracle, s, point, footing, theirs, said);
    }

    private static bool Same(IEnumerable<string> a, IEnumerable<string> b) => a.ToHashSet().SetEquals(b);

    private static string List(IEnumerable<string> items) =>
        string.Join(",", items.Distinct().Order(StringComparer.Ordinal));

    private static string? CompareStated(Rulebook book, Oracle oracle, OracleSituation s, int[] point, Footing footing,
        OracleFooting theirs, ImmutableDictionary<string, Statement> said)
    {
        var stated = said.Where(x => x.Value != Statement.Deadlocked).ToDictionary(x => x.Key, x => x.Value switch
        {
            Statement.Given => OracleStatement.Given,
            Statement.Refused => OracleStatement.Refused,
            _ => OracleStatement.Silent,
        });
        var stuck = said.Where(x => x.Value == Statement.Deadlocked).Select(x => x.Key).ToHashSet();
        var after = book.AnswerAt(point, footing, said);
        var (verdict, awaited) = oracle.Verdict(s, theirs, stated, stuck);
        return after.Verdict.ToString() != verdict.ToString()
            ? $"said {List(said.Select(x => $"{x.Key}={x.Value}"))}: engine {after.Verdict}, oracle {verdict}"
            : after.Verdict == Verdict.Awaits && List(after.TurnsOn.Select(Named)) != List(awaited)
                ? $"awaits: engine {List(after.TurnsOn)}, oracle {List(awaited)}" : null;
    }

    private static string Named(string id) => id.Length == 0 ? "(missing)" : id;

    private static string FirstWord(string words) => words.Split(',', ':')[0].Trim();

    private static int[] PointOf(Situations s, OracleSituation o)
    {
        var point = new int[Situations.FirstFact + s.Facts.Length];
        point[Situations.Performer] = s.Performers.IndexOf(o.Performer);
        point[Situations.Action] = s.Actions.IndexOf(o.Action);
        while (LeafText(s.Leaves[point[Situations.Leaf]]) != o.Leaf)
        {
            point[Situations.Leaf]++;
        }

        point[Situations.Phase] = s.Phases.IndexOf(o.Phase);
        while ((s.Days[point[Situations.Day]].First is { } d ? Rules.Text.Date(d) : "") != o.Day)
        {
            point[Situations.Day]++;
        }

        while (Rules.Text.Clock(s.Hours[point[Situations.Hour]].FromMinute) != o.Hour)
        {
            point[Situations.Hour]++;
        }

        if (s.Facts.Length > 0)
        {
            var values = o.Facts.Split(',');
            for (var f = 0; f < values.Length; f++)
            {
                point[Situations.FirstFact + f] = s.Facts[f].IndexOf(values[f][(values[f].IndexOf('=') + 1)..]);
            }
        }

        return point;
    }

    private static string LeafText(Leaf leaf) => leaf.Areas.IsEmpty ? leaf.Sector
        : string.Join(" + ", leaf.Areas.Order(StringComparer.Ordinal).Prepend(leaf.Sector));

    /// <summary>By the text: exactly the situations that brute force finds, and the mirror image the other way
    /// round.</summary>
    public static string? OfDifferences(Sides sides, int seed)
    {
        var a = sides.Framework;
        var (other, b) = RandomFrameworks.Neighbour(sides.Yaml, a, seed);
        var expected = sides.Oracle.Difference(new Oracle(b)).Select(Text).ToHashSet(StringComparer.Ordinal);
        var there = Diff.Of(a, b, false);
        var ours = All(there);
        if (!ours.SetEquals(expected))
        {
            return $"engine {ours.Count}, oracle {expected.Count}; for one " +
                (ours.Except(expected).FirstOrDefault() is { } more ? $"engine alone: {more}"
                    : $"oracle alone: {expected.Except(ours).First()}") +
                $"\n--- the other:\n{other}\n---";
        }

        if (seed % 4 == 0 && !Mirrors(there, Diff.Of(b, a, false)))
        {
            return "the difference the other way round is no mirror image";
        }

        return seed % 10 != 0
            || Diff.Of(a, a, false).IsEmpty ? null : "a framework differs from itself";
    }

    private static bool Mirrors(DiffResult there, DiffResult back) =>
        there.Changes.Select(c => $"{c.Footing} {string.Join(";", c.Parts)}").Order(StringComparer.Ordinal)
            .SequenceEqual(back.Changes
            .Select(c => $"{c.Footing} {string.Join(";", c.Parts.Select(p => p with { Was = p.Is, Is = p.Was }))}")
                .Order(StringComparer.Ordinal))
        && there.Outside.Length == back.Outside.Length;

    private static HashSet<string> All(DiffResult result)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in result.Changes.Where(c => c.Footing.Kind == FootingKind.Text))
        {
            foreach (var box in change.Region.Boxes)
            {
                foreach (var p in Mask.Bits(change.Region.Space.Dim(box, Situations.Performer)))
                {
                    foreach (var action in Mask.Bits(change.Region.Space.Dim(box, Situations.Action)))
                    {
                        Collect(change.Region.Space, box, p, change.Region.Space.Actions[action], all);
                    }
                }
            }
        }

        return all;
    }
}
