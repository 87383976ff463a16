using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// An act as MISSION reads it: a statement's type and its <c>act</c>, checked against the machine's row.
/// </summary>
public sealed record Act
{
    /// <summary>The most places of one act.</summary>
    public const int PlacesMax = 32;

    /// <summary>The longest act, from begin to end.</summary>
    public const long LengthMaxMilliseconds = 366L * 86_400_000;

    /// <summary>
    /// The longest act in bytes: what R repeats of it, and what it adds, must fit in an outcome's 24,000.
    /// </summary>
    public const int BytesMax = 8_000;

    /// <summary>The latest instant that an act can state: the year 9999 begins, and calendars end.</summary>
    public const long TimeMaxMilliseconds = 253_370_764_800_000;

    /// <summary>The largest number: totals over a mission stay whole numbers.</summary>
    public const long NumberMax = 999_999_999_999;

    private const int NameLengthMax = 80;
    private const int CodesMax = 16;
    private const int NamesMax = 64;

    private static readonly System.Buffers.SearchValues<char> HexDigits =
        System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>The most facts that an act states.</summary>
    public const int FactsMax = 16;

    private static readonly string[] Own = ["subject", "performer", "at", "place", "continues", "facts"];

    /// <summary>The machine.</summary>
    public required Machine Machine { get; init; }

    /// <summary>The command.</summary>
    public required Row Row { get; init; }

    /// <summary>Its type: the machine's name, a dot and the command.</summary>
    public required string Type { get; init; }

    /// <summary>The subject; null for one that opens a subject, whose id comes of the statement's hash.</summary>
    public string? Subject { get; init; }

    /// <summary>The subject that a new one continues, for another audience; null for none.</summary>
    public string? Continues { get; init; }

    /// <summary>Who does it, as the framework names him; null for the organisation that states it.</summary>
    public string? Performer { get; init; }

    /// <summary>From when, in POSIX milliseconds.</summary>
    public required long From { get; init; }

    /// <summary>Until when; equal to <see cref="From"/> for an instant.</summary>
    public required long Until { get; init; }

    /// <summary>
    /// Where: area names joined by <c>+</c> where several cover one place; empty for nowhere in particular.
    /// </summary>
    public ImmutableArray<string> Places { get; init; } = [];

    /// <summary>
    /// What whoever acts judged on the scene: facts of the framework with their answers. Empty where he states none.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The row's fields that are there, in the order of the act's members.</summary>
    public ImmutableArray<KeyValuePair<string, JsonValue>> Fields { get; init; } = [];

    /// <summary>A field, or null.</summary>
    public JsonValue? this[string name]
    {
        get
        {
            foreach (var (key, value) in Fields)
            {
                if (key == name)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>A field that is a word, or null.</summary>
    public string? Word(string name) => (this[name] as JsonValue.Text)?.Value;

    /// <summary>A field that is a number or an instant, or null.</summary>
    public long? Number(string name) => (this[name] as JsonValue.Number)?.Value;

    /// <summary>A field's words; empty where it is not there.</summary>
    public ImmutableArray<string> Words(string name) =>
        this[name] is JsonValue.Items { All: var all } ? [.. all.OfType<JsonValue.Text>().Select(t => t.Value)] : [];

    /// <summary>Reads an act, or says what is wrong with its form.</summary>
    public static Parsed<Act> Read(Machine machine, Row row, Statement statement)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(statement);
        var type = statement.Type;
        if (statement.Act is not JsonValue.Members act)
        {
            return new Unreadable($"`act` of {type} is an object");
        }

        if (Bytes(act) > BytesMax)
        {
            return new Unreadable($"`act` of {type} has at most {BytesMax} bytes: what is longer is an attachment");
        }

        if (Unknown(row, act) is { } unknown)
        {
            return new Unreadable($"`{unknown}` is no field of {type}: it has {Listed(row)}");
        }

        if (row.Kind == RowKind.Decides && statement.Expects is null)
        {
            return new Unreadable($"{type} decides: `expects` lists its subject with the last decision that you saw");
        }

        if (row.Kind != RowKind.Decides && statement.Expects is not null)
        {
            return new Unreadable($"{type} adds, and expects nothing: leave `expects` out");
        }

        if ((row.Level == Level.Clear && statement.Audience is not null)
            || (row.Level == Level.Confidential && statement.Audience is null))
        {
            return new Unreadable($"{type} is {(row.Level == Level.Clear ? "public: it has no audience"
                : "for an audience: seal it, it is never public")}");
        }

        if (statement.Audience is null && (act[Handling.Mark] ?? act[Handling.Release]) is not null)
        {
            return new Unreadable("a public entry is for everybody: seal it to an audience, or leave "
                + $"`{Handling.Mark}` and `{Handling.Release}` out");
        }

        var fields = Fielded(row, act);
        var read = Header(machine, row, statement, act, fields ?? []);
        return !read.IsValid ? read
            : fields is null ? Misfit(row, act, type)
            : (row.Form?.Invoke(read.Value, statement.Audience) ?? Proof.Unsealed(read.Value, statement)) is { } fault
                ? new Unreadable(fault)
            : read;
    }

    /// <summary>At least the bytes of a value in canonical form.</summary>
    private static int Bytes(JsonValue value)
    {
        const int around = 3;
        const int number = 17;
        var bytes = around;
        switch (value)
        {
            case JsonValue.Text t:
                return Bytes(t.Value);
            case JsonValue.Items { All: var items }:
                for (var i = 0; i < items.Count; i++)
                {
                    bytes += Bytes(items[i]);
                }

                return bytes;
            case JsonValue.Members { All: var members }:
                for (var i = 0; i < members.Count; i++)
                {
                    bytes += Bytes(members[i].Key) + 1 + Bytes(members[i].Value);
                }

                return bytes;
            default:
                return number;
        }
    }

    private static int Bytes(string text)
    {
        const int around = 3;
        var bytes = Encoding.UTF8.GetByteCount(text) + around;
        foreach (var c in text)
        {
            bytes += c is '"' or '\\' ? 1 : char.IsControl(c) ? around : 0;
        }

        return bytes;
    }

    private static string? Unknown(Row row, JsonValue.Members act)
    {
        var (names, next) = (row.Names, 0);
        for (var i = 0; i < act.All.Count; i++)
        {
            if (act.All[i].Key is var name && names.OwnAt(name, ref next) < 0 && !Own.Contains(name))
            {
                return name;
            }
        }

        return null;
    }

    private static string Listed(Row row) => string.Join(", ", Own.Concat(row.Fields.Select(f => f.Name)));

    private static Parsed<Act> Header(
        Machine machine, Row row, Statement statement, JsonValue.Members act,
        ImmutableArray<KeyValuePair<string, JsonValue>> fields)
    {
        var type = statement.Type;
        var subject = (act["subject"] as JsonValue.Text)?.Value;
        if (row.Kind == RowKind.Opens ? act["subject"] is not null : !IsSubject(subject, machine.Name))
        {
            return new Unreadable(row.Kind == RowKind.Opens
                ? $"{type} opens a subject, whose id comes of the statement: leave `subject` out"
                : $"`subject` of {type} is an id such as {machine.Name}/0123456789abcdef");
        }

        if (row.Kind == RowKind.Decides && !statement.Expects!.Any(e => e.Subject == subject))
        {
            return new Unreadable($"`expects` lists {subject}, which is decided on");
        }

        if ((act["continues"] is { } c && (row.Kind != RowKind.Opens || !IsSubject((c as JsonValue.Text)?.Value, null)))
            || (act["performer"] is { } p && !IsName(p)))
        {
            return new Unreadable("`continues` is a subject's id in an act that opens one; `performer` is a name");
        }

        if (statement.OccurredAt is < 0 or > TimeMaxMilliseconds)
        {
            return new Unreadable("`occurred_at` lies from the year 1970 to the year 9998");
        }

        var (from, until) = (statement.OccurredAt, statement.OccurredAt);
        if (act["at"] is { } at)
        {
            if (at is not JsonValue.Members { All.Count: 2 } window || window["from"] is not JsonValue.Number f
                || window["to"] is not JsonValue.Number t || f.Value > t.Value
                || t.Value - f.Value > LengthMaxMilliseconds || f.Value < 0 || t.Value > TimeMaxMilliseconds)
            {
                return new Unreadable(
                    "`at` is `from` and `to` in POSIX milliseconds, at most 366 days, before the year 9999");
            }

            (from, until) = (f.Value, t.Value);
        }

        var (places, facts) = (PlacesOf(act["place"]), FactsOf(act["facts"]));
        return facts is null
            ? new Unreadable(
                $"`facts` is 1 to {FactsMax} texts, each a fact of the framework and its answer: \"hostile-act=yes\"")
            : places is null
            ? new Unreadable($"`place` is 1 to {PlacesMax} texts, each area names joined by `+`: \"north+line-1\"")
            : new Act
            {
                Machine = machine,
                Row = row,
                Type = type,
                Subject = subject,
                Continues = (act["continues"] as JsonValue.Text)?.Value,
                Performer = (act["performer"] as JsonValue.Text)?.Value,
                From = from,
                Until = until,
                Places = places.Value,
                Facts = facts,
                Fields = fields,
            };
    }

    private static ImmutableSortedDictionary<string, string>? FactsOf(JsonValue? facts)
    {
        if (facts is null)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        if (facts is not JsonValue.Items { All: { Count: > 0 and <= FactsMax } all } || !all.All(IsName))
        {
            return null;
        }

        var stated = all.Select(a => ((JsonValue.Text)a).Value.Split('=', 2)).ToArray();
        return stated.All(s => s is [{ Length: > 0 }, { Length: > 0 }])
            && stated.DistinctBy(s => s[0]).Count() == stated.Length
            ? stated.ToImmutableSortedDictionary(s => s[0], s => s[1], StringComparer.Ordinal) : null;
    }

    private static ImmutableArray<string>? PlacesOf(JsonValue? place) =>
        place is null ? []
        : place is JsonValue.Items { All: { Count: > 0 and <= PlacesMax } all } && all.All(IsName)
            ? [.. all.Select(a => ((JsonValue.Text)a).Value)]
        : null;

    /// <summary>The row's fields that an act has; null where one is not as it should be.</summary>
    private static ImmutableArray<KeyValuePair<string, JsonValue>>? Fielded(Row row, JsonValue.Members act)
    {
        var fields = new KeyValuePair<string, JsonValue>[act.All.Count];
        var (names, next, count, there) = (row.Names, 0, 0, 0UL);
        for (var i = 0; i < act.All.Count; i++)
        {
            var (name, value) = act.All[i];
            if (names.OwnAt(name, ref next) is not (>= 0 and var at))
            {
                continue; // one of those that every act may have
            }

            if (!Fits(row.Fields[at], value))
            {
                return null;
            }

            there |= 1UL << at;
            fields[count++] = new(row.Fields[at].Name, value);
        }

        return (names.Required & ~there) != 0 ? null
            : ImmutableCollectionsMarshal.AsImmutableArray(count == fields.Length ? fields : fields[..count]);
    }

    /// <summary>What is wrong with the first field, in the row's order, that is not as it should be.</summary>
    private static Unreadable Misfit(Row row, JsonValue.Members act, string type)
    {
        var field = row.Fields.First(f => act[f.Name] is { } value ? !Fits(f, value) : f.IsRequired);
        return new Unreadable(act[field.Name] is null ? $"{type} lacks `{field.Name}`: {Form(field)}"
            : $"`{field.Name}` of {type} is {Form(field)}");
    }

    private static bool Fits(Field field, JsonValue value) => field.Kind switch
    {
        FieldKind.Code => value is JsonValue.Text t && field.Codes.Contains(t.Value),
        FieldKind.Codes => value is JsonValue.Items { All: { Count: > 0 and <= CodesMax } all }
            && all.All(a => a is JsonValue.Text t && field.Codes.Contains(t.Value)) && AreApart(all),
        FieldKind.Name => IsName(value),
        FieldKind.Names => value is JsonValue.Items { All: { Count: > 0 and <= NamesMax } all } && all.All(IsName)
            && AreApart(all),
        FieldKind.Number => value is JsonValue.Number { Value: >= 0 and <= NumberMax },
        FieldKind.Time => value is JsonValue.Number { Value: >= 0 and <= TimeMaxMilliseconds },
        FieldKind.Subject => value is JsonValue.Text t && IsSubject(t.Value, null),
        FieldKind.Hash => value is JsonValue.Text t && Digest.Parse(t.Value) is not null,
        _ => value is JsonValue.Truth,
    };

    /// <summary>What a field holds, in words.</summary>
    public static string Form(Field field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.Kind switch
        {
            FieldKind.Code => $"one of {string.Join(", ", field.Codes)}",
            FieldKind.Codes => $"a list of {string.Join(", ", field.Codes)}, each at most once",
            FieldKind.Name => $"one line of at most {NameLengthMax} characters; longer text is an attachment",
            FieldKind.Names => $"a list of at most {NamesMax} names, each once",
            FieldKind.Number => "a whole number from 0 to 999999999999",
            FieldKind.Time => "an instant in POSIX milliseconds, before the year 9999",
            FieldKind.Subject => "a subject's id",
            FieldKind.Hash => "a hash in base64",
            _ => "true or false",
        };
    }

    private static bool IsName(JsonValue? value) =>
        value is JsonValue.Text { Value: { Length: > 0 and <= NameLengthMax } text } && !HasControl(text);

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether no two of a short list are the same.</summary>
    private static bool AreApart(IReadOnlyList<JsonValue> all)
    {
        for (var i = 1; i < all.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (all[i] == all[j])
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsSubject(string? text, string? machine)
    {
        const int hexDigits = 16;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 && text!.Length == slash + 1 + hexDigits
            && (machine is null || text.AsSpan(0, slash).SequenceEqual(machine))
            && text.AsSpan(slash + 1).IndexOfAnyExcept(HexDigits) < 0;
    }
}
