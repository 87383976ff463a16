using System.Numerics;

namespace Truce.Rules;

/// <summary>Bitsets in words. All arguments of one call have one length.</summary>
internal static class Mask
{
    public static void Fill(Span<ulong> mask, int bits)
    {
        mask.Clear();
        for (var i = 0; i < bits / 64; i++)
        {
            mask[i] = ulong.MaxValue;
        }

        if (bits % 64 != 0)
        {
            mask[bits / 64] = (1UL << (bits % 64)) - 1;
        }
    }

    public static bool Any(ReadOnlySpan<ulong> a)
    {
        foreach (var w in a)
        {
            if (w != 0)
            {
                return true;
            }
        }

        return false;
    }

    public static bool Meets(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if ((a[i] & b[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether <paramref name="outer"/> holds all of <paramref name="inner"/>.</summary>
    public static bool Holds(ReadOnlySpan<ulong> outer, ReadOnlySpan<ulong> inner)
    {
        for (var i = 0; i < outer.Length; i++)
        {
            if ((inner[i] & ~outer[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public static bool Same(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b) => a.SequenceEqual(b);

    public static bool Has(ReadOnlySpan<ulong> a, int bit) => (a[bit >> 6] >> (bit & 63) & 1) != 0;

    public static void Set(Span<ulong> a, int bit) => a[bit >> 6] |= 1UL << (bit & 63);

    public static void Or(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] |= b[i];
        }
    }

    public static void And(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] &= b[i];
        }
    }

    public static void AndNot(Span<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] &= ~b[i];
        }
    }

    public static ulong[] Both(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var r = a.ToArray();
        And(r, b);
        return r;
    }

    public static ulong[] Either(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var r = a.ToArray();
        Or(r, b);
        return r;
    }

    public static ulong[] Less(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var r = a.ToArray();
        AndNot(r, b);
        return r;
    }

    /// <summary>The lowest bit, or -1.</summary>
    public static int First(ReadOnlySpan<ulong> a)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != 0)
            {
                return (i << 6) + BitOperations.TrailingZeroCount(a[i]);
            }
        }

        return -1;
    }

    public static int Count(ReadOnlySpan<ulong> a)
    {
        var n = 0;
        foreach (var w in a)
        {
            n += BitOperations.PopCount(w);
        }

        return n;
    }

    public static List<int> Bits(ReadOnlySpan<ulong> a)
    {
        var bits = new List<int>();
        for (var i = 0; i < a.Length; i++)
        {
            for (var w = a[i]; w != 0; w &= w - 1)
            {
                bits.Add((i << 6) + BitOperations.TrailingZeroCount(w));
            }
        }

        return bits;
    }
}
