using System.Security.Cryptography;
using Truce.Record;

namespace Truce.Missions;

/// <summary>What an act attaches, as it is sent: clear, for its audience, or for some without the operator.</summary>
/// <param name="Recipients">To whom the act itself is sealed; none where it is public.</param>
/// <param name="Bodies">What it names, and what is sent for it.</param>
internal sealed record ActSealing(
    IReadOnlyList<Recipient> Recipients, IReadOnlyList<(Attached Attached, SubmittedBody Body)> Bodies)
{
    /// <summary>Fresh random bytes for so many recipients.</summary>
    public static SealRandom Random(int recipients) => Random(recipients, RandomNumberGenerator.GetBytes);

    private static SealRandom Random(int recipients, Func<int, byte[]> random) =>
        SealRandom.From(random(SealRandom.BytesFor(recipients)), recipients);

    /// <summary>The bodies of an act.</summary>
    /// <param name="roster">Whose reading keys there are.</param>
    /// <param name="audience">Who may read the act; null for everybody.</param>
    /// <param name="files">What it attaches.</param>
    /// <param name="sealedTo">For some files the organisations that alone may read them.</param>
    /// <param name="bytes">So many random bytes; null for the system's.</param>
    public static Parsed<ActSealing> Of(
        Roster roster, Audience? audience, IReadOnlyList<AttachedFile> files,
        IReadOnlyDictionary<string, string[]> sealedTo, Func<int, byte[]>? bytes = null)
    {
        string[] named = [.. audience?.Organisations ?? [], .. sealedTo.Values.SelectMany(o => o)];
        if (named.FirstOrDefault(o => roster.Find(o)?.ReadingKey is null) is { } blind)
        {
            return new Unreadable(
                $"`{blind}` has no reading key in this log: `truce record stats` lists those that have");
        }

        Recipient[] all = audience is null ? [] :
        [
            .. audience.Organisations.Select(Of), new Recipient(Audience.Operator, 0, roster.Genesis.ReadingKey),
        ];
        Recipient Of(string name) => new(name, 0, roster.Find(name)!.ReadingKey!);
        return new ActSealing(all, [.. files.Select(f => Body(f, roster.Founding.Hash,
            sealedTo.TryGetValue(f.Name, out var alone) ? [.. alone.Select(Of)] : all,
            bytes ?? RandomNumberGenerator.GetBytes))]);
    }

    /// <summary>
    /// Testimony of an act for an audience that all of it and the operator could read: it is sealed to some unless its
    /// author says otherwise. Null for none.
    /// </summary>
    public static string? OpenTestimony(
        JsonValue.Members act, Audience? audience, IReadOnlyList<AttachedFile> files,
        IReadOnlyDictionary<string, string[]> sealedTo) =>
        audience is not null && (act["form"] as JsonValue.Text)?.Value == "testimony"
        && files.FirstOrDefault(f => !sealedTo.ContainsKey(f.Name)
            && (act["evidence"] as JsonValue.Text)?.Value == f.Commit.ToString()) is { } open
            ? $"`{open.Name}` is testimony, and {audience} and the operator could read it\n  help: seal it to those "
                + $"who verify with `--seal {open.Name}=ORG,ORG`, or send it as it is with `--even-so`"
            : null;

    private static (Attached, SubmittedBody) Body(
        AttachedFile file, Digest genesis, Recipient[] recipients, Func<int, byte[]> bytes)
    {
        if (recipients.Length == 0)
        {
            return (new Attached(file.Commit, CiphertextHash: null), new SubmittedBody(file.Body, Wraps: null));
        }

        // The salt is the file's own: the act names the commitment, and was written before this.
        var random = Random(recipients.Length, bytes) with { Salt = file.Body.AsMemory(0, Committed.SaltBytes) };
        var body = Seal.Document(file.Content.Span, genesis, recipients, random);
        return (body.Attached, new SubmittedBody(body.Ciphertext, body.Wraps.ToBytes()));
    }
}
