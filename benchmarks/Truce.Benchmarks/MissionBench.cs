using System.Diagnostics;
using System.Runtime.CompilerServices;
using Truce.Mission;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// <c>./bench mission</c>: what a mission's acts cost, from the ruling to the report, with SQLite doing the same
/// inserts and counts in the same run. Figures in memory are of one thread's processor time.
/// </summary>
internal sealed class MissionBench
{
    private const int Chunk = 1_000; // acts that wait are memory that the collector carries along

    private const int Hashed = 20_000;
    private const int ReadMax = 200_000; // entries that are read from the log again, at some tens of thousands a second

    private readonly List<Row> _rows = [];
    private readonly List<string> _notes = [];
    private readonly TextWriter _output;
    private readonly bool _isQuick;
    private readonly string? _only;
    private readonly int _entries;
    private readonly string _path;
    private Fold? _reader; // the state of one who reads everything; a field, so that nothing else holds it

    private MissionBench(bool isQuick, string? only, string path, TextWriter output) =>
        (_isQuick, _only, _path, _output, _entries) = (isQuick, only, path, output, isQuick ? 100_000 : 1_000_000);

    private int Runs => _isQuick ? 1 : 3;

    public static int Run(bool isQuick, bool json, string? only, TextWriter output)
    {
        var path = Directory.CreateTempSubdirectory("truce-bench-").FullName;
        try
        {
            var bench = new MissionBench(isQuick, only, path, output);
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
        foreach (var (name, part) in new (string, Action)[]
        {
            ("decide", Deciding), ("fold", () => { Folding(); Memory(); }), ("signed", Signed),
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

    /// <summary>Acts in memory: ruling, space, state, R; then every fold that may read it.</summary>
    private void Deciding()
    {
        var count = _entries / 4;
        var one = Decided(audiences: [], confidential: 0, count, peer: null);
        _rows.Add(new Row("decide and fold with ruling and space check, one reader", "/s of processor", one,
            Target: "at least 100,000", Met: one >= 100_000));
        using var peer = new MissionPeer(path: null);
        var all = Decided(MissionActs.Audiences, confidential: 0.25, count, peer);
        _rows.Add(new Row("the same with a quarter for three audiences, a fold for each", "/s of processor", all,
            Target: "at least 100,000", Met: all >= 100_000));
    }

    private double Decided(IReadOnlyList<Audience> audiences, double confidential, int count, MissionPeer? peer)
    {
        var world = new MissionWorld(audiences);
        var (clock, inserts) = (new Sections(), new Sections());
        var index = 0;
        var outcomes = new Dictionary<string, int>();
        var hash = default(Digest);
        foreach (var acts in new MissionActs(MissionActs.Unsigned(), confidential).All().Take(count).Chunk(Chunk))
        {
            var taken = new (Received Received, Outcome Outcome)[acts.Length];
            clock.Time(isCounted: index >= count / 5, acts.Length, () =>
            {
                for (var i = 0; i < acts.Length; i++)
                {
                    taken[i] = world.Decide(acts[i], ++index);
                }
            });
            if (peer is not null)
            {
                inserts.Time(isCounted: index > count / 5, acts.Length, () => Insert(peer, taken, batch: 1_000));
            }

            foreach (var (_, outcome) in taken)
            {
                hash = index <= Hashed ? Digest.Of([.. hash.ToArray(), .. outcome.ToBytes()]) : hash;
                var key = outcome.Kind == OutcomeKind.Applied ? "applied" : $"{outcome.Kind}";
                outcomes[key] = outcomes.GetValueOrDefault(key) + 1;
            }
        }

        _notes.Add($"SHA-256 over the first {Math.Min(Hashed, count):N0} outcomes: {hash}");
        _notes.Add($"decided: {count:N0} acts, {clock}; " + string.Join(", ", outcomes.OrderByDescending(o => o.Value)
            .Select(o => $"{o.Key} {o.Value:N0}")) + $"; {world.Public.Rulings.Count} distinct rulings");
        if (peer is not null)
        {
            _rows.Add(new Row("SQLite in memory, the rows of the same acts handed in ready", "/s of processor",
                clock.PerSecond, "SQLite, 1,000 acts a transaction", inserts.PerSecond,
                clock.PerSecond / inserts.PerSecond));
        }

        return clock.PerSecond;
    }

    private static void Insert(MissionPeer peer, (Received Received, Outcome Outcome)[] taken, int batch)
    {
        foreach (var some in taken.Chunk(batch))
        {
            peer.Begin();
            foreach (var (received, outcome) in some)
            {
                peer.Insert(received, outcome);
            }

            peer.Commit();
        }
    }

    /// <summary>Entries with their R into the state of one who reads everything; then what is done with it.</summary>
    private void Folding()
    {
        using var peer = new MissionPeer(path: null);
        var (clock, asRead) = Fill(peer);
        _rows.Add(new Row($"folding {_entries:N0} entries, decided a thousand at once", "/s of processor",
            clock.PerSecond, Target: "at least 700,000", Met: clock.PerSecond >= 700_000));
        _rows.Add(new Row($"the same entries as a reader has them: read from R, {Opening.ChunkLength} at once",
            "/s of processor", asRead.PerSecond, Target: "at least 700,000", Met: asRead.PerSecond >= 700_000));
        _notes.Add($"folded: {clock}; {_reader!.Subjects.Count:N0} subjects, {_reader.LabelCount:N0} acts, "
            + $"{_reader.Symbols.Words.Count:N0} words");
        Reporting(_reader, peer, new Period(MissionActs.Start, MissionActs.Start + (_entries * MissionActs.Pace)));
        Snapshots(_reader);
    }

    /// <summary>
    /// Two states of the same entries: one takes them as they were decided, a thousand at once; the other as a reader
    /// does, who has them from their bytes, and takes them as soon as they are read. Both must be the same to the byte.
    /// </summary>
    private (Sections Decided, Sections Read) Fill(MissionPeer peer)
    {
        var world = new MissionWorld(MissionActs.Audiences);
        _reader = world.Mission.Begin();
        Mission.Mission.Take(_reader, world.First.Received, world.First.Outcome);
        var second = world.Mission.Begin();
        Mission.Mission.Take(second, world.First.Received, world.First.Outcome);
        var (clock, asRead) = (new Sections(), new Sections());
        var index = 0;
        foreach (var acts in new MissionActs(MissionActs.Unsigned()).All().Take(_entries).Chunk(Chunk))
        {
            (Received Received, Outcome Outcome)[] taken = [.. acts.Select(a => world.Decide(a, ++index))];
            clock.Time(isCounted: index > _entries / 20, acts.Length, () =>
            {
                foreach (var (received, outcome) in taken)
                {
                    Mission.Mission.Take(_reader, received, outcome);
                }
            });
            foreach (var some in taken.Chunk(Opening.ChunkLength))
            {
                var read = Array.ConvertAll(some, Read);
                asRead.Time(isCounted: index > _entries / 20, read.Length, () =>
                {
                    foreach (var (received, outcome) in read)
                    {
                        Mission.Mission.Take(second, received, outcome);
                    }
                });
            }

            Insert(peer, taken, batch: 1_000);
        }

        return _reader.Save().AsSpan().SequenceEqual(second.Save()) ? (clock, asRead)
            : throw new InvalidOperationException("who reads R holds another state than who decided");
    }

    /// <summary>An entry as its bytes give it.</summary>
    private static (Received Received, Outcome Outcome) Read((Received Received, Outcome Outcome) entry)
    {
        var json = CanonicalJson.ParseCanonical(entry.Received.Statement.ToBytes()).Required();
        return (entry.Received with { Statement = Statement.Read(json).Required() },
            Outcome.Parse(entry.Outcome.ToBytes()).Required());
    }

    private void Reporting(Fold reader, MissionPeer peer, Period period)
    {
        foreach (var (name, _) in Reports.Names)
        {
            var seconds = Processor(Runs, () => Reports.Of(name, reader, period));
            _rows.Add(new Row($"report {name} over {_entries:N0} entries", "s of processor", seconds,
                Target: "at most 1", Met: seconds <= 1));
        }

        var frictions = Reports.Of("frictions", reader, period)!;
        var verdicts = peer.Verdicts(period);
        var ours = frictions.Sections[0].Figures.ToDictionary(f => f.Label, f => f.Value);
        var different = verdicts.Count(v => ours.GetValueOrDefault(v.Name) != $"{v.Count}");
        _rows.Add(new Row("acts by verdict that SQLite counts otherwise", "figures", different, Target: "none",
            Met: different == 0));
        var counts = Processor(Runs, () => { peer.Verdicts(period); peer.Kept(period); });
        var entries = Processor(Runs, () => { peer.VerdictsWithEntries(period); });
        _notes.Add(FormattableString.Invariant($"SQLite: acts by verdict and acts kept {counts:0.00} s, ")
            + FormattableString.Invariant($"acts by verdict with the entries of each {entries:0.00} s"));
    }

    private void Snapshots(Fold reader)
    {
        byte[] bytes = [];
        var save = Processor(Runs, () => bytes = reader.Save());
        var load = Processor(Runs, () =>
        {
            var fold = new MissionWorld([]).Mission.Begin();
            fold.Load(bytes);
            if (fold.LabelCount != reader.LabelCount)
            {
                throw new InvalidOperationException("the snapshot gives another state");
            }
        });
        var hash = Processor(Runs, () => reader.StateHash());
        _notes.Add(FormattableString.Invariant($"snapshot of one fold: {bytes.Length / 1e6:0} MB, ")
            + FormattableString.Invariant($"saved in {save:0.00} s; its state hashed in {hash:0.00} s"));
        _rows.Add(new Row($"a fold of {_entries:N0} entries from its snapshot", "s of processor", load));
    }

    /// <summary>Compiled in full at once: else its frame would hold the state that it lets go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Memory()
    {
        var (subjects, acts, text, words) = Sizes(_reader!);
        var with = GC.GetTotalMemory(forceFullCollection: true);
        _reader = null;
        var bytes = with - GC.GetTotalMemory(forceFullCollection: true);
        var each = (bytes - text - words) / (double)subjects;
        _notes.Add(FormattableString.Invariant($"memory: {bytes / 1e6:0} MB; a subject ")
            + FormattableString.Invariant($"{bytes / (double)subjects:0} B with {acts / (double)subjects:0.0} acts; ")
            + FormattableString.Invariant($"its fields {text / (double)subjects:0} B, ")
            + FormattableString.Invariant($"its words {words / (double)subjects:0} B"));
        _rows.Add(new Row("memory of a live object without its text", "B", each, Target: "at most 500",
            Met: each <= 500));
    }

    /// <summary>Durable and signed, end to end; SQLite with the same rows and as many acts a commit.</summary>
    private void Signed()
    {
        var (median, p99) = RecordLoad.Sync(_path, bytes: 32_768, times: _isQuick ? 200 : 2_000);
        _notes.Add(FormattableString.Invariant(
            $"limit: a write and fdatasync of 32,768 B: p50 {median:0.000} ms, p99 {p99:0.000} ms"));
        var bound = SignedLoad.Bound(seconds: 1).PerSecond;
        var count = _isQuick ? 20_000 : _entries;
        using (var load = new MissionLoad(Directory.CreateDirectory(Path.Combine(_path, "clear")).FullName))
        {
            var (rate, processor) = load.Send(count, confidential: 0);
            _rows.Add(new Row("acts verified, ruled, durable, receipts signed, 64 hands", "/s", rate,
                "limit: bare Ed25519 verify and sign on all cores", bound, rate / bound, "at least 15,000",
                rate >= 15_000));
            _rows.Add(new Row("the same by processor time of all threads, two cores", "/s", 2 * processor));
            var (read, readProcessor) = load.Read(ReadMax);
            _rows.Add(new Row(
                $"a reader opens and folds {Math.Min(count, ReadMax):N0} entries of that log", "/s", read));
            _rows.Add(new Row("the same by processor time, one core", "/s of processor", readProcessor));
            var (seconds, megabytes) = load.Reopen();
            _rows.Add(new Row($"open from a snapshot at {count:N0} entries, log and folds", "s", seconds,
                Target: "at most 1.5", Met: seconds <= 1.5));
            _notes.Add(FormattableString.Invariant($"the snapshot: {megabytes:0} MB, sealed"));
        }

        using (var load = new MissionLoad(Directory.CreateDirectory(Path.Combine(_path, "sealed")).FullName))
        {
            var (rate, processor) = load.Send(_isQuick ? 1_000 : 10_000, confidential: 0.25);
            _rows.Add(new Row("the same, a quarter sealed for three audiences", "/s",
                rate));
            _rows.Add(new Row("the same by processor time of all threads, two cores", "/s", 2 * processor));
        }

        var sqlite = Durable(count / 4);
        _rows.Add(new Row("SQLite, the rows of the same acts handed in ready, 64 acts a commit", "/s", sqlite));
    }

    private double Durable(int count)
    {
        using var peer = new MissionPeer(Path.Combine(_path, "peer.db"));
        var world = new MissionWorld([]);
        var (clock, index) = (new Sections(), 0);
        foreach (var acts in new MissionActs(MissionActs.Unsigned(), 0).All().Take(count).Chunk(Chunk))
        {
            (Received Received, Outcome Outcome)[] taken = [.. acts.Select(a => world.Decide(a, ++index))];
            clock.Time(isCounted: index > count / 10, acts.Length, () => Insert(peer, taken, batch: 64));
        }

        _notes.Add($"SQLite, WAL, synchronous=full, 64 acts a commit: {clock}");
        return clock.PerSecondByClock;
    }

    private static (int Subjects, int Acts, long Text, long Words) Sizes(Fold fold) =>
        (fold.Subjects.Count, fold.LabelCount, fold.Subjects.Values.Sum(s => (long)s.ContentBytes),
            fold.Symbols.Words.Concat(fold.Subjects.Keys).Sum(w => 22L + (2 * w.Length)));

    private static double Processor(int runs, Action work)
    {
        work();
        return Measure.Median(Enumerable.Range(0, runs).Select(_ =>
        {
            var begun = Measure.ThreadSeconds();
            work();
            return Measure.ThreadSeconds() - begun;
        }));
    }

    /// <summary>Processor and clock seconds of sections of one thread's work.</summary>
    private sealed class Sections
    {
        private double _processor;
        private double _wall;
        private long _count;

        public double PerSecond => _count / _processor;

        public double PerSecondByClock => _count / _wall;

        public void Time(bool isCounted, int count, Action work)
        {
            var (begun, clock) = (Measure.ThreadSeconds(), Stopwatch.GetTimestamp());
            work();
            if (isCounted)
            {
                _processor += Measure.ThreadSeconds() - begun;
                _wall += Stopwatch.GetElapsedTime(clock).TotalSeconds;
                _count += count;
            }
        }

        public override string ToString() => FormattableString.Invariant(
            $"{PerSecond:N0} per second of processor, {_count / _wall:N0} by the clock");
    }
}
