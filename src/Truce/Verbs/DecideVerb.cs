using System.Collections.Immutable;
using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using Truce.Json;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce decide</c>.</summary>
internal sealed class DecideVerb
{
    private readonly Argument<string> Mission = new("MISSION")
    {
        Description = "a framework file, or a folder with a framework.yaml",
    };

    private readonly Option<string> Actor = new("--actor") { Description = "who acts" };
    private readonly Option<string> Action = new("--action") { Description = "what is done" };

    private readonly Option<string> Act = new("--act")
    {
        Description = "instead of --action: an act of the record, which `acts:` maps to actions",
    };

    private readonly Option<string[]> Area = new("--area")
    {
        Description = "where: exactly the names of the place, as \"rafah + line-1\" or given several times",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> Phase = new("--phase") { Description = "the phase of that sector" };

    private readonly Option<string> At = new("--at")
    {
        Description = "when: 2026-03-10T02:10+02:00, 2026-03-10T00:10Z, or mission time without an offset",
    };

    private readonly Option<string[]> Fact = new("--fact")
    {
        Description = "k=v; a fact that is not stated is unknown",
    };

    private readonly Option<string[]> Consent = new("--consent")
    {
        Description = "X=given|refused|silent|deadlocked: what X has said",
    };

    private readonly Option<FileInfo?> Situations = new("--situations")
    {
        Description = "a JSON Lines file of questions, each as " +
            "{\"actor\",\"action\",\"area\",\"phase\",\"at\",\"facts\",\"consent\"}",
    };

    private readonly Option<string> Format = new("--format")
    {
        Description = "text or json",
        DefaultValueFactory = _ => "text",
    };

    /// <summary>Options are made anew each time: they remember the commands that hold them.</summary>
    public static Command Command(TextWriter output, TextWriter error) => new DecideVerb().Build(output, error);

    private Command Build(TextWriter output, TextWriter error)
    {
        Format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("decide",
            "Answer one situation, clause by clause: who may, whose word it is, who must be asked " +
            "or told.\n\nExamples:\n" +
            "  truce decide missions/gaza --actor isf --action search --area rafah --phase stabilization --at " +
                "2026-03-10T02:10\n" +
            "  truce decide missions/gaza --actor isf --action use-force-first --area \"rafah + line-1\" --phase " +
                "stabilization " +
            "--at 2026-03-10T02:10 --fact threat-evolving=yes --format json\n" +
            "  truce decide missions/gaza --situations questions.jsonl")
        {
            Mission, Actor, Action, Act, Area, Phase, At, Fact, Consent, Situations, Format,
        };
        command.SetAction(parsed =>
        {
            if (MissionFile.Open(parsed.GetValue(Mission)!, error) is not { } book)
            {
                return 2;
            }

            Option[] alone = [Actor, Action, Act, Area, Phase, At, Fact, Consent];
            if (parsed.GetValue(Situations) is not null
                && alone.Where(o => parsed.GetResult(o) is not null).Select(o => o.Name).ToList()
                    is { Count: > 0 } both)
            {
                error.WriteLine($"error: --situations and {string.Join(", ", both)} exclude each other\n" +
                    "  help: state each question in the file, or ask one question without --situations");
                return 2;
            }

            return parsed.GetValue(Situations) is { } file
                ? DecideMany.Run(book, file, output, error)
                : One(book, parsed, output, error);
        });
        return command;
    }

    private int One(Rulebook book, ParseResult parsed, TextWriter output, TextWriter error)
    {
        var defects = new List<QuestionDefect>();
        var json = parsed.GetValue(Format) == "json";
        ImmutableArray<string?> actions = [parsed.GetValue(Action)];
        if (parsed.GetValue(Act) is { } act)
        {
            if (parsed.GetValue(Action) is not null)
            {
                error.WriteLine("error: --act and --action exclude each other\n  help: give one of them");
                return 2;
            }

            if (book.Framework.Acts.FirstOrDefault(a => a.Act == act) is not { } mapped)
            {
                output.Write(json ? RulingJson.Outside(book, act) : RulingText.Outside(act));
                return 1;
            }

            actions = [.. mapped.Actions];
        }

        var rulings = ImmutableArray.CreateBuilder<Ruling>();
        foreach (var action in actions)
        {
            var question = QuestionReader.Read(book, parsed.GetValue(Actor), action, parsed.GetValue(Area) ?? [],
                parsed.GetValue(Phase), parsed.GetValue(At), Pairs(parsed.GetValue(Fact), "--fact", defects),
                Pairs(parsed.GetValue(Consent), "--consent", defects), defects);
            if (question is null || defects.Count > 0)
            {
                break;
            }

            var (some, more) = book.Ask(question);
            rulings.AddRange(some);
            defects.AddRange(more);
        }

        if (defects.Count > 0)
        {
            foreach (var d in defects)
            {
                error.WriteLine($"error: {d.Message}{(d.Help is null ? "" : $"\n  help: {d.Help}")}");
            }

            return 2;
        }

        var all = rulings.ToImmutable();
        output.Write(json ? RulingJson.Document(book, all) : RulingText.Of(book, all));
        return rulings.All(r => r.IsPermitted) ? 0 : 1;
    }

    private static List<(string, string)> Pairs(string[]? given, string option, List<QuestionDefect> defects)
    {
        var pairs = new List<(string, string)>();
        foreach (var pair in given ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                defects.Add(new QuestionDefect(option, $"`{option} {pair}` is no pair",
                    $"write `{option} name=value`"));
                continue;
            }

            pairs.Add((pair[..at].Trim(), pair[(at + 1)..].Trim()));
        }

        return pairs;
    }
}

/// <summary>Words to a question.</summary>
internal static class QuestionReader
{
    /// <summary>Null, with the defects, where the words make no question. Names are checked by <see
    /// cref="Rulebook.Ask"/>.</summary>
    public static Question? Read(Rulebook book, string? actor, string? action, IReadOnlyList<string> areas,
        string? phase,
        string? at, IEnumerable<(string Name, string Value)> facts, IEnumerable<(string Name, string Value)> consents,
        List<QuestionDefect> defects, bool keys = false)
    {
        foreach (var (what, value, help) in new[]
        {
            ("actor", actor, "--actor NAME"), ("action", action, "--action NAME"), ("at", at, "--at 2026-03-10T02:10"),
        })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                defects.Add(new QuestionDefect(what, $"`{what}` is not stated",
                    $"add {(keys ? $"\"{what}\"" : $"`{help}`")}"));
            }
        }

        var instant = at is null ? null : When(at, book.Framework.Zone, defects);
        var statements = Statements(book, consents, defects);
        var known = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in facts)
        {
            if (known.TryGetValue(name, out var before) && before != value)
            {
                defects.Add(new QuestionDefect("fact", $"fact `{name}` is stated as `{before}` and as `{value}`",
                    "state it once"));
            }

            known[name] = value;
        }

        return instant is null || defects.Count > 0 ? null : new Question
        {
            Performer = actor!,
            Action = action!,
            Areas = [.. areas.SelectMany(a =>
                a.Split('+', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Distinct(StringComparer.Ordinal)],
            Phase = phase,
            At = instant.Value,
            Facts = known.ToImmutable(),
            Statements = statements,
        };
    }

    private static ImmutableDictionary<string, Statement> Statements(Rulebook book,
        IEnumerable<(string Name, string Value)> consents, List<QuestionDefect> defects)
    {
        var statements = ImmutableDictionary.CreateBuilder<string, Statement>(StringComparer.Ordinal);
        foreach (var (name, value) in consents)
        {
            if (Enum.TryParse<Statement>(value, true, out var s) && s != Statement.None && !char.IsDigit(value[0]))
            {
                if (s == Statement.Deadlocked
                    && book.Framework.Actors.Any(a => a.Id == name && a.Kind != ActorKind.Body))
                {
                    defects.Add(new QuestionDefect("consent", $"`{name}` is no body: it cannot be deadlocked",
                        "what one actor says is given, refused or silent"));
                }

                if (statements.TryGetValue(name, out var said) && said != s)
                {
                    defects.Add(new QuestionDefect("consent", $"`{name}` is stated as " +
                        $"`{said.ToString().ToLowerInvariant()}` and as `{s.ToString().ToLowerInvariant()}`",
                        "state it once"));
                }

                statements[name] = s;
            }
            else
            {
                defects.Add(new QuestionDefect("consent", $"`{name}={value}`: nobody can have said `{value}`",
                    "it is given, refused, silent or deadlocked; leave it out where nothing is stated"));
            }
        }

        return statements.ToImmutable();
    }

    private const int FirstYear = 1900;
    private const int LastYear = 2999;

    /// <summary>Far from any mission the calendar itself ends, and days cannot be added.</summary>
    private static Instant? Within(OffsetDateTime when, string at, List<QuestionDefect> defects)
    {
        if (when.Year is >= FirstYear and <= LastYear
            && when.ToInstant() is var instant && instant.InUtc().Year is >= FirstYear and <= LastYear)
        {
            return instant;
        }

        defects.Add(new QuestionDefect("at", $"`{at}` is no instant of a mission",
            $"its year is from {FirstYear} to {LastYear}"));
        return null;
    }

    private static Instant? When(string at, string zoneId, List<QuestionDefect> defects)
    {
        if (OffsetDateTimePattern.Rfc3339.Parse(at) is { Success: true } exact)
        {
            return Within(exact.Value, at, defects);
        }

        foreach (var pattern in (string[])["uuuu-MM-dd'T'HH:mmo<G>", "uuuu-MM-dd'T'HH:mm:sso<G>"])
        {
            if (OffsetDateTimePattern.CreateWithInvariantCulture(pattern).Parse(at) is { Success: true } offset)
            {
                return Within(offset.Value, at, defects);
            }
        }

        foreach (var pattern in (string[])["uuuu-MM-dd'T'HH:mm", "uuuu-MM-dd'T'HH:mm:ss"])
        {
            if (LocalDateTimePattern.CreateWithInvariantCulture(pattern).Parse(at) is { Success: true } local)
            {
                if (local.Value.Year is < FirstYear or > LastYear)
                {
                    return Within(local.Value.WithOffset(Offset.Zero), at, defects);
                }

                var map = DateTimeZoneProviders.Tzdb[zoneId].MapLocal(local.Value);
                if (map.Count == 1)
                {
                    return map.Single().ToInstant();
                }

                defects.Add(new QuestionDefect("at",
                    $"the clock in {zoneId} shows {at} {(map.Count == 0 ? "never" : "twice")}, " +
                    "since it is set that night", "add the offset, as in 2026-03-10T02:10+02:00"));
                return null;
            }
        }

        defects.Add(new QuestionDefect("at", $"`{at}` is no instant",
            "write 2026-03-10T02:10+02:00, 2026-03-10T00:10Z, or mission time as 2026-03-10T02:10"));
        return null;
    }
}
