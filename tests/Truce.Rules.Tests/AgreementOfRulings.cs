using System.Collections.Immutable;

namespace Truce.Rules.Tests;

/// <summary>Rulings and differences, situation by situation.</summary>
internal static partial class Agreement
{
    /// <summary>Every situation on every single footing, with nothing stated and with what a seed makes people say.</summary>
    public static string? OfRulings(string yaml, int seed)
    {
        var reading = FrameworkReader.Read(yaml, "random.yaml");
        if (!reading.IsUsable)
        {
            return null;
        }

        var book = new Rulebook(reading.Framework);
        var oracle = new Oracle(reading.Framework);
        var said = Said(reading.Framework, seed);
        foreach (var s in oracle.Situations)
        {
            var point = PointOf(book.Space, s);
            if (book.IsPossible(point) != oracle.IsPossible(s))
            {
                return $"{Text(s)}: possible? engine {book.IsPossible(point)}, oracle {oracle.IsPossible(s)}";
            }

            foreach (var footing in book.Footings.Single)
            {
                var theirs = oracle.Footings.First(f => f.Name == Footing(footing));
                if (Compare(book, oracle, s, point, footing, theirs, said) is { } difference)
                {
                    return $"{Text(s)}, {theirs.Name}: {difference}";
                }
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
        OracleFooting theirs, ImmutableDictionary<string, Statement> said)
    {
        var answer = book.AnswerAt(point, footing, ImmutableDictionary<string, Statement>.Empty);
        var expected = oracle.Rule(s, theirs);
        var permission = answer.Permission switch
        {
            Permission.Granted or Permission.Free => "Open",
            var p => p.ToString(),
        };
        string List(IEnumerable<string> items) => string.Join(",", items.Distinct().Order(StringComparer.Ordinal));
        foreach (var (what, ours, other) in new[]
        {
            ("permission", permission, expected.Permission.ToString()),
            ("verdict", answer.Verdict.ToString(), expected.Verdict.ToString()),
            ("holders", List(answer.Holders), List(expected.Holders)),
            ("consents", List(answer.Consents.Select(c => $"{Named(c.Of)} {c.CountsAsGiven}")),
                List(expected.Asked.Select(c => $"{c.Of} {c.CountsAsGiven}"))),
            ("consultations", List(answer.Consultations.Select(c => Named(c.With))), List(expected.Consultations.Select(FirstWord))),
            ("notices", List(answer.Notices.Select(n => Named(n.To))), List(expected.Notices.Select(FirstWord))),
            ("duties", List(answer.Duties.Select(d => d.Of)), List(expected.Duties)),
        })
        {
            if (ours != other)
            {
                return $"{what}: engine {ours}, oracle {other}";
            }
        }

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
        var leaf = s.Leaves.Select((l, i) => (Text: string.Join(" + ", l.Areas.Order(StringComparer.Ordinal).Prepend(l.Sector)), i))
            .First(l => l.Text == o.Leaf).i;
        var day = s.Days.Select((d, i) => (Text: d.First is { } first ? NodaTime.Text.LocalDatePattern.Iso.Format(first) : "", i))
            .First(d => d.Text == o.Day).i;
        var hour = s.Hours.Select((h, i) => (Text: Rules.Text.Clock(h.FromMinute), i)).First(h => h.Text == o.Hour).i;
        var facts = o.Facts.Length == 0 ? [] : o.Facts.Split(',').Select((f, i) => s.Facts[i].IndexOf(f[(f.IndexOf('=') + 1)..])).ToArray();
        return [s.Performers.IndexOf(o.Performer), s.Actions.IndexOf(o.Action), leaf, s.Phases.IndexOf(o.Phase), day, hour, .. facts];
    }

    /// <summary>By the text: exactly the situations that brute force finds, and the mirror image the other way round.</summary>
    public static string? OfDifferences(string yaml, string other)
    {
        var (a, b) = (FrameworkReader.Read(yaml, "a.yaml"), FrameworkReader.Read(other, "b.yaml"));
        if (!a.IsUsable || !b.IsUsable)
        {
            return null;
        }

        var expected = new Oracle(a.Framework).Difference(new Oracle(b.Framework)).Select(Text).ToHashSet(StringComparer.Ordinal);
        var (there, back) = (Diff.Of(a.Framework, b.Framework, false), Diff.Of(b.Framework, a.Framework, false));
        var ours = All(there);
        if (!ours.SetEquals(expected))
        {
            return $"engine {ours.Count}, oracle {expected.Count}; for one " +
                (ours.Except(expected).FirstOrDefault() is { } more ? $"engine alone: {more}" : $"oracle alone: {expected.Except(ours).First()}") +
                $"\n--- the other:\n{other}\n---";
        }

        if (!Mirrors(there, back))
        {
            return "the difference the other way round is no mirror image";
        }

        return Diff.Of(a.Framework, a.Framework, false).IsEmpty ? null : "a framework differs from itself";
    }

    private static bool Mirrors(DiffResult there, DiffResult back) =>
        there.Changes.Select(c => $"{c.Footing} {string.Join(";", c.Was)} > {string.Join(";", c.Is)}").Order(StringComparer.Ordinal)
            .SequenceEqual(back.Changes.Select(c => $"{c.Footing} {string.Join(";", c.Is)} > {string.Join(";", c.Was)}").Order(StringComparer.Ordinal))
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
