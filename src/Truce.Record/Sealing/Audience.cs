namespace Truce.Record;

/// <summary>
/// The organisations that may read a confidential step; the operator always may. Names stand in the order of their
/// UTF-16 code units, each once, so that an audience has one text.
/// </summary>
public sealed record Audience
{
    /// <summary>The most organisations.</summary>
    public const int OrganisationsMax = 64;

    /// <summary>The longest name of an organisation, in UTF-16 code units.</summary>
    public const int NameLengthMax = 255;

    /// <summary>How the mission's reading key is called among recipients: no organisation has this name.</summary>
    public const string Operator = "operator";

    private Audience(IReadOnlyList<string> organisations) => Organisations = organisations;

    /// <summary>The organisations, sorted.</summary>
    public IReadOnlyList<string> Organisations { get; }

    /// <summary>An audience of names in any order.</summary>
    public static Parsed<Audience> Of(params IEnumerable<string> organisations)
    {
        var names = organisations.Order(StringComparer.Ordinal).ToArray();
        return names.Length is 0 or > OrganisationsMax || names.Distinct(StringComparer.Ordinal).Count() < names.Length
            ? new Unreadable($"an audience is 1 to {OrganisationsMax} organisations, each once")
            : names.FirstOrDefault(n => !IsName(n)) is { } bad
                ? new Unreadable($"`{bad}` cannot be the name of an organisation in an audience")
                : new Audience(names);
    }

    /// <summary>Whether an organisation belongs to it.</summary>
    public bool Contains(string organisation) => Organisations.Contains(organisation, StringComparer.Ordinal);

    /// <summary>Whether everybody of another audience belongs to this one.</summary>
    public bool Covers(Audience other) => other.Organisations.All(Contains);

    /// <inheritdoc/>
    public bool Equals(Audience? other) =>
        other is not null && Organisations.SequenceEqual(other.Organisations, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Organisations.Aggregate(0, (hash, name) => HashCode.Combine(hash, name.GetHashCode(StringComparison.Ordinal)));

    /// <summary>The names, separated by commas: for people.</summary>
    public override string ToString() => string.Join(", ", Organisations);

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name != Operator && !name.Any(char.IsControl) && Utf8.IsText(name);

    internal JsonValue ToJson() => new JsonValue.Items([.. Organisations.Select(o => new JsonValue.Text(o))]);

    internal static Parsed<Audience> Read(JsonValue json)
    {
        if (json is not JsonValue.Items { All: { Count: <= OrganisationsMax } items }
            || items.Any(i => i is not JsonValue.Text))
        {
            return new Unreadable($"`audience` is at most {OrganisationsMax} names of organisations");
        }

        var names = items.Select(i => ((JsonValue.Text)i).Value).ToArray();
        var audience = Of(names);
        return audience.IsValid && !audience.Value.Organisations.SequenceEqual(names, StringComparer.Ordinal)
            ? new Unreadable("the names of `audience` are not sorted")
            : audience;
    }
}
