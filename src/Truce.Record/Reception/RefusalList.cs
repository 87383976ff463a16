namespace Truce.Record;

/// <summary>
/// The refusals to enrolled keys that no entry lists yet, as acts {refused: [{statement, key}], more}: `more` counts
/// those past the bound, and a confidential statement's key is null, since it would name its author. They are kept on a
/// disk too, so that they outlive the process; a power failure may take the last of them, and the refused still hold
/// their refusals.
/// </summary>
public sealed class RefusalList
{
    /// <summary>The type of the operator's statement.</summary>
    public const string Type = "refusals";

    /// <summary>The most in one act, so that it fits into a statement.</summary>
    public const int PerActMax = 200;

    /// <summary>The most that are kept until an entry lists them.</summary>
    public const int KeptMax = 10_000;

    /// <summary>The file's name: a line for each, the statement's hash and the key or `-`.</summary>
    internal const string FileName = "refused";

    private const string NoKey = "-";
    private const string Refused = "refused";
    private const string More = "more";
    private const int BytesMax = KeptMax * 256;

    private readonly List<(Digest Statement, DeviceKey? Key)> _refused = [];
    private readonly Lock _gate = new();
    private readonly Disk? _disk;
    private long _more;
    private long _end;

    /// <summary>What a disk keeps; a line that is none was cut by a fall and is passed over.</summary>
    internal RefusalList(Disk? disk)
    {
        _disk = disk;
        if (disk?.Length(FileName) is not (> 0 and <= BytesMax))
        {
            return;
        }

        var bytes = disk.ReadAll(FileName);
        foreach (var line in Utf8.Text(bytes)?.Split('\n') ?? [])
        {
            if (line.Split(' ') is [var hash, var name] && Digest.Parse(hash) is { } statement
                && (name == NoKey ? default : DeviceKey.Parse(name)) is var key && (name == NoKey || key.IsValid)
                && _refused.Count < KeptMax)
            {
                _refused.Add((statement, key.Value));
            }
        }

        _end = bytes.Length;
        if (bytes is not [.., (byte)'\n'])
        {
            Write();
        }
    }

    internal void Add(Digest statement, DeviceKey? key)
    {
        lock (_gate)
        {
            if (_refused.Count >= KeptMax)
            {
                _more++;
                return;
            }

            _refused.Add((statement, key));
            Kept(disk =>
            {
                if (disk.Length(FileName) is null)
                {
                    disk.Create(FileName);
                }

                var line = Line(statement, key);
                disk.Write(FileName, _end, line);
                _end += line.Length;
            });
        }
    }

    /// <summary>The acts, in the order of the refusals; none where nothing was refused.</summary>
    internal IReadOnlyList<JsonValue> Acts()
    {
        lock (_gate)
        {
            return
            [
                .. _refused.Chunk(PerActMax).Select((part, i) => new JsonValue.Members(
                [
                    new(Refused, new JsonValue.Items([.. part.Select(p => new JsonValue.Members(
                    [
                        new("statement", Statement.Hash(p.Statement)),
                        new("key", p.Key is null ? new JsonValue.Nothing() : new JsonValue.Text(p.Key.ToString())),
                    ]))])),
                    new(More, new JsonValue.Number(i == 0 ? _more : 0)),
                ])),
            ];
        }
    }

    /// <summary>An entry lists these: they are not listed again.</summary>
    internal void Entered(JsonValue act)
    {
        if (act is not JsonValue.Members { All: var members }
            || members.FirstOrDefault(m => m.Key == Refused).Value is not JsonValue.Items { All: var items })
        {
            return; // an act of the operator's own making: it lists nothing of ours
        }

        var listed = items.OfType<JsonValue.Members>()
            .Select(i => i["statement"] is JsonValue.Text { Value: var hash } ? Digest.Parse(hash) : null)
            .OfType<Digest>().ToHashSet();
        lock (_gate)
        {
            _more -= members.FirstOrDefault(m => m.Key == More).Value is JsonValue.Number { Value: var more }
                ? Math.Clamp(more, 0, _more) : 0;
            if (_refused.RemoveAll(r => listed.Contains(r.Statement)) > 0)
            {
                Write();
            }
        }
    }

    private static byte[] Line(Digest statement, DeviceKey? key) =>
        Utf8.Bytes($"{statement} {key?.ToString() ?? NoKey}\n");

    private void Write() => Kept(disk =>
    {
        byte[] all = [.. _refused.SelectMany(r => Line(r.Statement, r.Key))];
        disk.Replace(FileName, all);
        _end = all.Length;
    });

    /// <summary>A disk that does not take the list stops nobody: the list is in memory too.</summary>
    private void Kept(Action<Disk> act)
    {
        try
        {
            if (_disk is not null)
            {
                act(_disk);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The log's own disk says what is wrong, and stops it.
        }
    }
}
