using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// What happened, as R states it: it alone changes the state, so that a fold needs no rule to be run again. Its form is
/// versioned by type; a version that was released is read for ever.
/// </summary>
/// <param name="Type">The machine and the command: <c>incident.verify</c>.</param>
/// <param name="Version">The version of the form.</param>
/// <param name="Subject">The subject that it is about.</param>
/// <param name="Moves">The axes that it moves, by name, to the state.</param>
/// <param name="Fields">The act's fields, and what the machine added; codes, names and numbers alone.</param>
public sealed record Event(
    string Type, int Version, string Subject, ImmutableArray<(string Axis, string To)> Moves,
    ImmutableArray<KeyValuePair<string, JsonValue>> Fields)
{
    /// <summary>Who did it, as the framework names him; null for the organisation that states it.</summary>
    public string? Performer { get; init; }

    /// <summary>The subject that the one which it opens continues, for another audience; null for none.</summary>
    public string? Continues { get; init; }

    /// <summary>Where; empty for nowhere in particular.</summary>
    public ImmutableArray<string> Places { get; init; } = [];

    /// <summary>From when until when, where that is not the instant at which it occurred.</summary>
    public (long From, long Until)? Window { get; init; }

    /// <summary>Its JSON: <c>{"by"?,"c"?,"e","f"?,"p"?,"s","to"?,"v","w"?}</c>, in the order of R.</summary>
    public JsonValue ToJson()
    {
        const int always = 3;
        var all = new KeyValuePair<string, JsonValue>[always + (Performer is null ? 0 : 1) + (Continues is null ? 0 : 1)
            + (Fields.Length > 0 ? 1 : 0) + (Places.Length > 0 ? 1 : 0) + (Moves.Length > 0 ? 1 : 0)
            + (Window is null ? 0 : 1)];
        var count = 0;
        if (Performer is not null)
        {
            all[count++] = new("by", new JsonValue.Text(Performer));
        }

        if (Continues is not null)
        {
            all[count++] = new("c", new JsonValue.Text(Continues));
        }

        all[count++] = new("e", new JsonValue.Text(Type));
        if (Fields.Length > 0)
        {
            all[count++] = new("f", new JsonValue.Members(Fields));
        }

        if (Places.Length > 0)
        {
            all[count++] = new("p", new JsonValue.Items([.. Places.Select(p => new JsonValue.Text(p))]));
        }

        all[count++] = new("s", new JsonValue.Text(Subject));
        if (Moves.Length > 0)
        {
            all[count++] = new("to", new JsonValue.Members(
                [.. Moves.Select(m => KeyValuePair.Create<string, JsonValue>(m.Axis, new JsonValue.Text(m.To)))]));
        }

        all[count++] = new("v", new JsonValue.Number(Version));
        if (Window is { } w)
        {
            all[count++] = new("w", new JsonValue.Items([new JsonValue.Number(w.From), new JsonValue.Number(w.Until)]));
        }

        return new JsonValue.Members(all);
    }

    /// <summary>Reads an event of any version that was released; null where it is none.</summary>
    public static Event? Read(JsonValue json)
    {
        if (json is not JsonValue.Members all)
        {
            return null;
        }

        string? type = null, subject = null, performer = null, continues = null;
        ImmutableArray<string> places = [];
        (long, long)? window = null;
        long version = 0;
        JsonValue.Members? to = null, fields = null;
        for (var i = 0; i < all.All.Count; i++)
        {
            var (name, value) = all.All[i];
            switch (name)
            {
                case "e" when value is JsonValue.Text t: type = t.Value; break;
                case "s" when value is JsonValue.Text t: subject = t.Value; break;
                case "v" when value is JsonValue.Number n: version = n.Value; break;
                case "to" when value is JsonValue.Members m: to = m; break;
                case "f" when value is JsonValue.Members m: fields = m; break;
                case "by" when value is JsonValue.Text t: performer = t.Value; break;
                case "c" when value is JsonValue.Text t: continues = t.Value; break;
                case "p" when value is JsonValue.Items items:
                    places = TextsOf(items);
                    break;
                case "w" when value is JsonValue.Items { All: [JsonValue.Number from, JsonValue.Number until] }:
                    window = (from.Value, until.Value);
                    break;
                default: return null;
            }
        }

        if (type is null || subject is null || version is < 1 or > int.MaxValue
            || (to is null ? [] : MovesOf(to)) is not { } moves)
        {
            return null;
        }

        return new Event(type, (int)version, subject, moves,
            fields?.All switch
            {
                null => [],
                ImmutableArray<KeyValuePair<string, JsonValue>> own => own,
                var other => [.. other],
            })
        {
            Performer = performer,
            Continues = continues,
            Places = places,
            Window = window,
        };
    }

    private static ImmutableArray<(string Axis, string To)>? MovesOf(JsonValue.Members to)
    {
        var moves = new (string, string)[to.All.Count];
        for (var i = 0; i < moves.Length; i++)
        {
            if (to.All[i] is not (var axis, JsonValue.Text state))
            {
                return null;
            }

            moves[i] = (axis, state.Value);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(moves);
    }

    private static ImmutableArray<string> TextsOf(JsonValue.Items items)
    {
        var (texts, count) = (new string[items.All.Count], 0);
        for (var i = 0; i < texts.Length; i++)
        {
            if (items.All[i] is JsonValue.Text text)
            {
                texts[count++] = text.Value;
            }
        }

        return count == texts.Length ? ImmutableCollectionsMarshal.AsImmutableArray(texts) : [.. texts[..count]];
    }
}
