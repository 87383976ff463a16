using System.Globalization;
using System.Text;

namespace Truce.Benchmarks;

/// <summary>Framework files of a wanted size, from a seed that is printed. The same seed gives the same file
/// everywhere.</summary>
internal sealed class Frameworks
{
    private readonly Random _random;
    private readonly StringBuilder _text = new();
    private readonly List<string> _units = [];
    private readonly List<string> _holders = [];
    private readonly List<string> _sectors = [];
    private readonly List<string> _areas = [];
    private readonly List<string> _phases = [];
    private readonly List<string> _facts = [];
    private readonly List<string> _actions = [];

    private Frameworks(int seed) => _random = new Random(seed);

    /// <summary>
    /// A file that grows as frameworks do: about 20 rules an action; performers, places, phases and dates grow with it.
    /// </summary>
    public static string Growing(int rules, int seed)
    {
        var f = new Frameworks(seed);
        f.Head($"grown to {Plain(rules)} rules", sectors: Math.Clamp(4 + (rules / 100), 5, 60), lines: 3,
            phases: rules < 1_000 ? 3 : 6,
            facts: rules < 1_000 ? 3 : 8, actions: Math.Max(4, rules / 20), contingents: Math.Clamp(rules / 40, 4,
                200));
        f.Line("rules:");
        for (var i = 0; i < rules; i++)
        {
            f.Rule(i, f._actions[i % f._actions.Count], wide: false);
        }

        return f._text.ToString();
    }

    /// <summary>All rules on one action, each bounded at random in every dimension: the checker's hardest
    /// shape.</summary>
    public static string Crowded(int rules, int performers, int facts, int seed)
    {
        var f = new Frameworks(seed);
        f.Head($"{Plain(rules)} rules on one action", sectors: 12, lines: 2, phases: 6, facts: facts, actions: 1,
            contingents: performers);
        f.Line("rules:");
        for (var i = 0; i < rules; i++)
        {
            f.Rule(i, f._actions[0], wide: true);
        }

        return f._text.ToString();
    }

    /// <summary>Last words alone, over two actions each, for the question which of them meet.</summary>
    public static string LastWords(int rules, int seed)
    {
        var f = new Frameworks(seed);
        f.Head($"{Plain(rules)} last words", sectors: 16, lines: 2, phases: 4, facts: 3, actions: 12, contingents: 20);
        f.Line("rules:");
        for (var i = 0; i < rules; i++)
        {
            var actions = $"{f.Two(f._actions)}";
            var (who, where) = ($"{f.Pick(f._holders)}, over: [{actions}], by: [{f.Two(f._units)}]",
                $"in: [{f.Pick(f._sectors)}, {f.Pick(f._areas)}], during: [{f.Pick(f._phases)}]");
            var when = $"starting: {f.Date(0, 12)}, until: {f.Date(12, 24)}";
            var hours = i % 3 == 0 ? $", hours: {f.Pick(Hours)}" : "";
            var given = i % 2 == 0 ? $", if: {f.Pick(f._facts)}" : "";
            f.Line($"  - {{id: r{Plain(i)}, final: {who}, {where}, {when}{hours}{given}, source: src, basis: text}}");
        }

        return f._text.ToString();
    }

    private static readonly string[] Hours = ["06:00-20:00", "20:00-06:00", "08:00-12:00"];

    private static string Plain(int n) => n.ToString(CultureInfo.InvariantCulture);

    private void Line(string line) => _text.Append(line).Append('\n');

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>Two different ones of a list, as they stand in a YAML list.</summary>
    private string Two(List<string> items)
    {
        var first = _random.Next(items.Count);
        var second = (first + 1 + _random.Next(items.Count - 1)) % items.Count;
        return $"{items[first]}, {items[second]}";
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    /// <summary>One of a few dates, so that the file cuts the term into cells as people's files do.</summary>
    private string Date(int fromMonth, int untilMonth)
    {
        var month = fromMonth + (_random.Next((untilMonth - fromMonth) / 3) * 3);
        return $"{Plain(2026 + (month / 12))}-{(month % 12) + 1:00}-01";
    }

    private void Head(string name, int sectors, int lines, int phases, int facts, int actions, int contingents)
    {
        List<string> Names(string stem, int count) => [.. Enumerable.Range(1, count).Select(i => stem + Plain(i))];
        _sectors.AddRange(Names("sector-", sectors));
        _areas.AddRange(Names("line-", lines));
        _phases.AddRange(Names("phase-", phases));
        _facts.AddRange(Names("fact-", facts));
        _actions.AddRange(Names("act-", actions));
        var commands = Names("force-", 3);
        var units = Names("contingent-", contingents);
        _units.AddRange([.. commands, "army", "police", "agencies", .. units]);
        _holders.AddRange([.. commands, "army", "police", "board", "envoy", "alba", "brega"]);
        foreach (var line in new[] { "truce: 1", $"framework: {name}", "status: invented", "zone: UTC", "documents:",
            "  doc: {title: invented}",
            "sources:", "  src: {in: doc, at: p1, says: \"as reported: nothing\"}", "mandate:", "  adopted_by: missing",
            "  term: {from: 2026-01-01, until: 2027-12-31, source: src, basis: text}",
            "areas:", $"  sectors: [{string.Join(", ", _sectors)}]" })
        {
            Line(line);
        }

        _areas.ForEach(a => Line($"  {a}: {{crosses: [{string.Join(", ", _sectors.Where((_, i) => i % 2 == 0))}]}}"));
        Line("phases:");
        _phases.ForEach(p => Line($"  {p}: {{declared_by: board, source: src, basis: text}}"));
        Line("facts:");
        _facts.ForEach(x => Line($"  {x}: {{ask: is it so, judged: on-scene, ordinary: no}}"));
        Line("actions:");
        _actions.ForEach(a => Line($"  {a}: {{is: to " +
            $"{a}{(a is "act-1" or "act-2" or "act-3" or "act-4" ? ", force: yes" : "")}}}"));
        Line("actors:");
        commands.ForEach(c => Line($"  {c}: {{is: command}}"));
        Line("  army: {is: state force, of: alba}\n  police: {is: police, of: brega}\n  agencies: {is: humanitarian, " +
            "of: alba}");
        Line("  board: {is: body, members: [alba, brega], decides: by-chair}\n  envoy: {is: office}");
        Line("parties:\n  alba: {role: party to the ceasefire, channel: hotline}\n  brega: {role: party to the " +
            "ceasefire, channel: hotline}");
        Line("contingents:");
        for (var i = 0; i < units.Count; i++)
        {
            Line($"  {units[i]}: {{under: {commands[i % 3]}, of: " +
                $"{(i % 2 == 0 ? "alba" : "brega")}{(Chance(20) ? $", in: [{Pick(_sectors)}]" : "")}, source: src, " +
                $"basis: text}}");
        }
    }

    /// <summary>One rule; a wide one is bounded in every dimension, another in about half of them.</summary>
    private void Rule(int i, string action, bool wide)
    {
        var kind = (i / Math.Max(1, _actions.Count)) % 10;
        var head = kind switch
        {
            0 or 1 or 2 or 3 => $"grant: {(kind == 0 ? "anyone" : Pick(_units))}, may: [{action}]",
            4 => $"prohibit: {Pick(_units)}, from: [{action}]",
            5 or 6 => $"final: {Pick(_holders)}, over: [{action}]",
            7 => $"require: consent, of: {Pick(_holders)}, for: [{action}], answer_within: 2h, on_refusal: stop, " +
                $"on_silence: proceed",
            8 => $"require: notice, of: {Pick(["alba", "brega"])}, for: [{action}], after: 2h",
            _ => $"oblige: {Pick(_units)}, to: [{action}]",
        };
        var parts = new List<string> { $"id: r{Plain(i)}", head };
        void Bound(int percent, Func<string> part)
        {
            if (wide || Chance(percent))
            {
                parts.Add(part());
            }
        }

        Bound(60, () => $"in: [{Two(_sectors)}{(Chance(25) ? $", {Pick(_areas)}" : "")}]");
        Bound(40, () => $"during: [{Pick(_phases)}]");
        Bound(20, () => $"starting: {Date(0, 12)}");
        Bound(20, () => $"until: {Date(12, 24)}");
        Bound(10, () => $"hours: {Pick(Hours)}");
        Bound(35, () => $"if: {Pick(_facts)}");
        Bound(10, () => $"unless: {Pick(_facts)}");
        parts.Add($"source: src, basis: {(Chance(85) ? "text" : Chance(50) ? "practice" : "{claim: alba}")}");
        Line($"  - {{{string.Join(", ", parts)}}}");
    }
}
