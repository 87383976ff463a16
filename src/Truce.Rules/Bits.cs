namespace Truce.Rules;

/// <summary>A set of bits as a key: equal where the words are. The words must not change while it is one.</summary>
internal readonly struct Bits(ulong[] words) : IEquatable<Bits>
{
    private readonly ulong[] _words = words;

    public bool Equals(Bits other) => _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => obj is Bits other && Equals(other);

    public override int GetHashCode()
    {
        unchecked
        {
            return (int)Hash(_words, 17UL);
        }
    }

    /// <summary>Mixes words into a hash. Every word reaches the low bits, which tables read.</summary>
    public static ulong Hash(ReadOnlySpan<ulong> words, ulong hash)
    {
        unchecked
        {
            foreach (var word in words)
            {
                hash = (hash ^ word) * 0x9E3779B97F4A7C15UL;
                hash ^= hash >> 32;
            }

            return hash;
        }
    }
}
