using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>
/// What two frameworks say differently, a line each thing that has a name: everything but places in the file, and the
/// rules too, by id, since a basis, a source or a channel changes no answer.
/// </summary>
internal static class OutsideTheRules
{
    public static IEnumerable<string> Of(Framework a, Framework b) =>
    [
        .. One("framework", a, b, Head),
        .. One("mandate", a.Mandate, b.Mandate, Term),
        .. Items("document", a.Documents, b.Documents, x => x.Id,
            x => [("title", x.Title), ("date", x.Date ?? ""), ("file", x.File ?? "")]),
        .. Items("source", a.Sources, b.Sources, x => x.Id, x =>
            [("document", x.DocumentId), ("at", x.At), ("quote", x.Quote ?? ""), ("says", x.Says ?? "")]),
        .. Items("ceiling", a.Mandate.Ceilings, b.Mandate.Ceilings, s => s.Component, Amount),
        .. Items("needed", a.Mandate.Needed, b.Mandate.Needed, s => s.Component, Amount),
        .. Items("report due", a.Mandate.Reports, b.Mandate.Reports, r => $"by {r.By} to {r.To}", r =>
            [("every", r.Every is { } e ? Text.Span(e) : "unknown"), ("first", Date(r.First, "unknown")),
                .. Rests(r.Ground)]),
        .. Items("area", a.Areas, b.Areas, x => x.Id, x =>
            [("a sector", Yes(x.IsSector)), ("crosses", Text.And(x.Crosses)), ("within", Text.And(x.Within)),
                ("names", Labels(x.Labels))]),
        .. Items("group", a.Groups, b.Groups, x => x.Id, x => [("of", Places(x.Parts))]),
        .. Items("phase", a.Phases, b.Phases, p => p.Id, p =>
            [("after", Text.And(p.After)), ("not before", Date(p.NotBefore)),
                ("declared by", p.DeclaredBy ?? "nobody"), .. Rests(p.Ground)]),
        .. One("phases", a.Phases, b.Phases, x =>
            [("order", string.Join(", ", x.Select(p => p.Id).Where(p => Has(a, p) && Has(b, p))))]),
        .. Items("fact", a.Facts, b.Facts, x => x.Id, FactParts),
        .. Items("action", a.Actions, b.Actions, x => x.Id, x =>
            [("sentence", x.Is), ("a use of force", Yes(x.Force)),
                ("free to", x.FreeToAll ? "all" : Text.And(x.FreeTo)), ("needs", Text.And(x.Needs))]),
        .. Items("act", a.Acts, b.Acts, x => x.Act, x => [("touches", Text.And(x.Actions))]),
        .. Items("actor", a.Actors, b.Actors, x => x.Id, x => [.. Standing(x), .. Particulars(x)]),
        .. Items("rule", a.Rules, b.Rules, x => x.Id, RuleParts, brief: true),
        .. Items("never", a.Nevers, b.Nevers, Never, _ => []),
        .. Pledges(a, b),
        .. Items("objection", a.Objections, b.Objections, o => o.Id, o =>
            [("by", o.By), ("to", Text.And(o.Names)), ("criterion", o.Criterion ?? ""),
                ("applies to", o.AppliesTo is not { } to ? "unknown" : to.IsEmpty ? "none" : Text.And(to)),
                ("bars", Text.And(o.Components)), ("reasons", string.Join("; ", o.Reasons)), .. Rests(o.Ground)]),
        .. Items("cooperation asked of", a.Cooperation, b.Cooperation, c => c.With, c => Rests(c.Ground)),
        .. One("police plan", a.Police, b.Police, Police),
        .. Items("benchmark", a.Benchmarks, b.Benchmarks, x => x.Id, x =>
            [("indicator", x.Indicator ?? "missing"), ("data", x.Data ?? "missing"),
                ("assessor", x.Assessor ?? "missing"), ("declared by", x.DeclaredBy ?? "nobody"),
                ("after", Text.And(x.After)), ("not before", Date(x.NotBefore)),
                ("takes", x.Takes is { } t ? Text.Span(t) : "unknown"), .. Rests(x.Ground)]),
        .. One("endgame", a.Endgame, b.Endgame, e => e is null ? [("stated", "no")] :
            [("stated", "yes"), ("statement", e.Statement ?? "missing"), ("benchmarks", Text.And(e.Benchmarks)),
                ("successor", e.Successor ?? "missing"), .. Rests(e.Ground)]),
        .. Items("not encoded", a.NotEncoded, b.NotEncoded, x => x.SourceId, x => [("reason", x.Reason)]),
    ];

    private static bool Has(Framework f, string phase) => f.Phases.Any(p => p.Id == phase);

    /// <summary>What has no name of its own.</summary>
    private static IEnumerable<string> One<T>(string what, T a, T b, Func<T, (string Label, string Words)[]> parts) =>
        Changed(parts(a), parts(b)) is { Length: > 0 } changed ? [$"{what}: {changed}"] : [];

    /// <summary>Things that have names. Of those that share one, the first answers to the first.</summary>
    private static IEnumerable<string> Items<T>(string what, ImmutableArray<T> a, ImmutableArray<T> b,
        Func<T, string> id, Func<T, (string Label, string Words)[]> parts, bool brief = false)
    {
        Dictionary<(string, int), T> Named(ImmutableArray<T> items) =>
            items.GroupBy(id).SelectMany(g => g.Select((x, i) => (Key: (g.Key, i), x)))
                .ToDictionary(x => x.Key, x => x.x);
        var (mine, theirs) = (Named(a), Named(b));
        string Alone(T x) => $"{what} {id(x)}" +
            (brief || All(parts(x)) is not { Length: > 0 } all ? "" : $": {all}");
        return
        [
            .. mine.Where(x => !theirs.ContainsKey(x.Key)).Select(x => $"only in the first: {Alone(x.Value)}"),
            .. theirs.Where(x => !mine.ContainsKey(x.Key)).Select(x => $"only in the second: {Alone(x.Value)}"),
            .. mine.Where(x => theirs.ContainsKey(x.Key))
                .SelectMany(x => One($"{what} {id(x.Value)}", x.Value, theirs[x.Key], parts)),
        ];
    }

    /// <summary>What it says; "no" and what is not stated go without saying.</summary>
    private static string All((string Label, string Words)[] parts) =>
        string.Join(", ", parts.Where(p => p.Words is not ("" or "no")).Select(p => $"{p.Label} {p.Words}"));

    private static string Changed((string Label, string Words)[] was, (string Label, string Words)[] now)
    {
        static string Or(string words) => words.Length == 0 ? "not stated" : words;
        string In((string Label, string Words)[] parts, string label) =>
            Or(parts.FirstOrDefault(p => p.Label == label).Words ?? "");
        return string.Join("; ", was.Concat(now).Select(p => p.Label).Distinct(StringComparer.Ordinal)
            .Where(label => In(was, label) != In(now, label))
            .Select(label => $"{label} was {In(was, label)}, is {In(now, label)}"));
    }

    private static (string, string)[] Head(Framework f) =>
    [
        ("name", f.Name), ("status", f.Status.ToString().ToLowerInvariant()), ("zone", f.Zone),
        ("contributors", f.ContributorsMissing ? "missing" : "named"),
    ];

    private static (string, string)[] Term(Mandate m) =>
    [
        ("adopted by", m.AdoptedBy ?? "missing"), .. Rests(m.AdoptedGround, "adoption's "),
        ("from", Date(m.From, "unknown")), ("until", Date(m.Until, m.Expires ? "unknown" : "no day")),
        ("lasts", m.Duration is { } d ? Text.Span(d) : ""), ("ends unless renewed", Yes(m.Expires)),
        ("renewable", m.Renewable switch { true => "yes", false => "no", _ => "" }), .. Rests(m.TermGround, "term's "),
    ];

    private static (string, string)[] Amount(Strength s) => [("amount", s.Amount.ToString()), .. Rests(s.Ground)];

    private static (string, string)[] FactParts(Fact x) =>
    [
        ("ask", x.Ask), ("answers", x.IsBool ? "yes or no" : Text.Or(x.Values)),
        ("from", x.Least is { } least ? Text.Number(least) : ""), ("to", x.Most is { } most ? Text.Number(most) : ""),
        ("ordinary", $"`{x.Ordinary}`"), ("judged", x.Declared ? "declared" : "on the scene"),
        ("declared by", x.DeclaredBy ?? (x.Declared ? "nobody" : "")),
        ("lasts", x.Lasts is { } l ? Text.Span(l) : ""),
    ];

    private static (string, string)[] Standing(Actor x) =>
    [
        ("kind", KindWords(x.Kind)), ("under", Text.And(x.Under)), ("of", Text.And(x.Of)),
        ("answers to", x.AnswersTo ?? ""), ("owner missing", Yes(x.OwnerMissing)), ("complete", Yes(x.Complete)),
        ("members", Text.And(x.Members)),
        ("decides", DecidesWords(x.Decides)), ("on deadlock", Falls(x.OnDeadlock)),
    ];

    private static (string, string)[] Particulars(Actor x) =>
    [
        ("in", Places(x.In)), ("from", Date(x.From)), ("until", Date(x.Until)), ("roles", Text.And(x.Roles)),
        ("seat", x.Seat ?? (x.Kind == ActorKind.Party && x.Via is null ? "none" : "")), ("via", x.Via ?? ""),
        ("reached by", x.Channel ?? ""), ("ranks", string.Join(", ", x.Priorities)), ("names", Labels(x.Labels)),
        .. Rests(x.Ground),
    ];

    private static (string, string)[] RuleParts(Rule x) =>
    [
        ("kind", x.Kind.ToString().ToLowerInvariant()), ("who", Sorted(x.Who)), ("actions", Sorted(x.Actions)),
        ("by", Sorted(x.By)), .. Limits(x.Extent), ("overrides", Sorted(x.Overrides)), ("always", Yes(x.Always)),
        ("delegated by", x.Delegable?.FactId ?? ""), ("delegable to", x.Delegable?.To ?? ""),
        ("delegable for at most", x.Delegable is { } d ? Text.Span(d.AtMost) : ""),
        ("requires", x.Kind == RuleKind.Require ? x.Require.ToString().ToLowerInvariant() : ""),
        ("answer within", x.AnswerWithin is { } w ? Text.Span(w) : ""), ("on refusal", Falls(x.OnRefusal)),
        ("on silence", Falls(x.OnSilence)), ("before", x.Before is { } before ? Text.Span(before) : ""),
        ("after", x.After is { } after ? Text.Span(after) : ""), ("channel", x.Channel ?? ""), .. Rests(x.Ground),
    ];

    private static (string Label, string Words)[] Limits(Extent e) =>
    [
        ("in", Places(e.In)), ("during", Text.Or(e.During)), ("from", Date(e.From)), ("until", Date(e.Until)),
        ("hours", string.Join(", ", e.Hours)), ("if", string.Join(" and ", e.If)),
        ("unless", string.Join(" or ", e.Unless)),
    ];

    /// <summary>It has no name: what it says stands for one.</summary>
    private static string Never(Never n) => string.Join(", ", ((string[])
        [n.Who.IsEmpty ? "anyone" : Text.Or(n.Who), n.Actions.IsEmpty ? "any action" : Text.Or(n.Actions),
            All(Limits(n.Extent)), n.Because is null ? "" : $"because {n.Because}"]).Where(w => w.Length > 0));

    private static IEnumerable<string> Pledges(Framework a, Framework b)
    {
        static ImmutableArray<(string By, Strength Of)> Amounts(Framework f) =>
            [.. f.Pledges.SelectMany(p => p.Amounts.Select(x => (p.Contributor, x)))];
        return
        [
            .. Items("pledge of", a.Pledges, b.Pledges, p => p.Contributor, p => Rests(p.Ground), brief: true),
            .. Items("pledge of", Amounts(a), Amounts(b), p => $"{p.By}, {p.Of.Component}", p => Amount(p.Of)),
        ];
    }

    private static (string, string)[] Police(PolicePlan? p) => p is null ? [("stated", "no")] :
    [
        ("stated", "yes"), ("needed", p.Needed.ToString()), ("by", Date(p.By)),
        ("first course", Date(p.Start, "unknown")), ("intake", p.Intake.ToString()),
        ("days between courses", p.EveryDays.ToString()), ("days of a course", p.CourseDays.ToString()),
        ("of a thousand pass", p.PassPerMille.ToString()), .. Rests(p.Ground),
    ];

    private static (string, string)[] Rests(Ground ground, string whose = "") =>
        [($"{whose}basis", ground == Ground.None ? "" : ground.Basis.ToString()),
            ($"{whose}sources", Sorted(ground.Sources))];

    private static string Sorted(ImmutableArray<string> names) => Text.And([.. names.Order(StringComparer.Ordinal)]);

    private static string Places(ImmutableArray<ImmutableArray<string>> parts) =>
        Text.Or([.. parts.Select(p => string.Join(" + ", p))]);

    private static string Labels(ImmutableDictionary<string, string> labels) => string.Join(", ",
        labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key} \"{l.Value}\"".TrimStart()));

    private static string Falls(Fallback fallback) =>
        fallback.Kind == FallbackKind.NotStated ? "" : fallback.ToString();

    private static string DecidesWords(Decides decides) => decides switch
    {
        Decides.NotStated => "",
        Decides.Unanimously => "unanimously",
        Decides.ByMajority => "by majority",
        _ => "by its chair",
    };

    internal static string KindWords(ActorKind kind) => kind switch
    {
        ActorKind.StateForce => "state force",
        ActorKind.ArmedGroup => "armed group",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Date(LocalDate? date, string none = "") => date is { } d ? Text.Date(d) : none;

    private static string Yes(bool value) => value ? "yes" : "no";
}
