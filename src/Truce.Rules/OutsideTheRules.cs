using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>What two frameworks say differently outside the rules, a line each.</summary>
internal static class OutsideTheRules
{
    public static IEnumerable<string> Of(Framework a, Framework b) =>
    [
        .. Value("status", a.Status.ToString().ToLowerInvariant(), b.Status.ToString().ToLowerInvariant()),
        .. Value("zone", a.Zone, b.Zone),
        .. Value("adopted by", a.Mandate.AdoptedBy ?? "missing", b.Mandate.AdoptedBy ?? "missing"),
        .. Value("term", Term(a.Mandate), Term(b.Mandate)),
        .. Value("renewable", Yes(a.Mandate.Renewable), Yes(b.Mandate.Renewable)),
        .. Items("ceiling", a.Mandate.Ceilings, b.Mandate.Ceilings, s => s.Component, s => s.Amount.ToString()),
        .. Items("needed", a.Mandate.Needed, b.Mandate.Needed, s => s.Component, s => s.Amount.ToString()),
        .. Items("report due", a.Mandate.Reports, b.Mandate.Reports, r => $"by {r.By} to {r.To}",
            r => $"every {(r.Every is { } e ? Text.Span(e) : "unknown")}, first " +
                $"{(r.First is { } d ? Text.Date(d) : "unknown")}"),
        .. Items("area", a.Areas, b.Areas, x => x.Id, x => x.IsSector ? "a sector"
            : $"crosses {Text.And(x.Crosses)}{(x.Within.IsEmpty ? "" : $", within {Text.And(x.Within)}")}"),
        .. Items("phase", a.Phases, b.Phases, p => p.Id, p => string.Join(", ", Parts(
            (p.After.Length > 0, $"after {Text.And(p.After)}"),
                (p.NotBefore is not null, $"not before {Date(p.NotBefore)}"),
            (true, $"declared by {p.DeclaredBy ?? "nobody"}")))),
        .. Value("order of phases",
            string.Join(", ", a.Phases.Select(p => p.Id).Where(p => b.Phases.Any(q => q.Id == p))),
            string.Join(", ", b.Phases.Select(p => p.Id).Where(p => a.Phases.Any(q => q.Id == p)))),
        .. Items("fact", a.Facts, b.Facts, x => x.Id, x => string.Join(", ", Parts(
            (true, x.Ask), (x.Declared, $"declared by {x.DeclaredBy ?? "nobody"}"),
                (!x.Declared, "judged on the scene"),
            (x.Lasts is not null, $"lasts {(x.Lasts is { } l ? Text.Span(l) : "")}"),
            (x.Least is not null, $"{x.Least} to {x.Most}"), (x.Least is null && !x.IsBool, Text.Or(x.Values))))),
        .. Items("action", a.Actions, b.Actions, x => x.Id, x => string.Join(", ", Parts(
            (true, x.Is), (x.Force, "a use of force"), (x.FreeToAll, "free"),
                (x.FreeTo.Length > 0, $"free to {Text.And(x.FreeTo)}"),
            (x.Needs.Length > 0, $"needs {Text.And(x.Needs)}")))),
        .. Items("", a.Actors, b.Actors, x => x.Id, ActorWords),
        .. Items("pledge", a.Pledges, b.Pledges, p => p.Contributor,
            p => string.Join(", ", p.Amounts.Select(x => $"{x.Component} {x.Amount}"))),
        .. Items("objection", a.Objections, b.Objections, o => o.Id, o =>
            $"{o.By} to {o.Criterion ?? Text.And(o.Names)}"),
        .. Items("cooperation asked of", a.Cooperation, b.Cooperation, c => c.With, _ => ""),
        .. Value("police", Police(a.Police), Police(b.Police)),
        .. Items("benchmark", a.Benchmarks, b.Benchmarks, x => x.Id, x => string.Join(", ", Parts(
            (true, $"indicator {x.Indicator ?? "missing"}"), (true, $"assessor {x.Assessor ?? "missing"}"),
            (true, $"declared by {x.DeclaredBy ?? "nobody"}"), (x.After.Length > 0, $"after {Text.And(x.After)}")))),
        .. Value("endgame", End(a.Endgame), End(b.Endgame)),
    ];

    private static IEnumerable<string> Parts(params (bool Holds, string Words)[] parts) =>
        parts.Where(p => p.Holds && p.Words.Length > 0).Select(p => p.Words);

    private static IEnumerable<string> Value(string what, string was, string now) =>
        was == now ? [] : [$"{what}: was {was}, is {now}"];

    private static IEnumerable<string> Items<T>(string what, ImmutableArray<T> a, ImmutableArray<T> b, Func<T,
        string> id,
        Func<T, string> words)
    {
        var (mine, theirs) =
            (a.GroupBy(id).ToDictionary(g => g.Key, g => g.First()),
            b.GroupBy(id).ToDictionary(g => g.Key, g => g.First()));
        string Name(T x) => what.Length == 0 ? id(x) : $"{what} {id(x)}";
        string Tail(T x) => words(x) is { Length: > 0 } w ? $": {w}" : "";
        return
        [
            .. a.Where(x => !theirs.ContainsKey(id(x))).Select(x => $"only in the first: {Name(x)}{Tail(x)}"),
            .. b.Where(x => !mine.ContainsKey(id(x))).Select(x => $"only in the second: {Name(x)}{Tail(x)}"),
            .. a.Where(x => theirs.TryGetValue(id(x), out var y) && words(x) != words(y))
                .Select(x => $"{Name(x)}: was {words(x)}, is {words(theirs[id(x)])}"),
        ];
    }

    private static string ActorWords(Actor x) => string.Join(", ", Parts(
        (true, KindWords(x.Kind)), (x.Under.Length > 0, $"under {Text.And(x.Under)}"),
            (x.Of.Length > 0, $"of {Text.And(x.Of)}"),
        (x.OwnerMissing, "answers to nobody named"), (x.AnswersTo is not null, $"answers to {x.AnswersTo}"),
        (x.Complete, "complete"), (x.Members.Length > 0, $"members {Text.And(x.Members)}"),
        (x.Decides != Decides.NotStated, $"decides {DecidesWords(x.Decides)}"),
        (x.OnDeadlock.Kind != FallbackKind.NotStated, $"on deadlock {x.OnDeadlock}"),
        (x.In.Length > 0, $"in {Text.Or([.. x.In.Select(p => string.Join(" + ", p))])}"),
        (x.From is not null, $"from {Date(x.From)}"), (x.Until is not null, $"until {Date(x.Until)}"),
        (x.Roles.Length > 0, Text.And(x.Roles)), (x.Seat is not null, $"seat {x.Seat}"),
            (x.Via is not null, $"via {x.Via}"),
        (x.Kind == ActorKind.Party && x.Seat is null && x.Via is null, "no seat"),
        (x.Channel is not null, $"reached by {x.Channel}"),
            (x.Priorities.Length > 0, $"ranks {string.Join(", ", x.Priorities)}")));

    private static string DecidesWords(Decides decides) => decides switch
    {
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

    private static string Date(NodaTime.LocalDate? date) => date is { } d ? Text.Date(d) : "";

    private static string Yes(bool? value) => value switch { true => "yes", false => "no", _ => "not stated" };

    private static string Term(Mandate m) => string.Join(", ", Parts(
        (true, m.From is { } f ? $"from {Text.Date(f)}" : "start unknown"),
        (true, m.Until is { } u ? $"until {Text.Date(u)}" : m.Duration is { } d ? $"for {Text.Span(d)}" : m.Expires
            ? "end unknown" : "no expiry")));

    private static string Police(PolicePlan? p) => p is null ? "missing" : string.Join(", ", Parts(
        (true, $"needed {p.Needed}"), (p.By is not null, $"by {Date(p.By)}"),
            (p.Start is not null, $"from {Date(p.Start)}"),
        (true, $"intake {p.Intake}"), (true, $"course days {p.CourseDays}"),
            (true, $"pass per mille {p.PassPerMille}")));

    private static string End(Endgame? e) => e is null ? "missing" : string.Join(", ", Parts(
        (true, e.Statement ?? "no statement"), (e.Benchmarks.Length > 0, $"benchmarks {Text.And(e.Benchmarks)}"),
        (true, $"successor {e.Successor ?? "missing"}")));
}
