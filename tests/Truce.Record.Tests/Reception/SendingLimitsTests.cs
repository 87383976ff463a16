namespace Truce.Record.Tests;

public sealed class SendingLimitsTests
{
    private static readonly SendingLimits Limits = new()
    {
        Key = new(Burst: 3, PerMinute: 2),
        Organisation = new(Burst: 5, PerMinute: 4),
        Reserve = new(Burst: 2, PerMinute: 1),
    };

    [Fact]
    public void A_key_sends_its_burst_and_then_waits_for_the_time_that_it_is_told()
    {
        var meter = new SendingMeter(Limits);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(meter.TryTake("a", "un", hasReserve: false, now: 0)));

        var again = Assert.IsType<long>(meter.TryTake("a", "un", hasReserve: false, now: 0));
        Assert.Equal(30_000, again);
        Assert.NotNull(meter.TryTake("a", "un", hasReserve: false, again - 1));
        Assert.Null(meter.TryTake("a", "un", hasReserve: false, again));
    }

    [Fact]
    public void Keys_of_one_organisation_share_its_allowance()
    {
        var meter = new SendingMeter(Limits);
        var taken = Enumerable.Range(0, 9).Count(i => meter.TryTake($"k{i % 3}", "un", false, now: 0) is null);

        Assert.Equal(5, taken);
        Assert.Null(meter.TryTake("other", "agency", hasReserve: false, now: 0));
    }

    [Fact]
    public void A_flood_of_the_rest_does_not_keep_out_the_acts_of_the_reserve()
    {
        var meter = new SendingMeter(Limits);
        while (meter.TryTake("a", "un", hasReserve: false, now: 0) is null)
        {
        }

        Assert.Null(meter.TryTake("a", "un", hasReserve: true, now: 0));
        Assert.Null(meter.TryTake("a", "un", hasReserve: true, now: 0));
        Assert.NotNull(meter.TryTake("a", "un", hasReserve: true, now: 0));
    }

    /// <summary>
    /// The oracle keeps every moment of sending and counts: no window takes more than burst and refill.
    /// </summary>
    [Fact]
    public void No_window_of_time_takes_more_than_burst_and_refill()
    {
        var random = new Random(20261124);
        var meter = new SendingMeter(Limits);
        var (taken, now) = (new List<long>(), 0L);
        for (var i = 0; i < 5_000; i++)
        {
            now += random.Next(0, 20_000);
            if (meter.TryTake("a", "un", hasReserve: false, now) is null)
            {
                taken.Add(now);
            }
        }

        for (var from = 0; from < taken.Count; from++)
        {
            for (var to = from; to < Math.Min(taken.Count, from + 50); to++)
            {
                var minutes = (taken[to] - taken[from]) / 60_000.0;
                Assert.True(to - from + 1 <= Limits.Key.Burst + (minutes * Limits.Key.PerMinute) + 1e-9);
            }
        }

        Assert.True(taken.Count > 1_000);
    }
}
