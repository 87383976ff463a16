using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Truce.Rules;

namespace Truce.Json;

/// <summary>
/// Rulings as JSON, version 1: <c>docs/schemas/ruling.schema.json</c>. Written by hand: the wire differs from the
/// domain, and
/// stays when the domain changes.
/// </summary>
internal static class RulingJson
{
    private const int Version = 1;

    /// <summary>One document for one question, indented.</summary>
    public static string Document(Rulebook book, ImmutableArray<Ruling> rulings) =>
        Write(true, json => Rulings(json, book, null, rulings)) + "\n";

    /// <summary>The answer to an act that the framework's <c>acts:</c> do not map.</summary>
    public static string Outside(Rulebook book, string act) => Write(true, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("truce_ruling", Version);
        json.WriteString("framework", book.Framework.Name);
        json.WriteBoolean("permitted", false);
        json.WriteString("outside_the_framework", act);
        json.WriteStartArray("rulings");
        json.WriteEndArray();
        json.WriteString("standing", Prose.StandingLine);
        json.WriteEndObject();
    }) + "\n";

    /// <summary>One line for line <paramref name="line"/> of many questions.</summary>
    public static string Line(Rulebook book, int line, ImmutableArray<Ruling> rulings) =>
        Write(false, json => Rulings(json, book, line, rulings));

    /// <summary>One line for a question that could not be answered.</summary>
    public static string Error(int line, List<QuestionDefect> defects) => Write(false, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("truce_ruling", Version);
        json.WriteNumber("line", line);
        json.WriteStartArray("errors");
        foreach (var d in defects)
        {
            json.WriteStartObject();
            json.WriteString("what", d.What);
            json.WriteString("message", d.Message);
            if (d.Help is not null)
            {
                json.WriteString("help", d.Help);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    internal static string Write(bool indented, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions
        {
            Indented = indented,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            NewLine = "\n",
        }))
        {
            body(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Rulings(Utf8JsonWriter json, Rulebook book, int? line, ImmutableArray<Ruling> rulings)
    {
        json.WriteStartObject();
        json.WriteNumber("truce_ruling", Version);
        if (line is { } n)
        {
            json.WriteNumber("line", n);
        }

        json.WriteString("framework", book.Framework.Name);
        json.WriteBoolean("permitted", rulings.All(r => r.IsPermitted));
        json.WriteStartArray("rulings");
        foreach (var ruling in rulings)
        {
            One(json, book, ruling);
        }

        json.WriteEndArray();
        json.WriteString("standing", Prose.StandingLine);
        json.WriteEndObject();
    }

    private static void One(Utf8JsonWriter json, Rulebook book, Ruling r)
    {
        var s = r.Situation;
        json.WriteStartObject();
        json.WriteStartObject("situation");
        json.WriteString("actor", s.Performer);
        json.WriteString("action", s.Action);
        json.WriteString("sector", s.Leaf.Sector);
        Names(json, "areas", s.Leaf.Areas);
        json.WriteString("phase", s.Phase);
        json.WriteString("at", InstantPattern.General.Format(r.Question.At));
        json.WriteString("local", LocalDateTimePattern.GeneralIso.Format(r.Local));
        json.WriteStartObject("facts");
        foreach (var (fact, value) in s.Facts)
        {
            json.WriteString(fact, value ?? "unknown");
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("paragraph", Prose.Paragraph(book, r));
        if (r.Impossible.Length > 0)
        {
            json.WriteString("cannot_occur", r.Impossible);
        }

        json.WritePropertyName("text");
        Footing(json, book, r, r.Text);
        json.WriteStartArray("other_footings");
        foreach (var other in r.Others)
        {
            Footing(json, book, r, other);
        }

        json.WriteEndArray();
        json.WriteStartArray("near_misses");
        foreach (var near in r.NearMisses)
        {
            json.WriteStartObject();
            json.WriteString("rule", near.Rule.Id);
            json.WriteString("dimension", near.Dimension);
            json.WriteString("words", near.Words);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Footing(Utf8JsonWriter json, Rulebook book, Ruling r, FootingRuling footing)
    {
        json.WriteStartObject();
        json.WriteString("footing", footing.Footing.ToString());
        json.WriteString("kind", footing.Footing.Kind.ToString().ToLowerInvariant());
        if (footing.Footing.Claimant is { } claimant)
        {
            json.WriteString("claimant", claimant);
        }

        if (!footing.Undecided.IsEmpty || footing.Branches.IsEmpty)
        {
            Names(json, "not_decided_without", footing.Undecided);
        }

        json.WriteStartArray("answers");
        foreach (var branch in footing.Branches)
        {
            json.WriteStartObject();
            Names(json, "if", branch.When);
            AnswerBody(json, book, r, branch.Answer);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static string Code(Verdict verdict) => verdict switch
    {
        Verdict.NotGranted => "not-granted",
        Verdict.OutsideTerm => "outside-the-term",
        _ => verdict.ToString().ToLowerInvariant(),
    };

    private static string Code(Permission permission) => permission switch
    {
        Permission.ForbiddenAlways => "forbidden-always",
        Permission.NotGranted => "not-granted",
        _ => permission.ToString().ToLowerInvariant(),
    };

    private static void AnswerBody(Utf8JsonWriter json, Rulebook book, Ruling r, Answer a)
    {
        var zone = DateTimeZoneProviders.Tzdb[book.Framework.Zone];
        json.WriteString("verdict", Code(a.Verdict));
        json.WriteString("permission", Code(a.Permission));
        Names(json, "holders", a.Holders);
        Names(json, "turns_on", a.TurnsOn);
        Each(json, "consents", a.Consents, c =>
        {
            json.WriteString("of", c.Of);
            json.WriteString("rule", c.RuleId);
            json.WriteString("state", c.CountsAsGiven ? "counts-as-given" : c.State == Statement.None ? "not-stated"
                : c.State.ToString().ToLowerInvariant());
            Optional(json, "answer_within", c.AnswerWithin);
            Optional(json, "on_refusal", c.OnRefusal);
            Optional(json, "on_silence", c.OnSilence);
        });
        Each(json, "consultations", a.Consultations, c =>
        {
            json.WriteString("with", c.With);
            json.WriteString("rule", c.RuleId);
            Optional(json, "channel", c.Channel);
        });
        Each(json, "notices", a.Notices, n =>
        {
            json.WriteString("to", n.To);
            json.WriteString("rule", n.RuleId);
            json.WriteString("due", InstantPattern.General.Format(n.DueFor(r.Question.At, zone)));
            Optional(json, "channel", n.Channel);
        });
        Each(json, "duties", a.Duties, d =>
        {
            json.WriteString("of", d.Of);
            json.WriteString("rule", d.RuleId);
        });
        Each(json, "rules", a.Live, x =>
        {
            json.WriteString("id", x.Id);
            json.WriteString("effect", x.Kind.ToString().ToLowerInvariant());
            json.WriteString("basis", x.Ground.Basis.ToString());
            Names(json, "sources", x.Ground.Sources);
            json.WriteNumber("line", x.Place.Line);
        });
        Each(json, "set_aside", a.SetAside, x =>
        {
            json.WriteString("rule", x.RuleId);
            Names(json, "by", x.By);
        });
    }

    private static void Each<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<T> body)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            body(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Names(Utf8JsonWriter json, string name, ImmutableArray<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private static void Optional(Utf8JsonWriter json, string name, Period? span)
    {
        if (span is not null)
        {
            json.WriteString(name, PeriodPattern.Roundtrip.Format(span));
        }
    }

    private static void Optional(Utf8JsonWriter json, string name, string? words)
    {
        if (words is not null)
        {
            json.WriteString(name, words);
        }
    }

    private static void Optional(Utf8JsonWriter json, string name, Fallback fallback)
    {
        if (fallback.Kind != FallbackKind.NotStated)
        {
            json.WriteString(name, fallback.Kind == FallbackKind.Refer ? $"refer:{fallback.To}"
                : fallback.Kind.ToString().ToLowerInvariant());
        }
    }
}
