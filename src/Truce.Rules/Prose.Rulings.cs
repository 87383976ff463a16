using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;

namespace Truce.Rules;

/// <summary>A ruling as one paragraph.</summary>
public static partial class Prose
{
    /// <summary>One paragraph: the situation, the verdict by the text and why, and the other footings where they
    /// differ.</summary>
    public static string Paragraph(Rulebook book, Ruling ruling)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(ruling);
        var s = ruling.Situation;
        var term = book.Terms[book.Space.Actions.IndexOf(s.Action)];
        var sentences = new List<string>();
        var facts = s.Facts.Where(f => f.Value is not null).Select(f => Situation.FactWords(f.Fact, f.Value!)).ToList();
        var where = $"{s.Performer}: {s.Action} ({term.Is}), in {s.Leaf}" +
            (s.Phase.Length > 0 ? $" during {s.Phase}" : "") +
            $", on {Text.Date(ruling.Local.Date)} at {Text.Clock((ruling.Local.Hour * 60) + ruling.Local.Minute)} " +
                "local time" +
            (facts.Count > 0 ? $", {Text.And(facts)}" : "");
        if (ruling.OutsideTerm)
        {
            return $"{where}: OUTSIDE THE TERM, which is {Term(book.Framework.Mandate)}. The framework says nothing " +
                "of that day.";
        }

        sentences.AddRange(ByText(book, ruling, where));
        foreach (var other in ruling.Others)
        {
            sentences.Add(OtherFooting(other, ruling.Text));
        }

        if (ruling.Impossible.Length > 0)
        {
            sentences.Add($"Take note: {ruling.Impossible}.");
        }

        return string.Join(" ", sentences);
    }

    private static IEnumerable<string> ByText(Rulebook book, Ruling ruling, string where)
    {
        var branches = ruling.Text.Branches;
        if (branches.IsEmpty)
        {
            yield return $"{where}: NOT DECIDED by the text. {Undecided(ruling.Text)}";
            yield break;
        }

        if (branches.Length == 1)
        {
            yield return $"{where}: {Headline(branches[0].Answer, ruling.Text.Footing)}.";
            foreach (var line in Why(branches[0].Answer, ruling, book))
            {
                yield return line;
            }

            yield break;
        }

        yield return ruling.Text.IsAll(branches[0].Answer.Verdict) && branches[0].Answer.TurnsOn.IsEmpty
            ? $"{where}: {Headline(branches[0].Answer with { Holders = [] }, ruling.Text.Footing)} in any case; " +
                "the rest depends."
            : $"{where}: it depends.";
        foreach (var branch in branches)
        {
            yield return $"If {Conditions(branch)}: {Headline(branch.Answer, ruling.Text.Footing)}.";
            foreach (var line in Why(branch.Answer, ruling, book))
            {
                yield return line;
            }
        }
    }

    private static string Undecided(FootingRuling ruling) =>
        $"Too much turns on facts that are not stated: state {Text.And(ruling.Undecided)}.";

    private static string Conditions(Branch branch) => branch.When.Length <= 6 ? Text.Or(branch.When)
        : $"{string.Join(", ", branch.When.Take(5))} or {branch.When.Length - 5} more combinations";

    private static string Term(Mandate m) => (m.From, m.Until) switch
    {
        ({ } a, { } b) => $"{Text.Date(a)} to {Text.Date(b)}",
        ({ } a, null) => $"from {Text.Date(a)} on",
        (null, { } b) => $"up to {Text.Date(b)}",
        _ => "not stated",
    };

    private static IEnumerable<string> Why(Answer a, Ruling ruling, Rulebook book)
    {
        string? Of(RuleKind kind) => a.Live.Where(r => r.Kind == kind).Select(Reference).ToList() is { Count: > 0 } all
            ? Text.And(all) : null;
        if (a.Verdict == Verdict.Forbidden && Of(RuleKind.Prohibit) is { } against)
        {
            yield return $"Against it stand{(a.Live.Count(r => r.Kind == RuleKind.Prohibit) == 1 ? "s" : "")} " +
                $"{against}" +
                (a.Permission == Permission.ForbiddenAlways ? ", always." : ".");
        }

        if (a.Permission == Permission.Inherent)
        {
            yield return $"The right is inherent by {Of(RuleKind.Inherent)}, and needs no one's last word or consent.";
        }

        if (a.Verdict == Verdict.NotGranted)
        {
            yield return "No clause grants it here, and it is not free.";
        }
        else if (a.Permission == Permission.Free)
        {
            yield return "It is free: it needs no grant and no last word.";
        }
        else if (a.Permission == Permission.Granted)
        {
            yield return $"It is granted by {Of(RuleKind.Grant)}.";
        }

        if (Of(RuleKind.Final) is { } final && a.Verdict != Verdict.NotGranted)
        {
            yield return $"The last word is {Text.And([.. a.Holders.Select(Text.Possessive)])} by {final}.";
        }

        foreach (var line in Asked(a, ruling, book))
        {
            yield return line;
        }

        foreach (var aside in a.SetAside)
        {
            yield return $"`{aside.RuleId}` is set aside by {Text.And([.. aside.By.Select(b => $"`{b}`")])}.";
        }
    }

    private static IEnumerable<string> Asked(Answer a, Ruling ruling, Rulebook book)
    {
        foreach (var c in a.Consents.Where(c => !c.CountsAsGiven))
        {
            var state = c.State == Statement.None ? "not stated" : c.State.ToString().ToLowerInvariant();
            var terms = new[]
            {
                c.AnswerWithin is { } within ? $"an answer is due within {Text.Span(within)}" : "",
                c.OnRefusal.Kind != FallbackKind.NotStated ? $"on a refusal: {c.OnRefusal}" : "",
                c.OnSilence.Kind != FallbackKind.NotStated ? $"on silence: {c.OnSilence}" : "",
            }.Where(t => t.Length > 0).ToList();
            yield return $"It needs the consent of {Whom(c.Of)} by `{c.RuleId}`: " +
                $"{state}{(terms.Count > 0 ? $"; {string.Join("; ", terms)}" : "")}.";
        }

        foreach (var c in a.Consultations)
        {
            yield return $"{Whom(c.With)} must be consulted{(c.Channel is null ? "" : $" by {c.Channel}")}, by " +
                $"`{c.RuleId}`.";
        }

        var zone = DateTimeZoneProviders.Tzdb[book.Framework.Zone];
        foreach (var n in a.Notices)
        {
            var due = ZonedDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd HH':'mm o<g>", null)
                .Format(n.DueFor(ruling.Question.At, zone).InZone(zone));
            yield return $"{Whom(n.To)} must be told by {due} ({Text.Span(n.Before ?? n.After!)} " +
                $"{(n.Before is null ? "after" : "before")} the " +
                    $"act){(n.Channel is null ? "" : $" by {n.Channel}")}, by `{n.RuleId}`.";
        }
    }

    private static string Whom(string id) => id.Length == 0 ? "somebody whom the text does not name" : id;

    private static string OtherFooting(FootingRuling other, FootingRuling text)
    {
        var name = other.Footing.ToString();
        var head = $"{char.ToUpperInvariant(name[0])}{name[1..]}";
        if (other.Branches.IsEmpty || text.Branches.IsEmpty)
        {
            return other.Branches.IsEmpty ? $"{head}: NOT DECIDED. {Undecided(other)}"
                : $"{head}: " + string.Join("; ", other.Branches.Select(b => Short(b.Answer, other.Footing))) + ".";
        }

        return other.Branches.Length == 1
            ? $"{head}: {Beside(other.Branches[0].Answer, text, other.Footing)}."
            : $"{head}: " + string.Join("; ", other.Branches.Select(b =>
                $"if {Conditions(b)}, {Beside(b.Answer, text, other.Footing)}")) + ".";
    }

    private static string Short(Answer a, Footing footing) =>
        Headline(a, footing).Replace($" {footing}", "", StringComparison.Ordinal);

    /// <summary>
    /// The verdict on another footing, with the added rules that bear on it; where the verdict is the text's own, what
    /// differs beside it.
    /// </summary>
    private static string Beside(Answer a, FootingRuling text, Footing footing)
    {
        var known = text.Branches.SelectMany(b => b.Answer.Live).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        string By(params RuleKind[] kinds) => a.Live.Where(r => kinds.Contains(r.Kind) && !known.Contains(r.Id))
            .Select(Reference).ToList() is { Count: > 0 } rules ? $", by {Text.And(rules)}" : "";
        var bearing = a.Verdict switch
        {
            Verdict.Forbidden => By(RuleKind.Prohibit),
            Verdict.Permitted => By(RuleKind.Grant, RuleKind.Inherent, RuleKind.Final),
            Verdict.Contested => By(RuleKind.Grant, RuleKind.Final),
            Verdict.Unowned => By(RuleKind.Grant),
            Verdict.NotGranted => "",
            _ => By(RuleKind.Require, RuleKind.Grant),
        };
        var same = text.Branches.FirstOrDefault(b => b.Answer.Verdict == a.Verdict)?.Answer;
        if (same is null)
        {
            return Short(a, footing) + bearing;
        }

        var more = new List<string>();
        if (!same.Holders.SequenceEqual(a.Holders, StringComparer.Ordinal) && a.Verdict is not Verdict.Contested)
        {
            more.Add(a.Holders.IsEmpty ? "nobody would have the last word"
                : $"the last word would be {Text.And([.. a.Holders.Select(Text.Possessive)])}{By(RuleKind.Final)}");
        }

        if (By(RuleKind.Require).Length > 0 && a.Verdict is not (Verdict.Awaits or Verdict.Refused or Verdict.Deadlock))
        {
            more.Add($"somebody else is asked or told{By(RuleKind.Require)}");
        }

        if (By(RuleKind.Oblige).Length > 0)
        {
            more.Add($"it is a duty{By(RuleKind.Oblige)}");
        }

        return more.Count == 0 ? Short(a, footing) + bearing
            : $"{Short(a with { Holders = [] }, footing)} all the same; {string.Join("; ", more)}";
    }

    /// <summary>"nearly: `borders` (A23, claim of israel; final), in border-north-east".</summary>
    public static string Nearly(NearMiss near)
    {
        ArgumentNullException.ThrowIfNull(near);
        return $"{Reference(near.Rule)} would hold {near.Words}";
    }

    /// <summary>The clauses that hold, one line each: effect, id, sources, footing, quote or report.</summary>
    public static ImmutableArray<string> Clauses(Rulebook book, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(answer);
        var sources = book.Framework.Sources.ToDictionary(s => s.Id, StringComparer.Ordinal);
        return
        [
            .. answer.Live.Select(r =>
            {
                var words = r.Ground.Sources.Select(id => sources.GetValueOrDefault(id)).OfType<Source>()
                    .Select(s => s.Quote is not null ? $"\"{s.Quote}\"" : s.Says).FirstOrDefault(w => w is not null);
                var whom = r.Kind == RuleKind.Require && r.Who.IsEmpty ? "nobody named" : string.Join(", ", r.Who);
                var effect = r.Kind == RuleKind.Require ? r.Require.ToString().ToLowerInvariant() + " of"
                    : r.Kind.ToString().ToLowerInvariant();
                return $"{effect} {whom}: {Reference(r)}{(words is null ? "" : $": {words}")}";
            }),
        ];
    }
}
