using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Truce.Record.Tests;

/// <summary>
/// The reader in `reader/`, written from docs/record-format.md and its vectors alone, on the page's worked log and on
/// copies of it that were doctored. It is a program of its own: what it takes and refuses holds the page to account.
/// </summary>
public sealed class ReaderTests : IDisposable
{
    private static readonly string Example = Path.Combine(Checkout(), "docs", "vectors", "record", "example");

    private const string Desk = "ed25519:NSwQXAa/BfLnTsfxaj6vfbpM5MfOc0R12B0Qabnqmxk=";
    private const string Root3 = "23FbznQfqf15u+KgfUhIgNaAyfVyCo6IrS1oEWYVnbw=";
    private const string Root4 = "ipgdujKXaZWK0+pFIYQLW67ER9tDZ5M6Pij/yJsWxq8=";

    private readonly string scratch = Directory.CreateTempSubdirectory("truce-reader-").FullName;
    private readonly List<(string Call, string File, string What)> calls = [];

    public void Dispose() => Directory.Delete(scratch, recursive: true);

    [Theory]
    [InlineData("log")]
    [InlineData("copy")]
    public async Task The_worked_log_is_accepted(string kind)
    {
        var root = (await File.ReadAllLinesAsync(In("copy/checkpoint"), TestContext.Current.CancellationToken))[2];
        string[] own = [$"{In(kind)}\t--genesis\t{Genesis()}\t--policy\t{In("policy")}", In(kind)];

        Assert.All(await Answers(own), a => Assert.Equal((0, $"ok: 4 entries, root {root}"), (a.Exit, a.Text)));
    }

    [Fact]
    public async Task An_entry_with_its_proof_and_a_receipt_are_read()
    {
        var wrong = Path.Combine(scratch, "wrong");
        await File.WriteAllBytesAsync(wrong, Flipped(File.ReadAllBytes(In("entry-2")), 300),
            TestContext.Current.CancellationToken);
        var rest = $"{In("entry-2.tlog-proof")}\t{In("policy")}\t--genesis";

        var answers = await Answers([
            $"proof\t{In("entry-2")}\t{rest}\t{Genesis()}", $"proof\t{wrong}\t{rest}\t{Genesis()}",
            $"proof\t{In("entry-2")}\t{rest}\t{Convert.ToBase64String(new byte[32])}",
            $"receipt\t{In("receipt-2")}\t{In("copy")}", $"receipt\t{In("refusal")}\t{In("copy")}", "proof"]);

        Assert.Equal([0, 1, 1, 0, 1, 2], answers.Select(a => a.Exit));
        Assert.Equal($"ok: entry 2 of truce.example/exercise, signed by {Desk}", answers[0].Text);
        Assert.Contains("the proof does not lead to the root", answers[1].Text, StringComparison.Ordinal);
        Assert.Contains("a statement of another log", answers[2].Text, StringComparison.Ordinal);
        Assert.Contains("kept: the leaf stands where it was promised", answers[3].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("copy")]
    public async Task A_flipped_bit_is_refused_by_the_name_of_its_file(string kind)
    {
        foreach (var file in Files(kind))
        {
            var bytes = File.ReadAllBytes(Path.Combine(In(kind), file));
            var step = Math.Max(1, bytes.Length / 10);
            for (var at = 0; at < bytes.Length; at += step)
            {
                var bit = at / step % 8;
                Doctored(kind, file, Flipped(bytes, at, bit), $"bit {bit} of byte {at}");
            }
        }

        await EachIsRefused();
    }

    [Theory]
    [InlineData("log")]
    [InlineData("copy")]
    public async Task A_cut_a_longer_and_a_swapped_file_are_refused_by_name(string kind)
    {
        var files = Files(kind);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(Path.Combine(In(kind), file));
            Doctored(kind, file, bytes[..^1], "the last byte cut");
            Doctored(kind, file, bytes[..(bytes.Length / 2)], "half cut");
            Doctored(kind, file, [], "nothing left");
            Doctored(kind, file, [.. bytes, 0], "a byte more");
            var other = files[(Array.IndexOf(files, file) + 1) % files.Length];
            Doctored(kind, file, File.ReadAllBytes(Path.Combine(In(kind), other)), $"the bytes of {other}");
            Doctored(kind, file, null, "not there");
        }

        await EachIsRefused();
    }

    [Fact]
    public async Task A_log_without_one_of_its_entries_or_in_another_order_is_refused()
    {
        const string bundle = "tile/entries/000.p/4";
        var entries = Entries(File.ReadAllBytes(In($"copy/{bundle}")));
        for (var i = 0; i < entries.Length; i++)
        {
            byte[][] without = [.. entries[..i], .. entries[(i + 1)..]];
            byte[][] twice = [.. entries[..i], entries[(i + 1) % 4], .. entries[(i + 1)..]];
            Doctored("copy", bundle, [.. without.SelectMany(e => e)], $"without entry {i}");
            Doctored("copy", bundle, [.. twice.SelectMany(e => e)], $"another entry in the place of {i}");
        }

        // Whoever drops the last entry can write every hash anew; the signatures of the old size are in his way.
        var folder = Doctored("copy", "checkpoint", Encoding.UTF8.GetBytes(File.ReadAllText(In("copy/checkpoint"))
            .Replace("\n4\n", "\n3\n", StringComparison.Ordinal).Replace(Root4, Root3, StringComparison.Ordinal)),
            "three entries, their root, and the signatures of four");
        File.WriteAllBytes(Path.Combine(folder, "tile/entries/000.p/3"), [.. entries[..3].SelectMany(e => e)]);
        File.WriteAllBytes(Path.Combine(folder, "tile/0/000.p/3"),
            File.ReadAllBytes(Path.Combine(folder, "tile/0/000.p/4"))[..96]);

        var answers = await EachIsRefused();

        Assert.DoesNotContain("the root of", answers[^1].Text, StringComparison.Ordinal);
        Assert.Contains("does not hold", answers[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_signature_is_verified_and_not_the_tree_alone()
    {
        const string bundle = "tile/entries/000.p/4";
        var bytes = File.ReadAllBytes(In($"copy/{bundle}"));
        var first = bytes.AsSpan().IndexOf("6/tE5UgFJuLm"u8);
        var third = bytes.AsSpan().IndexOf(Convert.FromHexString("7149fb1b4182d014"));
        Doctored("copy", bundle, [.. bytes[..first], .. "7"u8, .. bytes[(first + 1)..]], "a guardian's signature");
        Doctored("copy", bundle, Flipped(bytes, third), "a device's signature");

        var answers = await EachIsRefused();

        Assert.Contains("entry 0: north did not sign leaf 0", answers[0].Text, StringComparison.Ordinal);
        Assert.Contains("entry 2: the signature does not hold", answers[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_signed_for_the_log_before_is_verified_from_the_successor_alone()
    {
        var before = SuccessorTests.Before();
        var (clear, hidden) = (before.Report("post 1"), before.Confide("post 1"));
        var act = before.Rooted("g0", new KeyAct.Revoke(before.Device("post 1").Key, Since: 0));
        var world = SuccessorTests.After(before);
        foreach (var statement in new[] { clear, hidden, act, before.Report("post 1") })
        {
            world.Recorded(statement);
        }

        var stranger = new Founded(origin: "truce.example/exercise/2"); // it continues nothing
        var disk = new SimulatedDisk(new Random(1));
        using var other = RecordLog.Create(disk, new LogSettings(stranger.Log.Verifier, 1 << 18)).Required();
        other.Append([stranger.Leaf, world.Leaf(1)]).Required();

        var answers = await Answers([Written(world.Log, world.Disk, world.BodyDisk, world.Founded), Written(
            other, disk, bodies: null, stranger)]);

        Assert.True(answers[0].Text == $"ok: 5 entries, root {world.Log.Root}", answers[0].Text);
        Assert.Equal(1, answers[1].Exit);
        Assert.Contains("entry 1: a statement of another log", answers[1].Text, StringComparison.Ordinal);
    }

    /// <summary>A call that reads a log, signed by its key, from files.</summary>
    private string Written(RecordLog log, SimulatedDisk disk, SimulatedDisk? bodies, Founded founded)
    {
        var note = log.Sign(founded.Log).Required();
        log.Publish(note.With([.. new[] { "w0.example/w", "w1.example/w" }.Select(
            n => Cosignature.Sign(Some.Key(n, KeyUse.Cosignature), note.Text, time: 7))])).Required();
        var folder = Path.Combine(scratch, $"log {founded.Hash.ToHex()}");
        foreach (var (from, to) in new[] { (disk, folder), (bodies, Path.Combine(folder, "bodies")) })
        {
            Directory.CreateDirectory(to);
            foreach (var name in from?.Names() ?? [])
            {
                File.WriteAllBytes(Path.Combine(to, name), from!.Bytes(name));
            }
        }

        return $"{folder}\t--genesis\t{founded.Hash}";
    }

    [Theory]
    [InlineData(0, "the head of the segment")]
    [InlineData(64, "the head of its first frame")]
    [InlineData(2392, "the head of its second frame")]
    public async Task A_head_whose_CRC_was_repaired_is_refused_for_each_of_its_fields(int head, string what)
    {
        const string file = "segment-00000000";
        foreach (var field in new[] { 3, 11, 15, 19, 20, 51, 52, 59 })
        {
            var bytes = Flipped(File.ReadAllBytes(In($"log/{file}")), head + field);
            var crc = ~bytes.AsSpan(head, 60).ToArray().Aggregate(uint.MaxValue, BitOperations.Crc32C);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(head + 60), crc);
            Doctored("log", file, bytes, $"byte {field} of {what}");
        }

        var answers = await EachIsRefused();

        Assert.All(answers, a => Assert.DoesNotContain("the CRC of a frame's head", a.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hostile_files_neither_crash_nor_hang_it()
    {
        var random = new Random(4);
        foreach (var kind in new[] { "log", "copy" })
        {
            foreach (var file in Files(kind))
            {
                var noise = new byte[random.Next(1, 70_000)];
                random.NextBytes(noise);
                Doctored(kind, file, noise, "noise of seed 4");
                Doctored(kind, file, Encoding.ASCII.GetBytes(new string('[', 65_536)), "65,536 brackets");
                Doctored(kind, file, [.. Enumerable.Repeat((byte)0xff, 8192)], "8,192 bytes of ff");
            }
        }

        await EachIsRefused();
    }

    /// <summary>The reader must end with 1 on every doctored folder and name the doctored file.</summary>
    private async Task<(int Exit, string Text)[]> EachIsRefused()
    {
        Assert.NotEmpty(calls);
        var answers = await Answers([.. calls.Select(c => c.Call)]);
        Assert.All(answers.Zip(calls), pair =>
        {
            var ((exit, text), (_, file, what)) = pair;
            Assert.True(exit == 1 && text.Split('\n').Any(l => l.Contains($"/{file}: byte ", StringComparison.Ordinal)),
                $"{file}, {what}: exit {exit}, {text}");
        });
        return answers;
    }

    /// <summary>A copy of the worked log with one file changed, or without it.</summary>
    private string Doctored(string kind, string file, byte[]? bytes, string what)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, $"{calls.Count}")).FullName;
        foreach (var name in Files(kind))
        {
            var path = Path.Combine(folder, name);
            var top = Path.GetDirectoryName(path)!;
            if (name.StartsWith("bodies/", StringComparison.Ordinal) && Path.GetDirectoryName(file) != "bodies")
            {
                if (!Directory.Exists(top))
                {
                    Directory.CreateSymbolicLink(top, In($"{kind}/bodies"));   // nothing writes there
                }

                continue;
            }

            Directory.CreateDirectory(top);
            File.Copy(Path.Combine(In(kind), name), path);
        }

        File.Delete(Path.Combine(folder, file));
        if (bytes is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, file), bytes);
        }

        calls.Add(($"{folder}\t--genesis\t{Genesis()}\t--policy\t{In("policy")}", file, what));
        return folder;
    }

    /// <summary>One process for all calls: starting Node takes longer than an audit.</summary>
    private async Task<(int Exit, string Text)[]> Answers(string[] lines)
    {
        var list = Path.Combine(scratch, "calls");
        await File.WriteAllLinesAsync(list, lines, TestContext.Current.CancellationToken);
        var output = await Run(Path.Combine(Checkout(), "tests", "Truce.Record.Tests", "reader", "reader.mjs"), list);
        var answers = new List<(int, string)>();
        var text = new List<string>();
        foreach (var line in output.Split('\n')[..^1])
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                answers.Add((int.Parse(line[2..], CultureInfo.InvariantCulture), string.Join('\n', text)));
                text.Clear();
            }
            else
            {
                text.Add(line);
            }
        }

        Assert.True(answers.Count == lines.Length, output);
        return [.. answers];
    }

    private static async Task<string> Run(string reader, string list)
    {
        var start = new ProcessStartInfo("node", [reader, "--many", list]) { RedirectStandardOutput = true };
        try
        {
            using var node = Process.Start(start)!;
            return await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (Win32Exception e)
        {
            Assert.Skip($"node is not installed: {e.Message}");
            throw;
        }
    }

    private static byte[] Flipped(byte[] bytes, int at, int bit = 0)
    {
        byte[] copy = [.. bytes];
        copy[at] ^= (byte)(1 << bit);
        return copy;
    }

    /// <summary>The entries of a bundle, each with its length.</summary>
    private static byte[][] Entries(byte[] bundle)
    {
        var entries = new List<byte[]>();
        for (var at = 0; at < bundle.Length; at += entries[^1].Length)
        {
            entries.Add(bundle[at..(at + 2 + BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(at)))]);
        }

        return [.. entries];
    }

    private static string In(string path) => Path.Combine(Example, path);

    private static string Genesis() => File.ReadAllText(In("genesis")).TrimEnd();

    private static string[] Files(string kind) =>
        [.. Directory.EnumerateFiles(In(kind), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(In(kind), f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static string Checkout()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "docs", "record-format.md")))
        {
            at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("docs/record-format.md is not above");
        }

        return at;
    }
}
