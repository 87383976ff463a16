using System.Buffers.Binary;

namespace Truce.Record;

/// <summary>
/// Where a copy is wrong. Entries, tiles and checkpoint are held against each other: what agrees with the signed root
/// is right, and what does not is named, with the first byte that differs.
/// </summary>
/// <param name="Sound">How many entries stand before the fault, as far as the copy itself shows.</param>
/// <param name="First">The fault.</param>
public sealed record CopyFault(long Sound, Fault First)
{
    /// <summary>Looks for the fault of a copy that does not hold. It reads the copy once.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="log">The log's key.</param>
    /// <returns>The fault; null where there is none.</returns>
    public static CopyFault? Find(ReadPath copy, VerifierKey log)
    {
        var (read, broken) = (copy, default(Fault));
        ReadPath kept = path =>
        {
            try
            {
                return read(path);
            }
            catch (IOException e)
            {
                broken ??= new Fault(path, 0, e.Message.StartsWith(path + ": ", StringComparison.Ordinal)
                    ? e.Message[(path.Length + 2)..] : e.Message);
                return null;
            }
        };
        var (head, fault) = Head(kept, log);
        var found = head is null ? new CopyFault(0, fault!) : Derived.From(kept, head);
        return broken is not null && (found is null || found.First.What == Missing)
            ? new CopyFault(found?.Sound ?? 0, broken)
            : found;
    }

    private const string Missing = "missing";

    private static (Checkpoint? Head, Fault? Fault) Head(ReadPath copy, VerifierKey log)
    {
        static (Checkpoint?, Fault?) Wrong(long offset, string what) =>
            (null, new Fault(StaticLog.CheckpointPath, offset, what));
        if (copy(StaticLog.CheckpointPath) is not { } bytes)
        {
            return Wrong(0, Missing);
        }

        var note = SignedNote.Parse(bytes);
        var head = note.IsValid ? Checkpoint.Parse(note.Value.Text) : new Unreadable(note.Error);
        return !head.IsValid ? Wrong(0, head.Error)
            : note.Value!.Verify(log) is { IsValid: false, Error: var why }
                ? Wrong(Utf8.Bytes(note.Value.Text).Length + 1, why)
            : head.Value.Origin != log.Name ? Wrong(0, $"of `{head.Value.Origin}`, not of `{log.Name}`")
            : head.Value.Size > StaticLog.SizeMax
                ? Wrong(0, $"a log of more than {StaticLog.SizeMax} entries is not read")
            : (head.Value, null);
    }

    /// <summary>The tree that the entries give, and what beside them differs from it first.</summary>
    private sealed class Derived(ReadPath copy, Checkpoint head)
    {
        private readonly Frontier _tree = new();
        private readonly List<Digest> _bundles = []; // the root over each full bundle

        public static CopyFault? From(ReadPath copy, Checkpoint head)
        {
            var it = new Derived(copy, head);
            (long Sound, Fault Entry, Fault Hash)? leaf = null;
            for (var first = 0L; first < head.Size; first += Tile.FullWidth)
            {
                var width = (int)Math.Min(Tile.FullWidth, head.Size - first);
                if (it.Take(first / Tile.FullWidth, width, ref leaf) is { } broken)
                {
                    return broken;
                }
            }

            // The entries give the signed root: whatever differs from them is the wrong one. Else they are.
            return it._tree.Root == head.Root
                ? (leaf is var (_, _, hash) ? new CopyFault(head.Size, hash)
                    : it.Upper() is { } upper ? new CopyFault(head.Size, upper)
                    : null)
                : Earlier(leaf) ?? new CopyFault(0, new Fault(StaticLog.CheckpointPath, 0,
                    "signed for another tree than the entries and tiles beside it give"));
        }

        /// <summary>Takes a bundle; gives what is no bundle, and notes the first entry that its tile denies.</summary>
        private CopyFault? Take(long number, int width, ref (long Sound, Fault Entry, Fault Hash)? leaf)
        {
            var (bundle, tile) = (new Tile(null, number, width), new Tile(0, number, width));
            if ((copy(bundle.Path) ?? copy(Full(bundle).Path)) is not { } bytes)
            {
                return new CopyFault(bundle.Span.From, new Fault(bundle.Path, 0, Missing));
            }

            var hashes = copy(tile.Path) ?? copy(Full(tile).Path);
            var (at, leaves) = (0, new Digest[width]);
            for (var i = 0; i < width; i++)
            {
                var length = at + sizeof(ushort) <= bytes.Length
                    ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) : int.MaxValue;
                if (length > bytes.Length - at - sizeof(ushort))
                {
                    return Earlier(leaf) ?? new CopyFault(
                        bundle.Span.From + i, new Fault(bundle.Path, at, "ends within this entry"));
                }

                leaves[i] = Merkle.Leaf(bytes.AsSpan(at + sizeof(ushort), length));
                _tree.Add(leaves[i], (_, _) => { });
                leaf ??= Difference(bundle, tile, i, at, leaves[i], hashes);
                at += sizeof(ushort) + length;
            }

            if (width == Tile.FullWidth)
            {
                _bundles.Add(Merkle.Root(leaves));
            }

            return at < bytes.Length && copy(bundle.Path) is { } own && own.Length > at
                ? Earlier(leaf) ?? new CopyFault(bundle.Span.To, new Fault(bundle.Path, at, "more than its entries"))
                : null;
        }

        /// <summary>The entry that its tile denied before the bundle ended in the wrong place.</summary>
        private static CopyFault? Earlier((long Sound, Fault Entry, Fault Hash)? leaf) =>
            leaf is var (sound, entry, _) ? new CopyFault(sound, entry) : null;

        private static (long Sound, Fault Entry, Fault Hash)? Difference(
            Tile bundle, Tile tile, int i, int at, Digest leaf, byte[]? hashes)
        {
            var place = i * Digest.Bytes;
            if (hashes is not null && hashes.Length >= place + Digest.Bytes
                && new Digest(hashes.AsSpan(place, Digest.Bytes)) == leaf)
            {
                return null;
            }

            var index = bundle.Span.From + i;
            var what = hashes is null ? Missing
                : hashes.Length < place + Digest.Bytes ? "ends too early" : $"not the hash of entry {index}";
            var byteOf = hashes is null ? 0
                : hashes.Length < place + Digest.Bytes ? hashes.Length
                : place + hashes.AsSpan(place, Digest.Bytes).CommonPrefixLength(leaf.ToArray());
            return (index,
                new Fault(bundle.Path, at, $"entry {index} is not what the checkpoint vouches for"),
                new Fault(tile.Path, byteOf, what));
        }

        /// <summary>The first byte of a tile above the leaves that the entries do not give.</summary>
        private Fault? Upper()
        {
            var hashes = _bundles;
            foreach (var tile in Tile.All(head.Size))
            {
                if (tile is { Level: > 1, Index: 0 })
                {
                    hashes = [.. hashes.Chunk(Tile.FullWidth).Where(c => c.Length == Tile.FullWidth)
                        .Select(c => Merkle.Root(c))];
                }

                if ((copy(tile.Path) ?? copy(Full(tile).Path)) is not { } there)
                {
                    return new Fault(tile.Path, 0, Missing);
                }

                if (tile.Level == 0)
                {
                    if (copy(tile.Path) is { } own && own.Length != tile.Width * Digest.Bytes)
                    {
                        return new Fault(tile.Path, tile.Width * Digest.Bytes, "more than its hashes");
                    }

                    continue;
                }

                byte[] right = [.. hashes.Skip((int)tile.Span.From).Take(tile.Width).SelectMany(h => h.ToArray())];
                var same = there.AsSpan().CommonPrefixLength(right);
                if (same < right.Length || (there.Length != right.Length && copy(tile.Path) is not null))
                {
                    return new Fault(tile.Path, same, "not the hashes that the entries give");
                }
            }

            return null;
        }

        private static Tile Full(Tile tile) => new(tile.Level, tile.Index, Tile.FullWidth);
    }
}
