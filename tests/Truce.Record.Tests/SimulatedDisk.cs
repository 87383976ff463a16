namespace Truce.Record.Tests;

/// <summary>The process was killed in the middle of an operation: nothing in the log may catch it.</summary>
internal sealed class KilledException : Exception;

/// <summary>
/// A disk with a page cache. What is written is seen at once and is durable after a sync alone; power loss keeps any
/// sectors of what was not synced, torn or whole, in any order, and any of the changes of names. A failed sync keeps
/// some sectors and then calls all of them clean: the cache lies until they are written again.
/// </summary>
internal sealed class SimulatedDisk(Random random) : Disk
{
    private const int Sector = 512;

    private readonly List<Action<Dictionary<string, Node>>> _namesWaiting = [];
    private Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Node> _durableNames = new(StringComparer.Ordinal);
    private bool _locked;
    private bool _dead;

    /// <summary>How many changing operations go well before one fails or kills; negative for never.</summary>
    public int FaultAfter { get; set; } = -1;

    /// <summary>Whether the fault kills the process; otherwise the operation fails with an error.</summary>
    public bool FaultKills { get; set; }

    /// <summary>What the fault throws instead of the error of a disk.</summary>
    public Func<Exception>? FaultThrows { get; set; }

    /// <summary>The bytes of a file as they are seen, to be damaged by a test.</summary>
    public byte[] Bytes(string name) => _names[name].Seen;

    public void Cut(string name, int length) => _names[name].Seen = _names[name].Seen[..length];

    public void Swap(string a, string b) => (_names[a], _names[b]) = (_names[b], _names[a]);

    /// <summary>The process is gone; with power loss, the page cache too.</summary>
    public void Restart(bool powerLoss)
    {
        (_locked, _dead, FaultAfter) = (false, false, -1);
        if (!powerLoss)
        {
            return;
        }

        foreach (var change in _namesWaiting.Where(_ => random.Next(2) == 0))
        {
            change(_durableNames);
        }

        _namesWaiting.Clear();
        foreach (var node in _names.Values.Concat(_durableNames.Values).Distinct())
        {
            node.LosePower(random);
        }

        _names = new(_durableNames, StringComparer.Ordinal);
    }

    public override IReadOnlyList<string> Names() => [.. _names.Keys];

    public override long? Length(string name) => _names.TryGetValue(name, out var node) ? node.Seen.Length : null;

    public override int Read(string name, long offset, Span<byte> into)
    {
        Live();
        var seen = Find(name).Seen;
        var from = seen.AsSpan((int)Math.Min(offset, seen.Length));
        from = from[..Math.Min(from.Length, into.Length)];
        from.CopyTo(into);
        return from.Length;
    }

    public override void Create(string name) => Change(() =>
    {
        var node = new Node();
        _names[name] = node;
        _namesWaiting.Add(names => names[name] = node);
    });

    public override void Write(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        var node = Find(name);
        var copy = bytes.ToArray();
        Change(
            () => node.Write((int)offset, copy),
            half: () => node.Write((int)offset, copy[..random.Next(copy.Length + 1)]));
    }

    public override void SetLength(string name, long length)
    {
        var node = Find(name);
        Change(() => node.SetLength((int)length));
    }

    public override void Sync(string name)
    {
        var node = Find(name);
        Change(node.Sync, () => node.FailSync(random));
    }

    public override void Rename(string from, string to)
    {
        var node = Find(from);
        Change(() =>
        {
            void Apply(Dictionary<string, Node> names)
            {
                names.Remove(from);
                names[to] = node;
            }

            Apply(_names);
            _namesWaiting.Add(Apply);
        });
    }

    public override void Delete(string name) => Change(() =>
    {
        _names.Remove(name);
        _namesWaiting.Add(names => names.Remove(name));
    });

    public override void SyncNames() => Change(() =>
    {
        _durableNames = new(_names, StringComparer.Ordinal);
        _namesWaiting.Clear();
    });

    public override IDisposable? TryLock()
    {
        Live();
        if (_locked)
        {
            return null;
        }

        _locked = true;
        return new Held(this);
    }

    private void Change(Action act, Action? half = null)
    {
        Live();
        if (FaultAfter-- != 0)
        {
            act();
            return;
        }

        if (random.Next(2) == 0)
        {
            (half ?? act)();
        }

        if (FaultKills)
        {
            _dead = true;
            throw new KilledException();
        }

        throw FaultThrows?.Invoke() ?? new IOException("simulated");
    }

    private void Live()
    {
        if (_dead)
        {
            throw new KilledException();
        }
    }

    private Node Find(string name) =>
        _names.TryGetValue(name, out var node) ? node : throw new FileNotFoundException(name);

    private sealed class Held(SimulatedDisk disk) : IDisposable
    {
        public void Dispose() => disk._locked = false;
    }

    private sealed class Node
    {
        private readonly List<(int Offset, byte[]? Bytes)> _waiting = []; // without bytes: a length
        private byte[] _durable = [];

        public byte[] Seen { get; set; } = [];

        public void Write(int offset, byte[] bytes)
        {
            Seen = Put(Seen, offset, bytes, shared: _durable);
            _waiting.Add((offset, bytes));
        }

        public void SetLength(int length)
        {
            Seen = Resized(Seen, length);
            _waiting.Add((length, null));
        }

        public void Sync()
        {
            foreach (var (offset, bytes) in _waiting)
            {
                _durable = bytes is null ? Resized(_durable, offset) : Put(_durable, offset, bytes, shared: null);
            }

            _waiting.Clear();
        }

        public void FailSync(Random random)
        {
            Persist(random);
            _waiting.Clear();
        }

        public void LosePower(Random random)
        {
            Persist(random);
            _waiting.Clear();
            Seen = (byte[])_durable.Clone();
        }

        private void Persist(Random random)
        {
            foreach (var (offset, bytes) in _waiting)
            {
                var chance = random.Next(3);
                if (bytes is null)
                {
                    _durable = chance > 0 ? Resized(_durable, offset) : _durable;
                    continue;
                }

                for (var at = 0; at < bytes.Length;)
                {
                    var length = Math.Min(bytes.Length - at, Sector - ((offset + at) % Sector));
                    if (chance == 2 || (chance == 1 && random.Next(2) == 0))
                    {
                        var torn = random.Next(10) == 0 ? random.Next(length + 1) : length;
                        _durable = Put(_durable, offset + at, bytes.AsSpan(at, torn), shared: null);
                    }

                    at += length;
                }
            }
        }

        private static byte[] Put(byte[] file, int offset, ReadOnlySpan<byte> bytes, byte[]? shared)
        {
            var into = offset + bytes.Length > file.Length ? Resized(file, offset + bytes.Length)
                : ReferenceEquals(file, shared) ? (byte[])file.Clone() : file;
            bytes.CopyTo(into.AsSpan(offset));
            return into;
        }

        private static byte[] Resized(byte[] file, int length)
        {
            var resized = new byte[length];
            file.AsSpan(0, Math.Min(length, file.Length)).CopyTo(resized);
            return resized;
        }
    }
}
