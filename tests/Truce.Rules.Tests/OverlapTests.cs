namespace Truce.Rules.Tests;

/// <summary>Which boxes meet, many at a time, against one pair after another.</summary>
public sealed class OverlapTests
{
    [Fact]
    public void Pairs_are_those_found_one_by_one_on_random_frameworks()
    {
        var met = 0;
        for (var seed = 1; seed <= 500; seed++)
        {
            var reading = FrameworkReader.Read(RandomFrameworks.Yaml(seed), "random.yaml");
            if (reading.IsUsable)
            {
                var book = new Rulebook(reading.Framework);
                met += Compare(book.Space, [.. book.Clauses.Select(c => c.Box)], [.. book.Clauses.Select(c => c.Whom)]);
            }
        }

        Assert.True(met > 1_000, $"{met} pairs met");
    }

    [Fact]
    public void Pairs_are_those_found_one_by_one_where_there_are_more_boxes_than_a_block_holds()
    {
        var random = new Random(7);
        var space = new Rulebook(FrameworkReader.Read(RandomFrameworks.Yaml(5), "random.yaml").Framework).Space;
        var boxes = Enumerable.Range(0, 2_100).Select(_ =>
        {
            var box = (ulong[])space.Full.Clone();
            for (var w = 0; w < box.Length; w++)
            {
                box[w] &= (ulong)random.NextInt64() | (ulong)random.NextInt64();
            }

            return box;
        }).ToList();
        Assert.True(Compare(space, boxes, [.. boxes.Select((_, i) => i % 5)]) > 10_000);
    }

    private static int Compare(Situations space, List<ulong[]> boxes, List<int> kinds)
    {
        var expected = new HashSet<(int, int)>();
        for (var i = 0; i < boxes.Count; i++)
        {
            for (var j = i + 1; j < boxes.Count; j++)
            {
                if (kinds[i] != kinds[j]
                    && Enumerable.Range(0, space.Dims)
                    .All(d => Mask.Meets(space.Dim(boxes[i], d), space.Dim(boxes[j], d))))
                {
                    expected.Add((i, j));
                }
            }
        }

        var pairs = Overlaps.Pairs(space, boxes, kinds);
        Assert.Equal(pairs.Count, pairs.Distinct().Count());
        Assert.True(expected.SetEquals(pairs), $"{expected.Count} expected, {pairs.Count} found");
        return pairs.Count;
    }
}
