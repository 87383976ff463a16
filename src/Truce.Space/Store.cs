using System.Runtime.CompilerServices;

namespace Truce.Space;

/// <summary>
/// Every activity that was ever recorded, by number: a header of 64 bytes each, and all chains one after the other.
/// One writer appends; nothing moves, so readers need no lock. Who has learned a number after it was published may
/// read what stands there.
/// </summary>
internal sealed class Store
{
    private const int HeaderBits = 10;
    private const int ChainBits = 16;
    private const int ChainMask = (1 << ChainBits) - 1;

    private readonly Dictionary<string, int> _actorNumbers = [];
    private readonly List<string> _actors = [];
    private Header[]?[] _headers = new Header[16][];
    private int[]?[] _chains = new int[16][];
    private int _count;
    private int _chainEnd;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Appends an activity; the writer alone may call it.</summary>
    /// <returns>Its number.</returns>
    public int Add(ActivityVersion version, Activity activity, long added)
    {
        var number = _count;
        ref var chunk = ref Chunk(ref _headers, number >> HeaderBits);
        chunk ??= new Header[1 << HeaderBits];
        var particulars = activity.Particulars;
        chunk[number & ((1 << HeaderBits) - 1)] = new Header
        {
            Window = activity.Window,
            Buffer = activity.BufferMillimetres,
            Slack = activity.SlackSeconds,
            Chain = Append(activity.Chain),
            ChainLength = activity.Chain.Length,
            Shape = (byte)activity.Shape,
            Kind = (byte)particulars.Kind,
            IsEmergency = particulars.IsEmergency,
            Actor = NumberOf(particulars.Actor),
            Added = added,
            Removed = long.MaxValue,
            Id = version.Id.Value,
            Version = version.Version,
        };
        Volatile.Write(ref _count, number + 1);
        return number;
    }

    /// <summary>The header of a number, or of none where it was added after the caller's snapshot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Header Of(int number) =>
        ref Volatile.Read(ref _headers)[number >> HeaderBits]![number & ((1 << HeaderBits) - 1)];

    /// <summary>The drawing of a header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Drawing DrawingOf(in Header header)
    {
        var chunk = Volatile.Read(ref _chains)[header.Chain >> ChainBits]!;
        return new Drawing(
            chunk.AsSpan(header.Chain & ChainMask, header.ChainLength + Prefilter.Width), header.VertexCount,
            header.Shape == (byte)Shape.Area, header.Slack, header.Buffer);
    }

    /// <summary>Says that the header of a number will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReadSoon(int number) => Soon.Read(ref Of(number), lines: 1);

    /// <summary>Says that the chain of a header will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReadChainSoon(in Header header) => Soon.Read(
        ref Volatile.Read(ref _chains)[header.Chain >> ChainBits]![header.Chain & ChainMask],
        Math.Min(4, (header.ChainLength / 16) + 1));

    /// <summary>The statement of a number.</summary>
    public ActivityVersion VersionOf(int number)
    {
        ref readonly var header = ref Of(number);
        return new ActivityVersion(new ActivityId(header.Id), header.Version);
    }

    /// <summary>The activity of a number, made anew.</summary>
    public Activity ActivityOf(int number)
    {
        ref readonly var header = ref Of(number);
        var chunk = Volatile.Read(ref _chains)[header.Chain >> ChainBits]!;
        string actor;
        lock (_actors)
        {
            actor = _actors[header.Actor];
        }

        return Activity.FromChain(
            new Particulars(actor, (ActivityKind)header.Kind, header.IsEmergency, header.Buffer),
            (Shape)header.Shape, header.Slack, chunk.AsSpan(header.Chain & ChainMask, header.ChainLength));
    }

    private int NumberOf(string actor)
    {
        if (!_actorNumbers.TryGetValue(actor, out var number))
        {
            number = _actors.Count;
            lock (_actors)
            {
                _actors.Add(actor);
            }

            _actorNumbers.Add(actor, number);
        }

        return number;
    }

    /// <summary>A chain lies in one chunk, and vector instructions may read a little beyond its end.</summary>
    private int Append(ReadOnlySpan<int> chain)
    {
        if ((_chainEnd & ChainMask) + chain.Length + Prefilter.Width > ChainMask || _chainEnd == 0)
        {
            _chainEnd = (_chainEnd + ChainMask) >> ChainBits << ChainBits;
            Chunk(ref _chains, _chainEnd >> ChainBits) = new int[1 << ChainBits];
        }

        var at = _chainEnd;
        chain.CopyTo(_chains[at >> ChainBits].AsSpan(at & ChainMask));
        _chainEnd += chain.Length;
        return at;
    }

    private static ref T[]? Chunk<T>(ref T[]?[] chunks, int chunk)
    {
        if (chunk == chunks.Length)
        {
            var more = chunks;
            Array.Resize(ref more, 2 * chunk);
            Volatile.Write(ref chunks!, more);
        }

        return ref chunks[chunk];
    }

    /// <summary>What a query looks at before the chain, and who and when: 64 bytes.</summary>
    internal struct Header
    {
        public Window Window;
        public int Buffer;
        public int Slack;
        public int Chain;
        public int ChainLength;
        public byte Shape;
        public byte Kind;
        public bool IsEmergency;
        public int Actor;
        public int Version;
        public long Id;
        public long Added;
        private long _removed;

        public long Removed
        {
            get => Volatile.Read(ref _removed);
            set => Volatile.Write(ref _removed, value);
        }

        /// <summary>Vertices as the chain has them; a ring's first one twice.</summary>
        public readonly int VertexCount => Shape == (byte)Space.Shape.Route
            ? (int)((uint)ChainLength / 3)
            : (ChainLength - 2) >> 1;

        public bool IsIn(long seq) => Added <= seq && seq < Removed;
    }
}
