using System.Text.RegularExpressions;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// What lies compactly in memory against a plain list of the same: every number, head, content, order and id comes
/// back, also where a width or a page has to grow, and after it was saved and loaded.
/// </summary>
public sealed class LayoutTests
{
    /// <summary>Seeds.</summary>
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_column_gives_back_every_number_whatever_its_width(int seed)
    {
        var random = new Random(seed);
        var (column, plain) = (new Column(), new List<long>());
        for (var i = 0; i < 3_000; i++)
        {
            // Mostly near the one before, at times far from it, to the ends of what JSON can state.
            var bits = random.Next(20) == 0 ? random.Next(54) : random.Next(8 + (seed * 4));
            var number = random.NextInt64(1L << bits) * (random.Next(3) == 0 ? -1 : 1);
            column.Add(number);
            plain.Add(number);
        }

        Assert.Equal(plain, Enumerable.Range(0, column.Count).Select(i => column[i]));
        var restored = Saved(column.Save, r => Loaded(new Column(), c => c.Load(r)));
        Assert.Equal(plain, Enumerable.Range(0, restored.Count).Select(i => restored[i]));
        Assert.Equal(Bytes(column.Save), Bytes(restored.Save));
        column.Add(-5);
        restored.Add(-5);
        Assert.Equal(Bytes(column.Save), Bytes(restored.Save));
        Assert.Throws<ArgumentOutOfRangeException>(() => column[column.Count]);
    }

    [Theory]
    [InlineData(127, 1)]
    [InlineData(-128, 1)]
    [InlineData(128, 2)]
    [InlineData(-32_768, 2)]
    [InlineData(32_768, 3)]
    [InlineData(-8_388_608, 3)]
    [InlineData(8_388_607, 3)]
    [InlineData(8_388_608, 4)]
    [InlineData(int.MinValue, 4)]
    [InlineData(int.MaxValue + 1L, 8)]
    public void A_chunk_is_as_wide_as_its_largest_difference_and_no_wider(long difference, int width)
    {
        var column = new Column();
        column.Add(0);
        column.Add(1);
        column.Add(difference);
        Assert.Equal([0, 1, difference], Enumerable.Range(0, 3).Select(i => column[i]));
        Assert.Equal(sizeof(int) + sizeof(long) + 1 + (3 * width), Bytes(column.Save).Length);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_page_gives_back_every_step_in_its_order_and_each_keeps_its_place(int seed)
    {
        var random = new Random(seed);
        var page = new StepPage();
        var plain = new List<(int At, StepHead Head, byte[] Content)>();
        for (var i = 0; i < 900; i++)
        {
            var (index, head) = (random.Next(4) == 0 ? random.Next(plain.Count + 1) : plain.Count, Head(random));
            var content = new byte[random.Next(seed % 2 == 0 ? 200 : 20)]; // every second page outgrows two bytes
            random.NextBytes(content);
            plain.Insert(index, (page.Insert(index, head, content), head, content));
            if (random.Next(5) == 0)
            {
                var at = random.Next(plain.Count);
                var isOut = random.Next(2) == 0;
                page.Mark(plain[at].At, isOut);
                plain[at] = plain[at] with { Head = plain[at].Head with { IsOutOfPlace = isOut } };
            }

            if (i % 50 == 0)
            {
                Holds(plain, page);
            }
        }

        Holds(plain, page);
        Assert.Equal(seed % 2 == 0, page.Bytes.Length > ushort.MaxValue);
        var restored = Saved(page.Save, r =>
        {
            var read = new StepPage();
            read.Load(r);
            return read;
        });
        Holds(plain, restored);
        Assert.Equal(Bytes(page.Save), Bytes(restored.Save));
        plain.Insert(3, (restored.Insert(3, Head(new Random(1)), [1, 2, 3]), Head(new Random(1)), [1, 2, 3]));
        Holds(plain, restored);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void An_id_is_found_again_and_a_word_that_only_looks_like_one_is_none(int seed)
    {
        var random = new Random(seed);
        var ids = new Ids();
        var symbols = new Symbols(ids);
        var plain = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 4_000; i++)
        {
            // Few digits differ, so that many words share them; some have a form that is no id's.
            var digits = $"{(ulong)random.Next(900) << random.Next(40):x16}";
            var word = random.Next(8) switch
            {
                0 => $"movement/{digits.ToUpperInvariant()}",
                1 => $"strange/{digits}",
                2 => $"movement/{digits[1..]}",
                3 => "/" + digits,
                4 => digits,
                _ => $"{(random.Next(2) == 0 ? "incident" : "movement")}/{digits}",
            };
            var number = symbols.Of(word);
            Assert.Equal(word, symbols[number]);
            Assert.Equal(plain.TryGetValue(word, out var before) ? before : number, number);
            Assert.Equal(Regex.IsMatch(word, "^(incident|movement)/[0-9a-f]{16}$"), (number & 1) == 1);
            plain[word] = number;
        }

        Assert.Equal(plain.Count, plain.Values.Distinct().Count());
        var restored = Saved(symbols.Save, r => Loaded(new Symbols(new Ids()), s => s.Load(r)));
        Assert.All(plain, p => Assert.Equal(p.Key, restored[p.Value]));
        Assert.All(plain, p => Assert.Equal(p.Value, restored.Of(p.Key)));
    }

    [Fact]
    public void Subjects_of_whatever_name_are_found_and_nothing_else_is()
    {
        var fold = new World().Mission.Begin();
        var ids = new Ids();
        string[] names =
        [
            "movement/0123456789abcdef", "incident/0123456789abcdef", "movement/0123456789ABCDEF", "movement/x",
            "plan/",
        ];
        foreach (var name in names)
        {
            ids.Of(name); // it was named before it came
            Assert.False(ids.ContainsKey(name));
            ids.Add(new Subject(fold, MovementMachine.Table, name, ids.Count));
        }

        Assert.Equal(names, ids.Keys);
        Assert.All(names, n => Assert.Equal(n, ids[n].Id));
        Assert.Throws<ArgumentException>(() => ids.Add(ids["movement/x"]));
        Assert.False(ids.ContainsKey("movement/0123456789abcdee"));
        Assert.Throws<KeyNotFoundException>(() => ids["incident/x"]);
    }

    private static void Holds(List<(int At, StepHead Head, byte[] Content)> plain, in StepPage page)
    {
        Assert.Equal(plain.Count, page.Count);
        for (var i = 0; i < plain.Count; i++)
        {
            var (at, head, content) = plain[i];
            Assert.Equal(at, page.At(i));
            Assert.Equal(head, page.Head(at, out var begin));
            Assert.Equal(content, page.Bytes.Slice(begin, content.Length));
            Assert.Equal((head.Row, head.Audience, head.IsOutOfPlace),
                (page.Row(at), page.Audience(at), page.IsOutOfPlace(at)));
        }

        Assert.Equal(plain.Sum(p => p.Content.Length), page.ContentBytes);
    }

    private static StepHead Head(Random random) => new((byte)random.Next(256), IsOutOfPlace: false,
        (ushort)(random.Next(2) * random.Next(65_536)), unchecked((ulong)random.NextInt64()), random.Next(),
        random.Next(1 << random.Next(31)), random.Next(3) switch
        {
            0 => 0,
            1 => random.NextInt64(-CanonicalJson.NumberMax, CanonicalJson.NumberMax) * 2,
            _ => random.Next(100_000),
        });

    private static byte[] Bytes(Action<BinaryWriter> save)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static T Saved<T>(Action<BinaryWriter> save, Func<BinaryReader, T> load)
    {
        using var reader = new BinaryReader(new MemoryStream(Bytes(save)));
        var read = load(reader);
        Assert.Equal(reader.BaseStream.Length, reader.BaseStream.Position);
        return read;
    }

    private static T Loaded<T>(T empty, Action<T> load)
    {
        load(empty);
        return empty;
    }
}
