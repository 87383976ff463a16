using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Truce.Record.Hashing;

/// <summary>A message in a buffer.</summary>
internal readonly record struct Piece(int At, int Length)
{
    /// <summary>How many blocks SHA-256 makes of it.</summary>
    public int Blocks => (Length + 8) / Sha256Lanes.BlockBytes + 1;
}

/// <summary>
/// SHA-256 of many messages at once, one in each lane of a vector: where there are many, eight times as fast as one
/// after the other. Where the machine has no such vectors, or for a few messages, the platform's own is used; the
/// results are the same bytes.
/// </summary>
internal static unsafe class Sha256Lanes
{
    public const int BlockBytes = 64;

    /// <summary>Below this many, one after the other is quicker.</summary>
    private const int WorthIt = 3;

    private const int Words = 8;
    private const int LanesMax = 16;

    // Scratch memory of a thread: a stretch of a log has thousands of pieces, and there are many stretches.
    [ThreadStatic]
    private static int[]? _order;

    [ThreadStatic]
    private static int[]? _starts;

    private static readonly uint[] Start =
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private static readonly uint[] Rounds =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>How many lanes this machine has; 1 where the platform's own hash is all there is.</summary>
    public static int Width => Lanes16.IsSupported ? Lanes16.Count : Lanes8.IsSupported ? Lanes8.Count : 1;

    /// <summary>The hash of each message in a buffer.</summary>
    public static void Messages(ReadOnlySpan<byte> buffer, ReadOnlySpan<Piece> pieces, Span<Digest> into) =>
        Messages(buffer, pieces, into, Width);

    /// <summary>The node over each pair of neighbours: SHA-256(0x01 ‖ left ‖ right).</summary>
    public static void Nodes(ReadOnlySpan<Digest> children, Span<Digest> into) => Nodes(children, into, Width);

    internal static void Messages(ReadOnlySpan<byte> buffer, ReadOnlySpan<Piece> pieces, Span<Digest> into, int width)
    {
        if (width == 1 || pieces.Length < WorthIt)
        {
            for (var i = 0; i < pieces.Length; i++)
            {
                into[i] = Digest.Of(buffer.Slice(pieces[i].At, pieces[i].Length));
            }

            return;
        }

        var order = Shortest(pieces);
        Span<Piece> group = stackalloc Piece[width];
        Span<Digest> hashes = stackalloc Digest[width];
        for (var at = 0; at < order.Length; at += width)
        {
            var some = Math.Min(width, order.Length - at);
            for (var lane = 0; lane < width; lane++)
            {
                // A lane without a message repeats the first, which is checked against the buffer like the others.
                var piece = pieces[order[at + (lane < some ? lane : 0)]];
                _ = buffer.Slice(piece.At, piece.Length);
                group[lane] = piece;
            }

            fixed (byte* bytes = buffer)
            {
                if (width == Lanes16.Count)
                {
                    Group<Vector512<uint>, Lanes16>(bytes, group, hashes);
                }
                else
                {
                    Group<Vector256<uint>, Lanes8>(bytes, group, hashes);
                }
            }

            for (var lane = 0; lane < some; lane++)
            {
                into[order[at + lane]] = hashes[lane];
            }
        }
    }

    internal static void Nodes(ReadOnlySpan<Digest> children, Span<Digest> into, int width)
    {
        var count = children.Length / 2;
        if (width == 1)
        {
            width = int.MaxValue;
        }

        var at = 0;
        Span<Digest> some = stackalloc Digest[2 * LanesMax];
        Span<Digest> hashes = stackalloc Digest[LanesMax];
        for (; count - at >= WorthIt && width <= LanesMax; at += width)
        {
            var now = Math.Min(width, count - at);
            children.Slice(2 * at, 2 * now).CopyTo(some);
            fixed (Digest* pairs = some)
            {
                if (width == Lanes16.Count)
                {
                    Pairs<Vector512<uint>, Lanes16>(pairs, hashes);
                }
                else
                {
                    Pairs<Vector256<uint>, Lanes8>(pairs, hashes);
                }
            }

            hashes[..now].CopyTo(into[at..]);
        }

        for (; at < count; at++)
        {
            into[at] = Merkle.Node(children[2 * at], children[(2 * at) + 1]);
        }
    }

    /// <summary>The numbers of the messages, by their count of blocks, so that lanes end together.</summary>
    private static ReadOnlySpan<int> Shortest(ReadOnlySpan<Piece> pieces)
    {
        var most = 0;
        foreach (var piece in pieces)
        {
            most = Math.Max(most, piece.Blocks);
        }

        var starts = _starts = _starts is not null && _starts.Length >= most + 2 ? _starts : new int[most + 2];
        starts.AsSpan().Clear();
        foreach (var piece in pieces)
        {
            starts[piece.Blocks + 1]++;
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var order = _order = _order is not null && _order.Length >= pieces.Length ? _order : new int[pieces.Length];
        for (var i = 0; i < pieces.Length; i++)
        {
            order[starts[pieces[i].Blocks]++] = i;
        }

        return order.AsSpan(0, pieces.Length);
    }

    /// <summary>As many messages as there are lanes. Each ends in its own last block; the others go on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group<T, TLanes>(byte* buffer, ReadOnlySpan<Piece> pieces, Span<Digest> into)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        var ends = stackalloc byte[LanesMax * 2 * BlockBytes];
        var blocks = stackalloc byte*[LanesMax];
        var state = stackalloc T[Words];
        var words = stackalloc T[BlockBytes / sizeof(uint)];
        var last = 0;
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            End(buffer, pieces[lane], ends + (lane * 2 * BlockBytes));
            last = Math.Max(last, pieces[lane].Blocks);
        }

        for (var i = 0; i < Words; i++)
        {
            state[i] = TLanes.All(Start[i]);
        }

        for (var block = 0; block < last; block++)
        {
            for (var lane = 0; lane < TLanes.Count; lane++)
            {
                var whole = pieces[lane].Length / BlockBytes;
                blocks[lane] = block < whole
                    ? buffer + pieces[lane].At + (block * BlockBytes)
                    : ends + (lane * 2 * BlockBytes) + (Math.Min(block - whole, 1) * BlockBytes);
            }

            TLanes.Load(blocks, words);
            Compress<T, TLanes>(state, words);
            for (var lane = 0; lane < TLanes.Count; lane++)
            {
                if (pieces[lane].Blocks == block + 1)
                {
                    into[lane] = Result<T, TLanes>(state, lane);
                }
            }
        }
    }

    /// <summary>The bytes behind the last whole block, with the mark and the length behind them.</summary>
    private static void End(byte* buffer, Piece piece, byte* into)
    {
        var rest = piece.Length % BlockBytes;
        var end = new Span<byte>(into, 2 * BlockBytes);
        end.Clear();
        new ReadOnlySpan<byte>(buffer + piece.At + piece.Length - rest, rest).CopyTo(end);
        end[rest] = 0x80;
        var length = (rest < BlockBytes - 8 ? BlockBytes : 2 * BlockBytes) - 8;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(end[length..], (ulong)piece.Length * 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pairs<T, TLanes>(Digest* pairs, Span<Digest> into)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        const uint mark = 0x00800000;
        const uint bits = (1 + Digest.Bytes + Digest.Bytes) * 8;
        var state = stackalloc T[Words];
        var words = stackalloc T[BlockBytes / sizeof(uint)];
        for (var i = 0; i < Words; i++)
        {
            state[i] = TLanes.All(Start[i]);
        }

        TLanes.LoadPairs(pairs, words);
        var end = TLanes.MovedOn(words[15], TLanes.All(mark << 8));
        for (var i = 15; i > 0; i--)
        {
            words[i] = TLanes.MovedOn(words[i - 1], words[i]);
        }

        words[0] = TLanes.MovedOn(TLanes.All(1), words[0]);
        Compress<T, TLanes>(state, words);
        words[0] = end;
        for (var i = 1; i < 15; i++)
        {
            words[i] = TLanes.All(0);
        }

        words[15] = TLanes.All(bits);
        Compress<T, TLanes>(state, words);
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            into[lane] = Result<T, TLanes>(state, lane);
        }
    }

    private static Digest Result<T, TLanes>(T* state, int lane)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        var words = (uint*)state + lane;
        var width = TLanes.Count;
        return new Digest(
            ((ulong)words[0] << 32) | words[width], ((ulong)words[2 * width] << 32) | words[3 * width],
            ((ulong)words[4 * width] << 32) | words[5 * width], ((ulong)words[6 * width] << 32) | words[7 * width]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress<T, TLanes>(T* state, T* w)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        fixed (uint* rounds = Rounds)
        {
            for (var i = 0; i < 64; i += 16)
            {
                var k = rounds + i;
                for (var j = 0; j < 16; j += 8)
                {
                    Round<T, TLanes>(a, b, c, ref d, e, f, g, ref h, w[j], k[j]);
                    Round<T, TLanes>(h, a, b, ref c, d, e, f, ref g, w[j + 1], k[j + 1]);
                    Round<T, TLanes>(g, h, a, ref b, c, d, e, ref f, w[j + 2], k[j + 2]);
                    Round<T, TLanes>(f, g, h, ref a, b, c, d, ref e, w[j + 3], k[j + 3]);
                    Round<T, TLanes>(e, f, g, ref h, a, b, c, ref d, w[j + 4], k[j + 4]);
                    Round<T, TLanes>(d, e, f, ref g, h, a, b, ref c, w[j + 5], k[j + 5]);
                    Round<T, TLanes>(c, d, e, ref f, g, h, a, ref b, w[j + 6], k[j + 6]);
                    Round<T, TLanes>(b, c, d, ref e, f, g, h, ref a, w[j + 7], k[j + 7]);
                }

                if (i < 48)
                {
                    Extend<T, TLanes>(w);
                }
            }
        }

        (state[0], state[1]) = (TLanes.Add(state[0], a), TLanes.Add(state[1], b));
        (state[2], state[3]) = (TLanes.Add(state[2], c), TLanes.Add(state[3], d));
        (state[4], state[5]) = (TLanes.Add(state[4], e), TLanes.Add(state[5], f));
        (state[6], state[7]) = (TLanes.Add(state[6], g), TLanes.Add(state[7], h));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<T, TLanes>(T a, T b, T c, ref T d, T e, T f, T g, ref T h, T w, uint k)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        h = TLanes.Add(TLanes.Add(h, TLanes.Add(w, TLanes.All(k))),
            TLanes.Add(TLanes.BigSigma1(e), TLanes.Choose(e, f, g)));
        d = TLanes.Add(d, h);
        h = TLanes.Add(h, TLanes.Add(TLanes.BigSigma0(a), TLanes.Majority(a, b, c)));
    }

    /// <summary>The next sixteen words of the schedule, in place of the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend<T, TLanes>(T* w)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        for (var i = 0; i < 16; i++)
        {
            w[i] = TLanes.Add(
                TLanes.Add(w[i], TLanes.SmallSigma0(w[(i + 1) & 15])),
                TLanes.Add(w[(i + 9) & 15], TLanes.SmallSigma1(w[(i + 14) & 15])));
        }
    }
}
