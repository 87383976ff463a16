using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Truce.Record;

/// <summary>
/// Bodies with their wraps in files of a few MiB, one behind the other, so that what belongs to a batch is one write
/// and one sync. Nothing moves and nothing is cut: a body is added at the end, or it is overwritten with zeros where it
/// lies. Where each one lies is kept in memory and found again from the heads. One thread adds and erases; any may
/// look.
/// </summary>
/// <remarks>
/// A record is a head, a mark, the wraps, the body, and zeros up to a multiple of eight. Head: magic, number of the
/// segment, offset in it, length of the wraps, length of the body, hash, CRC32C of both, zeros, CRC32C of the head. The
/// mark is zero until the record was erased. Behind bytes that are no record the next one is searched for: a head holds
/// only where it says that it lies.
/// </remarks>
internal sealed class BodySegments
{
    /// <summary>A segment ends before it is longer; opening writes the last one again.</summary>
    public const int SegmentBytes = 4 << 20;

    /// <summary>The longest record; what is longer has files of its own.</summary>
    public const int RecordBytesMax = 1 << 19;

    private const string Prefix = "bodies-";
    private const uint Magic = 0x54524231; // TRB1
    private const int HeadBytes = 64;
    private const int MarkAt = HeadBytes;
    private const int PayloadAt = HeadBytes + sizeof(ulong);
    private const int HeadCrcAt = 60;
    private const int HashAt = 20;

    private static readonly ConditionalWeakTable<Disk, BodySegments> Known = [];
    private static readonly byte[] Zeros = new byte[RecordBytesMax];
    private static readonly byte[] Erased = [255, 255, 255, 255, 255, 255, 255, 255];

    private readonly Disk _disk;
    private readonly Lock _gate = new(); // guards the rest
    private StatementIndex _index = new(); // to the number of the record in _places
    private List<long> _places = [];
    private List<(int Segment, int From, int To)> _gaps = []; // bytes that are no record
    private int _segment;
    private int _end; // of the last record in it
    private bool _hasWriter;

    private BodySegments(Disk disk) => _disk = disk;

    /// <summary>A record, as its head says it.</summary>
    public readonly record struct Item(int Segment, int Offset, int WrapsBytes, int BodyBytes, Digest Hash, uint Crc)
    {
        /// <summary>Where it lies, for people.</summary>
        public override string ToString() => $"{Name(Segment)}:{Decimal.Text(Offset)}";

        internal int PayloadBytes => WrapsBytes + BodyBytes;

        internal int Total => Frame.Padded(PayloadAt + PayloadBytes);
    }

    /// <summary>The segments of a folder; what is known of them is kept as long as its disk.</summary>
    public static BodySegments Of(Disk disk) => Known.GetValue(disk, d => new BodySegments(d));

    /// <summary>Whether a file is a segment, by its name.</summary>
    public static bool IsOne(string name) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && name == Name(number);

    /// <summary>Whether a body is short enough to lie here.</summary>
    public static bool CanHold(StoredBody body) => body.Bytes.Length + (body.Wraps is null ? 0
        : CanonicalJson.BytesMax) <= RecordBytesMax - PayloadAt - Frame.Alignment;

    /// <summary>
    /// Takes the segments for writing. The last one is written again as it is read, and synced: after a failed sync the
    /// page cache may show what the disk does not have. Where it does not end with a record, the next one is begun.
    /// </summary>
    public void Begin()
    {
        lock (_gate)
        {
            Forget();
            Look();
            _hasWriter = true;
            if (_disk.Length(Name(_segment)) is not { } length)
            {
                return;
            }

            var bytes = _disk.ReadAll(Name(_segment));
            _disk.Write(Name(_segment), 0, bytes);
            _disk.Sync(Name(_segment));
            if (_end != length)
            {
                _gaps.Add((_segment, _end, (int)length));
                (_segment, _end) = (_segment + 1, 0);
            }
        }
    }

    /// <summary>Gives them free.</summary>
    public void End()
    {
        lock (_gate)
        {
            Forget();
        }
    }

    /// <summary>Adds bodies; each that <see cref="CanHold"/>. When it returns they are durable.</summary>
    public void Add(IReadOnlyList<StoredBody> bodies)
    {
        var records = bodies.Select(b => (Body: b, Wraps: b.Wraps?.ToBytes() ?? [])).ToArray();
        for (var at = 0; at < records.Length;)
        {
            var (items, bytes) = (new List<Item>(), new List<byte>());
            for (; at < records.Length; at++)
            {
                var (body, wraps) = records[at];
                var item = new Item(_segment, _end + bytes.Count, wraps.Length, body.Bytes.Length, body.Hash, 0);
                if (item.Offset + item.Total > SegmentBytes)
                {
                    break;
                }

                Write(bytes, item, wraps, body.Bytes.Span);
                items.Add(item);
            }

            Write(items, [.. bytes]);
        }
    }

    /// <summary>
    /// Overwrites the bodies with some hashes and marks them; when it returns that is durable. Wraps go first: without
    /// a key a ciphertext says nothing. Bytes that are no record may be what a crash left of the same body: they go
    /// too.
    /// </summary>
    public void Erase(IReadOnlyList<Digest> hashes)
    {
        Item[] items = [.. hashes.SelectMany(Find)];
        Overwrite(items, i => PayloadAt, i => i.WrapsBytes, Zeros);
        Overwrite(items, i => PayloadAt + i.WrapsBytes, i => i.BodyBytes, Zeros);
        foreach (var (segment, from, to) in items.Length == 0 ? [] : _gaps)
        {
            for (var at = from; at < to; at += Zeros.Length)
            {
                _disk.Write(Name(segment), at, Zeros.AsSpan(0, Math.Min(Zeros.Length, to - at)));
            }

            _disk.Sync(Name(segment));
        }

        Overwrite(items, i => MarkAt, i => Erased.Length, Erased);
    }

    /// <summary>The records with a hash that were not erased, sound or not, in the order in which they came.</summary>
    public IReadOnlyList<Item> Find(Digest hash)
    {
        lock (_gate)
        {
            var found = Found(hash);
            if (found.Count > 0 || _hasWriter)
            {
                return found;
            }

            Look(); // another process may have added some
            return Found(hash);
        }
    }

    /// <summary>The body of a record; null where it or its wraps are damaged.</summary>
    public byte[]? Body(Item item) => Payload(item)?[item.WrapsBytes..];

    /// <summary>The wraps of a record; null where there are none, or they are damaged.</summary>
    public Wraps? Wraps(Item item) => item.WrapsBytes > 0 && Payload(item) is { } bytes
        && Truce.Record.Wraps.Parse(bytes.AsSpan(0, item.WrapsBytes)) is { IsValid: true, Value: var wraps }
        && wraps.CiphertextHash == item.Hash
            ? wraps
            : null;

    /// <summary>Whatever in the segments is no sound record, with its place; every byte is read.</summary>
    public IEnumerable<string> Faults()
    {
        for (var segment = 0; _disk.Length(Name(segment)) is not null; segment++)
        {
            var bytes = _disk.ReadAll(Name(segment));
            for (var at = 0; at < bytes.Length;)
            {
                if (Head(bytes.AsSpan(at), segment, at) is not { } item || item.Total > bytes.Length - at)
                {
                    var next = Next(bytes, segment, at) ?? bytes.Length;
                    if (bytes.AsSpan(at, next - at).ContainsAnyExcept((byte)0))
                    {
                        yield return $"{Name(segment)}:{Decimal.Text(at)}: {Decimal.Text(next - at)} bytes that are "
                            + "no body: damaged, or left by a crash";
                    }

                    at = next;
                    continue;
                }

                if (Fault(item, bytes.AsSpan(at, item.Total)) is { } what)
                {
                    yield return $"{item}: the body {item.Hash} {what}";
                }

                at += item.Total;
            }
        }
    }

    private static string? Fault(Item item, ReadOnlySpan<byte> record)
    {
        var payload = record.Slice(PayloadAt, item.PayloadBytes);
        var isErased = record[MarkAt..PayloadAt].ContainsAnyExcept((byte)0);
        return record[(PayloadAt + item.PayloadBytes)..].ContainsAnyExcept((byte)0) ? "has bytes behind its end"
            : !isErased ? Frame.Crc(payload) == item.Crc ? null : "is damaged, or its erasure was not finished"
            : payload.ContainsAnyExcept((byte)0) ? "is marked as erased, and is not overwritten"
            : null;
    }

    private static string Name(int segment) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{segment:00000000}");

    private void Forget()
    {
        (_index, _places, _gaps) = (new StatementIndex(), [], []);
        (_segment, _end, _hasWriter) = (0, 0, false);
    }

    /// <summary>Takes in what lies behind the last record that is known.</summary>
    private void Look()
    {
        if (_disk.Length(Name(_segment)) is not { } there || there < _end)
        {
            Forget(); // there is nothing yet, or less than there was: another folder has taken its place
        }

        for (; _disk.Length(Name(_segment)) is { } length; (_segment, _end) = (_segment + 1, 0))
        {
            LookThrough(length);
            if (_disk.Length(Name(_segment + 1)) is null)
            {
                return;
            }

            if (_end < length)
            {
                _gaps.Add((_segment, _end, (int)length));
            }
        }
    }

    private void LookThrough(long length)
    {
        byte[]? whole = null;
        while (_end < length)
        {
            if (Head(_segment, _end) is { } item && item.Total <= length - _end)
            {
                Keep(item);
                continue;
            }

            whole ??= _disk.ReadAll(Name(_segment));
            if (Next(whole, _segment, _end) is not { } next)
            {
                return;
            }

            _gaps.Add((_segment, _end, next));
            _end = next;
        }
    }

    private void Keep(Item item)
    {
        _index.Add(item.Hash, _places.Count);
        _places.Add(((long)item.Segment * SegmentBytes) + item.Offset);
        _end = item.Offset + item.Total;
    }

    private List<Item> Found(Digest hash)
    {
        var found = new List<Item>();
        _index.Find(hash, (_, number) =>
        {
            var (segment, offset) = Math.DivRem(_places[(int)number], SegmentBytes);
            if (Head((int)segment, (int)offset, isLive: true) is { } item && item.Hash == hash)
            {
                found.Add(item);
            }

            return false;
        });
        found.Sort((a, b) => (a.Segment, a.Offset).CompareTo((b.Segment, b.Offset)));
        return found;
    }

    private byte[]? Payload(Item item)
    {
        var bytes = new byte[item.PayloadBytes];
        return _disk.Read(Name(item.Segment), item.Offset + PayloadAt, bytes) == bytes.Length
            && Frame.Crc(bytes) == item.Crc ? bytes : null;
    }

    private void Write(List<Item> items, byte[] bytes)
    {
        var name = Name(_segment);
        if (items.Count > 0)
        {
            if (_end == 0)
            {
                _disk.Create(name);
            }

            _disk.Write(name, _end, bytes);
            _disk.Sync(name);
            if (_end == 0)
            {
                _disk.SyncNames();
            }
        }

        lock (_gate)
        {
            items.ForEach(Keep);
            if (items.Count == 0)
            {
                (_segment, _end) = (_segment + 1, 0);
            }
        }
    }

    private void Overwrite(Item[] items, Func<Item, int> from, Func<Item, int> length, byte[] with)
    {
        foreach (var item in items)
        {
            _disk.Write(Name(item.Segment), item.Offset + from(item), with.AsSpan(0, length(item)));
        }

        foreach (var segment in items.Select(i => i.Segment).Distinct())
        {
            _disk.Sync(Name(segment));
        }
    }

    private static void Write(List<byte> into, Item item, ReadOnlySpan<byte> wraps, ReadOnlySpan<byte> body)
    {
        var record = new byte[item.Total];
        wraps.CopyTo(record.AsSpan(PayloadAt));
        body.CopyTo(record.AsSpan(PayloadAt + wraps.Length));
        BinaryPrimitives.WriteUInt32BigEndian(record, Magic);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(4), item.Segment);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(8), item.Offset);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(12), item.WrapsBytes);
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(16), item.BodyBytes);
        item.Hash.CopyTo(record.AsSpan(HashAt));
        BinaryPrimitives.WriteUInt32BigEndian(
            record.AsSpan(52), Frame.Crc(record.AsSpan(PayloadAt, item.PayloadBytes)));
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(HeadCrcAt), Frame.Crc(record.AsSpan(0, HeadCrcAt)));
        into.AddRange(record);
    }

    private Item? Head(int segment, int offset, bool isLive = false)
    {
        Span<byte> head = stackalloc byte[PayloadAt];
        return _disk.Read(Name(segment), offset, head) == head.Length
            && !(isLive && head[MarkAt..].ContainsAnyExcept((byte)0))
                ? Head(head, segment, offset)
                : null;
    }

    /// <summary>The record that some bytes begin with, where they are a place's; null where they are none.</summary>
    private static Item? Head(ReadOnlySpan<byte> bytes, int segment, int offset)
    {
        if (bytes.Length < PayloadAt || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) != segment
            || BinaryPrimitives.ReadInt32BigEndian(bytes[8..]) != offset
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[HeadCrcAt..]) != Frame.Crc(bytes[..HeadCrcAt]))
        {
            return null;
        }

        var (wraps, body) = (BinaryPrimitives.ReadInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[16..]));
        return wraps is < 0 or > RecordBytesMax || body is < 0 or > RecordBytesMax || wraps + body > RecordBytesMax
            ? null
            : new Item(segment, offset, wraps, body, new Digest(bytes.Slice(HashAt, Digest.Bytes)),
                BinaryPrimitives.ReadUInt32BigEndian(bytes[52..]));
    }

    /// <summary>Where behind an offset the next record begins; null where none does.</summary>
    private static int? Next(byte[] bytes, int segment, int offset)
    {
        for (var at = Frame.Padded(offset + 1); at < bytes.Length; at += Frame.Alignment)
        {
            if (Head(bytes.AsSpan(at), segment, at) is { } item && item.Total <= bytes.Length - at)
            {
                return at;
            }
        }

        return null;
    }
}
