namespace Truce.Record.Tests;

/// <summary>proof.json, policy.json and witness.json.</summary>
internal static class ProofVectors
{
    public const long Time = 1_768_000_060;

    private static readonly SigningKey[] Witnesses =
        [.. Enumerable.Range(0, 5).Select(i => Some.Key($"w{i}.example", KeyUse.Cosignature))];

    private static readonly Trees.Plain Tree = new(Trees.Leaves(70));
    private static readonly Trees.Plain Fork = new([.. Trees.Leaves(71).Skip(1)]);

    private static readonly string TwoLevels = $"""
        # two of the first three, and any of the others
        log {Some.Log.Verifier} https://truce.example/

        {string.Join('\n', Witnesses.Select((w, i) => $"witness w{i} {w.Verifier}"))}
        group parties 2 w0 w1 w2
        group others any w3 w4
        group both all parties others
        quorum both

        """;

    public static object Proofs() => new
    {
        About = "Files of c2sp.org/tlog-proof@v1. `entry_hex` is the entry, whose leaf hash is SHA-256(0x00 ‖ entry).",
        Policy = TwoLevels,
        Cases = ProofCases(),
    };

    private static IEnumerable<object> ProofCases()
    {
        var good = Proof(41, extra: null, cosigners: [0, 1, 3]);
        var text = good.ToString();
        yield return Proved("entry 41 of 70", null, 41, text);
        yield return Proved("entry 0", null, 0, Proof(0, null, [1, 2, 4]).ToString());
        yield return Proved("the last entry", null, 69, Proof(69, null, [0, 1, 2, 3, 4]).ToString());
        yield return Proved("with extra data", null, 41, Proof(41, "more"u8.ToArray(), [0, 1, 3]).ToString());
        yield return Proved("with empty extra data", null, 41, Proof(41, [], [0, 1, 3]).ToString());
        yield return Proved("another entry", "the entry is number 42", 42, text);
        yield return Proved("another index", "the entry stands at 41", 41, Replaced(text, "index 41", "index 40"));
        yield return Proved("the quorum is not met", "w0 and w3 alone", 41, Proof(41, null, [0, 3]).ToString());
        yield return Proved(
            "a hash less", "the proof ends below the root", 41,
            (good with { Proof = [.. good.Proof.Skip(1)] }).ToString());
        yield return Proved("another version", "the first line", 41, Replaced(text, "@v1", "@v2"));
        yield return Proved("a leading zero", "a number has one form", 41, Replaced(text, "index 41", "index 041"));
        yield return Proved("no index", "the line is missing", 41, Replaced(text, "index 41\n", ""));
        yield return Proved(
            "extra data in another place", "before the index", 41,
            Replaced(text, "index 41\n", "index 41\nextra AAAA\n"));
        yield return Proved("no empty line", "it ends the hashes", 41, Replaced(text, "\n\ntruce", "\ntruce"));
    }

    private static object Proved(string name, string? why, int entry, string file) =>
        new { Name = name, Valid = why is null, Why = why, EntryHex = $"{entry:x8}", Proof = file };

    private static TlogProof Proof(int index, byte[]? extra, int[] cosigners) =>
        new(extra, index, Merkle.Inclusion(index, 70, Tree.Subtree), Cosigned(cosigners));

    private static SignedNote Cosigned(params int[] cosigners)
    {
        var checkpoint = new Checkpoint(Some.Origin, size: 70, Tree.Root(70));
        return checkpoint.Sign(Some.Log)
            .With(cosigners.Select(i => Cosignature.Sign(Witnesses[i], checkpoint.Text, Time + i)));
    }

    public static object Policies() => new
    {
        About = "Policies of tlog-policy. `accepted` cases hold a checkpoint against `policy`, which is valid.",
        Cases = PolicyCases(),
        Policy = TwoLevels,
        Accepted = AcceptedCases(),
    };

    private static IEnumerable<object> PolicyCases()
    {
        var (log, w0, w1) = (Some.Log.Verifier, Witnesses[0].Verifier, Witnesses[1].Verifier);
        (string Text, string? Why)[] all =
        [
            (TwoLevels, null),
            ("quorum none\n", null),
            ("quorum none", null),
            ("  \t# a comment\n\tquorum\t none \n", null),
            ($"witness W {w0}\nquorum W\n", null),
            ($"witness W {w0} https://w.example/\ngroup G 1 W\nquorum G\n", null),
            ("", "there is one quorum line"),
            ("quorum none\nquorum none\n", "there is one quorum line"),
            ("quorum W\n", "defined on an earlier line"),
            ("quorum none\r\n", "no control characters"),
            ("quorum none # no comment here\n", "a comment has its own line"),
            ("Quorum none\n", "words are in lower case"),
            ($"witness W {w0} url more\nquorum W\n", "one URL at most"),
            ($"witness W {log}\nquorum W\n", "a witness's key has type 0x04"),
            ($"log {w0}\nquorum none\n", "a log's key has type 0x01"),
            ($"log {log}\nlog {log}\nquorum none\n", "each key once"),
            ($"witness V {w0}\nwitness W {w0}\nquorum none\n", "each key once"),
            ($"witness W {w0}\nwitness W {w1}\nquorum none\n", "each name once"),
            ($"witness none {w0}\nquorum none\n", "the name is taken"),
            ($"witness W {w0}\ngroup W any W\nquorum none\n", "each name once"),
            ($"witness W {w0}\ngroup G any\nquorum G\n", "a group has members"),
            ($"witness W {w0}\ngroup G 0 W\nquorum G\n", "from 1 to the number of members"),
            ($"witness W {w0}\ngroup G 01 W\nquorum G\n", "a number has one form"),
            ($"witness W {w0}\ngroup G 2 W\nquorum G\n", "from 1 to the number of members"),
            ($"witness W {w0}\ngroup G 2 W W\nquorum G\n", "each name is a member once"),
            ($"witness W {w0}\ngroup G any W\ngroup H any W\nquorum G\n", "each name is a member once"),
            ($"group G any W\nwitness W {w0}\nquorum G\n", "defined on an earlier line"),
            ("group G any G\nquorum G\n", "defined on an earlier line"),
        ];
        return all.Select(p => new { Policy = p.Text, Valid = p.Why is null, p.Why });
    }

    private static IEnumerable<object> AcceptedCases()
    {
        (int[] Cosigners, string? Why)[] all =
        [
            ([0, 1, 3], null),
            ([2, 4, 0], null),
            ([0, 1, 2, 3, 4], null),
            ([0, 1, 2], "none of the others"),
            ([0, 3, 4], "one party alone"),
            ([], "nobody"),
        ];
        foreach (var (cosigners, why) in all)
        {
            yield return new { Valid = why is null, Why = why, Checkpoint = Cosigned(cosigners).ToString() };
        }

        using var other = Some.Key("other.example", KeyUse.Note);
        var elsewhere = new Checkpoint("other.example", size: 70, Tree.Root(70));
        var lines = new[] { 0, 1, 3 }.Select(i => Cosignature.Sign(Witnesses[i], elsewhere.Text, Time));
        yield return new { Valid = false, Why = "another log", Checkpoint = $"{elsewhere.Sign(other).With(lines)}" };
        yield return new
        {
            Valid = false,
            Why = "the log's key under another origin",
            Checkpoint = SignedNote.Sign(elsewhere.Text, Some.Log).With(lines).ToString(),
        };
        var bad = Cosigned(0, 1, 3).With([new(Witnesses[2].Verifier.Name, Witnesses[2].Verifier.Id, new byte[72])]);
        yield return new { Valid = false, Why = "a known witness's line does not hold", Checkpoint = bad.ToString() };
    }

    public static object WitnessRequests() => new
    {
        About = "tlog-witness, add-checkpoint: what the witness holds, the request, and the answer.",
        Log = Some.Log.Verifier.ToString(),
        Witness = Some.Witness.Verifier.ToString(),
        WitnessSeedHex = Digest.Of(Some.Bytes($"{Some.Witness.Verifier.Name} {KeyUse.Cosignature}")).ToHex(),
        Time = $"{Time}",
        MonitoringPath = Witness.MonitoringPath(Some.Origin),
        Cases = WitnessCases(),
    };

    private static IEnumerable<object> WitnessCases()
    {
        yield return Asked("a first checkpoint", 200, null, 0, [], Signed(5));
        yield return Asked("an empty tree", 200, null, 0, [], Signed(0));
        yield return Asked("a larger one", 200, 5, 5, Proof(5, 40), Signed(40));
        yield return Asked("the same again", 200, 40, 40, [], Signed(40));
        yield return Asked("another size is held", 409, 5, 4, Proof(4, 40), Signed(40));
        yield return Asked("none is held", 409, null, 5, Proof(5, 40), Signed(40));
        yield return Asked("the old size is larger", 400, 40, 40, [], Signed(5));
        yield return Asked("a fork of the same size", 422, 40, 40, [], Forked(40));
        yield return Asked("a fork that is larger", 422, 5, 5, Proof(5, 40), Forked(40));
        yield return Asked("a proof from nothing", 422, null, 0, Proof(5, 40), Signed(40));
        yield return Asked("an empty tree with a root", 422, null, 0, [],
            new Checkpoint(Some.Origin, size: 0, Tree.Root(1)).Sign(Some.Log));
        using var stranger = Some.Key("stranger.example", KeyUse.Note);
        using var thief = Some.Key(Some.Origin, KeyUse.Note, salt: "thief");
        yield return Asked("an unknown log", 404, null, 0, [],
            new Checkpoint("stranger.example", size: 5, Tree.Root(5)).Sign(stranger));
        yield return Asked("no trusted signature", 403, 5, 5, Proof(5, 40),
            new Checkpoint(Some.Origin, size: 40, Tree.Root(40)).Sign(thief));
        yield return Asked("a trusted signature that does not hold", 403, 5, 5, Proof(5, 40),
            Signed(40).With([new(Some.Origin, Some.Log.Verifier.Id, new byte[64])]));
        foreach (var (name, body) in new[]
        {
            ("no size", $"\n{Signed(5)}"), ("a leading zero", $"old 00\n\n{Signed(5)}"),
            ("no empty line", $"old 0\n{Signed(5)}"),
            ("a line that is no hash", $"old 0\nAAAA\n\n{Signed(5)}"), ("no note", "old 0\n\n"),
        })
        {
            yield return Case(name, 400, null, Some.Bytes(body));
        }
    }

    private static object Asked(
        string name, int status, int? held, long old, IReadOnlyList<Digest> proof, SignedNote note) =>
        Case(name, status, held, Witness.Request(old, proof, note));

    private static object Case(string name, int status, int? held, byte[] request)
    {
        var head = held is { } size ? new WitnessedHead(size, Tree.Root(size), Signed(size)) : null;
        var answer = Witness.AddCheckpoint(
            request, o => o == Some.Origin ? new WatchedLog(o, [Some.Log.Verifier]) : null, _ => head, Some.Witness,
            Time);
        return new
        {
            Name = name,
            Valid = status == 200,
            HeldSize = head is null ? null : $"{head.Size}",
            HeldRoot = head?.Root.ToHex(),
            Request = System.Text.Encoding.UTF8.GetString(request),
            Status = status,
            ContentType = status is 200 or 409 ? answer.ContentType : null,
            Body = status is 200 or 409 ? answer.Body : null,
            Next = answer.Next?.Note.ToString(),
        };
    }

    private static IReadOnlyList<Digest> Proof(int old, int size) => Merkle.Consistency(old, size, Tree.Subtree);

    private static SignedNote Signed(int size) => new Checkpoint(Some.Origin, size, Tree.Root(size)).Sign(Some.Log);

    private static SignedNote Forked(int size) => new Checkpoint(Some.Origin, size, Fork.Root(size)).Sign(Some.Log);

    private static string Replaced(string text, string from, string to) =>
        text.Replace(from, to, StringComparison.Ordinal);
}
