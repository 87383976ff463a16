using System.Diagnostics;
using System.Globalization;

namespace Truce.Space.Tests;

/// <summary>
/// The mission frame against PROJ: recorded vectors always, the program itself where it is installed.
/// </summary>
public sealed class MissionFrameTests
{
    private const double MetresMax = 1e-6;

    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    private static double[][] Recorded =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", "tmerc.txt"))
        .Where(l => !l.StartsWith('#'))
        .Select(l => l.Split(' ').Select(n => double.Parse(n, Plain)).ToArray())];

    [Fact]
    public void The_frame_agrees_with_recorded_answers_of_PROJ_to_a_micrometre()
    {
        Assert.True(Recorded.Length > 250);
        foreach (var v in Recorded)
        {
            var frame = new MissionFrame(new GeodeticPosition(v[0], v[1]));
            var (east, north) = frame.MetresOf(new GeodeticPosition(v[2], v[3]));
            Assert.InRange(east - v[4], -MetresMax, MetresMax);
            Assert.InRange(north - v[5], -MetresMax, MetresMax);
        }
    }

    [Fact]
    public void The_frame_agrees_with_cs2cs_to_a_micrometre()
    {
        Assert.SkipUnless(Programs.Has("cs2cs"), "cs2cs is not installed: Debian's package proj-bin");
        var random = new Random(20);
        foreach (var (latitude, longitude) in ((double, double)[])[(31.4, 34.38), (-12.5, 130.25), (68.0, -150.0)])
        {
            var frame = new MissionFrame(new GeodeticPosition(latitude, longitude));
            var asked = Enumerable.Range(0, 2_000).Select(_ => new GeodeticPosition(
                Math.Round(latitude + (random.NextDouble() * 8.4) - 4.2, 9),
                Math.Round(longitude + (((random.NextDouble() * 8.4) - 4.2) / Math.Cos(latitude / 57.3)), 9)))
                    .ToArray();
            var answers = Programs.Run(
                "cs2cs",
                $"-f %.9f +proj=longlat +ellps=WGS84 +to +proj=tmerc +lat_0={latitude.ToString(Plain)} "
                    + $"+lon_0={longitude.ToString(Plain)} +k=1 +ellps=WGS84",
                string.Join('\n',
                    asked.Select(p => string.Create(Plain, $"{p.LongitudeDegrees:F9} {p.LatitudeDegrees:F9}"))));
            Assert.Equal(asked.Length, answers.Length);
            foreach (var (p, answer) in asked.Zip(answers))
            {
                var proj = answer.Split(['\t', ' ']).Select(n => double.Parse(n, Plain)).ToArray();
                var (east, north) = frame.MetresOf(p);
                Assert.InRange(east - proj[0], -MetresMax, MetresMax);
                Assert.InRange(north - proj[1], -MetresMax, MetresMax);
            }
        }
    }

    [Fact]
    public void A_place_goes_out_and_comes_back_as_itself()
    {
        var random = new Random(21);
        foreach (var centre in (GeodeticPosition[])[new(31.4, 34.38), new(-84, 179.99), new(0, 0), new(84, -10)])
        {
            var frame = new MissionFrame(centre);
            for (var i = 0; i < 5_000; i++)
            {
                var place = new Place(random.Next(-500_000_000, 500_000_001), random.Next(-500_000_000, 500_000_001));
                Assert.Equal(place, frame.PlaceOf(frame.PositionOf(place), out var refused));
                Assert.Null(refused);
            }
        }
    }

    [Theory]
    [InlineData(double.NaN, 34, RefusalReason.NotANumber)]
    [InlineData(31, double.PositiveInfinity, RefusalReason.NotANumber)]
    [InlineData(91, 34, RefusalReason.NotOnEarth)]
    [InlineData(31, 180.5, RefusalReason.NotOnEarth)]
    [InlineData(90, 34, RefusalReason.Pole)]
    [InlineData(-89.5, 34, RefusalReason.Pole)]
    [InlineData(31.4, -145.6, RefusalReason.BeyondFrame)]
    [InlineData(36.5, 34.38, RefusalReason.BeyondFrame)]
    [InlineData(31.4, 130, RefusalReason.BeyondFrame)]
    public void A_position_that_has_no_place_is_refused(double latitude, double longitude, RefusalReason expected)
    {
        var frame = new MissionFrame(new GeodeticPosition(31.4, 34.38));
        var place = frame.PlaceOf(new GeodeticPosition(latitude, longitude), out var refused);
        Assert.Equal(expected, refused);
        Assert.Equal(default, place);
    }

    [Fact]
    public void A_frame_needs_a_centre_away_from_the_poles()
    {
        Assert.Throws<ArgumentException>(() => new MissionFrame(new GeodeticPosition(85, 0)));
        Assert.Throws<ArgumentException>(() => new MissionFrame(new GeodeticPosition(double.NaN, 0)));
    }
}

/// <summary>Other people's programs, where they are installed.</summary>
internal static class Programs
{
    public static bool Has(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(d => File.Exists(Path.Combine(d, name)));

    public static string[] Run(string name, string arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input + "\n");
        process.StandardInput.Close();
        process.WaitForExit();
        return output.Result.TrimEnd('\n').Split('\n');
    }
}
