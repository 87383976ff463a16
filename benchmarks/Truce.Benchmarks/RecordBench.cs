using System.Diagnostics;
using System.Globalization;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// <c>./bench record</c>: the engine of the record on the disk of the temporary folder, with its peers on the same disk
/// in the same run, and the physical limit beside.
/// </summary>
internal sealed class RecordBench
{
    private const double Mega = 1e6;

    private readonly List<Row> _rows = [];
    private readonly List<string> _notes = [];
    private readonly TextWriter _output;
    private readonly string _path;
    private readonly bool _isQuick;
    private readonly string? _only;

    private RecordBench(bool isQuick, string? only, string path, TextWriter output) =>
        (_isQuick, _only, _path, _output) = (isQuick, only, path, output);

    private int Runs => _isQuick ? 1 : 3;

    private double Seconds => _isQuick ? 1 : 4;

    private int Tenth => _isQuick ? 10 : 1;

    public static int Run(bool isQuick, bool json, string? only, TextWriter output)
    {
        var path = Directory.CreateTempSubdirectory("truce-bench-").FullName;
        try
        {
            var bench = new RecordBench(isQuick, only, path, output);
            bench.All(json);
            return bench._rows.Exists(r => r.Met == false) ? 1 : 0;
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private void All(bool json)
    {
        Load("before");
        foreach (var bytes in new[] { 512, 32_768 })
        {
            var (median, p99) = RecordLoad.Sync(_path, bytes, times: 2000 / Tenth);
            _notes.Add(FormattableString.Invariant(
                $"limit: a write and fdatasync of {bytes} B: p50 {median:0.000} ms, p99 {p99:0.000} ms"));
        }

        foreach (var (name, part) in new (string, Action)[]
        {
            ("append", Appending), ("signed", Signed), ("crash", Crash), ("large", Large),
        })
        {
            if (_only is null || _only == name)
            {
                part();
            }
        }

        Load("after");
        Rows.Print(_rows, _notes, json, _output);
    }

    private void Load(string when) => _notes.AddRange(Rows.Load(when));

    private void Appending()
    {
        var ours = Middle("64 writers", hands: 64);
        var sqlite = Peer("SQLite, 64 writers", path => RecordPeers.Sqlite(path, hands: 64, Seconds));
        var files = Peer("a file per tile, 64 writers", path => RecordPeers.FilePerTile(path, hands: 64, Seconds));
        var rate = ours.PerSecond;
        _rows.Add(new Row("durable appends of 500 B, 64 writers", "/s", rate, Target: "at least 150,000",
            Met: rate >= 150_000));
        _rows.Add(new Row("their p99", "ms", ours.P99, Target: "at most 1", Met: ours.P99 <= 1));
        _rows.Add(new Row("beside SQLite's group commit", "/s", rate, "SQLite, WAL, synchronous=full",
            sqlite.PerSecond, rate / sqlite.PerSecond, "at least 1.2 times", rate >= 1.2 * sqlite.PerSecond));
        _rows.Add(new Row("beside a file per tile", "/s", rate, "temporary file, sync, rename, sync of the folder",
            files.PerSecond, rate / files.PerSecond, "at least 7 times", rate >= 7 * files.PerSecond));
        Postgres(rate);
        var one = Middle("1 writer", hands: 1).PerSecond;
        _rows.Add(new Row("one writer", "/s", one, Target: "at least 7,000", Met: one >= 7_000));
        var many = Middle("1,024 writers", hands: 1024).PerSecond;
        _rows.Add(new Row("1,024 writers", "/s", many, Target: "at least 400,000", Met: many >= 400_000));
        Peer("SQLite, 1 writer", path => RecordPeers.Sqlite(path, hands: 1, Seconds));
        Peer("SQLite, 1,024 writers", path => RecordPeers.Sqlite(path, hands: 1024, Seconds));
        Peer("a file per tile, 1,024 writers", path => RecordPeers.FilePerTile(path, hands: 1024, Seconds));
    }

    private void Postgres(double rate)
    {
        using var peer = PostgresPeer.Start(out var why);
        var rows = peer?.SingleRows(Math.Max(1, (int)Seconds));
        _rows.Add(new Row("beside PostgreSQL, a row a transaction, 32 clients", "/s", rate, peer?.Version ?? why,
            rows?.PerSecond, rate / rows?.PerSecond, "at least 5 times",
            peer is null ? null : rate >= 5 * rows?.PerSecond));
        if (peer is not null)
        {
            var copy = peer.Copy(Math.Max(1, (int)Seconds));
            _rows.Add(new Row("beside PostgreSQL, COPY of 1,024 rows a transaction", "/s", rate, peer.Version, copy,
                rate / copy));
            _notes.Add(FormattableString.Invariant($"PostgreSQL, a row a transaction: mean {rows?.Mean:0.00} ms"));
        }
    }

    private Appends Middle(string name, int hands) => Peer($"ours, {name}", path => Ours(path, hands, Seconds));

    private Appends Peer(string name, Func<string, Appends> run)
    {
        var result = Appends.Middle(Runs, () => InFolder(run));
        _notes.Add($"{name}: {result}");
        return result;
    }

    private T InFolder<T>(Func<string, T> run)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_path, "run")).FullName;
        try
        {
            return run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The log and its writer under load.</summary>
    public static Appends Ours(string path, int hands, double seconds)
    {
        using var key = RecordParts.Key();
        using var folder = new Folder(path);
        using var log = RecordLog.Create(folder, new LogSettings(key.Verifier)).Required();
        var writer = new RecordWriter(log);
        var result = RecordLoad.Run(hands, seconds, async (hand, number) =>
            _ = (await writer.TryAppend(RecordLoad.Entry(hand, number))!.ConfigureAwait(false)).Required());
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return result;
    }

    private void Signed()
    {
        var bound = SignedLoad.Bound(Seconds / 2);
        var results = Enumerable.Range(0, Runs).Select(_ => InFolder(path => SignedLoad.Run(path, 3000 / Tenth)))
            .OrderBy(r => r.Appends.PerSecond).ToArray();
        var (middle, processor) = results[Runs / 2];
        _notes.Add($"signed, 64 writers: {middle}");
        _rows.Add(new Row("statements verified, appended, receipts signed, 64 writers", "/s", middle.PerSecond,
            "limit: bare Ed25519 verify and sign on all cores", bound.PerSecond, middle.PerSecond / bound.PerSecond,
            "at least 80 % of the limit", middle.PerSecond >= 0.8 * bound.PerSecond));
        _rows.Add(new Row("the same by processor time of all threads, all cores", "/s", processor,
            "the limit, so too", bound.PerProcessor, processor / bound.PerProcessor));
    }

    private void Crash()
    {
        var entries = 1_000_000 / Tenth;
        var path = RecordParts.Make(Path.Combine(_path, "crash"), entries);
        var times = Enumerable.Range(0, Runs).Select(_ =>
        {
            RecordParts.Crash(path);
            return Child("open", path).Number;
        });
        var seconds = Measure.Median(times);
        _rows.Add(new Row($"open after a crash, {entries:N0} entries", "s", seconds, Target: "at most 1.5",
            Met: seconds <= 1.5));
        Directory.Delete(path, recursive: true);
    }

    private void Large()
    {
        var (half, whole) = (5_000_000 / Tenth, 10_000_000 / Tenth);
        var path = RecordParts.Make(Path.Combine(_path, "large"), half);
        var audits = Enumerable.Range(0, Runs).Select(_ => Child("audit", path)).OrderBy(r => r.Number).ToArray();
        var perCore = audits[Runs / 2].Number / Environment.ProcessorCount;
        _rows.Add(new Row($"full audit of {half:N0} entries, a core", "/s", perCore, Target: "at least 1,000,000",
            Met: perCore >= 1_000_000));
        _rows.Add(new Row("its largest memory", "MB", audits[Runs / 2].Megabytes));
        RecordParts.Make(path, whole);
        var bigger = Child("audit", path);
        _rows.Add(new Row($"largest memory of the audit of {whole:N0} entries", "MB", bigger.Megabytes,
            Target: "flat: at most a tenth more", Met: bigger.Megabytes <= 1.1 * audits.Max(a => a.Megabytes)));
        var bytes = new DirectoryInfo(path).EnumerateFiles().Sum(f => f.Length) / (double)whole;
        _rows.Add(new Row("disk, an entry of 500 B", "B", bytes, Target: "at most 1.2 times 500 and 110: 710",
            Met: bytes <= 710));
        var opens = Enumerable.Range(0, Runs).Select(_ => Child("open", path)).ToArray();
        var seconds = Measure.Median(opens.Select(o => o.Number));
        _rows.Add(new Row($"open clean, {whole:N0} entries, with the index of statements", "s", seconds,
            Target: "at most 1", Met: seconds <= 1));
        _rows.Add(new Row("its largest memory", "MB", opens[0].Megabytes));
        _rows.Add(new Row("the same with nothing of it in memory", "s", Child("open-cold", path).Number));
        Proofs(path, whole);
    }

    private void Proofs(string path, int entries)
    {
        foreach (var threads in new[] { 1, Environment.ProcessorCount })
        {
            var proofs = Enumerable.Range(0, Runs).Select(_ => Child("prove", path, $"{threads}"))
                .OrderBy(r => r.Number).ElementAt(Runs / 2);
            var isTarget = threads > 1 || Environment.ProcessorCount == 1;
            _rows.Add(new Row($"random inclusion proofs of {entries:N0} entries, {threads} threads", "/s",
                proofs.Number, Target: isTarget ? "at least 100,000" : null,
                Met: isTarget ? proofs.Number >= 100_000 : null));
            _rows.Add(new Row("their p99", "ms", proofs.P99, Target: "at most 0.2", Met: proofs.P99 <= 0.2));
        }
    }

    /// <summary>A part in a process of its own, so that its memory and its start are its own.</summary>
    private static (double Number, double P99, double Megabytes) Child(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [RecordParts.Word, .. arguments]);
        start.RedirectStandardOutput = true;
        using var child = Process.Start(start)!;
        var said = child.StandardOutput.ReadToEnd().Split(' ');
        child.WaitForExit();
        return child.ExitCode == 0 && said.Length == 3
            ? (Number(said[0]), Number(said[1]), Number(said[2]) / Mega)
            : throw new InvalidOperationException($"{arguments[0]}: {string.Join(' ', said)}");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
