using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Truce.Record.Hashing;

/// <summary>What SHA-256 does with a word, for as many messages at once as a vector has lanes.</summary>
internal interface ILanes<T>
    where T : unmanaged
{
    static abstract int Count { get; }

    static abstract T All(uint word);

    static abstract T Add(T a, T b);

    static abstract T Choose(T e, T f, T g);

    static abstract T Majority(T a, T b, T c);

    static abstract T BigSigma0(T a);

    static abstract T BigSigma1(T e);

    static abstract T SmallSigma0(T w);

    static abstract T SmallSigma1(T w);

    /// <summary>The low 8 bits of one word before the high 24 of the next: a message moved on by one byte.</summary>
    static abstract T MovedOn(T before, T word);

    /// <summary>One row of words for each lane becomes one row of lanes for each word.</summary>
    static abstract unsafe void Load(byte** blocks, T* words);

    /// <summary>The same for pairs of hashes, whose words lie in the order of <see cref="Digest"/>.</summary>
    static abstract unsafe void LoadPairs(Digest* pairs, T* words);
}

/// <summary>Sixteen messages at once, with AVX-512.</summary>
internal readonly struct Lanes16 : ILanes<Vector512<uint>>
{
    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => 16;

    private static Vector512<byte> BigEndian => Vector512.Create(
        Vector256.Create(Lanes8.BigEndian, Lanes8.BigEndian), Vector256.Create(Lanes8.BigEndian, Lanes8.BigEndian));

    public static Vector512<uint> All(uint word) => Vector512.Create(word);

    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    public static Vector512<uint> Choose(Vector512<uint> e, Vector512<uint> f, Vector512<uint> g) =>
        Avx512F.TernaryLogic(e, f, g, 0xca);

    public static Vector512<uint> Majority(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Avx512F.TernaryLogic(a, b, c, 0xe8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> BigSigma0(Vector512<uint> a) => Xor(
        Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> BigSigma1(Vector512<uint> e) => Xor(
        Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SmallSigma0(Vector512<uint> w) => Xor(
        Avx512F.RotateRight(w, 7), Avx512F.RotateRight(w, 18), Vector512.ShiftRightLogical(w, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SmallSigma1(Vector512<uint> w) => Xor(
        Avx512F.RotateRight(w, 17), Avx512F.RotateRight(w, 19), Vector512.ShiftRightLogical(w, 10));

    public static Vector512<uint> MovedOn(Vector512<uint> before, Vector512<uint> word) =>
        Vector512.ShiftLeft(before, 24) | Vector512.ShiftRightLogical(word, 8);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Load(byte** blocks, Vector512<uint>* words)
    {
        for (var lane = 0; lane < Count; lane++)
        {
            words[lane] = Avx512BW.Shuffle(Vector512.Load(blocks[lane]), BigEndian).AsUInt32();
        }

        Transpose(words);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void LoadPairs(Digest* pairs, Vector512<uint>* words)
    {
        for (var lane = 0; lane < Count; lane++)
        {
            var pair = Vector512.Load((uint*)(pairs + (2 * lane)));
            words[lane] = Avx512F.Shuffle(pair, 0b10_11_00_01);
        }

        Transpose(words);
    }

    private static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Transpose(Vector512<uint>* rows)
    {
        var pairs = stackalloc Vector512<uint>[Count];
        for (var i = 0; i < Count; i += 2)
        {
            pairs[i] = Avx512F.UnpackLow(rows[i], rows[i + 1]);
            pairs[i + 1] = Avx512F.UnpackHigh(rows[i], rows[i + 1]);
        }

        for (var i = 0; i < Count; i += 4)
        {
            rows[i] = Low(pairs[i], pairs[i + 2]);
            rows[i + 1] = High(pairs[i], pairs[i + 2]);
            rows[i + 2] = Low(pairs[i + 1], pairs[i + 3]);
            rows[i + 3] = High(pairs[i + 1], pairs[i + 3]);
        }

        for (var i = 0; i < 4; i++)
        {
            var evenAbove = Avx512F.Shuffle4x128(rows[i], rows[i + 4], 0x88);
            var oddAbove = Avx512F.Shuffle4x128(rows[i], rows[i + 4], 0xdd);
            var evenBelow = Avx512F.Shuffle4x128(rows[i + 8], rows[i + 12], 0x88);
            var oddBelow = Avx512F.Shuffle4x128(rows[i + 8], rows[i + 12], 0xdd);
            rows[i] = Avx512F.Shuffle4x128(evenAbove, evenBelow, 0x88);
            rows[i + 4] = Avx512F.Shuffle4x128(oddAbove, oddBelow, 0x88);
            rows[i + 8] = Avx512F.Shuffle4x128(evenAbove, evenBelow, 0xdd);
            rows[i + 12] = Avx512F.Shuffle4x128(oddAbove, oddBelow, 0xdd);
        }
    }

    private static Vector512<uint> Low(Vector512<uint> a, Vector512<uint> b) =>
        Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsUInt32();

    private static Vector512<uint> High(Vector512<uint> a, Vector512<uint> b) =>
        Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsUInt32();
}

/// <summary>Eight messages at once, with AVX2.</summary>
internal readonly struct Lanes8 : ILanes<Vector256<uint>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 8;

    internal static Vector128<byte> BigEndian =>
        Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);

    public static Vector256<uint> All(uint word) => Vector256.Create(word);

    public static Vector256<uint> Add(Vector256<uint> a, Vector256<uint> b) => a + b;

    public static Vector256<uint> Choose(Vector256<uint> e, Vector256<uint> f, Vector256<uint> g) => (e & (f ^ g)) ^ g;

    public static Vector256<uint> Majority(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) =>
        (a & b) | (c & (a | b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> BigSigma0(Vector256<uint> a) => Turned(a, 2) ^ Turned(a, 13) ^ Turned(a, 22);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> BigSigma1(Vector256<uint> e) => Turned(e, 6) ^ Turned(e, 11) ^ Turned(e, 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SmallSigma0(Vector256<uint> w) =>
        Turned(w, 7) ^ Turned(w, 18) ^ Vector256.ShiftRightLogical(w, 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SmallSigma1(Vector256<uint> w) =>
        Turned(w, 17) ^ Turned(w, 19) ^ Vector256.ShiftRightLogical(w, 10);

    public static Vector256<uint> MovedOn(Vector256<uint> before, Vector256<uint> word) =>
        Vector256.ShiftLeft(before, 24) | Vector256.ShiftRightLogical(word, 8);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Load(byte** blocks, Vector256<uint>* words)
    {
        var bigEndian = Vector256.Create(BigEndian, BigEndian);
        for (var lane = 0; lane < Count; lane++)
        {
            words[lane] = Avx2.Shuffle(Vector256.Load(blocks[lane]), bigEndian).AsUInt32();
            words[Count + lane] = Avx2.Shuffle(Vector256.Load(blocks[lane] + 32), bigEndian).AsUInt32();
        }

        Transpose(words);
        Transpose(words + Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void LoadPairs(Digest* pairs, Vector256<uint>* words)
    {
        for (var lane = 0; lane < Count; lane++)
        {
            words[lane] = Avx2.Shuffle(Vector256.Load((uint*)(pairs + (2 * lane))), 0b10_11_00_01);
            words[Count + lane] = Avx2.Shuffle(Vector256.Load((uint*)(pairs + (2 * lane) + 1)), 0b10_11_00_01);
        }

        Transpose(words);
        Transpose(words + Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Turned(Vector256<uint> a, int bits) =>
        Vector256.ShiftRightLogical(a, bits) | Vector256.ShiftLeft(a, 32 - bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Transpose(Vector256<uint>* rows)
    {
        var pairs = stackalloc Vector256<uint>[Count];
        for (var i = 0; i < Count; i += 2)
        {
            pairs[i] = Avx2.UnpackLow(rows[i], rows[i + 1]);
            pairs[i + 1] = Avx2.UnpackHigh(rows[i], rows[i + 1]);
        }

        for (var i = 0; i < Count; i += 4)
        {
            rows[i] = Avx2.UnpackLow(pairs[i].AsUInt64(), pairs[i + 2].AsUInt64()).AsUInt32();
            rows[i + 1] = Avx2.UnpackHigh(pairs[i].AsUInt64(), pairs[i + 2].AsUInt64()).AsUInt32();
            rows[i + 2] = Avx2.UnpackLow(pairs[i + 1].AsUInt64(), pairs[i + 3].AsUInt64()).AsUInt32();
            rows[i + 3] = Avx2.UnpackHigh(pairs[i + 1].AsUInt64(), pairs[i + 3].AsUInt64()).AsUInt32();
        }

        for (var i = 0; i < 4; i++)
        {
            var (above, below) = (rows[i], rows[i + 4]);
            rows[i] = Avx2.Permute2x128(above, below, 0x20);
            rows[i + 4] = Avx2.Permute2x128(above, below, 0x31);
        }
    }
}
