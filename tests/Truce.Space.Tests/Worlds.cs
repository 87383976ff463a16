namespace Truce.Space.Tests;

/// <summary>Random activities: on a small lattice, where ties are everywhere, and in a town of real size.</summary>
internal static class Worlds
{
    /// <summary>
    /// Coordinates 0 to 12 times a scale, buffers 0 to 3 times it, times 0 to 24: everything touches or just
    /// misses.
    /// </summary>
    public static Activity[] Lattice(int seed, int count, int scale = 1)
    {
        var random = new Random(seed);
        var made = new List<Activity>();
        while (made.Count < count)
        {
            Place At() => new((random.Next(13) - 6) * scale, (random.Next(13) - 6) * scale);
            var who = new Particulars("x", ActivityKind.Operation, IsEmergency: false, random.Next(4) * scale);
            var from = 10 + random.Next(20);
            var ingested = random.Next(3) switch
            {
                0 => Activity.Point(who, At(), new Window(from, from + 1 + random.Next(8))),
                1 => Activity.Area(
                    who,
                    [.. Enumerable.Range(0, 3 + random.Next(4)).Select(_ => At())],
                    new Window(from, from + 1 + random.Next(8))),
                _ => Activity.Route(
                    who,
                    [.. Enumerable.Range(0, 2 + random.Next(12)).Select(i => new Waypoint(At(), from + (2 * i)))],
                    random.Next(3)),
            };
            if (ingested.ActivityOrNull is { } activity)
            {
                made.Add(activity);
            }
        }

        return [.. made];
    }

    /// <summary>Routes, points and stars in a box of 20 km over some days.</summary>
    public static Activity[] Town(int seed, int count, int days, int boxMetres = 20_000)
    {
        var random = new Random(seed);
        var made = new List<Activity>();
        while (made.Count < count)
        {
            var half = boxMetres * 500;
            var (x, y) = (random.Next(-half, half), random.Next(-half, half));
            var from = 7_200 + random.Next(days * 86_400);
            var buffer = random.Next(20) * 10_000;
            var who = new Particulars(
                $"party {random.Next(3)}", (ActivityKind)random.Next(4), IsEmergency: false, buffer);
            made.Add(Taken(random.Next(10) switch
            {
                < 6 => Route(random, who, x, y, from),
                < 9 => Activity.Point(who, new Place(x, y), new Window(from, from + random.Next(3_600, 72_000))),
                _ => Activity.Area(
                    who,
                    Star(random, x, y, 200_000, 1_500_000),
                    new Window(from, from + random.Next(14_400, 259_200))),
            }));
        }

        return [.. made];
    }

    public static Place[] Star(Random random, int x, int y, int nearMillimetres, int farMillimetres)
    {
        var n = random.Next(6, 25);
        return
        [
            .. Enumerable.Range(0, n).Select(i =>
            {
                var (far, angle) = (random.Next(nearMillimetres, farMillimetres), 2 * Math.PI * i / n);
                return new Place(x + (int)(far * Math.Cos(angle)), y + (int)(far * Math.Sin(angle)));
            }),
        ];
    }

    public static Activity Taken(Ingested ingested) =>
        ingested.ActivityOrNull ?? throw new InvalidOperationException(ingested.ToString());

    private static Ingested Route(Random random, Particulars who, int x, int y, int from)
    {
        var waypoints = new Waypoint[random.Next(5, 21)];
        var (at, heading) = (from, random.NextDouble() * 2 * Math.PI);
        for (var i = 0; i < waypoints.Length; i++)
        {
            waypoints[i] = new Waypoint(new Place(x, y), at);
            var (metres, kilometresAnHour) = (random.Next(100, 1_500), random.Next(3, 20));
            heading += (random.NextDouble() - 0.5) * 1.5;
            x += (int)(metres * 1000 * Math.Cos(heading));
            y += (int)(metres * 1000 * Math.Sin(heading));
            at += Math.Max(1, metres * 36 / (kilometresAnHour * 10));
        }

        return Activity.Route(who, waypoints, random.Next(600, 3_600));
    }
}
