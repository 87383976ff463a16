using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Rules.Tests;

/// <summary>The desk's quick answers are those of the ruling, which reads LANGUAGE §4 point by point.</summary>
public sealed class DeskTests
{
    /// <summary>TRUCE_SEEDS=from-count plays other seeds.</summary>
    [Fact]
    public void The_desk_answers_as_the_ruling_does_on_random_frameworks()
    {
        var set = Environment.GetEnvironmentVariable("TRUCE_SEEDS")?.Split('-');
        var (from, count) = set is [var f, var n]
            ? (int.Parse(f, CultureInfo.InvariantCulture), int.Parse(n, CultureInfo.InvariantCulture)) : (1, 1_000);
        string? failure = null;
        long asked = 0;
        Parallel.For(from, from + count, (seed, state) =>
        {
            var (number, difference) = Compare(RandomFrameworks.Yaml(seed));
            Interlocked.Add(ref asked, number);
            if (difference is not null)
            {
                Interlocked.CompareExchange(ref failure, $"seed {seed}: {difference}", null);
                state.Stop();
            }
        });
        Assert.True(failure is null, failure);
        Assert.True(asked > count * 100L, $"only {asked} questions were asked");
    }

    [Fact]
    public void A_day_outside_the_term_and_a_name_that_is_not_there()
    {
        var book = new Rulebook(FrameworkReader.Read(RandomFrameworks.Yaml(1), "random.yaml").Framework);
        var (desk, s) = (new Desk(book), book.Space);
        var facts = s.Facts.Select(f => f.Ordinary).ToArray();
        var sheet = desk.NewSheet();
        var (who, what, where, when) = (s.Performers[0], s.Actions[0], s.Leaves[0].ToString(), s.Phases[0]);
        Assert.Equal(-1, desk.DayOf(new NodaTime.LocalDate(1899, 1, 1)));
        Assert.Equal(Verdict.OutsideTerm, desk.Ask(sheet, who, what, where, when, -1, 0, facts));
        Assert.Contains("`atlantis`",
            Assert.Throws<ArgumentException>(() => desk.Ask(sheet, who, what, "atlantis", when, 0, 0, facts)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => desk.Ask(sheet, who, what, where, when, s.Days.Length, 0, facts));
        for (var day = 0; day < s.Days.Length; day++)
        {
            Assert.Equal(day, desk.DayOf(s.Days[day].First!.Value));
            Assert.Equal(day, desk.DayOf(s.Days[day].Last!.Value));
        }

        for (var hour = 0; hour < s.Hours.Length; hour++)
        {
            Assert.Equal(hour, desk.HourOf(s.Hours[hour].FromMinute));
            Assert.Equal(hour, desk.HourOf(s.Hours[hour].UntilMinute - 1));
        }
    }

    private static (long Asked, string? Difference) Compare(string yaml)
    {
        var reading = FrameworkReader.Read(yaml, "random.yaml");
        if (!reading.IsUsable)
        {
            return (0, null);
        }

        var book = new Rulebook(reading.Framework);
        long asked = 0;
        foreach (var footing in book.Footings.Single.AddRange(book.Footings.Pairs))
        {
            var desk = new Desk(book, footing);
            var sheet = desk.NewSheet();
            for (var point = new int[book.Space.Dims]; point is not null; point = Next(book.Space, point))
            {
                asked++;
                if (Difference(book, desk, sheet, point, footing) is { } difference)
                {
                    return (asked, difference);
                }
            }
        }

        return (asked, null);
    }

    private static int[]? Next(Situations s, int[] point)
    {
        for (var d = 0; d < point.Length; d++)
        {
            if (++point[d] < s.Size(d))
            {
                return point;
            }

            point[d] = 0;
        }

        return null;
    }

    private static string? Difference(Rulebook book, Desk desk, DeskSheet sheet, int[] p, Footing footing)
    {
        var s = book.Space;
        var expected = book.AnswerAt(p, footing, ImmutableDictionary<string, Statement>.Empty);
        var verdict = desk.Ask(sheet, s.Performers[p[0]], s.Actions[p[1]], s.Leaves[p[2]].ToString(), s.Phases[p[3]],
            p[4], p[5],
            p.AsSpan(Situations.FirstFact));
        static string Words(Verdict verdict, Permission permission, IEnumerable<string> holders,
            IEnumerable<string> live,
            IEnumerable<string> aside) => string.Join(" | ", verdict, permission, string.Join(',', holders),
                string.Join(',', live), string.Join(',', aside));
        var ruling = Words(expected.Verdict, expected.Permission, expected.Holders, expected.Live.Select(r => r.Id),
            expected.SetAside.Select(a => a.RuleId));
        var ours = Words(verdict, sheet.Permission, sheet.Holders.ToArray().Select(h => book.People.All[h].Id),
            sheet.Rules.ToArray().Select(r => book.Framework.Rules[r].Id),
            sheet.SetAside.ToArray().Select(r => book.Framework.Rules[r].Id));
        return ruling == ours ? null : $"{Region.Name(s, p)} {footing}: the ruling says {ruling}, the desk {ours}";
    }
}
