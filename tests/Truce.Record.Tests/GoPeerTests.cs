using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Truce.Record.Tests.Witnessing;

namespace Truce.Record.Tests;

/// <summary>
/// Go's own code of signed notes, tiles and proofs, which comes with each Go toolchain, on our logs: `go/peer.go`.
/// Nothing is fetched. Without Go a test is skipped with that reason.
/// </summary>
public sealed class GoPeerTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("truce-go-").FullName;

    private string? _program;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1_000)]
    [InlineData(66_000)]
    public void Go_reads_our_checkpoints_tiles_and_entries_and_each_takes_the_other_s_proofs(int size)
    {
        var (_, log) = Shelves.Log(size);
        var copy = Folder($"copy {size}", log);

        var said = Go(copy, Some.Log.Verifier.ToString(), seed: size);

        Assert.Equal(0, said.Exit);
        var lines = said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToArray();
        var head = Checkpoint.Parse(Some.Note(File.ReadAllText(Path.Combine(copy, "checkpoint"))).Text).Required();
        Assert.Equal(["checkpoint", Some.Origin, $"{size}", $"{head.Root}"], lines[0]);
        Assert.Equal(["entries", $"{size}"], lines[1]);
        var records = lines.Where(l => l[0] == "record").ToArray();
        var trees = lines.Where(l => l[0] == "tree").ToArray();
        Assert.Equal((400, 400), (records.Length, trees.Length));
        Assert.All(records, l => Assert.True(Merkle.VerifyInclusion(
            Hash(l[3]), Number(l[1]), Number(l[2]), Hash(l[4]), [.. l[5..].Select(Hash)])));
        Assert.All(trees, l => Assert.True(Merkle.VerifyConsistency(
            Number(l[1]), Hash(l[3]), Number(l[2]), Hash(l[4]), [.. l[5..].Select(Hash)])));
        IsOpenedHere(lines[^1], head);
    }

    [Fact]
    public void Go_refuses_a_copy_with_one_wrong_bit_and_a_checkpoint_under_another_key()
    {
        var (_, log) = Shelves.Log(300);
        var other = Some.Key(Some.Origin, KeyUse.Note, "other").Verifier.ToString();
        Assert.Equal(1, Go(Folder("other", log), other, seed: 1).Exit);
        foreach (var file in new[] { "checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/entries/000" })
        {
            var copy = Folder("bent " + file.Replace('/', ' '), log);
            var bytes = File.ReadAllBytes(Path.Combine(copy, file));
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(Path.Combine(copy, file), bytes);

            Assert.Equal(1, Go(copy, Some.Log.Verifier.ToString(), seed: 1).Exit);
        }
    }

    /// <summary>A note that Go signed as a log, with a cosignature, under keys that Go wrote.</summary>
    private static void IsOpenedHere(string[] line, Checkpoint head)
    {
        var (key, witness) = (VerifierKey.Parse(line[1]).Required(), VerifierKey.Parse(line[2]).Required());
        var note = SignedNote.Parse(Convert.FromBase64String(line[3])).Required();

        Assert.Equal((KeyUse.Note, KeyUse.Cosignature), (key.Use, witness.Use));
        Assert.Equal([(key, (long?)null), (witness, 1_768_000_000)],
            note.Verify(key, witness).Required().Select(v => (v.Key, v.Time)));
        Assert.Equal(head, Checkpoint.Parse(note.Text).Required());
    }

    private string Folder(string name, ReadPath log)
    {
        var to = Path.Combine(_scratch, name);
        Copy.Run(log, _ => null, (path, bytes) =>
        {
            var file = Path.Combine(to, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
        }, Some.Log.Verifier).Required();
        return to;
    }

    private (int Exit, string Output) Go(string copy, string key, int seed)
    {
        _program ??= Built();
        var (exit, output, error) = Run(
            _program, _scratch, copy, key, seed.ToString(CultureInfo.InvariantCulture));
        TestContext.Current.TestOutputHelper?.WriteLine(error);
        return (exit, output);
    }

    /// <summary>The peer, built of our lines and of the packages in the toolchain's own folder.</summary>
    private string Built()
    {
        string root;
        try
        {
            root = Run("go", _scratch, "env", "GOROOT").Output.Trim();
        }
        catch (Win32Exception)
        {
            root = "";
        }

        Assert.SkipWhen(root.Length == 0, "go is not installed");
        var source = Path.Combine(_scratch, "peer");
        foreach (var package in new[] { "note", "tlog" })
        {
            var from = Path.Combine(root, "src", "cmd", "vendor", "golang.org", "x", "mod", "sumdb", package);
            Assert.SkipUnless(Directory.Exists(from), $"this Go toolchain has no folder {package}");
            Directory.CreateDirectory(Path.Combine(source, package));
            foreach (var file in Directory.EnumerateFiles(from, "*.go"))
            {
                // Older ones import a copy of the same package, which their standard library has had since Go 1.13.
                File.WriteAllText(Path.Combine(source, package, Path.GetFileName(file)), File.ReadAllText(file).Replace(
                    "\"golang.org/x/crypto/ed25519\"", "\"crypto/ed25519\"", StringComparison.Ordinal));
            }
        }

        File.Copy(Path.Combine(AppContext.BaseDirectory, "go", "peer.go"), Path.Combine(source, "main.go"));
        File.WriteAllText(Path.Combine(source, "go.mod"), "module peer\n\ngo 1.18\n");
        var program = Path.Combine(_scratch, "program");
        var (exit, _, error) = Run("go", source, "build", "-o", program, ".");
        Assert.True(exit == 0, error);
        return program;
    }

    private static (int Exit, string Output, string Error) Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GOPROXY"] = "off", ["GOFLAGS"] = "-mod=mod", ["GOTOOLCHAIN"] = "local" },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static Digest Hash(string text) => Digest.Parse(text)!.Value;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
