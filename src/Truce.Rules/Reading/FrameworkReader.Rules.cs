using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Rules;

/// <summary>Rules, impossible situations, conditions.</summary>
public static partial class FrameworkReader
{
    private static readonly (string Key, RuleKind Kind)[] EffectWords =
    [
        ("grant", RuleKind.Grant), ("prohibit", RuleKind.Prohibit), ("final", RuleKind.Final),
        ("require", RuleKind.Require), ("oblige", RuleKind.Oblige), ("inherent", RuleKind.Inherent),
    ];

    private static ImmutableArray<Rule> ReadRules(Fields f, Reports reports)
    {
        var items = List(f, "rules", reports).ToList();
        if (items.Count > Limits.Rules)
        {
            reports.Error("F401", f.PlaceOf("rules"),
                $"there are {Text.Number(items.Count)} rules, the limit is {Text.Number(Limits.Rules)}",
                "split the framework");
            return [];
        }

        return [.. items.Select(item => ReadRule(item, reports)).OfType<Rule>()];
    }

    private static Rule? ReadRule(YamlNode item, Reports reports)
    {
        var id = item.Entries.Find(e => e.Key.Value == "id").Value;
        var fields = new Fields(reports, item, id is { Kind: YamlKind.Scalar } ? $"rule `{YamlNode.Clip(id.Value)}`"
            : "a rule");
        if (item.Kind != YamlKind.Map)
        {
            return null;
        }

        var effects = EffectWords.Where(e => fields.Has(e.Key)).ToList();
        if (effects.Count != 1)
        {
            var help = "a rule has one effect word: `grant`, `prohibit`, `final`, `require`, `oblige` or `inherent`";
            var near = item.Entries.Select(e =>
                (e, Word: Spelling.Nearest(e.Key.Value, EffectWords.Select(w => w.Key))))
                .FirstOrDefault(x => x.Word is not null);
            if (effects.Count == 0 && near.Word is not null)
            {
                reports.Error("F101", near.e.Key.Place, $"a rule has no key `{YamlNode.Clip(near.e.Key.Value)}`",
                    $"did you mean `{near.Word}`?");
            }
            else
            {
                reports.Error("F102", item.Place, effects.Count == 0
                    ? "a rule lacks its effect word"
                    : $"a rule has {effects.Count} effect words", help);
            }

            return null;
        }

        var kind = effects[0].Kind;
        var rule = ReadEffect(kind, effects[0].Key, fields, reports) with
        {
            Id = ReadId(fields, "rule", reports),
            Extent = ReadExtent(fields, kind == RuleKind.Prohibit, reports),
            Overrides = fields.NameList("overrides", Names.Rule),
            Place = item.Place,
        };
        rule = rule with { Ground = ReadGround(fields, reports, true, $"rule `{rule.Id}`") };
        rule = rule.Delegable is { } d ? rule with { Delegable = d with { FactId = $"{rule.Id}.delegated" } } : rule;
        fields.Words("note");
        if (kind != RuleKind.Final && fields.Has("delegable"))
        {
            reports.Error("F304", fields.KeyPlace("delegable"),
                $"rule `{rule.Id}` delegates a last word that it does not give",
                    "only a `final` rule can be `delegable`");
        }

        fields.Done();
        return rule;
    }

    private static Rule ReadEffect(RuleKind kind, string key, Fields fields, Reports reports)
    {
        var rule = new Rule { Id = "", Kind = kind, Who = [], Actions = [] };
        var (actionsKey, by) = kind switch
        {
            RuleKind.Grant or RuleKind.Inherent => ("may", false),
            RuleKind.Prohibit => ("from", false),
            RuleKind.Final => ("over", true),
            RuleKind.Require => ("for", true),
            _ => ("to", false),
        };
        rule = rule with
        {
            Actions = fields.NameList(actionsKey, Names.Action),
            By = by ? ReadWho(fields, "by", true, ["anyone"]) : [],
        };
        if (rule.Actions.IsEmpty)
        {
            fields.Missing(actionsKey, $"name the actions: `{actionsKey}: [patrol, search]`");
        }

        switch (kind)
        {
            case RuleKind.Require:
                return ReadRequire(rule, fields, reports);
            case RuleKind.Final:
                return ReadFinal(rule, fields, reports);
            case RuleKind.Prohibit:
                return rule with { Who = ReadWho(fields, key, true, []), Always = fields.YesNo("always") ?? false };
            default:
                return rule with { Who = ReadWho(fields, key, kind != RuleKind.Oblige, []) };
        }
    }

    private static ImmutableArray<string> ReadWho(
        Fields fields, string key, bool anyone, ImmutableArray<string> otherwise)
    {
        if (fields.Take(key) is not { } node)
        {
            return otherwise;
        }

        if (anyone && node.Is("anyone"))
        {
            return ["anyone"];
        }

        if (node.IsEmpty || node.Is("missing") || node.Kind == YamlKind.List && node.Items.Count == 0)
        {
            fields.Missing(key, $"say whom it names{(anyone ? ", or `anyone`" : "")}");
            return otherwise;
        }

        return fields.NamesOf(node, Names.Actor, key);
    }

    private static Rule ReadFinal(Rule rule, Fields fields, Reports reports)
    {
        rule = rule with { Who = fields.Name("final", Names.Actor) is { } holder ? [holder] : [] };
        if (rule.Who.IsEmpty && fields.Take("final")?.Kind != YamlKind.List)
        {
            fields.Missing("final", "name the one who has the last word; joint holders are a body");
        }

        if (fields.TakeStated("delegable") is not { } node)
        {
            return rule;
        }

        var d = new Fields(reports, node, "`delegable`");
        var to = d.Name("to", Names.Actor);
        var atMost = d.Span("at_most");
        if (to is null || atMost is null)
        {
            d.Missing(to is null ? "to" : "at_most", "write `delegable: {to: WHOM, at_most: 14 days}`");
        }

        d.Done();
        if (to is not null && rule.Who.Contains(to))
        {
            reports.Error("F304", d.PlaceOf("to"), $"`{to}` would delegate to itself", "name somebody else");
        }

        return to is null || atMost is null ? rule : rule with { Delegable = new Delegation("", to, atMost) };
    }

    private static Rule ReadRequire(Rule rule, Fields fields, Reports reports)
    {
        var what = fields.OneOf<RequireKind>("require",
        [
            ("consent", RequireKind.Consent), ("consultation", RequireKind.Consultation),
                ("notice", RequireKind.Notice),
        ]) ?? RequireKind.Consent;
        if (!fields.States("require"))
        {
            fields.Missing("require", "write `require: consent`, `consultation` or `notice`");
        }

        var of = fields.Take("of") is { } node && node.Is("missing") ? [] : ReadWho(fields, "of", false, []);
        if (!fields.Has("of"))
        {
            fields.Missing("of", "say whose, or `of: missing` where the text names nobody");
        }

        rule = rule with
        {
            Who = of,
            Require = what,
            Channel = fields.Words("channel"),
            AnswerWithin = fields.Span("answer_within"),
            OnRefusal = ReadFallback(fields, "on_refusal", reports),
            OnSilence = ReadFallback(fields, "on_silence", reports),
            Before = fields.Span("before"),
            After = fields.Span("after"),
        };
        var consentWords = fields.Has("answer_within") || fields.Has("on_refusal") || fields.Has("on_silence");
        if (what != RequireKind.Consent && consentWords)
        {
            reports.Error("F306", fields.Place, "`answer_within`, `on_refusal` and `on_silence` belong to a consent",
                "write `require: consent`, or leave them out");
        }

        if (what != RequireKind.Notice && (fields.Has("before") || fields.Has("after")))
        {
            reports.Error("F306", fields.Place, "`before` and `after` belong to a notice",
                "write `require: notice`, or leave them out");
        }

        if (what == RequireKind.Notice && fields.Has("before") == fields.Has("after"))
        {
            reports.Error("F306", fields.Place, "a notice is due `before` or `after` the act, one of the two",
                "write `before: 48h` or `after: 2h`");
        }

        return rule;
    }

    private static Extent ReadExtent(Fields fields, bool prohibit, Reports reports)
    {
        var from = fields.Date("starting") ?? (prohibit ? null : fields.Date("from"));
        if (!prohibit && fields.Has("starting") && fields.Has("from"))
        {
            reports.Error("F306", fields.PlaceOf("starting"), "`starting` and `from` say the same", "keep one");
        }

        var extent = new Extent
        {
            In = fields.TakeStated("in") is { } places ? ReadPlaces(fields, places, "in", Names.Place, reports) : [],
            During = fields.NameList("during", Names.Phase),
            From = from,
            Until = fields.Date("until"),
            Hours = fields.TakeStated("hours") is { } hours ? ReadHours(hours, reports) : [],
            If = fields.TakeStated("if") is { } all ? ReadConditions(all, reports) : [],
            Unless = fields.TakeStated("unless") is { } none ? ReadConditions(none, reports) : [],
        };
        CheckOrder(extent.From, extent.Until, fields, "until", reports);

        // A limit that was begun and says nothing must not widen the rule to everywhere and always.
        foreach (var key in (string[])["in", "during", "hours", "if", "unless", "starting", "until", "from"])
        {
            if ((key != "from" || !prohibit) && fields.Has(key) && fields.Take(key)! is var limit
                && (limit.IsEmpty || limit.Is("missing") || limit is { Kind: YamlKind.List, Items.Count: 0 }))
            {
                reports.Error("F102", fields.KeyPlace(key), $"`{key}` says nothing",
                    $"write the limit, or leave `{key}` out where there is none");
            }
        }

        return extent;
    }

    private static ImmutableArray<HourSpan> ReadHours(YamlNode node, Reports reports)
    {
        var spans = ImmutableArray.CreateBuilder<HourSpan>();
        foreach (var item in Fields.ItemsOf(node))
        {
            var m = HoursPattern().Match(item.Value);
            int Minute(int group) => (int.Parse(m.Groups[group].ValueSpan, CultureInfo.InvariantCulture) * 60)
                + int.Parse(m.Groups[group + 1].ValueSpan, CultureInfo.InvariantCulture);
            if (item.Kind != YamlKind.Scalar || !m.Success || Minute(1) > 1439 || Minute(3) is 0 or > 1440
                || Minute(1) == Minute(3) || (m.Groups[2].Value[0] > '5') || (m.Groups[4].Value[0] > '5'))
            {
                reports.Error("F104", item.Place, $"`hours` cannot be {item.Describe()}",
                    "hours are written 20:00-06:00, on the local clock, from a to before b; the end of the day is " +
                        "24:00");
                continue;
            }

            spans.Add(new HourSpan(Minute(1), Minute(3)));
        }

        return spans.ToImmutable();
    }

    private static ImmutableArray<Condition> ReadConditions(YamlNode node, Reports reports)
    {
        var conditions = ImmutableArray.CreateBuilder<Condition>();
        foreach (var item in Fields.ItemsOf(node))
        {
            if (item.Kind != YamlKind.Scalar || !ConditionPattern().IsMatch(item.Value))
            {
                reports.Error("F104", item.Place, $"{item.Describe()} is no condition",
                    "a condition is `fact`, `not fact`, `fact = value` or `fact >= 3`");
                continue;
            }

            var m = ConditionPattern().Match(item.Value);
            var fact = m.Groups[2].Value;
            reports.Uses.Add((fact, Names.Fact, item.Place));
            var (op, value) = m.Groups[3].Success ? (m.Groups[3].Value, m.Groups[4].Value) : ("=", "yes");
            value = value switch { "true" => "yes", "false" => "no", _ => value };
            if (m.Groups[1].Success && m.Groups[3].Success)
            {
                reports.Error("F104", item.Place, "`not` stands before a plain fact only", "write `fact != value`");
                continue;
            }

            conditions.Add(new Condition(fact, op, m.Groups[1].Success ? "no" : value));
            reports.Conditions.Add((conditions[^1], item.Place));
        }

        return conditions.ToImmutable();
    }

    private static ImmutableArray<Never> ReadNevers(Fields f, Reports reports) =>
    [
        .. List(f, "never", reports).Select(item =>
        {
            var fields = new Fields(reports, item, "an impossible situation");
            var never = new Never(ReadWho(fields, "who", true, []), fields.NameList("doing", Names.Action),
                ReadExtent(fields, false, reports), fields.Words("because"), item.Place);
            fields.Done();
            return never with { Who = never.Who is ["anyone"] ? [] : never.Who };
        }),
    ];

    [GeneratedRegex(@"^([0-9]{2}):([0-9]{2}) ?- ?([0-9]{2}):([0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex HoursPattern();

    [GeneratedRegex(@"^(not +)?([A-Za-z0-9][A-Za-z0-9_.-]*)(?: *(=|!=|<=|>=|<|>) *([A-Za-z0-9_.-]+))?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex ConditionPattern();
}
