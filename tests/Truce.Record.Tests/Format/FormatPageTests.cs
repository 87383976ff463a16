using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Truce.Record.Tests;

/// <summary>The blocks of docs/record-format.md, and the example beside it, are what the code gives.</summary>
public sealed partial class FormatPageTests
{
    private const string Page = "docs/record-format.md";
    private const string Example = VectorFile.Folder + "/example";

    private static readonly SampleLog Worked = new();

    [Fact]
    public void Each_block_of_the_page_is_what_the_code_gives()
    {
        var path = Path.Combine(VectorFile.Root, Page);
        var page = File.ReadAllText(path);
        var blocks = Blocks();
        var named = Block().Matches(page).Select(m => m.Groups["name"].Value).ToArray();
        Assert.Equal(blocks.Keys.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));

        var now = Block().Replace(page, m => m.Groups["before"].Value + blocks[m.Groups["name"].Value] + "```");
        if (VectorFile.IsUpdating)
        {
            File.WriteAllText(path, now);
        }

        Assert.Equal(File.ReadAllText(path), now);
    }

    [Fact]
    public void Each_file_of_the_example_is_what_the_code_writes()
    {
        var expected = Path.Combine(VectorFile.Root, Example);
        var now = Directory.CreateTempSubdirectory("truce-example-").FullName;
        try
        {
            if (VectorFile.IsUpdating)
            {
                Directory.CreateDirectory(expected);
                Directory.Delete(expected, recursive: true);
                Worked.Write(expected);
            }

            Worked.Write(now);
            Assert.Equal(Files(expected).Select(f => f.Name), Files(now).Select(f => f.Name));
            Assert.All(Files(expected).Zip(Files(now)), f => Assert.True(
                f.First.Bytes.AsSpan().SequenceEqual(f.Second.Bytes), $"{Example}/{f.First.Name} is out of date"));
        }
        finally
        {
            Directory.Delete(now, recursive: true);
        }
    }

    [Fact]
    public void The_example_and_a_larger_log_of_many_segments_hold()
    {
        var large = new SampleLog(size: 700);
        foreach (var sample in new[] { Worked, large })
        {
            var folder = Directory.CreateTempSubdirectory("truce-sample-").FullName;
            try
            {
                sample.Write(folder);
                using var disk = new Folder(Path.Combine(folder, "log"));
                var report = Fsck.Check(disk, SampleLog.Witness("north").Verifier, SampleLog.Witness("south").Verifier);
                Assert.Equal((null, sample.Leaves.Count), (report.First, report.Size));
                var copy = Copy.Verify(
                    path => File.Exists(Path.Combine(folder, "copy", path))
                        ? File.ReadAllBytes(Path.Combine(folder, "copy", path))
                        : null,
                    SampleLog.Log.Verifier);
                Assert.Equal(sample.Head, copy.Required());
                var policy = TrustPolicy.Parse(File.ReadAllBytes(Path.Combine(folder, "policy"))).Required();
                var proof = TlogProof.Parse(File.ReadAllBytes(Path.Combine(folder, "entry-2.tlog-proof"))).Required();
                Assert.True(proof.Verify(sample.Hashes[2], policy).IsValid);
                var shown = Disclosure.Parse(File.ReadAllBytes(Path.Combine(folder, "entry-3.disclosure"))).Required()
                    .Verify(sample.Founding.Hash, policy).Required();
                Assert.Equal(("north", "notice"), (shown.Author?.Organisation, shown.Statement.Type));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Assert.All(large.Leaves.Skip(SampleLog.WorkedSize), leaf =>
            Assert.True(new SignedStatement(leaf.Statement, leaf.Signature).Verify().IsValid));
        var roster = Roster.Begin(large.Leaves[0].ToBytes()).Required();
        Assert.True(roster.Apply(1, large.Leaves[1]).Required().KeyAt(SampleLog.Desk.Key, 2).MaySign);
    }

    /// <summary>
    /// For whoever writes a reader: SAMPLE_LOG names a folder that does not exist yet, where it stays.
    /// </summary>
    [Fact]
    public void A_larger_sample_is_a_log_and_a_copy_that_hold()
    {
        var asked = Environment.GetEnvironmentVariable("SAMPLE_LOG");
        var folder = string.IsNullOrEmpty(asked) ? Directory.CreateTempSubdirectory("truce-sample-").FullName : asked;
        Directory.CreateDirectory(folder);
        var sample = new SampleLog(size: 700);
        sample.Write(folder);
        byte[]? Read(string path)
        {
            var file = Path.Combine(folder, "copy", path);
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }

        var held = Copy.Verify(Read, sample.Genesis.LogKey);
        Assert.Equal(700, held.Required().Size);
        if (string.IsNullOrEmpty(asked))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Each number is looked for; that it stands in the right place is for whoever changes it.</summary>
    [Fact]
    public void Each_limit_stands_on_the_page()
    {
        long[] limits =
        [
            Leaf.StatementBytesMax, Leaf.SignatureBytesMax, Leaf.OutcomeBytesMax, Leaf.BytesMax, CanonicalJson.BytesMax,
            CanonicalJson.DepthMax, Statement.ExpectationsMax, Attached.CountMax, Attached.BodyBytesMax,
            Audience.OrganisationsMax, Wraps.CountMax, Committed.OutcomeBytesMin, .. Committed.SizeClasses,
            Outcome.WhyLengthMax, Genesis.GuardiansMax, Genesis.FoundersMax, Genesis.CosignersMax, KeyAct.ApprovalsMax,
            Erasure.BodiesMax, Refusal.WordsLengthMax, SignedNote.BytesMax, SignedNote.SignaturesMax,
            Merkle.ProofHashesMax, TlogProof.ExtraBytesMax, TrustPolicy.BytesMax, TrustPolicy.DefinitionsMax,
            RecordLog.FrameBytesMax, LogSettings.SegmentBytesMin, LogSettings.SegmentBytesMax,
            VerifierKey.NameLengthMax, Receipt.DeadlineMilliseconds, Receipt.GraceMilliseconds,
        ];
        var prose = Block().Replace(File.ReadAllText(Path.Combine(VectorFile.Root, Page)), "");
        Assert.Equal("", string.Join(' ', limits.Select(l => l.ToString("#,0", CultureInfo.InvariantCulture))
            .Where(l => !Regex.IsMatch(prose, $@"(?<![\d,]){l}(?![\d]|,\d)"))));
        Assert.Contains($"{CanonicalJson.NumberMax}", prose, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_member_that_the_code_writes_stands_on_the_page()
    {
        var prose = Block().Replace(File.ReadAllText(Path.Combine(VectorFile.Root, Page)), "");
        var written = Worked.Leaves.SelectMany(l => new[] { l.Statement, l.Outcome }).Append(Worked.Object!.Bytes)
            .Append(Worked.OutcomeObject!.Bytes).Append(Worked.Disclosure.ToBytes())
            .SelectMany(bytes => Names(CanonicalJson.Parse(bytes.Span).Required())).Distinct().ToArray();

        Assert.True(written.Length > 35, $"only {written.Length}");
        Assert.Equal("", string.Join(' ', written.Where(n => !Regex.IsMatch(prose, $@"[`{{ ""]{n}[`,}}""]"))));
    }

    private static IEnumerable<string> Names(JsonValue value) => value switch
    {
        JsonValue.Members m => m.All.SelectMany(x => x.Key == "act" && x.Value is JsonValue.Members { All.Count: 2 }
            ? [x.Key]
            : Names(x.Value).Prepend(x.Key)),
        JsonValue.Items i => i.All.SelectMany(Names),
        _ => [],
    };

    private static (string Name, byte[] Bytes)[] Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => (Path.GetRelativePath(folder, f).Replace('\\', '/'), File.ReadAllBytes(f)))
            .OrderBy(f => f.Item1, StringComparer.Ordinal),
    ];

    private static Dictionary<string, string> Blocks()
    {
        var entry = Worked.Leaves[2];
        var s = entry.Statement.Span;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["keys"] = Keys(),
            ["genesis"] = Lines(
                ("S0", Text(Worked.Leaves[0].Statement)),
                ("signature", Text(Worked.Leaves[0].Signature)),
                ("R0", Text(Worked.Leaves[0].Outcome)),
                ("bytes of the entry", Count(Worked.Leaves[0].ToBytes().Length)),
                ("leaf hash, which is the genesis hash", Hash(Worked.Hashes[0]))),
            ["enrolment"] = Lines(
                ("S", Text(Worked.Leaves[1].Statement)),
                ("signature", Hex(Worked.Leaves[1].Signature.Span)),
                ("R", Text(Worked.Leaves[1].Outcome)),
                ("leaf hash", Hash(Worked.Hashes[1]))),
            ["report"] = Lines(
                ("S", Text(entry.Statement)),
                ("statement hash", Hash(Digest.Of(s))),
                ("message that is signed", Hex(Statement.Message(Worked.Founding.Hash, s))),
                ("signature", Hex(entry.Signature.Span)),
                ("R", Text(entry.Outcome)),
                ("entry", Hex(entry.ToBytes())),
                ("leaf hash", Hash(Worked.Hashes[2]))),
            ["confidential"] = Lines(
                ("S′", Text(Worked.Leaves[3].Statement)),
                ("O, up to its padding", Encoding.UTF8.GetString(Worked.Object!.Bytes.Span).Split("000")[0] + "000…"),
                ("signature", Hex(Worked.Leaves[3].Signature.Span)),
                ("R′", Text(Worked.Leaves[3].Outcome)),
                ("leaf hash", Hash(Worked.Hashes[3]))),
            ["tree"] = Lines(
                ("node over 0 and 1", Hash(Merkle.Root(Worked.Hashes.AsSpan(0, 2)))),
                ("node over 2 and 3", Hash(Merkle.Root(Worked.Hashes.AsSpan(2, 2)))),
                ("root of size 3", Hash(Merkle.Root(Worked.Hashes.AsSpan(0, 3)))),
                ("root of size 4", Hash(Worked.Head.Root))),
            ["checkpoint"] = Worked.Checkpoint.ToString(),
            ["policy"] = SampleLog.Policy,
            ["proof"] = Worked.Proof(2).ToString(),
            ["receipt"] = Worked.Receipt(2).Sign(SampleLog.Receipts).ToString(),
            ["refusal"] = SampleLog.Refusal.Sign(SampleLog.Receipts).ToString(),
            ["folder"] = FolderBlock(),
        };
    }

    private static string Keys()
    {
        (string Label, string Key)[] all =
        [
            ("log", $"{SampleLog.Log.Verifier}"),
            ("receipts", $"{SampleLog.Receipts.Verifier}"),
            ("witness north", $"{SampleLog.Witness("north").Verifier}"),
            ("witness south", $"{SampleLog.Witness("south").Verifier}"),
            ("mirror relief", $"{SampleLog.Mirror.Verifier}"),
            ("root of north", $"{SampleLog.Root("north").Key}"),
            ("root of relief", $"{SampleLog.Root("relief").Key}"),
            ("root of south", $"{SampleLog.Root("south").Key}"),
            ("desk of north", $"{SampleLog.Desk.Key}"),
            ("reading key of north", $"{SampleLog.Reading("north").Public}"),
            ("reading key of south", $"{SampleLog.Reading("south").Public}"),
            ("reading key of the mission", $"{SampleLog.Reading("the mission").Public}"),
        ];
        return string.Concat(all.Select(k => $"{k.Label,-28}{Hex(SampleLog.Seed(k.Label))}{"",-28}{k.Key}\n"));
    }

    /// <summary>The files of the worked folder, and the heads of its segment and of its first frame.</summary>
    private static string FolderBlock()
    {
        var folder = Directory.CreateTempSubdirectory("truce-page-").FullName;
        try
        {
            Worked.Write(folder);
            var files = Files(Path.Combine(folder, "log"));
            var segment = files.Single(f => f.Name == "segment-00000000").Bytes;
            var text = new StringBuilder(string.Concat(files.Select(f => $"{Count(f.Bytes.Length),8}  {f.Name}\n")));
            text.Append("\nlog\n").Append(Encoding.UTF8.GetString(files.Single(f => f.Name == "log").Bytes));
            text.Append("\nsegment-00000000, head\n").Append(Hex(segment.AsSpan(0, 64)));
            for (var at = 64; Frame.Read(segment.AsSpan(at)) is { } frame; at += frame.Total)
            {
                text.Append(CultureInfo.InvariantCulture, $"\nframe at {at}, {frame.Count} entries, ")
                    .Append(CultureInfo.InvariantCulture, $"{frame.Total} bytes\n").Append(Hex(segment.AsSpan(at, 64)));
            }

            var positions = files.Single(f => f.Name == "positions").Bytes;
            return text.Append("\npositions\n").Append(Hex(positions)).ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Lines(params (string Name, string Value)[] all) =>
        string.Join('\n', all.Select(l => $"{l.Name}\n{l.Value.TrimEnd('\n')}\n"));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string Hash(Digest hash) => $"{hash.ToHex()}\n{hash}";

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Hex, 64 bytes a line.</summary>
    private static string Hex(ReadOnlySpan<byte> bytes) =>
        string.Concat(bytes.ToArray().Chunk(64).Select(c => Convert.ToHexStringLower(c) + "\n"));

    [GeneratedRegex("(?<before><!-- example: (?<name>[a-z]+) -->\\n```text\\n).*?```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
