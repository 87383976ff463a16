using System.Buffers;

namespace Truce.Record;

/// <summary>A body under its hash: a ciphertext with its wraps, or a clear attachment without.</summary>
public sealed record StoredBody
{
    private StoredBody(Digest hash, ReadOnlyMemory<byte> bytes, Wraps? wraps) =>
        (Hash, Bytes, Wraps, Names) = (hash, bytes, wraps, []);

    /// <summary>SHA-256 of a ciphertext; the commitment of a clear body.</summary>
    public Digest Hash { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The wraps of a ciphertext's key; null for a clear body, and where they are not held here.</summary>
    public Wraps? Wraps { get; }

    /// <summary>
    /// What the statement within the ciphertext attaches, by the hashes under which it is held. Only the operator knows
    /// it; it is kept beside the body, so that who brings bodies to mirrors needs no reading key.
    /// </summary>
    public IReadOnlyList<Digest> Names { get; init; }

    /// <summary>A ciphertext; without wraps where a mirror holds it for others.</summary>
    /// <exception cref="ArgumentException">The wraps are of another ciphertext, or the body is too long.</exception>
    public static StoredBody Ciphertext(ReadOnlyMemory<byte> ciphertext, Wraps? wraps)
    {
        var hash = Digest.Of(ciphertext.Span);
        return ciphertext.Length > Attached.BodyBytesMax + Cipher.TagBytes || (wraps?.CiphertextHash ?? hash) != hash
            ? throw new ArgumentException("a ciphertext of at most 16 MiB, with its own wraps")
            : new StoredBody(hash, ciphertext, wraps);
    }

    /// <summary>A sealed statement, outcome or document.</summary>
    public static StoredBody Of(SealedBody body) => Ciphertext(body.Ciphertext, body.Wraps);

    /// <summary>A clear attachment: salt ‖ content.</summary>
    /// <exception cref="ArgumentException">The body is too long.</exception>
    public static StoredBody Clear(ReadOnlyMemory<byte> body) => body.Length > Attached.BodyBytesMax
        ? throw new ArgumentException("an attachment has at most 16 MiB", nameof(body))
        : new StoredBody(Attached.CommitTo(body.Span), body, wraps: null);
}

/// <summary>
/// Ciphertexts, wraps and clear attachments under their hashes, in a folder of their own: in segments, and what is too
/// long for those in files of its own, as everything was in folders of the first form. What a confidential statement
/// attaches is noted in a file beside them. What is put is durable,
/// directory entries included, before the frame that names it is written. After an error of the disk nothing more is
/// accepted. One process writes; anybody may read.
/// </summary>
public sealed class Bodies : IDisposable
{
    private const string BodyPrefix = "body-";
    private const string WrapsPrefix = "wraps-";
    private const string NamesPrefix = "names-";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly byte[] NamesDomain = Utf8.Bytes("truce/names/v1\0");
    private static readonly byte[] Zeros = new byte[1 << 16];

    private readonly Disk _disk;
    private readonly IDisposable _lock;
    private readonly BodySegments _segments;

    private Bodies(Disk disk, IDisposable held) =>
        (_disk, _lock, _segments) = (disk, held, BodySegments.Of(disk));

    /// <summary>Why nothing more is accepted; null while it is.</summary>
    public string? Stopped { get; private set; }

    /// <summary>Takes the folder for writing and removes what a crash left unfinished.</summary>
    public static Parsed<Bodies> Open(Disk disk)
    {
        if (disk.TryLock() is not { } held)
        {
            return new Unreadable("another process has the folder of the bodies");
        }

        var bodies = new Bodies(disk, held);
        if (bodies.Guarded(bodies.RemoveUnfinished) is not { } error)
        {
            return bodies;
        }

        bodies.Dispose();
        return error;
    }

    /// <summary>
    /// Stores bodies and their wraps; null when they are durable. What is sound in a segment stays as it is; a file is
    /// written anew even if it is there: after a crash the page cache may show what the disk does not have. Wraps that
    /// are there already stay as they are: otherwise whoever names a ciphertext of somebody else could take its
    /// readers' keys away.
    /// </summary>
    public Unreadable? Put(params IReadOnlyList<StoredBody> bodies) => Guarded(() =>
    {
        if (bodies.FirstOrDefault(b => IsTaken(_disk, b)) is { } taken)
        {
            return new Unreadable($"the ciphertext {taken.Hash} has other wraps already");
        }

        StoredBody[] fresh = [.. bodies.Where(b => !IsHeld(b))];
        _segments.Add([.. fresh.Where(BodySegments.CanHold)]);
        StoredBody[] alone = [.. fresh.Where(b => !BodySegments.CanHold(b))];
        foreach (var body in alone)
        {
            Write(BodyPrefix + body.Hash.ToHex(), body.Bytes.Span);
            if (body.Wraps is not null)
            {
                Write(WrapsPrefix + body.Hash.ToHex(), body.Wraps.ToBytes());
            }
        }

        StoredBody[] naming = [.. bodies.Where(b => b.Names.Count > 0)];
        foreach (var body in naming)
        {
            Write(NamesPrefix + body.Hash.ToHex(), NamesBytes(body.Hash, body.Names));
        }

        if (alone.Length + naming.Length > 0)
        {
            _disk.SyncNames();
        }

        return null;
    });

    /// <summary>
    /// Overwrites and removes bodies and their wraps; null when that is durable. What is not there is passed over. The
    /// wraps go first: without a key a ciphertext says nothing. What a statement attached goes with it.
    /// </summary>
    public Unreadable? Erase(params IReadOnlyList<Digest> hashes) => Guarded(() =>
    {
        string[] names =
        [
            .. hashes.Select(h => WrapsPrefix + h.ToHex()), .. hashes.Select(h => NamesPrefix + h.ToHex()),
            .. hashes.Select(h => BodyPrefix + h.ToHex()),
        ];
        _segments.Erase(hashes);
        foreach (var name in names)
        {
            if (_disk.Length(name) is not { } length)
            {
                continue;
            }

            for (var at = 0L; at < length; at += Zeros.Length)
            {
                _disk.Write(name, at, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - at)));
            }

            _disk.Sync(name);
            _disk.Delete(name);
        }

        _disk.SyncNames();
        return null;
    });

    /// <summary>Gives the folder free.</summary>
    public void Dispose()
    {
        _segments.End();
        _lock.Dispose();
    }

    /// <summary>A body, checked against its hash; null where it is missing or damaged.</summary>
    public static byte[]? Get(Disk disk, Digest hash)
    {
        var segments = BodySegments.Of(disk);
        foreach (var item in segments.Find(hash))
        {
            if (segments.Body(item) is { } body && IsOf(hash, body))
            {
                return body;
            }
        }

        var name = BodyPrefix + hash.ToHex();
        if (disk.Length(name) is not (<= Attached.BodyBytesMax + Cipher.TagBytes))
        {
            return null;
        }

        var bytes = disk.ReadAll(name);
        return IsOf(hash, bytes) ? bytes : null;
    }

    /// <summary>The wraps of a ciphertext; null where they are missing or damaged.</summary>
    public static Wraps? Wraps(Disk disk, Digest ciphertextHash)
    {
        var segments = BodySegments.Of(disk);
        foreach (var item in segments.Find(ciphertextHash))
        {
            if (segments.Wraps(item) is { } held)
            {
                return held;
            }
        }

        var name = WrapsPrefix + ciphertextHash.ToHex();
        return disk.Length(name) is <= CanonicalJson.BytesMax
            && Truce.Record.Wraps.Parse(disk.ReadAll(name)) is { IsValid: true, Value: var wraps }
            && wraps.CiphertextHash == ciphertextHash
            ? wraps
            : null;
    }

    /// <summary>Where a body lies that is there and is not sound; null where there is none.</summary>
    internal static string? DamagedAt(Disk disk, Digest hash)
    {
        string[] files = [BodyPrefix + hash.ToHex(), WrapsPrefix + hash.ToHex()];
        return BodySegments.Of(disk).Find(hash) is [.., var last] ? last.ToString()
            : Array.Find(files, f => disk.Length(f) is not null);
    }

    /// <summary>Whether other wraps are there for a ciphertext that comes with wraps.</summary>
    internal static bool IsTaken(Disk disk, StoredBody body) =>
        body.Wraps is not null && (Wraps(disk, body.Hash) ?? body.Wraps) != body.Wraps;

    /// <summary>
    /// What the statement within a ciphertext attaches; empty where nothing is noted, null where the note is damaged.
    /// </summary>
    public static IReadOnlyList<Digest>? Names(Disk disk, Digest ciphertextHash)
    {
        var name = NamesPrefix + ciphertextHash.ToHex();
        if (disk.Length(name) is not { } length)
        {
            return [];
        }

        if (length is < 2 * Digest.Bytes or > (Attached.CountMax + 1) * Digest.Bytes || length % Digest.Bytes != 0)
        {
            return null;
        }

        Digest[] all = [.. disk.ReadAll(name).Chunk(Digest.Bytes).Select(h => new Digest(h))];
        return all[^1] == NamesCheck(ciphertextHash, all[..^1]) ? all[..^1] : null;
    }

    /// <summary>
    /// Notes what the statement within a ciphertext attaches, where it is not noted yet; null when that is durable.
    /// </summary>
    public Unreadable? Note(Digest ciphertextHash, IReadOnlyList<Digest> names) => Guarded(() =>
    {
        if (names.Count > 0 && Names(_disk, ciphertextHash)?.SequenceEqual(names) != true)
        {
            Write(NamesPrefix + ciphertextHash.ToHex(), NamesBytes(ciphertextHash, names));
            _disk.SyncNames();
        }

        return null;
    });

    /// <summary>Whether a body, its wraps or what it names are there, sound or not.</summary>
    public static bool HasAny(Disk disk, Digest hash) => BodySegments.Of(disk).Find(hash).Count > 0
        || disk.Length(BodyPrefix + hash.ToHex()) is not null || disk.Length(WrapsPrefix + hash.ToHex()) is not null
        || disk.Length(NamesPrefix + hash.ToHex()) is not null;

    /// <summary>The hash that a file's name says; null where it belongs to no body.</summary>
    internal static Digest? HashOf(string name)
    {
        var at = name.IndexOf('-', StringComparison.Ordinal) + 1;
        if (name[..at] is not (BodyPrefix or WrapsPrefix or NamesPrefix) || name.Length - at != 2 * Digest.Bytes
            || name.AsSpan(at).ContainsAnyExcept(HexDigits))
        {
            return null;
        }

        return new Digest(Convert.FromHexString(name.AsSpan(at)));
    }

    private static byte[] NamesBytes(Digest ciphertextHash, IReadOnlyList<Digest> names) =>
        [.. names.Append(NamesCheck(ciphertextHash, names)).SelectMany(n => n.ToArray())];

    private static Digest NamesCheck(Digest ciphertextHash, IEnumerable<Digest> names) => Digest.Of(
        [.. NamesDomain, .. names.Prepend(ciphertextHash).SelectMany(n => n.ToArray())]);

    private Unreadable? RemoveUnfinished()
    {
        foreach (var name in _disk.Names().Where(n => n.EndsWith(Folder.FreshSuffix, StringComparison.Ordinal)))
        {
            _disk.Delete(name);
        }

        _disk.SyncNames();
        _segments.Begin();
        return null;
    }

    private static bool IsOf(Digest hash, ReadOnlySpan<byte> body) =>
        Digest.Of(body) == hash || Attached.CommitTo(body) == hash;

    /// <summary>Whether a segment holds a body, sound and with its wraps.</summary>
    private bool IsHeld(StoredBody body) => _segments.Find(body.Hash).Any(item =>
        _segments.Body(item) is { } bytes && IsOf(body.Hash, bytes)
        && (body.Wraps is null || _segments.Wraps(item) == body.Wraps));

    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var fresh = name + Folder.FreshSuffix;
        _disk.Create(fresh);
        _disk.Write(fresh, 0, bytes);
        _disk.Sync(fresh);
        _disk.Rename(fresh, name);
    }

    private Unreadable? Guarded(Func<Unreadable?> act)
    {
        if (Stopped is null)
        {
            try
            {
                return act();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Stopped = $"the store of bodies has stopped: {e.Message}";
            }
        }

        return new Unreadable(Stopped);
    }
}
