using System.Collections.Immutable;
using Truce.Rules;

namespace Truce.Page;

/// <summary>Answers in the few words that fit into a cell of the picture.</summary>
internal sealed class CellWords(Rulebook book)
{
    private const string Unowned = "nobody ✗", NotGrantedDuty = "not granted ✗";
    private const int DirectMax = 60;
    private readonly Situations _space = book.Space;
    private readonly Words _words = new(book);

    /// <summary>"isf / idf ✗ contested" as one line, with its note.</summary>
    public static string Line(CellWord w) => w.Note.Length == 0 ? w.Outcome : $"{w.Outcome} ({w.Note})";

    /// <summary>
    /// What a cell shows: each outcome once, with all for whom it holds. Against other cells only those performers
    /// are shown whose outcome is in none of them the same.
    /// </summary>
    public ImmutableArray<CellWord> Of(Footing footing, ImmutableArray<Strand> strands, bool possible,
        params ReadOnlySpan<FootingCell> against)
    {
        if (!possible)
        {
            return [new CellWord("cannot occur", Mark.Silent, "")];
        }

        var before = against.ToArray().Select(a => ByPerformer(a.Footing, a.Strands)).ToList();
        var now = ByPerformer(footing, strands);
        var groups = new List<(Result Result, List<int> Who)>();
        foreach (var performer in before.SelectMany(b => b.Keys).Concat(now.Keys).Distinct().Order())
        {
            var result = now.GetValueOrDefault(performer);
            if (before.Count == 0 ? result is null : before.Exists(b => b.GetValueOrDefault(performer) == result))
            {
                continue;
            }

            var shown = result ?? new Result("not granted", Mark.Nobody, "");
            var at = groups.FindIndex(g => g.Result == shown);
            if (at < 0)
            {
                groups.Add((shown, [performer]));
            }
            else
            {
                groups[at].Who.Add(performer);
            }
        }

        if (groups.Count > 0 || before.Count > 0)
        {
            var alone = groups.Count(g => g.Result.Mark != Mark.Forbidden) == 1;
            return [.. groups.OrderBy(g => g.Result.Mark == Mark.Forbidden).Select(g =>
                new CellWord(g.Result.Outcome, g.Result.Mark, Note(g.Result, Who(g.Who), alone)))];
        }

        var holders = strands.SelectMany(s => s.Answer.Holders).Distinct(StringComparer.Ordinal).ToList();
        return strands.IsEmpty ? [new CellWord("–", Mark.Silent, "")]
            : [new CellWord("nobody may", Mark.Nobody, holders.Count == 0 ? ""
                : $"the last word would be {Text.Possessive(Text.And(holders))}")];
    }

    private sealed record Result(string Outcome, Mark Mark, string Extra);

    private static Dictionary<int, Result?> ByPerformer(Footing footing, ImmutableArray<Strand> strands) => strands
        .Select(s => (s.Performers, Result: Outcome(footing, s))).Where(s => s.Result is not null)
        .SelectMany(s => s.Performers.Select(p => (p, s.Result))).ToDictionary(x => x.p, x => x.Result);

    private static string Note(Result result, string who, bool alone)
    {
        var note = result.Mark switch
        {
            Mark.One when alone && who == result.Outcome => "",
            Mark.One or Mark.Contested => $"when {who} acts",
            Mark.Nobody when result.Outcome == NotGrantedDuty => $"{who}, a duty",
            Mark.Nobody when result.Outcome == Unowned => $"when {who} acts",
            _ => $"for {who}",
        };
        return string.Join(", ", new[] { note, result.Extra }.Where(x => x.Length > 0));
    }

    private static Result? Outcome(Footing footing, Strand strand)
    {
        var a = strand.Answer;
        var extra = Extra(a);
        switch (a.Permission)
        {
            case Permission.Forbidden or Permission.ForbiddenAlways:
                return new Result(footing.Kind == FootingKind.Practice ? "blocked" : "forbidden", Mark.Forbidden, "");
            case Permission.Inherent:
                return new Result("own right", Mark.Free, extra);
            case Permission.NotGranted:
                return a.Duties.IsEmpty ? null : new Result(NotGrantedDuty, Mark.Nobody, "");
            case Permission.Free:
            case Permission.Granted when strand.Free:
                return new Result("free", Mark.Free, extra);
            default:
                return a.Holders.Length switch
                {
                    0 => new Result(Unowned, Mark.Nobody, extra),
                    1 => new Result(a.Holders[0], Mark.One, extra),
                    _ => new Result($"{string.Join(" / ", a.Holders)} ✗ contested", Mark.Contested, extra),
                };
        }
    }

    private static string Extra(Answer a)
    {
        static string Names(IEnumerable<string> who) => Text.And([.. who.Distinct(StringComparer.Ordinal)
            .Select(w => w.Length == 0 ? "nobody named" : w)]);
        var parts = new List<string>();
        var consents = a.Consents.Where(c => !c.CountsAsGiven).Select(c => c.Of).ToList();
        if (consents.Count > 0)
        {
            parts.Add($"if {Names(consents)} consent{(consents.Distinct().Count() == 1 ? "s" : "")}");
        }

        if (!a.Consultations.IsEmpty)
        {
            parts.Add($"after consulting {Names(a.Consultations.Select(c => c.With))}");
        }

        if (!a.Notices.IsEmpty)
        {
            parts.Add($"telling {Names(a.Notices.Select(n => n.To))}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>
    /// Performers by the fewest names: a name means all that a rule naming it reaches. "anyone" where all units are
    /// meant.
    /// </summary>
    public string Who(IReadOnlyCollection<int> performers)
    {
        var all = new ulong[book.People.PerformerWords];
        foreach (var p in performers)
        {
            Mask.Set(all, p);
        }

        if (_space.Units > 1 && Mask.Count(all) >= _space.Units && Enumerable.Range(0, _space.Units)
            .All(p => Mask.Has(all, p)))
        {
            return "anyone";
        }

        var left = (ulong[])all.Clone();
        var names = new List<string>();
        while (Mask.Any(left))
        {
            // A performer's own name before that of whoever is above it: a party is named only where it stands for
            // several.
            var own = book.People.ActorIndexOf(Mask.First(left));
            var best = own;
            var gain = Mask.Holds(all, book.People.Reach(own)) ? Mask.Count(Mask.Both(book.People.Reach(own), left))
                : 0;
            for (var x = 0; x < book.People.All.Length; x++)
            {
                var reach = book.People.Reach(x);
                if (Mask.Any(reach) && Mask.Holds(all, reach) && Mask.Count(Mask.Both(reach, left)) is var n
                    && n > gain)
                {
                    (best, gain) = (x, n);
                }
            }

            if (gain == 0)
            {
                names.Add($"{book.People.All[own].Id} itself");
                var first = Mask.First(left);
                left[first >> 6] &= ~(1UL << (first & 63));
            }
            else
            {
                names.Add(book.People.All[best].Id);
                Mask.AndNot(left, book.People.Reach(best));
            }
        }

        return names.Count <= 6 ? Text.Or(names) : $"{string.Join(", ", names.Take(5))} or {names.Count - 5} more";
    }

    /// <summary>Places by the shorter of two ways: what they are, or everywhere but the others.</summary>
    public string Place(IReadOnlyCollection<int> leaves)
    {
        var mask = new ulong[_space.Offsets[Situations.Leaf + 1] - _space.Offsets[Situations.Leaf]];
        foreach (var leaf in leaves)
        {
            Mask.Set(mask, leaf);
        }

        static string Bare(string place) => place.StartsWith("in ", StringComparison.Ordinal) ? place[3..] : place;
        var rest = Mask.Less(_space.Dim(_space.Full, Situations.Leaf), mask);
        var direct = Bare(_words.Place(mask));
        if (!Mask.Any(rest))
        {
            return direct;
        }

        var around = $"everywhere but {Bare(_words.Place(rest))}";
        return direct.Length > DirectMax && around.Length < direct.Length
            && !around.Contains("outside any", StringComparison.Ordinal) ? around : direct;
    }

    /// <summary>Values of day, hour or a fact, in words.</summary>
    public string Value(int dim, ulong[] mask)
    {
        var words = dim switch
        {
            Situations.Day => _words.Day(mask),
            Situations.Hour => _words.Hour(mask),
            _ => $"if {_words.Fact(dim - Situations.FirstFact, mask)}",
        };
        return words;
    }
}
