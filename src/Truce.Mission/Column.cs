using System.Buffers.Binary;

namespace Truce.Mission;

/// <summary>
/// Whole numbers that are only ever added at the end and lie near those before them: entries, times, numbers of
/// subjects. A chunk keeps its first number, and the differences to it in as few bytes as its largest one needs.
/// </summary>
/// <remarks>
/// Invariants: a chunk is as long as <see cref="ChunkLength"/> times its width, which is 1, 2, 3, 4 or 8 bytes; the
/// width follows the numbers alone, so that equal columns are saved as equal bytes. Every number is exact.
/// </remarks>
internal sealed class Column
{
    private const int Shift = 8;
    private const int ChunkLength = 1 << Shift;

    private readonly List<(long First, byte[] Differences)> _chunks = [];

    /// <summary>How many numbers there are.</summary>
    public int Count { get; private set; }

    /// <summary>A number by its place, from 0.</summary>
    public long this[int index]
    {
        get
        {
            var (first, differences) = _chunks[index >> Shift];
            return index < Count ? first + Read(differences, index & (ChunkLength - 1))
                : throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    /// <summary>Adds a number. Two of one column are less than 2^63 apart.</summary>
    public void Add(long number)
    {
        var at = Count & (ChunkLength - 1);
        if (at == 0)
        {
            _chunks.Add((number, new byte[ChunkLength]));
        }

        var (first, differences) = _chunks[^1];
        var difference = number - first;
        var width = WidthOf(difference);
        if (width > differences.Length >> Shift)
        {
            var wider = new byte[ChunkLength * width];
            for (var i = 0; i < at; i++)
            {
                Write(wider, i, Read(differences, i));
            }

            _chunks[^1] = (first, wider);
            differences = wider;
        }

        Write(differences, at, difference);
        Count++;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        for (var i = 0; i < _chunks.Count; i++)
        {
            var (first, differences) = _chunks[i];
            var width = differences.Length >> Shift;
            writer.Write(first);
            writer.Write((byte)width);
            writer.Write(differences.AsSpan(0, width * LengthOf(i)));
        }
    }

    /// <summary>Reads what was saved, into an empty column.</summary>
    public void Load(BinaryReader reader)
    {
        Count = reader.ReadInt32();
        for (var i = 0; i << Shift < Count; i++)
        {
            var first = reader.ReadInt64();
            var width = reader.ReadByte();
            var differences = new byte[ChunkLength * width];
            reader.BaseStream.ReadExactly(differences.AsSpan(0, width * LengthOf(i)));
            _chunks.Add((first, differences));
        }
    }

    private int LengthOf(int chunk) => Math.Min(ChunkLength, Count - (chunk << Shift));

    private static int WidthOf(long difference) => difference switch
    {
        >= sbyte.MinValue and <= sbyte.MaxValue => 1,
        >= short.MinValue and <= short.MaxValue => 2,
        >= -(1 << 23) and < 1 << 23 => 3,
        >= int.MinValue and <= int.MaxValue => 4,
        _ => 8,
    };

    private static long Read(byte[] chunk, int at) => (chunk.Length >> Shift) switch
    {
        1 => unchecked((sbyte)chunk[at]),
        2 => BinaryPrimitives.ReadInt16LittleEndian(chunk.AsSpan(at * 2)),
        3 => chunk[at * 3] | (chunk[(at * 3) + 1] << 8) | (unchecked((sbyte)chunk[(at * 3) + 2]) << 16),
        4 => BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(at * 4)),
        _ => BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan(at * 8)),
    };

    private static void Write(byte[] chunk, int at, long difference)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, difference);
        var width = chunk.Length >> Shift;
        bytes[..width].CopyTo(chunk.AsSpan(at * width));
    }
}
