using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>Something in a framework that cites a source, in words.</summary>
internal sealed record WovenItem(string Kind, string Id, string Words, Ground Ground, Place Place, Rule? Rule = null);

/// <summary>Everything that can cite a source, in words; and what is left out.</summary>
internal static class WovenItems
{
    public static List<WovenItem> Of(Framework f) => [.. OfMandate(f), .. OfWorld(f), .. OfRules(f), .. OfNumbers(f)];

    private static IEnumerable<WovenItem> OfRules(Framework f) =>
        f.Rules.Select(r => new WovenItem("Rule", r.Id, Prose.Clause(r), r.Ground, r.Place, r));

    private static IEnumerable<WovenItem> OfMandate(Framework f)
    {
        var m = f.Mandate;
        if (m.AdoptedBy is { } adopted)
        {
            yield return new WovenItem("Mandate", "adopted_by", $"adopted by {adopted}", m.AdoptedGround, default);
        }

        if (m.TermPlace.Line > 0)
        {
            var until = !m.Expires ? "without an end" : m.Until is { } u ? $"until {Text.Date(u)}"
                : "until an unknown day";
            yield return new WovenItem("Mandate", "term",
                $"from {(m.From is { } a ? Text.Date(a) : "an unknown day")} {until}" +
                (m.Duration is { } d ? $", for {Text.Span(d)}" : "") +
                    (m.Renewable is { } r ? r ? ", renewable" : ", not renewable" : ""),
                m.TermGround, m.TermPlace);
        }

        foreach (var s in m.Ceilings)
        {
            yield return new WovenItem("Ceiling", s.Component, s.Amount.IsStated ? $"up to {s.Amount}"
                : s.Amount.ToString(), s.Ground, s.Place);
        }

        foreach (var s in m.Needed)
        {
            yield return new WovenItem("Needed", s.Component, s.Amount.ToString(), s.Ground, s.Place);
        }

        foreach (var r in m.Reports)
        {
            yield return new WovenItem("Report due", r.By,
                $"to {r.To}, every {Span(r.Every)}, first on {Day(r.First)}", r.Ground, r.Place);
        }
    }

    private static string Span(Period? p) => p is null ? "unknown time" : Text.Span(p);

    private static string Day(LocalDate? d) => d is { } day ? Text.Date(day) : "an unknown day";

    private static IEnumerable<WovenItem> OfWorld(Framework f)
    {
        foreach (var p in f.Phases)
        {
            var words = new List<string> { $"declared by {p.DeclaredBy ?? "nobody named"}" };
            if (!p.After.IsEmpty)
            {
                words.Add($"after {Text.And(p.After)}");
            }

            if (p.NotBefore is { } day)
            {
                words.Add($"not before {Text.Date(day)}");
            }

            yield return new WovenItem("Phase", p.Id, string.Join(", ", words), p.Ground, p.Place);
        }

        foreach (var a in f.Actors)
        {
            yield return new WovenItem(a.Kind == ActorKind.Party ? "Party" : a.Kind == ActorKind.Contingent
                ? "Contingent" : "Actor",
                a.Id, ActorWords(a), a.Ground, a.Place);
        }
    }

    private static string ActorWords(Actor a)
    {
        var words = new List<string>
        {
            a.Kind == ActorKind.Party ? Text.And(a.Roles) : a.Kind switch
            {
                ActorKind.StateForce => "state force",
                ActorKind.ArmedGroup => "armed group",
                _ => a.Kind.ToString().ToLowerInvariant(),
            },
        };
        void Add(string before, ImmutableArray<string> names)
        {
            if (!names.IsEmpty)
            {
                words.Add($"{before} {Text.And(names)}");
            }
        }

        if (a.Labels.TryGetValue("", out var label) || a.Labels.TryGetValue("en", out label))
        {
            words.Insert(0, label);
        }

        Add("under", a.Under);
        Add("of", a.Of);
        Add("answers to", a.AnswersTo is { } to ? [to] : []);
        Add("with the members", a.Members);
        Add("in", [.. a.In.Select(p => string.Join(" + ", p))]);
        Add("seat:", a.Seat is { } seat ? [seat] : []);
        words.AddRange(new[]
        {
            a.From is { } from ? $"from {Text.Date(from)}" : "", a.Until is { } until
                ? $"until {Text.Date(until)}" : "",
        }.Where(w => w.Length > 0));
        return string.Join(", ", words.Where(w => w.Length > 0));
    }

    private static IEnumerable<WovenItem> OfNumbers(Framework f)
    {
        foreach (var p in f.Pledges)
        {
            yield return new WovenItem("Pledge", p.Contributor,
                Text.And([.. p.Amounts.Select(a => $"{a.Component}: {a.Amount}")]), p.Ground, p.Place);
        }

        foreach (var o in f.Objections)
        {
            var whom = o.Criterion is { } c
                ? $"“{c}” ({Applies(o)})"
                : Text.And(o.Names);
            yield return new WovenItem("Objection", o.Id, $"{o.By} objects to {whom}" +
                (o.Components.IsEmpty ? "" : $"; it bars {Text.And(o.Components)}") +
                (o.Reasons.IsEmpty ? "" : $"; reasons given: {Text.And(o.Reasons)}"), o.Ground, o.Place);
        }

        foreach (var c in f.Cooperation)
        {
            yield return new WovenItem("Cooperation", c.With, "is asked for", c.Ground, c.Place);
        }

        if (f.Police is { } police)
        {
            yield return new WovenItem("Police", "police",
                $"needed: {police.Needed}, by {(police.By is { } by ? Text.Date(by) : "the end of the term")}, " +
                $"first course on {Day(police.Start)}, intake {police.Intake} every {Days(police.EveryDays)}, course " +
                    $"of {Days(police.CourseDays)}, " +
                $"of a thousand pass: {police.PassPerMille}", police.Ground, police.Place);
        }

        foreach (var b in f.Benchmarks)
        {
            yield return new WovenItem("Benchmark", b.Id,
                $"indicator: {b.Indicator ?? "missing"}; data: {b.Data ?? "missing"}; " +
                $"assessed by {b.Assessor ?? "nobody named"}; declared by {b.DeclaredBy ?? "nobody named"}" +
                (b.After.IsEmpty ? "" : $"; after {Text.And(b.After)}"), b.Ground, b.Place);
        }

        if (f.Endgame is { } e)
        {
            yield return new WovenItem("Endgame", "endgame", $"{e.Statement ?? "no statement"}; benchmarks: " +
                $"{(e.Benchmarks.IsEmpty ? "none" : Text.And(e.Benchmarks))}; successor: {e.Successor ?? "missing"}",
                    e.Ground, e.Place);
        }
    }

    private static string Applies(Objection o) =>
        o.AppliesTo is { } to ? $"said to apply to {Text.And(to)}" : "to whom this applies is unknown";

    private static string Days(Quantity q) => q.IsStated ? $"{q} days" : q.ToString();

    /// <summary>What is missing or unknown, line by line.</summary>
    public static IEnumerable<string> LeftOut(Framework f)
    {
        var m = f.Mandate;
        var lines = new (bool Out, string Words)[]
        {
            (m.AdoptedBy is null, "Who adopts it: missing"), (m.TermPlace.Line == 0, "The term: missing"),
            (m.TermPlace.Line > 0 && m.From is null, "The first day of the term: unknown"),
            (m.TermPlace.Line > 0 && m.Expires && m.Until is null && m.Duration is null,
                "The last day of the term: unknown"),
            (m.Ceilings.IsEmpty, "The ceiling: missing"), (m.Needed.IsEmpty, "What strength is needed: missing"),
            (m.Reports.IsEmpty, "Reports due: missing"), (f.ContributorsMissing, "Contributors: missing"),
            (f.Police is null, "A plan for the police: missing"), (f.Endgame is null, "What ends the mandate: missing"),
            (f.Endgame is { Successor: null }, "Who takes over at the end: missing"),
        };
        var amounts = m.Ceilings.Select(s => (Of: $"The ceiling of {s.Component}", s.Amount))
            .Concat(m.Needed.Select(s => (Of: $"What is needed of {s.Component}", s.Amount)))
            .Concat(f.Pledges.SelectMany(p =>
                p.Amounts.Select(a => (Of: $"What `{p.Contributor}` pledges of {a.Component}", a.Amount))));
        return lines.Where(l => l.Out).Select(l => l.Words)
            .Concat(amounts.Where(a => !a.Amount.IsStated).Select(a => $"{a.Of}: {a.Amount}"))
            .Concat(f.Phases.Where(p => p.DeclaredBy is null).Select(p => $"Who declares phase `{p.Id}`: missing"))
            .Concat(f.Benchmarks.Where(b => b.DeclaredBy is null)
                .Select(b => $"Who declares benchmark `{b.Id}`: missing"))
            .Concat(f.Facts.Where(x => x is { Declared: true, DeclaredBy: null })
                .Select(x => $"Who declares fact `{x.Id}`: missing"))
            .Concat(f.Rules.Where(r => r.Kind == RuleKind.Require && r.Who.IsEmpty)
                .Select(r => $"Of whom rule `{r.Id}` requires it: missing"))
            .Concat(f.Actors.Where(a => a.OwnerMissing).Select(a => $"To whom `{a.Id}` belongs: missing"))
            .Concat(f.Actors.Where(a => a.Kind == ActorKind.Party && a.Seat is null)
                .Select(a => $"The seat of `{a.Id}`: missing"))
            .Concat(f.Objections.Where(o => o.Criterion is not null && o.AppliesTo is null)
                .Select(o => $"To whom the criterion of objection `{o.Id}` applies: unknown"));
    }
}
