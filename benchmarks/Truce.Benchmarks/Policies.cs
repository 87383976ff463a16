using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Truce.Benchmarks;

/// <summary>
/// 200 policies and 10,000 requests that Truce, Cedar and CASL can all express: 170 permit and 30 forbid; an actor or a
/// group, one
/// or two actions, a zone or an area, a range of phases, and sometimes a consent or a threat as a condition. From a
/// seed.
/// </summary>
internal sealed class Policies
{
    public const int Seed = 20240601;

    private static readonly string[] Actions = ["patrol", "search", "seize", "detain", "escort", "inspect",
        "close-road", "use-force", "train", "move"];

    private readonly Random _random = new(Seed);
    private readonly List<(string Id, string Group)> _actors = [];
    private readonly List<(string Id, string Area)> _zones = [];
    private readonly List<Policy> _policies = [];

    private sealed record Policy(bool Permit, string Who, bool IsGroup, string[] Actions, string Where, bool IsArea,
        int From, int Until,
        bool Consent, bool Threat);

    public sealed record Request(string Actor, string Action, string Zone, int Phase, bool Consent, bool Threat);

    public List<Request> Requests { get; } = [];

    public Policies()
    {
        for (var i = 0; i < 12; i++)
        {
            _actors.Add(($"unit-{i + 1}", $"force-{(i % 3) + 1}"));
        }

        for (var i = 0; i < 24; i++)
        {
            _zones.Add(($"zone-{i + 1}", $"area-{(i / 6) + 1}"));
        }

        for (var i = 0; i < 200; i++)
        {
            _policies.Add(Make(permit: i < 170));
        }

        for (var i = 0; i < 10_000; i++)
        {
            Requests.Add(new Request(Pick(_actors).Id, Pick(Actions), Pick(_zones).Id, _random.Next(1, 5), Chance(50),
                Chance(50)));
        }
    }

    private Policy Make(bool permit)
    {
        var (group, area) = (Chance(40), Chance(40));
        var first = Pick(Actions);
        var actions = Chance(40) && Pick(Actions) is var second && second != first ? new[] { first, second } : [first];
        var (a, b) = (_random.Next(1, 5), _random.Next(1, 5));
        return new Policy(permit, group ? Pick(_actors).Group : Pick(_actors).Id, group, actions,
            area ? Pick(_zones).Area : Pick(_zones).Id, area, Math.Min(a, b), Math.Max(a, b), Chance(25), Chance(25));
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>The policies as a framework. Its last word over everything is for the framework alone: the others know
    /// none.</summary>
    public string Framework()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            truce: 1
            framework: 200 policies from seed {{Seed}}
            status: invented
            zone: UTC
            documents:
              doc: {title: invented}
            sources:
              src: {in: doc, at: p1, says: "as reported: nothing"}
            mandate:
              adopted_by: missing
              term: {from: 2026-01-01, until: 2026-12-31, source: src, basis: text}
            areas:
              sectors: [{{string.Join(", ", _zones.Select(z => z.Id))}}]
            groups:

            """);
        foreach (var area in _zones.GroupBy(z => z.Area))
        {
            text.Append($"  {area.Key}: [{string.Join(", ", area.Select(z => z.Id))}]\n");
        }

        text.Append("phases:\n");
        text.AppendJoin("", Enumerable.Range(1, 4).Select(p => $"  phase-{p}: {{declared_by: missing, source: src, " +
            $"basis: text}}\n"));
        text.Append("facts:\n  consent: {ask: is it agreed, judged: on-scene, ordinary: no}\n  threat: {ask: is " +
            "there a threat, judged: on-scene, ordinary: no}\n");
        text.Append("actions:\n").AppendJoin("", Actions.Select(a => $"  {a}: {{is: to {a}}}\n"));
        text.Append("actors:\n  force-1: {is: command}\n  force-2: {is: command}\n  force-3: {is: command}\n  " +
            "office: {is: office}\n");
        text.Append("parties:\n  alba: {role: contributor}\ncontingents:\n");
        text.AppendJoin("", _actors.Select(a => $"  {a.Id}: {{under: {a.Group}, of: alba, source: src, basis: " +
            $"text}}\n"));
        text.Append($"rules:\n  - {{id: last-word, final: office, over: [{string.Join(", ", Actions)}], source: src, " +
            $"basis: text}}\n");
        for (var i = 0; i < _policies.Count; i++)
        {
            text.Append(Rule(i, _policies[i]));
        }

        return text.ToString();
    }

    private static string Rule(int i, Policy p)
    {
        var phases = string.Join(", ", Enumerable.Range(p.From, p.Until - p.From + 1).Select(x => $"phase-{x}"));
        var conditions = string.Join(", ", new[] { p.Consent ? "consent" : null, p.Threat ? "threat"
            : null }.OfType<string>());
        return $"  - {{id: p{i}, {(p.Permit ? "grant" : "prohibit")}: {p.Who}, {(p.Permit ? "may" : "from")}: " +
            $"[{string.Join(", ", p.Actions)}], " +
            $"in: {p.Where}, during: [{phases}]{(conditions.Length > 0 ? $", if: [{conditions}]" : "")}, source: " +
                $"src, basis: text}}\n";
    }

    private string Cedar() => string.Join('\n', _policies.Select(p =>
    {
        var who = p.IsGroup ? $"principal in Group::\"{p.Who}\"" : $"principal == Actor::\"{p.Who}\"";
        var what = p.Actions.Length == 1 ? $"action == Action::\"{p.Actions[0]}\""
            : $"action in [{string.Join(", ", p.Actions.Select(a => $"Action::\"{a}\""))}]";
        var where = p.IsArea ? $"resource in Area::\"{p.Where}\"" : $"resource == Zone::\"{p.Where}\"";
        return $"{(p.Permit ? "permit" : "forbid")} ({who}, {what}, {where}) when {{ context.phase >= {p.From} && " +
            $"context.phase <= {p.Until}" +
            $"{(p.Consent ? " && context.consent" : "")}{(p.Threat ? " && context.threat" : "")} }};";
    }));

    /// <summary>Everything that the peers need, as JSON.</summary>
    public string ForPeers() => JsonSerializer.Serialize(new
    {
        actors = _actors.Select(a => new { id = a.Id, group = a.Group }),
        zones = _zones.Select(z => new { id = z.Id, area = z.Area }),
        policies = _policies.Select(p => new
        {
            effect = p.Permit ? "permit" : "forbid",
            who = p.Who,
            actions = p.Actions,
            zones = p.IsArea ? _zones.Where(z => z.Area == p.Where).Select(z => z.Id) : [p.Where],
            from = p.From,
            until = p.Until,
            consent = p.Consent,
            threat = p.Threat,
        }),
        cedar = Cedar(),
        requests = Requests.Select(r => new
        {
            actor = r.Actor,
            action = r.Action,
            zone = r.Zone,
            phase = r.Phase,
            consent = r.Consent,
            threat = r.Threat
        }),
    });
}
