using NodaTime;
using Truce.Rules;

namespace Truce.Mission;

/// <summary>What a framework says of a fact: who knows it, and for how long a declaration of it lasts.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Ordinary">What holds while nobody has declared anything else.</param>
/// <param name="IsDeclared">
/// Whether somebody declares it; else whoever acts judges it on the scene, and states it with his act.
/// </param>
/// <param name="By">Who declares it; null where nobody is named.</param>
/// <param name="Lasts">For how long a declaration lasts at most; null where nothing is said.</param>
internal sealed record FactTerm(string Id, string Ordinary, bool IsDeclared, string? By, NodaTime.Period? Lasts)
{
    private const string NotDelegated = "no";

    /// <summary>The facts of a framework, and those that its delegations add, which the delegator declares.</summary>
    public static IEnumerable<FactTerm> Of(Framework framework) =>
        framework.Facts.Select(f => new FactTerm(f.Id, f.Ordinary, f.Declared, f.DeclaredBy, f.Lasts))
            .Concat(framework.Rules.Where(r => r.Delegable is not null).Select(r => new FactTerm(
                r.Delegable!.FactId, NotDelegated, IsDeclared: true, r.Who[0], r.Delegable.AtMost)));

    /// <summary>When a declaration of some time lapses, in POSIX milliseconds.</summary>
    /// <param name="from">Since when it holds, in POSIX milliseconds.</param>
    /// <param name="until">Until when its author says that it holds.</param>
    /// <param name="zone">The framework's zone, in whose days and months it counts.</param>
    public long Lapses(long from, long until, DateTimeZone zone) => Lasts is null ? until
        : Math.Min(until, Instant.FromUnixTimeMilliseconds(from).InZone(zone).LocalDateTime.Plus(Lasts)
            .InZoneLeniently(zone).ToInstant().ToUnixTimeMilliseconds());
}
