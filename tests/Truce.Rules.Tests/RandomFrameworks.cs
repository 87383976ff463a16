using System.Globalization;

namespace Truce.Rules.Tests;

/// <summary>
/// Small random framework files, valid by LANGUAGE.md, in which the questions of `check` have answers often. The same
/// seed gives the same file on every machine.
/// </summary>
internal static class RandomFrameworks
{
    private const int LeastSituations = 200;
    private const int MostSituations = 4_000;

    /// <summary>What a rule can lose and still be a rule.</summary>
    private static readonly string[] Optional =
    [
        "in", "during", "starting", "until", "hours", "if", "unless", "overrides", "by", "delegable", "always",
        "answer_within", "on_refusal", "on_silence",
    ];

    public static string Yaml(int seed)
    {
        var random = new Random(seed);
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var draft = new Draft(random);
            if (draft.Situations is >= LeastSituations and <= MostSituations)
            {
                return draft.Write(seed);
            }
        }

        throw new InvalidOperationException($"no small framework from seed {seed}");
    }

    /// <summary>
    /// The file with one thing less: a rule, a `never`, an option of a rule, one of a list, a declaration. Some of
    /// these no longer read (a name that is still used): the caller skips them.
    /// </summary>
    public static IEnumerable<string> Shrink(string yaml)
    {
        var lines = yaml.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("  - ", StringComparison.Ordinal))
            {
                var end = i + 1;
                while (end < lines.Length && lines[end].StartsWith("    ", StringComparison.Ordinal))
                {
                    end++;
                }

                var id = lines[i..end].Select(l => l.Trim()).Where(l => l.StartsWith("id: ", StringComparison.Ordinal))
                    .Select(l => l["id: ".Length..]).FirstOrDefault();
                yield return Join([.. lines[..i], .. lines[end..]], id);
            }
        }

        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var key = lines[i].Trim().Split(':')[0];
            if ((indent == 4 && Optional.Contains(key)) || (indent == 2 && !lines[i].TrimStart().StartsWith('-')))
            {
                yield return Join([.. lines[..i], .. lines[(i + 1)..]], null);
            }
        }

        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var shorter in WithoutOneOfTheList(lines[i]))
            {
                yield return Join([.. lines[..i], shorter, .. lines[(i + 1)..]], null);
            }
        }
    }

    /// <summary>A file near another: one or two rules, lines or list items fewer, or a requirement of another
    /// kind.</summary>
    public static (string Yaml, Framework Framework) Neighbour(string yaml, Framework framework, int seed)
    {
        var random = new Random(seed);
        var (near, read) = (yaml, framework);
        for (var step = seed % 4 == 0 ? 2 : 1; step > 0; step--)
        {
            var candidates = Shrink(near).ToList();
            candidates.Add(near.Replace("require: consultation", "require: consent", StringComparison.Ordinal));
            for (var tries = 0; tries < 6; tries++)
            {
                var candidate = candidates[random.Next(candidates.Count)];
                if (FrameworkReader.Read(candidate, "near.yaml") is { IsUsable: true } reading)
                {
                    (near, read) = (candidate, reading.Framework);
                    break;
                }
            }
        }

        return (near, read);
    }

    /// <summary>Shrinks while it fails; <paramref name="fails"/> is false for a file that does not read.</summary>
    public static string Minimal(string yaml, Func<string, bool> fails)
    {
        for (var round = 0; round < 200; round++)
        {
            var smaller = Shrink(yaml).FirstOrDefault(fails);
            if (smaller is null)
            {
                return yaml;
            }

            yaml = smaller;
        }

        return yaml;
    }

    private static string Join(string[] lines, string? without)
    {
        // Whoever overrode the rule that is gone overrides one rule less; a section that lost its last line goes too.
        var kept = without is null ? lines : [.. lines.Select(l => WithoutOverride(l, without)).OfType<string>()];
        var full = kept.Where((l, i) => !(l.Length > 0 && l[0] != ' ' && l.EndsWith(':')
            && (i + 1 == kept.Length || !kept[i + 1].StartsWith(' '))));
        return string.Join('\n', full);
    }

    private static string? WithoutOverride(string line, string id)
    {
        const string Key = "    overrides: [";
        if (!line.StartsWith(Key, StringComparison.Ordinal))
        {
            return line;
        }

        var rest = line[Key.Length..^1].Split(", ").Where(x => x != id).ToList();
        return rest.Count == 0 ? null : $"{Key}{string.Join(", ", rest)}]";
    }

    private static IEnumerable<string> WithoutOneOfTheList(string line)
    {
        var (open, close) = (line.IndexOf('['), line.IndexOf(']'));
        var items = open < 0 || close < open ? [] : line[(open + 1)..close].Split(", ");
        for (var i = 0; i < items.Length && items.Length > 1; i++)
        {
            var rest = items.Where((_, j) => j != i);
            yield return $"{line[..(open + 1)]}{string.Join(", ", rest)}{line[close..]}";
        }
    }

    /// <summary>One rule while it is being written: its kind decides what it may override.</summary>
    private sealed class DraftRule(string kind, string id, IReadOnlyList<string> actions, bool always)
    {
        public string Kind => kind;

        public string Id => id;

        public IReadOnlyList<string> Actions => actions;

        public bool Always => always;

        public List<string> Lines { get; } = [];

        /// <summary>LANGUAGE §3: the legal pairs.</summary>
        public bool MayOverride(DraftRule other) => !other.Always && (Kind, other.Kind) is
            ("final", "final") or ("require", "require") or ("grant", "prohibit") or ("prohibit", "grant")
            or ("grant", "require") && !Always;
    }

    private sealed class Draft
    {
        private static readonly string[] Kinds =
        [
            "grant", "grant", "grant", "grant", "prohibit", "prohibit", "prohibit", "final", "final", "final", "final",
            "require", "require", "oblige", "oblige", "inherent",
        ];

        private static readonly string[] Bases =
        [
            "text", "text", "text", "text", "text", "text", "proposed", "claim", "claim", "claim", "practice",
            "assumption",
        ];

        private readonly Random _random;
        private readonly List<string> _body = [];
        private readonly List<DraftRule> _rules = [];
        private readonly List<string> _actions = [];
        private readonly List<string> _units = [];
        private readonly List<string> _contingents = [];
        private readonly List<string> _parties = [];
        private readonly List<string> _others = [];
        private readonly List<string> _places = [];
        private readonly List<string> _phases = [];
        private readonly List<string> _dates = [];
        private readonly List<string> _hours = [];
        private readonly List<string> _conditions = [];
        private readonly bool _hasCommand;
        private string? _reserved;

        public Draft(Random random)
        {
            _random = random;
            string[] dates = ["2026-03-01", "2026-06-15", "2026-09-30"];
            _dates.AddRange(dates.Where(_ => Chance(35)).Take(2));
            _hours.AddRange(new[] { "08:00-20:00", "20:00-06:00" }.Where(_ => Chance(20)));
            _hasCommand = Chance(60);
            var leaves = Areas();
            var phases = PhaseSection();
            var worlds = FactSection();
            Actors();
            ActionSection();
            Rules();
            Overrides();
            NeverSection();
            var pairs = (_units.Count * _actions.Count) + ((_units.Count + _parties.Count + _others.Count) * 9);
            worlds <<= _rules.Count(r => r.Lines.Any(l => l.StartsWith("    delegable", StringComparison.Ordinal)));
            Situations = pairs * leaves * phases * worlds * (1 + (_dates.Count * 2))
                * (_hours.Count == 0 ? 1 : _hours.Count + 2);
        }

        /// <summary>About how many situations there are; never fewer than there are.</summary>
        public int Situations { get; }

        public string Write(int seed)
        {
            var head = new[]
            {
                "truce: 1", $"framework: random {seed.ToString(CultureInfo.InvariantCulture)}", "status: invented",
                "zone: Asia/Gaza", "documents:", "  doc: {title: invented}", "sources:",
                "  src: {in: doc, at: p1, says: \"as reported: nothing\"}",
            };
            return string.Join('\n', [.. head, .. _body, ""]);
        }

        private bool Chance(int percent) => _random.Next(100) < percent;

        private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

        private List<string> Some(IReadOnlyList<string> items, int most)
        {
            var count = 1 + (most > 1 && Chance(35) ? _random.Next(most - 1) + 1 : 0);
            var rest = items.ToList();
            var some = new List<string>();
            while (some.Count < count && rest.Count > 0)
            {
                var item = Pick(rest);
                rest.RemoveAll(x => x == item);
                some.Add(item);
            }

            return some;
        }

        private static string List(List<string> items) => items is [var one] ? one : $"[{string.Join(", ", items)}]";

        private void Add(params string[] lines) => _body.AddRange(lines);

        private int Areas()
        {
            var until = Chance(80) ? "until: 2026-12-31" : "until: none";
            Add("mandate:", "  adopted_by: missing",
                $"  term: {{from: 2026-01-01, {until}, source: src, basis: text}}");
            var sectors = new[] { "north", "middle", "south" }.Take(1 + _random.Next(3)).ToList();
            Add("areas:", $"  sectors: [{string.Join(", ", sectors)}]");
            _places.AddRange(sectors);
            var leaves = sectors.Count;
            if (Chance(60))
            {
                var line = Some(sectors, 3);
                Add($"  line-1: {{crosses: [{string.Join(", ", line)}]}}");
                _places.AddRange("line-1", $"\"{line[0]} + line-1\"");
                leaves += line.Count;
                if (Chance(50))
                {
                    var inner = Chance(50);
                    var post = Some(inner ? line : sectors, 2);
                    var crosses = !inner && Chance(50) ? post.Append("line-1").ToList() : post;
                    Add($"  post-1: {{crosses: [{string.Join(", ", crosses)}]{(inner ? ", within: line-1" : "")}}}");
                    _places.Add("post-1");
                    leaves += post.Count * 2;
                }
            }

            if (Chance(15))
            {
                Add("groups:", $"  zone-1: [{string.Join(", ", Some(_places, 2))}]", "  whole: sectors");
                _places.AddRange("zone-1", "whole");
            }

            return leaves;
        }

        private int PhaseSection()
        {
            if (!Chance(40))
            {
                return 1;
            }

            _phases.AddRange("early", "late");
            var after = _dates.Count > 0 && Chance(60) ? $", not_before: {Pick(_dates)}" : "";
            Add("phases:", "  early: {declared_by: missing, source: src, basis: text}",
                $"  late: {{declared_by: missing{after}, source: src, basis: text}}");
            return 2;
        }

        private int FactSection()
        {
            var worlds = 1;
            var lines = new List<string>();
            if (Chance(45))
            {
                lines.Add("  alarm: {ask: is there an alarm, judged: on-scene, ordinary: no}");
                _conditions.AddRange("alarm", "not alarm");
                worlds *= 2;
            }

            if (Chance(15))
            {
                lines.Add("  level: {ask: how high is it, one_of: [low, mid, high], judged: on-scene, ordinary: low}");
                _conditions.AddRange("level = low", "level != high");
                worlds *= 3;
            }
            else if (Chance(20))
            {
                lines.Add("  count: {ask: how many are there, from: 0, to: 9, judged: on-scene, ordinary: 0}");
                _conditions.AddRange("count >= 3", "count < 5", "count = 3", "count > 4");
                worlds *= 4;
            }

            if (lines.Count > 0)
            {
                Add(["facts:", .. lines]);
            }

            return worlds;
        }

        private void Actors()
        {
            _parties.AddRange(new[] { "alba", "brega", "corin" }.Take(_random.Next(1, 4)));
            var lines = new List<string>();
            if (_hasCommand)
            {
                var complete = Chance(50);
                lines.Add($"  force: {{is: command{(complete ? ", complete: yes" : "")}}}");
                _units.Add("force");
                _contingents.AddRange(new[] { "first", "second" }.Take(complete ? 2 : _random.Next(3)));
            }

            var kinds = new[] { "state force", "armed group", "police", "civilian", "humanitarian" };
            foreach (var unit in new[] { "guard", "watch", "helpers" }.Take(_random.Next(_hasCommand ? 1 : 2, 4)))
            {
                var of = Chance(60) ? $", of: {Pick(_parties)}"
                    : _units.Contains("guard") && Chance(40) ? ", of: guard" : "";
                var under = _hasCommand && Chance(15) ? ", under: force" : "";
                lines.Add($"  {unit}: {{is: {Pick(kinds)}{of}{under}{(Chance(25) ? Presence() : "")}}}");
                _units.Add(unit);
            }

            if (Chance(50))
            {
                var members = _parties.Count > 1 ? _parties : [_parties[0], _units[^1]];
                var decides = Pick(["unanimously", "unanimously", "by-majority", "by-chair"]);
                var then = Chance(35) ? $", on_deadlock: {Pick(["stop", "proceed", "{refer: alba}"])}" : "";
                lines.Add($"  board: {{is: body, members: [{string.Join(", ", members)}], decides: {decides}{then}}}");
                _others.Add("board");
            }

            if (Chance(30))
            {
                lines.Add("  envoy: {is: office}");
                _others.Add("envoy");
            }

            Add(["actors:", .. lines, "parties:", .. _parties.Select(p => $"  {p}: {{role: party to the ceasefire}}")]);
            _units.AddRange(_contingents);
            if (_contingents.Count > 0)
            {
                Add("contingents:");
                Add([.. _contingents.Select(c => $"  {c}: {{under: force, of: {Pick(_parties)}{Presence()}"
                    + ", source: src, basis: text}")]);
            }
        }

        private string Presence()
        {
            var places = Chance(60) ? $", in: [{Pick(_places.Where(p => p[0] != '"').ToList())}]" : "";
            return places + (_dates.Count > 0 && Chance(35) ? $", {Pick(["from", "until"])}: {Pick(_dates)}" : "");
        }

        private void ActionSection()
        {
            Add("actions:");
            foreach (var action in new[] { "fire", "patrol", "move" }.Take(_random.Next(2, 4)))
            {
                var force = action == "fire" && Chance(70) ? ", force: yes" : "";
                var free = Chance(20) ? ", free: yes" : Chance(20) ? $", free: [{Pick(_units)}]" : "";
                var needs = _actions.Count > 0 && Chance(35) ? $", needs: [{Pick(_actions)}]" : "";
                Add($"  {action}: {{is: to {action}{force}{free}{needs}}}");
                _actions.Add(action);
            }

            _reserved = Chance(35) ? Pick(["settle", "hand-over", "interpret"]) : null;
        }

        private void Rules()
        {
            var count = _random.Next(3, 10);
            while (_rules.Count < count)
            {
                var before = _rules.Count;
                switch (_random.Next(14))
                {
                    case 0 or 1:
                        TwoLastWords();
                        break;
                    case 2 or 3:
                        Task();
                        break;
                    case 4:
                        OwnUnits();
                        break;
                    case 5:
                        Twice();
                        break;
                    case 6:
                        Keys();
                        break;
                    default:
                        var kind = Pick(Kinds);
                        Rule(kind, Who(kind), SomeActions(), 25);
                        break;
                }

                if (before == _rules.Count)
                {
                    Rule("grant", [Pick(_units)], SomeActions(), 10);
                }
            }
        }

        private List<string> SomeActions() => _reserved is not null && Chance(15) ? [_reserved] : Some(_actions, 2);

        private List<string> Anyone() => [.. _units, .. _parties, .. _others];

        private List<string> Who(string kind) => kind switch
        {
            "final" => [Pick(Anyone())],
            "require" => Some(Anyone(), 2),
            "oblige" => Some([.. _units, .. _parties], 2),
            _ when Chance(25) => ["anyone"],
            _ => Some([.. _units, .. _units, .. _parties], 2),
        };

        /// <summary>Two last words over what somebody may do: disputed, or by the text.</summary>
        private void TwoLastWords()
        {
            var action = Pick(_actions);
            Rule("grant", ["anyone"], [action], 10);
            Rule("final", Who("final"), [action], 10);
            Rule("final", Who("final"), [action], 20);
        }

        /// <summary>A last word and somebody else's consent, or a holder that can deadlock.</summary>
        private void Keys()
        {
            var action = Pick(_actions);
            Rule("grant", ["anyone"], [action], 15);
            Rule("final", [Pick([.. _units, .. _others, .. _others])], [action], 10);
            Rule("require", Some(Anyone(), 2), [action], 20);
        }

        /// <summary>A duty that a caveat, a missing grant or absence can defeat.</summary>
        private void Task()
        {
            var action = Pick(_actions);
            var obligor = _contingents.Count > 0 ? Pick(["force", .. _contingents]) : Pick(_units);
            Rule("oblige", [obligor], [action], 10);
            Rule("grant", [Chance(60) ? obligor : Pick(_units)], [action], 25);
            if (Chance(40))
            {
                Rule("prohibit", [_contingents.Count > 0 ? Pick(_contingents) : obligor], Some(_actions, 2), 25);
            }
        }

        /// <summary>The last word of one who may not, over one who may.</summary>
        private void OwnUnits()
        {
            var action = Pick(_actions);
            Rule("final", [Pick(_units)], [action], 10);
            Rule("grant", [Pick(_units)], [action], 20);
        }

        /// <summary>The same once more, perhaps narrower.</summary>
        private void Twice()
        {
            var kind = Pick(["grant", "prohibit", "require", "final"]);
            var (who, actions) = (Who(kind), SomeActions());
            Rule(kind, who, actions, 5);
            Rule(kind, who, actions, 15);
        }

        private void Rule(string kind, List<string> who, List<string> actions, int limits)
        {
            // An ordinary action is not for parties alone: their units do it. A reserved one is for everybody.
            var always = kind == "prohibit" && Chance(15);
            var id = $"r{(_rules.Count + 1).ToString(CultureInfo.InvariantCulture)}";
            var rule = new DraftRule(kind, id, actions, always || kind == "inherent");
            var verb = kind switch
            {
                "prohibit" => "from",
                "final" => "over",
                "require" => "for",
                "oblige" => "to",
                _ => "may",
            };
            if (kind == "require")
            {
                Require(rule, who);
            }
            else
            {
                rule.Lines.Add($"  - {kind}: {List(who)}");
            }

            rule.Lines.Add($"    {verb}: {List(actions)}");
            if (always)
            {
                rule.Lines.Add("    always: yes");
            }

            if (kind is "final" or "require" && Chance(35))
            {
                rule.Lines.Add($"    by: {List(Some([.. _units, .. _parties], 2))}");
            }

            if (kind == "final" && Chance(12) && Anyone().Where(x => x != who[0]).ToList() is { Count: > 0 } delegates)
            {
                rule.Lines.Add($"    delegable: {{to: {Pick(delegates)}, at_most: 14 days}}");
            }

            var basis = Pick(Bases);
            rule.Lines.AddRange($"    id: {id}",
                $"    basis: {(basis == "claim" ? $"{{claim: {Pick(_parties)}}}" : basis)}", "    source: src");
            Limits(rule, kind, limits);
            _rules.Add(rule);
        }

        private void Require(DraftRule rule, List<string> who)
        {
            var what = Pick(["consent", "consent", "consent", "consultation", "notice"]);
            rule.Lines.AddRange($"  - require: {what}", $"    of: {List(who)}");
            string Then() => Pick(["stop", "proceed", $"{{refer: {Pick(Anyone())}}}"]);
            if (what == "notice")
            {
                rule.Lines.Add(Chance(50) ? "    before: 48h" : "    after: 2h");
                rule.Lines.Add("    channel: hotline");
            }
            else if (what == "consent")
            {
                var all = Chance(30);
                string[] terms = ["    answer_within: 2h", $"    on_refusal: {Then()}", $"    on_silence: {Then()}"];
                rule.Lines.AddRange(terms.Where(_ => all || Chance(45)));
            }
        }

        private void Limits(DraftRule rule, string kind, int chance)
        {
            void Line(string key, bool possible, Func<string> value)
            {
                if (possible && Chance(chance))
                {
                    rule.Lines.Add($"    {key}: {value()}");
                }
            }

            Line("in", true, () => List(Some(_places, 2)));
            Line("during", _phases.Count > 0, () => Pick(_phases));
            Line("hours", _hours.Count > 0, () => Pick(_hours));
            Line("if", _conditions.Count > 0, () => List(Some(_conditions, 2)));
            Line("unless", _conditions.Count > 0, () => List(Some(_conditions, 1)));
            if (_dates.Count > 0 && Chance(chance))
            {
                var (from, until) = (_dates[0], _dates[^1]);
                var first = Chance(50);
                if (first)
                {
                    rule.Lines.Add($"    {(kind != "prohibit" && Chance(20) ? "from" : "starting")}: {from}");
                }

                if (!first || Chance(30))
                {
                    rule.Lines.Add($"    until: {until}");
                }
            }
        }

        /// <summary>Only downwards in a random order, so never in a circle; more often where both can apply.</summary>
        private void Overrides()
        {
            var order = _rules.OrderBy(_ => _random.Next(1_000_000)).ToList();
            for (var i = 0; i < order.Count; i++)
            {
                var over = order.Skip(i + 1).Where(o => order[i].MayOverride(o)
                    && Chance(order[i].Actions.Intersect(o.Actions).Any() ? 30 : 2)).Select(o => o.Id).ToList();
                if (over.Count > 0)
                {
                    order[i].Lines.Add($"    overrides: [{string.Join(", ", over)}]");
                }
            }

            Add(["rules:", .. _rules.SelectMany(r => r.Lines)]);
        }

        private void NeverSection()
        {
            if (!Chance(20))
            {
                return;
            }

            var parts = new[]
            {
                Chance(30) ? $"who: {Pick(_units)}" : "",
                Chance(50) ? $"doing: {Pick(_actions)}" : "",
                _conditions.Count > 0 && Chance(30) ? $"if: {Pick(_conditions)}" : "",
                _phases.Count > 0 && Chance(20) ? $"during: {Pick(_phases)}" : "",
                $"in: {Pick(_places)}",
                "because: it cannot be",
            };
            Add("never:", $"  - {{{string.Join(", ", parts.Where(p => p.Length > 0))}}}");
        }
    }
}
