using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>Areas, groups, phases, facts, actions, mandate.</summary>
public static partial class FrameworkReader
{
    private static ImmutableArray<Area> ReadAreas(Fields f, Reports reports)
    {
        if (f.TakeStated("areas") is not { } node)
        {
            f.Missing("areas", "name at least one sector: `areas: {sectors: [north, south]}`");
            return [];
        }

        var areas = ImmutableArray.CreateBuilder<Area>();
        var fields = new Fields(reports, node, "`areas`");
        if (node.Kind != YamlKind.Map)
        {
            return [];
        }

        if (fields.TakeStated("sectors") is not { } sectors || Fields.ItemsOf(sectors).FirstOrDefault() is null)
        {
            fields.Missing("sectors", "sectors partition the territory: name at least one");
        }
        else
        {
            foreach (var item in sectors.Kind == YamlKind.Map ? [] : Fields.ItemsOf(sectors))
            {
                if (fields.WordsOf(item, "sectors") is { } id)
                {
                    CheckName(id, "sector", item.Place, reports);
                    areas.Add(new Area(id, true, [], [], ImmutableDictionary<string, string>.Empty, item.Place));
                }
            }

            foreach (var (name, value) in sectors.Entries)
            {
                CheckName(name.Value, "sector", name.Place, reports);
                areas.Add(ReadArea(name.Value, value, true, name.Place, reports));
            }
        }

        foreach (var (key, value) in node.Entries.Where(e => e.Key.Value != "sectors"))
        {
            CheckName(key.Value, "area", key.Place, reports);
            areas.Add(ReadArea(key.Value, value, false, key.Place, reports));
        }

        return areas.ToImmutable();
    }

    private static Area ReadArea(string id, YamlNode value, bool sector, Place place, Reports reports)
    {
        var fields = new Fields(reports, value, $"{(sector ? "sector" : "area")} `{id}`");
        var labels = ReadLabels(fields);
        var area = sector
            ? new Area(id, true, [], [], labels, place)
            : new Area(id, false, fields.NameList("crosses", Names.Area | Names.Sector),
                fields.NameList("within", Names.Area), labels, place);
        if (!sector && area.Crosses.IsEmpty && !fields.States("crosses"))
        {
            fields.Missing("crosses", "say which sectors it crosses, such as `crosses: [north]`");
        }

        fields.Done();
        return area;
    }

    private static ImmutableDictionary<string, string> ReadLabels(Fields f)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (f.TakeStated("label") is { Kind: YamlKind.Map } map)
        {
            foreach (var (language, words) in map.Entries)
            {
                labels[language.Value] = f.WordsOf(words, "label") ?? "";
            }
        }
        else if (f.TakeStated("label") is { } node)
        {
            labels[""] = f.WordsOf(node, "label") ?? "";
        }

        return labels.ToImmutable();
    }

    private static ImmutableArray<AreaGroup> ReadGroups(Fields f, Reports reports) =>
    [
        .. Named(f, "groups", "group", reports).Select(g =>
            new AreaGroup(g.Id, ReadPlaces(f, g.Value, g.Id, Names.Area | Names.Sector, reports), g.Place)),
    ];

    /// <summary>A list of places; each is a name or an intersection such as <c>rafah + line-1</c>.</summary>
    private static ImmutableArray<ImmutableArray<string>> ReadPlaces(
        Fields f, YamlNode node, string key, Names kinds, Reports reports)
    {
        var places = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var item in Fields.ItemsOf(node))
        {
            if (f.WordsOf(item, key) is not { } words)
            {
                continue;
            }

            var parts = words.Split('+', StringSplitOptions.TrimEntries);
            foreach (var part in parts.Where(p => p != "sectors"))
            {
                reports.Uses.Add((part, kinds, item.Place));
            }

            places.Add([.. parts]);
        }

        return places.ToImmutable();
    }

    private static ImmutableArray<Phase> ReadPhases(Fields f, Reports reports) =>
    [
        .. Named(f, "phases", "phase", reports).Select(p =>
        {
            var fields = new Fields(reports, p.Value, $"phase `{p.Id}`");
            var phase = new Phase(p.Id, fields.NameList("after", Names.Benchmark), fields.Date("not_before"),
                fields.Name("declared_by", Names.Actor), ReadGround(fields, reports, true, $"phase `{p.Id}`"), p.Place);
            fields.Words("note");
            fields.Done();
            return phase;
        }),
    ];

    private static ImmutableArray<Fact> ReadFacts(Fields f, Reports reports) =>
        [.. Named(f, "facts", "fact", reports).Select(x => ReadFact(x.Id, x.Value, x.Place, reports))];

    private static Fact ReadFact(string id, YamlNode value, Place place, Reports reports)
    {
        var fields = new Fields(reports, value, $"fact `{id}`");
        var ask = fields.Words("ask") ?? "";
        if (ask.Length == 0)
        {
            fields.Missing("ask", "a fact is a question: `ask: \"Is a hostile act under way?\"`");
        }

        var declared = fields.OneOf<bool>("judged", [("on-scene", false), ("declared", true)]) ?? false;
        if (!fields.States("judged"))
        {
            fields.Missing("judged", "who knows it: `judged: on-scene` or `judged: declared`");
        }

        var by = fields.Name("by", Names.Actor);
        var lasts = fields.Span("lasts");
        if (!declared && (fields.Has("by") || fields.Has("lasts")))
        {
            reports.Error("F306", fields.Place, $"fact `{id}` is judged on the scene, so nobody declares it",
                "leave out `by` and `lasts`, or write `judged: declared`");
        }

        var defects = reports.Count;
        var (values, least, most) = ReadFactValues(id, fields, reports);
        var sound = reports.Count == defects;
        var ordinary = fields.Words("ordinary");
        ordinary = ordinary switch { "true" => "yes", "false" => "no", _ => ordinary };
        if (ordinary is null)
        {
            fields.Missing("ordinary", "say which answer is the ordinary one, such as `ordinary: no`");
        }

        // Without answers that can be read, nothing can be said of the ordinary one.
        ordinary = sound && ordinary is not null ? ordinary : values.IsEmpty ? Text.Plain(least ?? 0) : values[0];

        fields.Done();
        return new Fact(id, ask, values, least, most, ordinary, declared, by, lasts, place);
    }

    private static (ImmutableArray<string> Values, long? Least, long? Most) ReadFactValues(
        string id, Fields fields, Reports reports)
    {
        if (fields.TakeStated("one_of") is { } list)
        {
            var values = fields.WordsList("one_of").Select(v => v switch { "true" => "yes", "false" => "no", _ => v })
                .ToImmutableArray();
            if (values.FirstOrDefault(v => v.Length == 0 || !v.All(IsAnswerLetter)) is { } odd)
            {
                reports.Error("F205", list.Place, $"`{YamlNode.Clip(odd)}` cannot be an answer of fact `{id}`",
                    "an answer has letters, digits, `-`, `_` and `.`, so that a condition can name it");
            }

            if (values.Length < 2 || values.Distinct(StringComparer.Ordinal).Count() != values.Length)
            {
                reports.Error("F104", list.Place, $"fact `{id}` needs two or more different answers",
                    "such as `one_of: [low, high]`; leave it out where the answer is yes or no");
                return (["no", "yes"], null, null);
            }

            if (values.Length > Limits.ValuesPerDimension)
            {
                reports.Error("F401", list.Place,
                    $"fact `{id}` has {Text.Number(values.Length)} answers, the limit is " +
                    Text.Number(Limits.ValuesPerDimension), "leave out those that no condition names");
            }

            return (values, null, null);
        }

        if (!fields.Has("from") && !fields.Has("to"))
        {
            return (["no", "yes"], null, null);
        }

        var (from, to) = (fields.Amount("from"), fields.Amount("to"));
        if (!from.IsStated || !to.IsStated)
        {
            reports.Error("F104", fields.Place, $"fact `{id}` is a bounded number and needs both `from` and `to`",
                "such as `from: 0` and `to: 10`");
            return ([], 0, 1);
        }

        if (from.Least > to.Most)
        {
            reports.Error("F105", fields.PlaceOf("from"), $"the bounds of fact `{id}` are reversed",
                "`from` is the least, `to` the most");
            return ([], 0, 1);
        }

        return ([], from.Least, to.Most);
    }

    private static bool IsAnswerLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    private static ImmutableArray<ActionTerm> ReadActions(Fields f, Reports reports) =>
    [
        .. Named(f, "actions", "action", reports).Select(a =>
        {
            var fields = new Fields(reports, a.Value, $"action `{a.Id}`");
            var sentence = fields.Words("is") ?? "";
            if (sentence.Length == 0)
            {
                fields.Missing("is", "say what is done: `is: patrol and observe`");
            }

            var free = fields.TakeStated("free");
            var toAll = free is { Kind: YamlKind.Scalar, Value: "yes" or "true" };
            var toNone = free is null or { Kind: YamlKind.Scalar, Value: "no" or "false" };
            var term = new ActionTerm(a.Id, sentence, fields.YesNo("force") ?? false, toAll,
                toAll || toNone ? [] : fields.NamesOf(free!, Names.Actor, "free"),
                fields.NameList("needs", Names.Action), a.Place);
            fields.Done();
            return term;
        }),
    ];

    private static Mandate ReadMandate(Fields f, Reports reports)
    {
        if (f.TakeStated("mandate") is not { } node)
        {
            return new Mandate();
        }

        var fields = new Fields(reports, node, "`mandate`");
        var mandate = ReadTerm(fields, reports);
        if (fields.TakeStated("adopted_by") is { } adopted)
        {
            var by = new Fields(reports, adopted, "`adopted_by`");
            mandate = mandate with
            {
                AdoptedBy = by.Words("text"),
                AdoptedGround = ReadGround(by, reports, true, "`adopted_by`")
            };
            by.Done();
        }

        mandate = mandate with
        {
            Ceilings = ReadStrengths(fields, "ceiling", reports),
            Needed = ReadStrengths(fields, "needed", reports),
            Reports = ReadReports(fields, reports),
        };
        fields.Done();
        return mandate;
    }

    private static Mandate ReadTerm(Fields mandate, Reports reports)
    {
        if (mandate.TakeStated("term") is not { } node)
        {
            return new Mandate();
        }

        var term = new Fields(reports, node, "`term`");
        var from = term.Date("from");
        var endless = term.Take("until") is { } u && u.Is("none");
        var until = endless ? null : term.Date("until");
        var lasts = term.Span("for");
        if (from is { } first && lasts is not null && until is null)
        {
            until = first.Plus(lasts).PlusDays(-1);
        }
        else if (lasts is not null && until is not null)
        {
            reports.Error("F306", term.PlaceOf("for"), "`term` gives both `for` and `until`", "give one of them");
        }

        if (from is { } a && until is { } b && b < a)
        {
            reports.Error("F105", term.PlaceOf("until"),
                $"the term ends on {Text.Date(b)}, before it begins on {Text.Date(a)}",
                "`from` and `until` are the first and the last day");
        }

        var result = new Mandate
        {
            From = from,
            Until = until,
            Duration = lasts,
            Expires = !endless,
            Renewable = term.YesNo("renewable"),
            TermGround = ReadGround(term, reports, true, "the term"),
            TermPlace = term.Place,
        };
        term.Done();
        return result;
    }

    private static ImmutableArray<Strength> ReadStrengths(Fields mandate, string key, Reports reports)
    {
        if (mandate.TakeStated(key) is not { Kind: YamlKind.Map } node)
        {
            return [];
        }

        var fields = new Fields(reports, node, $"`{key}`");
        var strengths = ReadAmounts(fields, node, reports, Ground.None);
        var ground = ReadGround(fields, reports, strengths.Any(s => s.Amount.IsStated), $"`{key}`");
        fields.Words("note");
        fields.Done();
        return [.. strengths.Select(s => s with { Ground = ground })];
    }

    /// <summary>Every key of a mapping that is neither a ground nor a note is a component or a capability.</summary>
    private static ImmutableArray<Strength> ReadAmounts(Fields fields, YamlNode node, Reports reports, Ground ground)
    {
        var list = ImmutableArray.CreateBuilder<Strength>();
        foreach (var (key, value) in node.Entries.Where(e => e.Key.Value is not ("source" or "basis" or "note")))
        {
            CheckName(key.Value, "component", key.Place, reports);
            list.Add(new Strength(key.Value, fields.Amount(key.Value), ground, value.Place));
        }

        return list.ToImmutable();
    }

    private static ImmutableArray<ReportDue> ReadReports(Fields mandate, Reports reports)
    {
        if (mandate.TakeStated("reports") is not { } node)
        {
            return [];
        }

        return
        [
            .. Fields.ItemsOf(node).Select(item =>
            {
                var fields = new Fields(reports, item, "a report due");
                var due = new ReportDue(fields.Name("by", Names.Actor) ?? "", fields.Words("to") ?? "",
                    fields.Span("every"), fields.Date("first"), ReadGround(fields, reports, true, "a report due"),
                        item.Place);
                fields.Words("about");
                fields.Done();
                return due;
            }),
        ];
    }
}
