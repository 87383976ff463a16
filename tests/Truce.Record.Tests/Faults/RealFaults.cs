using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Record.Tests.Faults;

/// <summary>What is put under the program in place of a call of the operating system.</summary>
internal enum FaultKind
{
    /// <summary>One call fails with EIO.</summary>
    Error,

    /// <summary>From one call on, each of its kind fails with ENOSPC.</summary>
    Full,

    /// <summary>The process is killed before the call.</summary>
    Kill,
}

/// <summary>The number of one call among those of its name, from 1.</summary>
internal sealed record SystemCall(string Name, int Number);

/// <summary>
/// The real program on the real disk, with faults that strace puts in the place of its calls: every write, sync,
/// rename and truncate in turn. Afterwards what was acknowledged must be there. It needs no xunit, so that ./bench runs
/// it too.
/// </summary>
internal static partial class RealFaults
{
    private const string Calls = "pwrite64,pwritev,fdatasync,fsync,rename,renameat,renameat2,ftruncate";

    /// <summary>Why faults cannot be injected here; null where they can.</summary>
    public static string? Missing()
    {
        try
        {
            var (exit, lines) = Start("strace", ["-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=9", "true"]);
            return exit == 0 ? null : $"strace may not trace here: {string.Join(" ", lines)}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "strace is not installed: apt-get install strace";
        }
    }

    /// <summary>A folder after a crash: a torn last frame, flat files that ran ahead, a half-made segment.</summary>
    /// <returns>What the run before the crash was promised.</returns>
    public static IReadOnlyList<string> LeaveCrashed(string program, string folder)
    {
        var promised = Start(program, [AppendRun.Word, folder]).Lines.ToList();
        var last = Directory.GetFiles(folder, "segment-*").Order(StringComparer.Ordinal).Last();
        var bytes = File.ReadAllBytes(last);
        bytes.AsSpan(Array.FindLastIndex(bytes, b => b != 0) - 40).Clear();
        File.WriteAllBytes(last, bytes);
        foreach (var flat in new[] { FlatFiles.Statements, FlatFiles.Hashes(0) })
        {
            File.AppendAllText(Path.Combine(folder, flat), new string('x', 64));
        }

        File.WriteAllText(Path.Combine(folder, "segment-00000099" + Folder.FreshSuffix), "half");
        promised.RemoveRange(promised.Count - 3, 3); // the torn frame had three entries, which were never acknowledged
        return promised;
    }

    /// <summary>Every call that a run in a copy of a folder makes and that can be made to fail.</summary>
    public static IReadOnlyList<SystemCall> Count(string program, string template)
    {
        using var copy = new Copy(template);
        var trace = copy.Path + ".trace";
        try
        {
            var (exit, _) = Start(
                "strace", ["-f", "-o", trace, "-e", $"trace={Calls}", program, AppendRun.Word, copy.Path]);
            if (exit != 0)
            {
                throw new InvalidOperationException($"the run without faults ended with {exit}");
            }

            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            var calls = new List<SystemCall>();
            foreach (var name in File.ReadLines(trace).Select(l => CallName().Match(l).Groups["name"].Value))
            {
                if (name.Length > 0)
                {
                    calls.Add(new SystemCall(name, counts[name] = counts.GetValueOrDefault(name) + 1));
                }
            }

            return calls;
        }
        finally
        {
            File.Delete(trace);
        }
    }

    /// <summary>One run with one fault; what is wrong afterwards, or null.</summary>
    public static string? Try(
        string program, string template, IReadOnlyList<string> before, SystemCall call, FaultKind kind)
    {
        using var copy = new Copy(template);
        var what = kind switch
        {
            FaultKind.Error => $"error=EIO:when={call.Number}",
            FaultKind.Full => $"error=ENOSPC:when={call.Number}+",
            _ => $"signal=KILL:when={call.Number}",
        };
        var (exit, said) = Start("strace",
            ["-f", "-o", "/dev/null", "-e", $"inject={call.Name}:{what}", program, AppendRun.Word, copy.Path]);
        const int killed = 128 + 9;
        var expected = kind == FaultKind.Kill ? killed : AppendRun.Stopped;
        if (exit != expected)
        {
            return $"{call} {kind}: ended with {exit}, not {expected}: {string.Join(" ", said.TakeLast(1))}";
        }

        try
        {
            return Judge(copy.Path, [.. before, .. said]) is { } wrong ? $"{call} {kind}: {wrong}" : null;
        }
        catch (InvalidOperationException e)
        {
            return $"{call} {kind}: {e.Message}";
        }
    }

    /// <summary>What was promised is there, fsck is clean, and appends go on.</summary>
    private static string? Judge(string path, string[] promised)
    {
        using var key = AppendRun.Key();
        using var folder = new Folder(path);
        using var log = (folder.Length(LogSettings.FileName) is null
            ? RecordLog.Create(folder, new LogSettings(key.Verifier, AppendRun.SegmentBytes))
            : RecordLog.Open(folder)).Required();
        if (Bodies(path, promised) is { } body)
        {
            return body;
        }

        foreach (var line in promised.Select(l => l.Split(' ')))
        {
            var there = line switch
            {
                ["entry", var index, _] when long.Parse(index, CultureInfo.InvariantCulture) is var i =>
                    log.Entries(i, i + 1) is { } entry ? Merkle.Leaf(entry.AsSpan(2)).ToHex() : "nothing",
                ["signed", var size, _] when long.Parse(size, CultureInfo.InvariantCulture) is var s =>
                    s <= log.Size ? Merkle.Root(s, log.Subtree).ToHex() : "nothing",
                _ => null,
            };
            if (there is not null && there != line[2])
            {
                return $"`{string.Join(' ', line)}` was promised; there is {there}";
            }
        }

        if (Fsck.Check(folder).First is { } fault)
        {
            return $"fsck: {fault}";
        }

        log.Append([AppendRun.Entry(log.Size, batch: 255, number: 0)]).Required();
        log.Publish(log.Sign(key).Required()).Required();
        return Fsck.Check(folder).First is { } later ? $"fsck after appending: {later}" : null;
    }

    /// <summary>Every body that was kept is whole; one that was erased is gone; more can be kept.</summary>
    private static string? Bodies(string path, string[] promised)
    {
        using var disk = AppendRun.BodyDisk(path);
        using var bodies = Record.Bodies.Open(disk).Required();
        var erasing = Named(promised, "erasing");
        foreach (var hash in Named(promised, "body").Except(erasing))
        {
            if (Record.Bodies.Get(disk, hash) is not { } bytes || Digest.Of(bytes) != hash
                || Record.Bodies.Wraps(disk, hash) is null)
            {
                return $"body {hash.ToHex()} was promised, and is not whole with its wraps";
            }
        }

        foreach (var hash in Named(promised, "erased"))
        {
            if (Record.Bodies.HasAny(disk, hash))
            {
                return $"body {hash.ToHex()} was erased, and is still there";
            }
        }

        return bodies.Put(StoredBody.Clear(new byte[99])) is { } refused ? $"no body can be kept: {refused.Error}"
            : null;
    }

    private static HashSet<Digest> Named(IEnumerable<string> promised, string word) =>
        [.. promised.Select(l => l.Split(' ')).Where(l => l[0] == word).Select(l =>
            new Digest(Convert.FromHexString(l[1])))];

    private static (int Exit, IReadOnlyList<string> Lines) Start(string file, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" }, // the runtime's own truncates are not ours
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd();
        var said = lines.Length > 0 ? lines : errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex(@"^\d+ +(?<name>\w+)\(")]
    private static partial Regex CallName();

    /// <summary>A copy of a folder, removed at the end.</summary>
    private sealed class Copy : IDisposable
    {
        public Copy(string template)
        {
            Path = Directory.CreateTempSubdirectory("truce-fault-").FullName;
            foreach (var folder in Directory.GetDirectories(template))
            {
                Directory.CreateDirectory(System.IO.Path.Combine(Path, System.IO.Path.GetFileName(folder)));
            }

            foreach (var file in Directory.GetFiles(template, "*", SearchOption.AllDirectories))
            {
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(template, file)));
            }
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
