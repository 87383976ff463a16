namespace Truce.Record;

/// <summary>How much one sender may send: so many at once, and so many a minute after that.</summary>
/// <param name="Burst">At once, at least 1.</param>
/// <param name="PerMinute">Refilled each minute, at least 1.</param>
public readonly record struct Allowance(int Burst, int PerMinute);

/// <summary>
/// The limits per key and per organisation. Acts of the reserve (humanitarian, medical, hotline) draw on an allowance
/// of their own once the common one is used, so that a flood of the rest never keeps them out.
/// </summary>
public sealed record SendingLimits
{
    /// <summary>Of one key.</summary>
    public Allowance Key { get; init; } = new(Burst: 600, PerMinute: 120);

    /// <summary>Of one organisation, over all its keys.</summary>
    public Allowance Organisation { get; init; } = new(Burst: 6_000, PerMinute: 1_200);

    /// <summary>The reserve of one key, for the acts that have one.</summary>
    public Allowance Reserve { get; init; } = new(Burst: 600, PerMinute: 120);
}

/// <summary>
/// What each key and organisation may still send. Time comes in. It holds one small entry for each key and
/// organisation that ever sent, and those are as many as were enrolled.
/// </summary>
internal sealed class SendingMeter(SendingLimits limits)
{
    private const long MinuteMilliseconds = 60_000;

    private readonly Dictionary<(string Who, bool IsReserve), Bucket> _buckets = [];

    /// <summary>Takes one; where nothing is left, gives the time at which there is again.</summary>
    public long? TryTake(string key, string organisation, bool hasReserve, long now)
    {
        var ofKey = At("key " + key, limits.Key, now);
        var ofAll = At("organisation " + organisation, limits.Organisation, now);
        if (ofKey.Has && ofAll.Has)
        {
            Put("key " + key, ofKey.Less);
            Put("organisation " + organisation, ofAll.Less);
            return null;
        }

        if (hasReserve && At("key " + key, limits.Reserve, now, isReserve: true) is { Has: true } reserve)
        {
            Put("key " + key, reserve.Less, isReserve: true);
            return null;
        }

        return Math.Max(ofKey.NextAt(limits.Key), ofAll.NextAt(limits.Organisation));
    }

    private Bucket At(string who, Allowance allowance, long now, bool isReserve = false) =>
        _buckets.TryGetValue((who, isReserve), out var bucket)
            ? bucket.Filled(allowance, now)
            : new Bucket(allowance.Burst * MinuteMilliseconds, now);

    private void Put(string who, Bucket bucket, bool isReserve = false) => _buckets[(who, isReserve)] = bucket;

    /// <summary>
    /// Tokens in parts of one sixty-thousandth, so that a millisecond refills a whole number of them.
    /// </summary>
    private readonly record struct Bucket(long Parts, long Time)
    {
        public bool Has => Parts >= MinuteMilliseconds;

        public Bucket Less => this with { Parts = Parts - MinuteMilliseconds };

        public Bucket Filled(Allowance allowance, long now)
        {
            var full = allowance.Burst * MinuteMilliseconds;
            var minutesToFull = (full / allowance.PerMinute) + 1;
            var passed = Math.Clamp(now - Time, 0, minutesToFull);
            return new Bucket(Math.Min(full, Parts + (passed * allowance.PerMinute)), Math.Max(now, Time));
        }

        public long NextAt(Allowance allowance) => Has
            ? Time
            : Time + ((MinuteMilliseconds - Parts + allowance.PerMinute - 1) / allowance.PerMinute);
    }
}
