using System.Text;

namespace Truce.Record.Tests;

/// <summary>note.json, checkpoint.json and cosignature.json.</summary>
internal static class NoteVectors
{
    private const string PublishedKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string PublishedNote =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
        + "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    private const string EmptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private static readonly string LogKey = Some.Log.Verifier.ToString();
    private static readonly string WitnessKey = Some.Witness.Verifier.ToString();

    public static string Head { get; } = new Checkpoint(Some.Origin, size: 7, Merkle.Leaf([])).Text;

    public static SignedNote Signed { get; } = SignedNote.Sign(Head, Some.Log);

    private static string Line(string name, byte[] bytes) => $"— {name} {Convert.ToBase64String(bytes)}\n";

    public static object Notes() => new
    {
        About = "Signed notes of C2SP, Ed25519. `verified` are the keys whose signatures hold, in the order of lines.",
        Vkeys = Vkeys(),
        Cases = NoteCases(),
    };

    private static IEnumerable<object> Vkeys()
    {
        (string Vkey, string? Why)[] all =
        [
            (PublishedKey, null),
            (LogKey, null),
            (WitnessKey, null),
            ("example.com/foo+530d903b" + PublishedKey[24..], "the id is not that of the key"),
            ("example.com/foo+530D903A" + PublishedKey[24..], "the id is in lower case"),
            ("example.com/fooo" + PublishedKey[15..], "the name is part of the id"),
            (PublishedKey + "=", "base64 has one form"),
            (PublishedKey[..^4], "the key has 32 bytes"),
            ("a b" + PublishedKey[15..], "no space in a name"),
            (PublishedKey[..15], "the id and the key are missing"),
        ];
        return all.Select(v => new { v.Vkey, Valid = v.Why is null, v.Why });
    }

    private static IEnumerable<object> NoteCases()
    {
        var key = Some.Log.Verifier;
        var zero = new NoteSignature(key.Name, key.Id, new byte[64]);
        var foreign = new NoteSignature(key.Name, key.Id ^ 1, new byte[64]);
        var sameId = new NoteSignature("other.example", key.Id, new byte[64]);
        var twice = Signed.With(Signed.Signatures).ToString();
        var sixteen = Signed.With(
            Enumerable.Range(0, 16).Select(i => new NoteSignature($"k{i}", (uint)i, new byte[64])));
        var text = Signed.ToString();
        yield return Holds("the published example", PublishedNote, PublishedKey, "example.com/foo");
        yield return Holds("a checkpoint", text, LogKey, Some.Origin);
        yield return Holds("a line of an unknown id", Signed.With([foreign]).ToString(), LogKey, Some.Origin);
        yield return Holds("a line of an unknown name", Signed.With([sameId]).ToString(), LogKey, Some.Origin);
        yield return Holds("the same line twice", twice, LogKey, Some.Origin, Some.Origin);
        yield return Holds("sixteen more signatures", sixteen.ToString(), LogKey, Some.Origin);
        yield return Holds(
            "empty lines in the text", SignedNote.Sign("a\n\n\nb\n", Some.Log).ToString(), LogKey, Some.Origin);
        yield return Fails("one bad line of a known key", Signed.With([zero]).ToString(), "it condemns the whole note");
        yield return Fails(
            "no line of a known key", Signed.With([foreign]).Only(s => s == foreign).ToString(), "nobody vouches");
        yield return Fails("another text", text.Replace("\n7\n", "\n8\n", StringComparison.Ordinal), "signed for 7");
        yield return Fails("no signatures", Head + "\n", "a signature line follows the empty line");
        yield return Fails(
            "no empty line", text.Replace("\n\n", "\n", StringComparison.Ordinal), "the empty line is missing");
        yield return Fails("no newline at the end", text[..^1], "each line ends");
        yield return Fails("a hyphen", text.Replace('—', '-'), "the dash is U+2014");
        yield return Fails(
            "carriage returns", text.Replace("\n", "\r\n", StringComparison.Ordinal), "no control characters");
        yield return Fails("a tab", "a\tb\n\n" + text[(Head.Length + 1)..], "no control characters");
        yield return Fails("a line behind the signatures", text + "more\n", "every line there is a signature line");
        yield return Fails(
            "stray bits in base64", text.Replace("=\n\n", "=\n\n— x AAAAAAB=\n", StringComparison.Ordinal),
            "one form");
        yield return Fails(
            "no signature in a line", text.Replace("=\n\n", "=\n\n" + Line("x", new byte[4]), StringComparison.Ordinal),
            "an id and at least one byte");
        yield return Fails(
            "a space of Unicode in a name",
            text.Replace("=\n\n", "=\n\n" + Line("a\u00a0b", new byte[8]), StringComparison.Ordinal),
            "no spaces in names");
        byte[] bad = [.. Encoding.UTF8.GetBytes(Head), 0xff, .. Encoding.UTF8.GetBytes(text[(Head.Length - 1)..])];
        yield return new
        {
            Name = "bytes that are not UTF-8",
            Valid = false,
            Why = "a note is UTF-8",
            Keys = new[] { LogKey },
            NoteHex = VectorFile.Hex(bad),
        };
    }

    private static object Holds(string name, string note, string key, params string[] verified) =>
        new { Name = name, Valid = true, Keys = new[] { key }, Note = note, Verified = verified };

    private static object Fails(string name, string note, string why) =>
        new { Name = name, Valid = false, Why = why, Keys = new[] { LogKey }, Note = note };

    public static object Checkpoints() => new
    {
        About = "The text of a checkpoint, before its signatures. Sizes lie below 2^63 and are written as texts here.",
        Cases = CheckpointCases(),
    };

    private static IEnumerable<object> CheckpointCases()
    {
        yield return Read("an empty tree", $"o\n0\n{EmptyRoot}\n", "o", "0", 0);
        yield return Read("a log of seven", Head, Some.Origin, "7", 0);
        yield return Read("the largest size", $"o\n9223372036854775807\n{EmptyRoot}\n", "o", "9223372036854775807", 0);
        yield return Read("an extension line", $"o\n1\n{EmptyRoot}\nextension\n", "o", "1", 1);
        yield return Read("an origin with a space", $"o p\n1\n{EmptyRoot}\n", "o p", "1", 0);
        (string Name, string Text, string Why)[] bad =
        [
            ("a larger size", $"o\n9223372036854775808\n{EmptyRoot}\n", "sizes lie below 2^63"),
            ("a leading zero", $"o\n07\n{EmptyRoot}\n", "a number has one form"),
            ("two zeros", $"o\n00\n{EmptyRoot}\n", "a number has one form"),
            ("a sign", $"o\n+1\n{EmptyRoot}\n", "a number has one form"),
            ("a negative size", $"o\n-1\n{EmptyRoot}\n", "a size is not negative"),
            ("stray bits in the root", $"o\n1\n{EmptyRoot[..^2]}V=\n", "base64 has one form"),
            ("no padding", $"o\n1\n{EmptyRoot[..^1]}\n", "base64 is padded"),
            ("a root of 31 bytes", $"o\n1\n{Convert.ToBase64String(new byte[31])}\n", "a root has 32 bytes"),
            ("no origin", $"\n1\n{EmptyRoot}\n", "the first line is empty"),
            ("an empty extension line", $"o\n1\n{EmptyRoot}\n\nx\n", "no line is empty"),
            ("no last newline", $"o\n1\n{EmptyRoot}", "each line ends"),
            ("no root", "o\n1\n", "three lines at least"),
        ];
        foreach (var (name, text, why) in bad)
        {
            yield return new { Name = name, Valid = false, Why = why, Checkpoint = text };
        }
    }

    private static object Read(string name, string text, string origin, string size, int extensions) => new
    {
        Name = name,
        Valid = true,
        Checkpoint = text,
        Origin = origin,
        Size = size,
        RootHex = VectorFile.Hex(Convert.FromBase64String(text.Split('\n')[2])),
        Extensions = extensions,
    };

    public static object Cosignatures() => new
    {
        About = "Cosignatures of type 0x04. The signed message is `cosignature/v1`, `time T` and the note's text.",
        Cases = CosignatureCases(),
    };

    private static IEnumerable<object> CosignatureCases()
    {
        const long time = 1_768_000_060;
        var line = Cosignature.Sign(Some.Witness, Head, time);
        var message = $"cosignature/v1\ntime {time}\n{Head}";
        var key = Some.Witness.Verifier;
        var plain = new NoteSignature(key.Name, key.Id, Some.Witness.Sign(Some.Bytes(Head)));
        yield return Cosigned("a cosignature", null, Signed.With([line]), WitnessKey, $"{time}", message);
        yield return Cosigned(
            "without the log's line", null, Signed.With([line]).Only(s => s == line), WitnessKey, $"{time}");
        yield return Cosigned(
            "another time", "the time is signed", Signed.With([line with { Signature = Changed(line, 7, 1) }]));
        yield return Cosigned(
            "a time of 2^63 and more", "the time is signed",
            Signed.With([line with { Signature = Changed(line, 0, 0x80) }]));
        yield return Cosigned(
            "another signature", "a flipped bit", Signed.With([line with { Signature = Changed(line, 71, 1) }]));
        yield return Cosigned(
            "a byte more", "72 bytes", Signed.With([line with { Signature = [.. line.Signature, 0] }]));
        yield return Cosigned(
            "without a time", "a cosignature is no signature of the text alone", Signed.With([plain]));
        var other = SignedNote.Sign(Head.Replace("\n7\n", "\n8\n", StringComparison.Ordinal), Some.Log);
        yield return Cosigned("under another checkpoint", "the text is signed", other.With([line]));
    }

    private static byte[] Changed(NoteSignature line, int at, byte bits)
    {
        var bytes = line.Signature.ToArray();
        bytes[at] ^= bits;
        return bytes;
    }

    private static object Cosigned(
        string name, string? why, SignedNote note, string? key = null, string? time = null, string? message = null) =>
        new
        {
            Name = name,
            Valid = why is null,
            Why = why,
            Key = key ?? WitnessKey,
            Note = $"{note}",
            Time = time,
            Message = message,
        };
}
