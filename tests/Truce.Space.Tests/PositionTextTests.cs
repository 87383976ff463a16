using System.Globalization;

namespace Truce.Space.Tests;

/// <summary>Positions as people write them, and the military grid beside GeographicLib's GeoConvert.</summary>
public sealed class PositionTextTests
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    [Theory]
    [InlineData("31.4 34.38")]
    [InlineData("31.4, 34.38")]
    [InlineData("31.4,34.38")]
    [InlineData("+31.4;+34.38")]
    [InlineData("+31.4+34.38/")]
    [InlineData("34.38E 31.4N")]
    [InlineData("N31.4 E34.38")]
    [InlineData("n 31.4° e 34.38°")]
    [InlineData("31.4N, 34.38")]
    [InlineData("31.4, 34.38E")]
    [InlineData("31.4N34.38E")]
    [InlineData("31 24 0 34 22 48")]
    [InlineData("31 24, 34 22.8")]
    [InlineData("31:24:00N 34:22:48E")]
    [InlineData("31°24'00\"N 34°22'48\"E")]
    [InlineData("31°24′00″ 34°22′48″")]
    [InlineData("31º 24’ 0” N 34º 22’ 48” E")]
    [InlineData("31d24'0''N, 34d22'48''E")]
    [InlineData("E 34°22.8' N 31°24'")]
    [InlineData("312400N 0342248E")]
    [InlineData("312400N0342248E")]
    [InlineData("3124N 03422.8E")]
    public void One_position_in_each_usual_form(string text)
    {
        var read = Assert.IsType<PositionReading.Accepted>(PositionText.Read(text));
        Assert.Null(read.SquareMetres);
        Assert.Equal(31.4, read.Position.LatitudeDegrees, 12);
        Assert.Equal(34.38, read.Position.LongitudeDegrees, 12);
    }

    [Theory]
    [InlineData("", "no position")]
    [InlineData("here", "no position")]
    [InlineData("31.4", "not clear")]
    [InlineData("31 24 0 34 22", "not clear")]
    [InlineData("31,4 34,38", "not clear")]
    [InlineData("91 34", "beyond 90")]
    [InlineData("34.38 131.4N 12", "only the last")]
    [InlineData("31.4 190", "beyond 180")]
    [InlineData("-31.4S 34.38E", "a sign and a letter")]
    [InlineData("31.4N 34.38N", "both numbers are latitudes")]
    [InlineData("31 60 0 34 22 48", "below 60")]
    [InlineData("31 24 0 34 22 61.5", "below 60")]
    [InlineData("31.5 24 34 22", "only the last")]
    [InlineData("31 -24 34 22", "before the degrees")]
    [InlineData("31'24°N 34°22'E", "stands where degrees belong")]
    [InlineData("NaN NaN", "no ")]
    [InlineData("1e1 34", "no position")]
    [InlineData("1E-5 34", "no position")]
    [InlineData("31.4 34.38 5 6 7 8 9 10", "one to three")]
    [InlineData("36RXV 2372 63579", "equally many digits")]
    [InlineData("36RXV 237 6357", "equally many digits")]
    [InlineData("36RXV 2372 635790", "equally many digits")]
    [InlineData("36RXV 237200 635790", "up to ten digits")]
    [InlineData("61RXV 23720 63579", "no zone 61")]
    [InlineData("0RXV 23720 63579", "no zone 0")]
    [InlineData("36OXV 23720 63579", "no band O")]
    [InlineData("36RAV 23720 63579", "no column A")]
    [InlineData("36RXI 23720 63579", "no row I")]
    [InlineData("36RXF 23720 63579", "no square XF")]
    [InlineData("34XDG 23720 63579", "Svalbard")]
    [InlineData("ZAH 00000 00000", "polar grid (UPS)")]
    [InlineData("BAN 00000 00000", "polar grid (UPS)")]
    public void What_is_no_position_is_refused_with_a_reason(string text, string reason)
    {
        var refused = Assert.IsType<PositionReading.Refused>(PositionText.Read(text));
        Assert.Contains(reason, refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("36RXV 23720 63579", 1)]
    [InlineData("36rxv2372063579", 1)]
    [InlineData("36R XV 2372 6357", 10)]
    [InlineData("36 R XV 237 635", 100)]
    [InlineData("36RXV26", 10_000)]
    [InlineData("36RXV", 100_000)]
    public void A_grid_reference_is_the_middle_of_its_square(string text, int metres)
    {
        var read = Assert.IsType<PositionReading.Accepted>(PositionText.Read(text));
        Assert.Equal(metres, read.SquareMetres);
        var digits = 5 - (int)Math.Log10(metres);
        Assert.Equal(
            text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(),
            Mgrs.Of(read.Position, digits)!.Replace(" ", "", StringComparison.Ordinal));
    }

    /// <summary>Answers of GeoConvert 2.1.2, for machines that have no GeoConvert.</summary>
    [Theory]
    [InlineData(31.4, 34.38, "36RXV 31195 74756")]
    [InlineData(60.4, 5.3, "32VKN 96191 01684")]
    [InlineData(78.2, 15.6, "33XWG 13696 80760")]
    [InlineData(-33.86, 151.21, "56HLH 34416 51925")]
    [InlineData(0, 0, "31NAA 66021 00000")]
    [InlineData(-0.0000001, 179.9999, "60MZE 33967 99999")]
    [InlineData(83.999, -180, "01XDP 64999 28893")]
    [InlineData(72, 9, "33XTV 93363 99233")]
    [InlineData(64, 3, "31WEL 00000 97014")]
    public void A_position_has_this_reference(double latitude, double longitude, string reference) =>
        Assert.Equal(reference, Mgrs.Of(new GeodeticPosition(latitude, longitude), digits: 5));

    [Theory]
    [InlineData(84.0, 10)]
    [InlineData(-80.000001, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(10, double.PositiveInfinity)]
    [InlineData(10, 180.1)]
    public void The_polar_grid_is_not_written(double latitude, double longitude) =>
        Assert.Null(Mgrs.Of(new GeodeticPosition(latitude, longitude), digits: 5));

    [Theory]
    [InlineData(-33.9999999, 151.25, 0, "34°00'00\"S 151°15'00\"E")]
    [InlineData(31.4, 34.38, 1, "31°24'00.0\"N 34°22'48.0\"E")]
    [InlineData(-0.00000001, -0.5, 1, "0°00'00.0\"N 0°30'00.0\"W")]
    public void Seconds_are_rounded_without_a_sixty(double latitude, double longitude, int decimals, string text) =>
        Assert.Equal(text, PositionText.Sexagesimal(new GeodeticPosition(latitude, longitude), decimals));

    [Fact]
    public void Written_positions_come_back()
    {
        var random = new Random(401);
        for (var i = 0; i < 5_000; i++)
        {
            var p = new GeodeticPosition((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180);
            foreach (var text in (string[])[PositionText.Decimal(p, 9), PositionText.Sexagesimal(p, 6)])
            {
                var read = Assert.IsType<PositionReading.Accepted>(PositionText.Read(text)).Position;
                AssertNear(p, read, 2e-9);
            }
        }
    }

    [Fact]
    public void Every_reference_that_is_written_reads_as_the_square_that_holds_the_position()
    {
        foreach (var p in Everywhere(seed: 402, count: 20_000))
        {
            for (var digits = 0; digits <= 5; digits++)
            {
                if (Mgrs.Of(p, digits) is not { } reference)
                {
                    continue;
                }

                var square = Mgrs.Read(reference, out var refused);
                Assert.Null(refused);
                Assert.Equal(100_000 / (int)Math.Pow(10, digits), square.SizeMetres);
                var metres = Math.Abs(square.Centre.LatitudeDegrees - p.LatitudeDegrees) * 111_000;
                Assert.InRange(metres, 0, 0.75 * square.SizeMetres);
            }
        }
    }

    [Fact]
    public void References_are_those_of_GeoConvert_zone_borders_and_northern_exceptions_included()
    {
        SkipWithout();
        var asked = Everywhere(seed: 403, count: 20_000);
        for (var digits = 0; digits <= 5; digits++)
        {
            var answers = Convert($"-m -p {digits - 5}", asked.Select(Exact));
            Assert.Equal(asked.Length, answers.Length);
            foreach (var (p, answer) in asked.Zip(answers))
            {
                var mine = Mgrs.Of(p, digits)?.Replace(" ", "", StringComparison.Ordinal);
                Assert.Equal(answer[0] is >= '0' and <= '9' ? answer : null, mine);
            }
        }
    }

    [Fact]
    public void References_are_read_as_GeoConvert_reads_them_and_refused_with_it()
    {
        SkipWithout();
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var random = new Random(404);
        var asked = Enumerable.Range(0, 60_000).Select(i => string.Create(
            Plain,
            $"{random.Next(1, 61)}{Letters[random.Next(2, 24)]}{Letters[random.Next(26)]}{Letters[random.Next(26)]}"
                + $"{random.Next(100_000):D5}{random.Next(100_000):D5}")).ToArray();
        var answers = Convert("-g -p 6", asked);
        var accepted = 0;
        foreach (var (reference, answer) in asked.Zip(answers))
        {
            var square = Mgrs.Read(reference, out var refused);
            var isAnswered = !answer.StartsWith("ERROR", StringComparison.Ordinal);
            var parts = isAnswered ? answer.Split(' ').Select(n => double.Parse(n, Plain)).ToArray() : [];
            if (refused?.Contains("Svalbard", StringComparison.Ordinal) == true
                || (refused is not null && isAnswered && parts[0] is >= 84 or < -80))
            {
                continue; // GeoConvert takes zones that do not exist, and squares beyond the last bands
            }

            Assert.True(refused is null == isAnswered, $"{reference} {answer}");
            if (refused is null)
            {
                accepted++;
                AssertNear(new GeodeticPosition(parts[0], parts[1]), square.Centre, 2e-10);
            }
        }

        Assert.InRange(accepted, 1_000, asked.Length);
    }

    [Fact]
    public void Angles_are_read_and_written_as_GeoConvert_does_it()
    {
        SkipWithout();
        var asked = Everywhere(seed: 405, count: 5_000);
        foreach (var (p, answer) in asked.Zip(Convert("-d -p 3", asked.Select(Exact))))
        {
            var read = Assert.IsType<PositionReading.Accepted>(PositionText.Read(answer)).Position;
            AssertNear(p, read, 2e-7);
        }

        var written = asked.Select(p => PositionText.Sexagesimal(p, 6)).ToArray();
        foreach (var (p, answer) in asked.Zip(Convert("-g -p 6", written)))
        {
            var parts = answer.Split(' ').Select(n => double.Parse(n, Plain)).ToArray();
            AssertNear(p, new GeodeticPosition(parts[0], parts[1]), 2e-9);
        }
    }

    /// <summary>Positions anywhere, and many on and beside borders of zones and bands, Norway and Svalbard.</summary>
    private static GeodeticPosition[] Everywhere(int seed, int count)
    {
        var random = new Random(seed);
        double[] nudges = [0, 1e-9, -1e-9, 1e-5, -1e-5, 0.5, -0.5];
        double Nudged(double degrees) => degrees + nudges[random.Next(nudges.Length)];
        return
        [
            .. Enumerable.Range(0, count).Select(i => (i % 4) switch
            {
                0 => ((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180),
                1 => (Nudged(8.0 * random.Next(-10, 11)), Nudged(6.0 * random.Next(-30, 31))),
                2 => (Nudged(random.Next(2) == 0 ? 56 : 64), Nudged(3.0 * random.Next(0, 5))),
                _ => (Nudged(random.Next(3) switch { 0 => 72, 1 => 84, _ => 78 }), Nudged(3.0 * random.Next(-1, 16))),
            }).Select(p => new GeodeticPosition(Math.Clamp(p.Item1, -90, 90), Math.Clamp(p.Item2, -180, 180))),
        ];
    }

    private static void AssertNear(GeodeticPosition a, GeodeticPosition b, double degrees)
    {
        Assert.InRange(a.LatitudeDegrees - b.LatitudeDegrees, -degrees, degrees);
        Assert.InRange(Math.IEEERemainder(a.LongitudeDegrees - b.LongitudeDegrees, 360), -degrees, degrees);
    }

    private static string Exact(GeodeticPosition p) =>
        string.Create(Plain, $"{p.LatitudeDegrees:F15} {p.LongitudeDegrees:F15}");

    private static string[] Convert(string arguments, IEnumerable<string> input) =>
        Programs.Run("GeoConvert", arguments, string.Join('\n', input));

    private static void SkipWithout() => Assert.SkipUnless(
        Programs.Has("GeoConvert"), "GeoConvert is not installed: Debian's package geographiclib-tools");
}
