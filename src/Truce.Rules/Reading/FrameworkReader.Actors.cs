using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>Actors, contingents, parties; contributors, objections, police, benchmarks, endgame.</summary>
public static partial class FrameworkReader
{
    private static readonly (string, ActorKind)[] ActorKinds =
    [
        ("command", ActorKind.Command), ("contingent", ActorKind.Contingent), ("state force", ActorKind.StateForce),
        ("armed group", ActorKind.ArmedGroup), ("police", ActorKind.Police), ("humanitarian", ActorKind.Humanitarian),
        ("civilian", ActorKind.Civilian), ("body", ActorKind.Body), ("office", ActorKind.Office),
    ];

    private static readonly (string, Decides)[] DecidesWords =
    [
        ("unanimously", Decides.Unanimously), ("by-majority", Decides.ByMajority), ("by-chair", Decides.ByChair),
    ];

    private static readonly string[] Roles =
    [
        "party to the ceasefire", "civil authority", "guarantor", "mediator", "contributor", "observer", "organisation",
    ];

    private static ImmutableArray<Actor> ReadActors(Fields f, Reports reports) =>
    [
        .. Named(f, "actors", "actor", reports).Select(a =>
        {
            var fields = new Fields(reports, a.Value, $"actor `{a.Id}`");
            var kind = fields.OneOf("is", ActorKinds);
            if (kind is null && !fields.States("is"))
            {
                fields.Missing("is", "say what it is: `is: command`, `state force`, `police`, `body`, …");
            }

            return ReadActor(a.Id, kind ?? ActorKind.Civilian, fields, a.Place, reports);
        }),
    ];

    private static ImmutableArray<Actor> ReadContingents(Fields f, Reports reports) =>
    [
        .. Named(f, "contingents", "contingent", reports).Select(a =>
        {
            var fields = new Fields(reports, a.Value, $"contingent `{a.Id}`");
            var actor = ReadActor(a.Id, ActorKind.Contingent, fields, a.Place, reports);
            if (actor.Under.IsEmpty && !fields.Has("under"))
            {
                fields.Missing("under", "name the command that it serves under");
            }

            return actor;
        }),
    ];

    private static Actor ReadActor(string id, ActorKind kind, Fields fields, Place place, Reports reports)
    {
        var body = kind == ActorKind.Body;
        var actor = new Actor
        {
            Id = id,
            Kind = kind,
            Under = fields.NameList("under", Names.Actor),
            Of = fields.NameList("of", Names.Actor),
            OwnerMissing = fields.Take("of")?.Is("missing") == true || fields.Take("under")?.Is("missing") == true,
            AnswersTo = fields.Name("answers_to", Names.Actor),
            Complete = fields.YesNo("complete") ?? false,
            Members = fields.NameList("members", Names.Actor),
            Decides = fields.OneOf("decides", DecidesWords) ?? Decides.NotStated,
            OnDeadlock = ReadFallback(fields, "on_deadlock", reports),
            In = fields.TakeStated("in") is { } places ? ReadPlaces(fields, places, "in", Names.Place, reports) : [],
            From = fields.Date("from"),
            Until = fields.Date("until"),
            Priorities = fields.WordsList("priorities"),
            Channel = fields.Words("channel"),
            Labels = ReadLabels(fields),
            Ground = ReadGround(fields, reports, kind == ActorKind.Contingent, $"contingent `{id}`"),
            Place = place,
        };
        foreach (var key in (string[])["appointed_by", "guided_by", "note", "role", "position", "commands"])
        {
            fields.Words(key);
        }

        CheckActor(actor, body, fields, reports);
        fields.Done();
        return actor;
    }

    private static void CheckActor(Actor actor, bool body, Fields fields, Reports reports)
    {
        CheckOrder(actor.From, actor.Until, fields, "until", reports);
        if (!body && (fields.Has("members") || fields.Has("decides") || fields.Has("on_deadlock")))
        {
            reports.Error("F306", fields.Place, $"`{actor.Id}` has members or a way to decide but is no body",
                "write `is: body`, or leave them out");
        }

        if (body && actor.Members.IsEmpty && !fields.Has("members"))
        {
            fields.Missing("members", "name the members of the body, or write `members: missing`");
        }

        if (!actor.IsUnit && !actor.In.IsEmpty)
        {
            reports.Error("F306", fields.PlaceOf("in"), $"`{actor.Id}` does not act, so it is deployed nowhere",
                "leave out `in`");
        }

        if (actor.Complete && actor.Kind != ActorKind.Command)
        {
            reports.Error("F306", fields.PlaceOf("complete"), $"`{actor.Id}` is no command, so `complete` says nothing",
                "leave it out, or write `is: command`");
        }
    }

    private static void CheckOrder(
        NodaTime.LocalDate? from, NodaTime.LocalDate? until, Fields fields, string key, Reports reports)
    {
        if (from is { } a && until is { } b && b < a)
        {
            reports.Error("F105", fields.PlaceOf(key), $"it ends on {Text.Date(b)}, before it begins on {Text.Date(a)}",
                "both days are inclusive: the last one cannot lie before the first");
        }
    }

    private static Fallback ReadFallback(Fields f, string key, Reports reports)
    {
        if (f.TakeStated(key) is not { } node)
        {
            return default;
        }

        if (node.Kind == YamlKind.Map)
        {
            var fields = new Fields(reports, node, $"`{key}`");
            var to = fields.Name("refer", Names.Actor);
            if (!fields.States("refer"))
            {
                fields.Missing("refer", $"write `{key}: {{refer: WHOM}}`");
            }

            fields.Done();
            return to is null ? default : new Fallback(FallbackKind.Refer, to);
        }

        var kind = f.OneOfNode<FallbackKind>(node, key,
            [("stop", FallbackKind.Stop), ("proceed", FallbackKind.Proceed)]);
        return kind is { } k ? new Fallback(k) : default;
    }

    private static ImmutableArray<Actor> ReadParties(Fields f, Reports reports) =>
    [
        .. Named(f, "parties", "party", reports).Select(p =>
        {
            var fields = new Fields(reports, p.Value, $"party `{p.Id}`");
            var roles = fields.WordsList("role");
            foreach (var role in roles.Where(r => !Roles.Contains(r)))
            {
                reports.Error("F104", fields.PlaceOf("role"), $"`role` cannot be `{YamlNode.Clip(role)}`",
                    Spelling.DidYouMean(role, Roles) ?? "it is one of " + Text.Or([.. Roles.Select(r => $"`{r}`")]));
            }

            if (roles.IsEmpty && !fields.Has("role"))
            {
                fields.Missing("role", "say what it is in the framework, such as `role: guarantor`");
            }

            var party = new Actor
            {
                Id = p.Id,
                Kind = ActorKind.Party,
                Roles = roles,
                Of = fields.NameList("of", Names.Party),
                Seat = fields.Words("seat"),
                Via = fields.Name("via", Names.Party),
                Channel = fields.Words("channel"),
                From = fields.Date("from"),
                Until = fields.Date("until"),
                Labels = ReadLabels(fields),
                Ground = ReadGround(fields, reports, false, $"party `{p.Id}`"),
                Place = p.Place,
            };
            CheckOrder(party.From, party.Until, fields, "until", reports);
            foreach (var key in (string[])["position", "leads", "supports", "commands", "note"])
            {
                fields.Words(key);
            }

            fields.Done();
            return party;
        }),
    ];

    private static (ImmutableArray<Pledge>, bool Missing) ReadPledges(Fields f, Reports reports)
    {
        var missing = f.TakeStated("contributors") is null;
        return (
        [
            .. Named(f, "contributors", "contributor", reports).Select(c =>
            {
                reports.Uses.Add((c.Id, Names.Party, c.Place));
                var fields = new Fields(reports, c.Value, $"the pledge of `{c.Id}`");
                if (c.Value.Kind != YamlKind.Map)
                {
                    return new Pledge(c.Id, [], Ground.None, c.Place);
                }

                var amounts = ReadAmounts(fields, c.Value, reports, Ground.None);
                var ground = ReadGround(fields, reports, true, $"the pledge of `{c.Id}`");
                fields.Words("note");
                fields.Done();
                return new Pledge(c.Id, [.. amounts.Select(a => a with { Ground = ground })], ground, c.Place);
            }),
        ], missing);
    }

    private static List<YamlNode> List(Fields f, string key, Reports reports)
    {
        if (f.TakeStated(key) is not { } node)
        {
            return [];
        }

        if (node.Kind == YamlKind.List)
        {
            return node.Items;
        }

        reports.Error("F103", node.Place, $"`{key}` must be a list, this is {node.Describe()}",
            "begin each entry with `- `");
        return [];
    }

    private static ImmutableArray<Objection> ReadObjections(Fields f, Reports reports) =>
    [
        .. List(f, "objections", reports).Select(item =>
        {
            var fields = new Fields(reports, item, "an objection");
            var id = ReadId(fields, "objection", reports);
            ImmutableArray<string> names = [];
            ImmutableArray<string>? applies = null;
            string? criterion = null;
            if (fields.TakeStated("to") is { } to)
            {
                var target = new Fields(reports, to, "`to`");
                names = target.NameList("names", Names.Party);
                criterion = target.Words("criterion");
                applies = target.Take("applies_to") is { } a && !a.Is("unknown") && !a.IsEmpty
                    ? target.NamesOf(a, Names.Party, "applies_to")
                    : null;
                if (names.IsEmpty == (criterion is null))
                {
                    reports.Error("F306", to.Place, "an objection is by `names` or by `criterion`, one of the two",
                        "write `names: [PARTY]`, or `criterion: \"the objector's words\"`");
                }

                target.Done();
            }
            else
            {
                fields.Missing("to", "`to: {names: [PARTY]}` or `to: {criterion: \"the objector's words\"}`");
            }

            var objection = new Objection(id, fields.Name("by", Names.Actor) ?? "", names, criterion, applies,
                fields.WordsList("bars"), fields.WordsList("reason"),
                ReadGround(fields, reports, true, $"objection `{id}`"), item.Place);
            if (!fields.States("by"))
            {
                fields.Missing("by", "say who objects");
            }

            fields.Done();
            return objection;
        }),
    ];

    private static string ReadId(Fields fields, string what, Reports reports)
    {
        if (fields.Words("id") is { } id)
        {
            CheckName(id, what, fields.PlaceOf("id"), reports);
            return id;
        }

        fields.Missing("id", $"give the {what} an id by which findings and rulings can name it");
        return "";
    }

    private static ImmutableArray<Cooperation> ReadCooperation(Fields f, Reports reports) =>
    [
        .. List(f, "cooperation", reports).Select(item =>
        {
            var fields = new Fields(reports, item, "cooperation");
            var with = fields.Name("with", Names.Actor);
            if (with is null)
            {
                fields.Missing("with", "say whose cooperation is asked for");
            }

            var asked = new Cooperation(with ?? "", ReadGround(fields, reports, true, "cooperation"), item.Place);
            fields.Done();
            return asked;
        }),
    ];

    private static PolicePlan? ReadPolice(Fields f, Reports reports)
    {
        if (f.TakeStated("police") is not { } node)
        {
            return null;
        }

        var fields = new Fields(reports, node, "`police`");
        var plan = new PolicePlan
        {
            Needed = fields.Amount("needed"),
            By = fields.Date("by"),
            Intake = fields.Amount("intake"),
            EveryDays = ReadDays(fields, "every", reports),
            CourseDays = ReadDays(fields, "course", reports),
            PassPerMille = ReadShare(fields, "pass_rate", reports),
            Start = fields.Date("start"),
            Place = node.Place,
        };
        var stated = plan.Needed.IsStated || plan.Intake.IsStated || plan.EveryDays.IsStated || plan.CourseDays.IsStated
            || plan.PassPerMille.IsStated || plan.Start is not null;
        plan = plan with { Ground = ReadGround(fields, reports, stated, "`police`") };
        fields.Words("note");
        fields.Done();
        return plan;
    }

    private static Quantity ReadDays(Fields fields, string key, Reports reports)
    {
        if (fields.Take(key) is not { } node || node.IsEmpty || node.Is("missing"))
        {
            return Quantity.Missing;
        }

        if (node.Is("unknown"))
        {
            return Quantity.Unknown;
        }

        if (fields.Span(key) is not { } span)
        {
            return Quantity.Unknown;
        }

        if (span.HasTimeComponent)
        {
            reports.Error("F104", node.Place, $"`{key}` must be whole days", "such as 90 days");
            return Quantity.Unknown;
        }

        // A month is counted as 30 days and a year as 365: courses are planned in days.
        return Quantity.Of(span.Days + (7L * span.Weeks) + (30L * span.Months) + (365L * span.Years));
    }

    private static Quantity ReadShare(Fields fields, string key, Reports reports)
    {
        if (fields.Take(key) is not { } node || node.IsEmpty || node.Is("missing"))
        {
            return Quantity.Missing;
        }

        if (node.Is("unknown"))
        {
            return Quantity.Unknown;
        }

        var words = node.Value.TrimEnd('%').TrimEnd();
        if (node.Kind == YamlKind.Scalar && node.Value.EndsWith('%') && words.Length is > 0 and <= 5
            && decimal.TryParse(words, System.Globalization.NumberStyles.AllowDecimalPoint,
                System.Globalization.CultureInfo.InvariantCulture, out var share)
            && share is >= 0 and <= 100 && share * 10 == decimal.Truncate(share * 10))
        {
            return Quantity.Of((long)(share * 10));
        }

        reports.Error("F104", node.Place, $"`{key}` must be a percentage, this is {node.Describe()}",
            "write 85 % or 62.5 %, between 0 % and 100 %, with at most one decimal");
        return Quantity.Unknown;
    }

    private static ImmutableArray<Benchmark> ReadBenchmarks(Fields f, Reports reports) =>
    [
        .. Named(f, "benchmarks", "benchmark", reports).Select(b =>
        {
            var fields = new Fields(reports, b.Value, $"benchmark `{b.Id}`");
            var benchmark = new Benchmark(b.Id, fields.Words("indicator"), fields.Words("data"),
                fields.Words("assessor"), fields.Name("declared_by", Names.Actor),
                fields.NameList("after", Names.Benchmark), fields.Date("not_before"), fields.Span("takes"),
                ReadGround(fields, reports, true, $"benchmark `{b.Id}`"), b.Place);
            fields.Words("note");
            fields.Done();
            return benchmark;
        }),
    ];

    private static Endgame? ReadEndgame(Fields f, Reports reports)
    {
        if (f.TakeStated("endgame") is not { } node)
        {
            return null;
        }

        var fields = new Fields(reports, node, "`endgame`");
        var endgame = new Endgame(fields.Words("statement"), fields.NameList("benchmarks", Names.Benchmark),
            fields.Words("successor"), ReadGround(fields, reports, true, "`endgame`"), node.Place);
        fields.Words("note");
        fields.Done();
        return endgame;
    }
}
