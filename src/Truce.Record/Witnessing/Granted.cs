namespace Truce.Record;

/// <summary>
/// Which bodies an organisation may have: those that are clear, and the ciphertexts whose key is wrapped for it, each
/// with its own wraps and nobody else's.
/// </summary>
public static class Granted
{
    /// <summary>
    /// What an entry names by hash: its own ciphertexts, and what is attached to a statement that can be read here.
    /// </summary>
    /// <param name="index">Where it stands.</param>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="opened">The statement within a confidential entry, where one can open it.</param>
    public static IReadOnlyList<Digest> Named(long index, Leaf leaf, Statement? opened = null)
    {
        var entry = Entry.Read(index, leaf).Value;
        Digest[] own = entry is Entry.Confidential c ? [c.Statement.CiphertextHash, c.Outcome.CiphertextHash] : [];
        var statement = opened ?? (entry as Entry.Clear)?.Statement;
        return [.. own, .. (statement?.Attached ?? []).Select(a => a.Hash)];
    }

    /// <summary>
    /// What of an entry may go to an organisation's mirror, by hash and without a reading key: what the entry names
    /// itself, and what its confidential statement attaches where the statement is for the organisation. Others are
    /// not even asked to store it: an offer would tell them that the entry attaches something, and how much.
    /// </summary>
    /// <param name="bodies">Where bodies, wraps and what they name are.</param>
    /// <param name="index">Where the entry stands.</param>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="organisation">Whose mirror it is.</param>
    public static IReadOnlyList<Digest> NamedTo(Disk bodies, long index, Leaf leaf, string organisation)
    {
        var named = Named(index, leaf);
        return Entry.Read(index, leaf).Value is Entry.Confidential { Statement.CiphertextHash: var hash }
            && Bodies.Names(bodies, hash) is { Count: > 0 } attached && For(bodies, hash, organisation) is not null
            ? [.. named, .. attached]
            : named;
    }

    /// <summary>A body for an organisation; null where it is not for it, or not here.</summary>
    /// <param name="bodies">Where the bodies and wraps are.</param>
    /// <param name="hash">The hash that it is held under.</param>
    /// <param name="organisation">Who asks; null for everybody, who may have what is clear.</param>
    public static StoredBody? For(Disk bodies, Digest hash, string? organisation)
    {
        if (Bodies.Get(bodies, hash) is not { } bytes)
        {
            return null;
        }

        if (Digest.Of(bytes) != hash)
        {
            return StoredBody.Clear(bytes);
        }

        return organisation is not null && Bodies.Wraps(bodies, hash)?.Only(organisation) is { } wraps
            ? StoredBody.Ciphertext(bytes, wraps)
            : null;
    }
}
