namespace Truce.Record;

/// <summary>
/// Reads the members of one JSON object of which each name is known and must stand there. The first error is kept;
/// what is read after it means nothing.
/// </summary>
internal sealed class Fields
{
    /// <summary>The longest text that people wrote.</summary>
    public const int TextLengthMax = 255;

    /// <summary>The longest name of an organisation or a role.</summary>
    public const int NameLengthMax = 64;

    private readonly string _what;
    private readonly JsonValue.Members? _members;

    /// <summary>An object with exactly these names, else with an error.</summary>
    /// <param name="value">What should be the object.</param>
    /// <param name="what">Its name in errors, with its article.</param>
    /// <param name="names">Its members.</param>
    public Fields(JsonValue? value, string what, params ReadOnlySpan<string> names)
    {
        (_what, _members) = (what, value as JsonValue.Members);
        if (_members is null)
        {
            Error = $"{what} is an object";
            return;
        }

        foreach (var name in names)
        {
            if (_members[name] is null)
            {
                Fail($"`{name}` is missing from {what}");
            }
        }

        foreach (var (name, _) in _members.All)
        {
            if (!names.Contains(name))
            {
                Fail($"`{name}` is not a member of {what}");
            }
        }
    }

    /// <summary>The first error; null where there is none.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether a text names an organisation or a role: small letters, digits, `.`, `_` and `-`.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= NameLengthMax
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-');

    /// <summary>Whether a text is one line that people wrote.</summary>
    public static bool IsLine(string text) =>
        text.Length is > 0 and <= TextLengthMax && !text.Any(char.IsControl) && Utf8.IsText(text);

    /// <summary>Keeps an error, if it is the first.</summary>
    public void Fail(string error) => Error ??= error;

    public bool IsNull(string name) => _members?[name] is JsonValue.Nothing;

    public JsonValue? Value(string name) => _members?[name];

    public string Text(string name, Func<string, bool> isOne, string form)
    {
        if (_members?[name] is JsonValue.Text { Value: var text } && isOne(text))
        {
            return text;
        }

        Fail($"`{name}` of {_what} is not {form}");
        return "";
    }

    public string Name(string name) => Text(name, IsName, NameForm);

    public string? NameOrNull(string name) => IsNull(name) ? null : Name(name);

    public string Line(string name) => Text(name, IsLine, LineForm);

    public string? LineOrNull(string name) => IsNull(name) ? null : Line(name);

    public long Number(string name, long least)
    {
        if (_members?[name] is JsonValue.Number { Value: var number } && number >= least)
        {
            return number;
        }

        Fail($"`{name}` of {_what} is not a number of at least {least}");
        return least;
    }

    public bool Truth(string name)
    {
        if (_members?[name] is JsonValue.Truth { Value: var truth })
        {
            return truth;
        }

        Fail($"`{name}` of {_what} is neither true nor false");
        return false;
    }

    public Digest Hash(string name)
    {
        if (Statement.AsHash(_members?[name]) is { } hash)
        {
            return hash;
        }

        Fail($"`{name}` of {_what} is not a hash in base64");
        return default;
    }

    public byte[] Bytes(string name, int longest)
    {
        if (_members?[name] is JsonValue.Text { Value: var text } && Base64.Decode(text) is { } bytes
            && bytes.Length <= longest)
        {
            return bytes;
        }

        Fail($"`{name}` of {_what} is not base64 of at most {longest} bytes");
        return [];
    }

    /// <summary>The 64 bytes of a signature.</summary>
    public byte[] Signature(string name)
    {
        var bytes = Bytes(name, DeviceKey.SignatureBytes);
        if (bytes.Length != DeviceKey.SignatureBytes)
        {
            Fail($"`{name}` of {_what} is not a signature of {DeviceKey.SignatureBytes} bytes");
        }

        return bytes;
    }

    /// <summary>A member that has a reader of its own. Its null is used by nobody: the error is kept.</summary>
    public T As<T>(string name, Func<string, Parsed<T>> parse)
        where T : class
    {
        if (_members?[name] is not JsonValue.Text { Value: var text })
        {
            Fail($"`{name}` of {_what} is not a text");
            return null!;
        }

        var value = parse(text);
        if (!value.IsValid)
        {
            Fail($"`{name}` of {_what}: {value.Error}");
        }

        return value.Value!;
    }

    public T? AsOrNull<T>(string name, Func<string, Parsed<T>> parse)
        where T : class => IsNull(name) ? null : As(name, parse);

    /// <summary>The items of an array, each read by a function that gives the item or its error.</summary>
    public List<T> Each<T>(string name, int most, Func<JsonValue, Parsed<T>> read)
        where T : class
    {
        var all = new List<T>();
        if (_members?[name] is not JsonValue.Items { All: var items } || items.Count > most)
        {
            Fail($"`{name}` of {_what} is not a list of at most {most}");
            return all;
        }

        foreach (var item in items)
        {
            var value = read(item);
            if (!value.IsValid)
            {
                Fail(value.Error);
                return all;
            }

            all.Add(value.Value);
        }

        return all;
    }

    public const string NameForm = "a name of 1 to 64 small letters, digits, `.`, `_` and `-`";

    public const string LineForm = "one line of 1 to 255 characters";

    /// <summary>A text, or null.</summary>
    public static JsonValue Write(object? value) =>
        value is null ? new JsonValue.Nothing() : new JsonValue.Text(value.ToString()!);

    public static JsonValue Write(ReadOnlySpan<byte> bytes) => new JsonValue.Text(Convert.ToBase64String(bytes));
}
