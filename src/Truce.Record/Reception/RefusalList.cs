namespace Truce.Record;

/// <summary>
/// The refusals to enrolled keys of about an hour, as acts {refused: [{statement, key}], more}: `more` counts those
/// past the bound, and a confidential statement's key is null, since it would name its author. They are kept in
/// memory; an operator whose machine falls loses that hour's list, and the refused still hold their refusals.
/// </summary>
public sealed class RefusalList
{
    /// <summary>The type of the operator's statement.</summary>
    public const string Type = "refusals";

    /// <summary>The most in one act, so that it fits into a statement.</summary>
    public const int PerActMax = 200;

    /// <summary>The most that are kept until they are taken.</summary>
    public const int KeptMax = 10_000;

    private readonly List<(Digest Statement, DeviceKey? Key)> _refused = [];
    private readonly Lock _gate = new();
    private long _more;

    internal void Add(Digest statement, DeviceKey? key)
    {
        lock (_gate)
        {
            if (_refused.Count < KeptMax)
            {
                _refused.Add((statement, key));
            }
            else
            {
                _more++;
            }
        }
    }

    /// <summary>The acts, in the order of the refusals; none where nothing was refused.</summary>
    internal IReadOnlyList<JsonValue> Take()
    {
        lock (_gate)
        {
            JsonValue[] acts =
            [
                .. _refused.Chunk(PerActMax).Select((part, i) => new JsonValue.Members(
                [
                    new("refused", new JsonValue.Items([.. part.Select(p => new JsonValue.Members(
                    [
                        new("statement", Statement.Hash(p.Statement)),
                        new("key", p.Key is null ? new JsonValue.Nothing() : new JsonValue.Text(p.Key.ToString())),
                    ]))])),
                    new("more", new JsonValue.Number(i == 0 ? _more : 0)),
                ])),
            ];
            _refused.Clear();
            _more = 0;
            return acts;
        }
    }
}
