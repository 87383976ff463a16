namespace Truce.Record.Tests;

/// <summary>
/// Crashes of every kind, by seed. After each schedule no acknowledged entry is lost or changed, everything that was
/// signed still holds, fsck is clean, and appends go on.
/// </summary>
public sealed class ScheduleTests
{
    private const int Schedules = 20_000;

    [Fact]
    public void No_schedule_of_crashes_loses_what_was_acknowledged_or_signed() =>
        Seeds.Hold(Schedules, seed => new Schedule(seed).Run());

    /// <summary>What went wrong, with its seed, in schedules from a seed on; it stops soon after the first.</summary>
    internal static IReadOnlyCollection<string> Failures(int from, int count) =>
        Seeds.Failures(from, count, seed => new Schedule(seed).Run());

    private sealed class Schedule
    {
        private const int RoundsMax = 7;
        private const int StepsMax = 12;

        private readonly Random _random;
        private readonly SimulatedDisk _disk;
        private readonly LogSettings _settings;
        private readonly List<Leaf> _leaves = [];
        private readonly Dictionary<long, byte[]> _acknowledged = [];
        private readonly List<Checkpoint> _signed = [];

        public Schedule(int seed)
        {
            _random = new Random(seed);
            _disk = new SimulatedDisk(_random);
            _settings = new LogSettings(Some.Log.Verifier, segmentBytes: 4096 * _random.Next(1, 3));
        }

        public void Run()
        {
            for (var round = _random.Next(1, RoundsMax); round > 0; round--)
            {
                _disk.FaultAfter = _random.Next(4) == 0 ? -1 : _random.Next(60);
                _disk.FaultKills = _random.Next(2) == 0;
                try
                {
                    Live();
                }
                catch (KilledException)
                {
                    // the process is gone; the next round finds what it left
                }

                _disk.Restart(powerLoss: _random.Next(2) == 0);
                if (_random.Next(3) == 0)
                {
                    _disk.Restart(powerLoss: true);
                }
            }

            using var log = Open().Required();
            Check(log);
            Assert.True(log.Append([Fresh()]).IsValid);
            Assert.True(log.Sign(Some.Log).IsValid);
            Check(log);
        }

        private Parsed<RecordLog> Open() => _disk.Length("log") is null
            ? RecordLog.Create(_disk, _settings)
            : RecordLog.Open(_disk);

        private void Live()
        {
            var opened = Open();
            if (!opened.IsValid)
            {
                Assert.Contains("simulated", opened.Error, StringComparison.Ordinal);
                return;
            }

            using var log = opened.Value;
            for (var step = _random.Next(StepsMax); step > 0 && log.Stopped is null; step--)
            {
                switch (_random.Next(5))
                {
                    case 0:
                        Sign(log);
                        break;
                    case 1:
                        log.FillNext();
                        break;
                    default:
                        Append(log);
                        break;
                }
            }
        }

        private void Append(RecordLog log)
        {
            Leaf[] batch = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ =>
                _leaves.Count > 0 && _random.Next(5) == 0 ? _leaves[_random.Next(_leaves.Count)] : Fresh())];
            if (log.Append(batch) is not { IsValid: true, Value.Entries: var entries })
            {
                return;
            }

            for (var i = 0; i < batch.Length; i++)
            {
                var bytes = batch[i].ToBytes();
                Assert.Equal(Merkle.Leaf(bytes), entries[i].Leaf);
                Assert.True(_acknowledged.TryAdd(entries[i].Index, bytes)
                    || _acknowledged[entries[i].Index].AsSpan().SequenceEqual(bytes), "two entries at one index");
            }
        }

        private void Sign(RecordLog log)
        {
            if (log.Sign(Some.Log) is { IsValid: true, Value: var note })
            {
                _signed.Add(Checkpoint.Parse(note.Text).Required());
                _ = log.Publish(note.With([Cosignature.Sign(Some.Witness, note.Text, 1 + _random.Next(99))]));
            }
        }

        private void Check(RecordLog log)
        {
            foreach (var (index, bytes) in _acknowledged)
            {
                Assert.Equal(bytes, log.Entries(index, index + 1)?[2..]);
                Assert.Equal(index, log.Find(Leaf.StatementHash(bytes)!.Value));
            }

            var kept = log.LastSigned is null ? -1 : Checkpoint.Parse(log.LastSigned.Text).Required().Size;
            Assert.True(_signed.All(s => s.Size <= kept), "a checkpoint that was given away is not kept");
            Assert.All(_signed, s => Assert.Equal(s.Root, Merkle.Root(s.Size, log.Subtree)));
            var report = Fsck.Check(_disk, new FsckOptions { Witnesses = [Some.Witness.Verifier], Threads = 1 });
            Assert.Equal((null, log.Size, log.Root), (report.First, report.Size, report.Root));
        }

        private Leaf Fresh()
        {
            var statement = new byte[_random.Next(8, 700)];
            _random.NextBytes(statement);
            var leaf = new Leaf(statement, new byte[_random.Next(70)], new byte[_random.Next(100)]);
            _leaves.Add(leaf);
            return leaf;
        }
    }
}
