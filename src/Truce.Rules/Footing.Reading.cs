namespace Truce.Rules;

/// <summary>A framework as one footing reads it: what stands on another is left out, outside the rules too.</summary>
internal static class FootingReading
{
    /// <summary>
    /// Leaves out rules, pledges, objections, benchmarks and numbers of other bases. A phase stays, since rules name
    /// it, but what a claim says of it (when it begins, what it waits for, who declares it) goes.
    /// </summary>
    public static Framework As(Framework f, Footings footings, ulong bits)
    {
        bool Read(Ground g) => (footings.BitOf(g.Basis) & bits) != 0;
        var benchmarks = f.Benchmarks.Where(b => Read(b.Ground)).ToList();
        var known = benchmarks.Select(b => b.Id).ToHashSet(StringComparer.Ordinal);
        var pledges = f.Pledges.Where(p => Read(p.Ground)).ToList();
        return f with
        {
            Rules = [.. f.Rules.Where(r => Read(r.Ground))],
            Phases = [.. f.Phases.Select(p => Read(p.Ground)
                ? p with { After = [.. p.After.Where(known.Contains)] }
                : p with { After = [], NotBefore = null, DeclaredBy = null })],
            Benchmarks = [.. benchmarks.Select(b => b with { After = [.. b.After.Where(known.Contains)] })],
            Objections = [.. f.Objections.Where(o => Read(o.Ground))],
            Pledges = [.. pledges],
            ContributorsMissing = f.ContributorsMissing || (f.Pledges.Length > 0 && pledges.Count == 0),
            Cooperation = [.. f.Cooperation.Where(c => Read(c.Ground))],
            Police = f.Police is { } police && Read(police.Ground) ? police : null,
            Endgame = f.Endgame is { } end && Read(end.Ground)
                ? end with { Benchmarks = [.. end.Benchmarks.Where(known.Contains)] } : null,
            Mandate = AsRead(f.Mandate, Read),
        };
    }

    private static Mandate AsRead(Mandate m, Func<Ground, bool> read)
    {
        var term = read(m.TermGround);
        return m with
        {
            AdoptedBy = read(m.AdoptedGround) ? m.AdoptedBy : null,
            From = term ? m.From : null,
            Until = term ? m.Until : null,
            Duration = term ? m.Duration : null,
            Expires = term && m.Expires,
            Ceilings = [.. m.Ceilings.Where(s => read(s.Ground))],
            Needed = [.. m.Needed.Where(s => read(s.Ground))],
            Reports = [.. m.Reports.Where(r => read(r.Ground))],
        };
    }
}
