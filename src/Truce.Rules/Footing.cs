using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>What a framework is read as. LANGUAGE §2.</summary>
public enum FootingKind
{
    /// <summary>The text: in the instrument, proposed, or assumed.</summary>
    Text,

    /// <summary>The text with one party's claims.</summary>
    Claims,

    /// <summary>The text with practice.</summary>
    Practice,

    /// <summary>The text with the claims of two parties.</summary>
    TwoClaims,
}

/// <summary>A footing: which rules are read.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="Claimant">Whose claims, or null.</param>
/// <param name="Second">The second claimant, or null.</param>
public sealed record Footing(FootingKind Kind, string? Claimant = null, string? Second = null)
{
    /// <summary>The text.</summary>
    public static Footing Text { get; } = new(FootingKind.Text);

    /// <summary>The bits of the bases that are read.</summary>
    internal ulong Bits { get; init; }

    /// <summary>"by the text", "with israel's claims", "as practised", "with the claims of a and b".</summary>
    public override string ToString() => Kind switch
    {
        FootingKind.Text => "by the text",
        FootingKind.Claims => $"with {Rules.Text.Possessive(Claimant!)} claims",
        FootingKind.Practice => "as practised",
        _ => $"with the claims of {Claimant} and {Second}",
    };
}

/// <summary>The footings of a framework, in the order in which they are shown.</summary>
internal sealed class Footings
{
    private const ulong TextBit = 1, AssumptionBit = 2, PracticeBit = 4;
    private readonly List<string> _claimants;

    private Footings(List<string> claimants, bool practice)
    {
        _claimants = claimants;
        Text = Footing.Text with { Bits = TextBit | AssumptionBit };
        var all = ImmutableArray.CreateBuilder<Footing>();
        all.Add(Text);
        all.AddRange(claimants.Select((c, i) => new Footing(FootingKind.Claims, c) { Bits = Text.Bits | Claim(i) }));
        if (practice)
        {
            all.Add(new Footing(FootingKind.Practice) { Bits = Text.Bits | PracticeBit });
        }

        Single = all.ToImmutable();
        Pairs = [.. claimants.SelectMany((a, i) => claimants.Skip(i + 1).Select((b, j) =>
            new Footing(FootingKind.TwoClaims, a, b) { Bits = Text.Bits | Claim(i) | Claim(i + 1 + j) }))];
    }

    /// <summary>The text; with assumptions.</summary>
    public Footing Text { get; }

    /// <summary>The bits of the text without assumptions.</summary>
    public static ulong WithoutAssumptions => TextBit;

    /// <summary>The text, each party's claims, practice.</summary>
    public ImmutableArray<Footing> Single { get; }

    /// <summary>The claims of two parties.</summary>
    public ImmutableArray<Footing> Pairs { get; }

    public static Footings Of(Framework f)
    {
        var named = ClaimantsOf(f);
        var claimants = f.Actors.Select(a => a.Id).Where(named.Contains).ToList();
        return new Footings(claimants, Grounds(f).Any(g => g.Basis.Kind == BasisKind.Practice));
    }

    /// <summary>Whose claims the file holds.</summary>
    public static HashSet<string> ClaimantsOf(Framework f) =>
        Grounds(f).Select(g => g.Basis.Claimant).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<Ground> Grounds(Framework f) => f.Rules.Select(r => r.Ground)
        .Concat(f.Phases.Select(p => p.Ground)).Concat(f.Benchmarks.Select(b => b.Ground))
        .Concat(f.Objections.Select(o => o.Ground)).Concat(f.Pledges.Select(p => p.Ground))
        .Concat(f.Cooperation.Select(c => c.Ground))
            .Concat(f.Mandate.Ceilings.Concat(f.Mandate.Needed).Select(s => s.Ground))
        .Concat(f.Actors.Where(a => a.Kind == ActorKind.Contingent).Select(a => a.Ground))
        .Concat(f.Actors.Select(a => a.Ground)).Concat(f.Mandate.Reports.Select(r => r.Ground))
        .Append(f.Mandate.AdoptedGround).Append(f.Mandate.TermGround)
        .Append(f.Police?.Ground ?? Ground.None).Append(f.Endgame?.Ground ?? Ground.None);

    public ulong BitOf(Basis basis) => basis.Kind switch
    {
        BasisKind.Assumption => AssumptionBit,
        BasisKind.Practice => PracticeBit,
        BasisKind.Claim => Claim(_claimants.IndexOf(basis.Claimant!)),
        _ => TextBit,
    };

    /// <summary>The footing on which a rule of this basis stands by itself.</summary>
    public Footing OwnOf(Basis basis) => basis.Kind switch
    {
        BasisKind.Practice => Single.First(f => f.Kind == FootingKind.Practice),
        BasisKind.Claim => Single.First(f => f.Kind == FootingKind.Claims && f.Claimant == basis.Claimant),
        _ => Text,
    };

    private static ulong Claim(int index) => 8UL << index;
}
