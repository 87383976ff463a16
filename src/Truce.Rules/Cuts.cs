using NodaTime;

namespace Truce.Rules;

/// <summary>The dates, times and numbers of a file at which its answers may change.</summary>
internal static class Cuts
{
    /// <summary>The first days of the cells into which the file's dates cut time, in order.</summary>
    public static SortedSet<LocalDate> Days(Framework f)
    {
        var cuts = new SortedSet<LocalDate>();
        void From(LocalDate? first)
        {
            if (first is { } d)
            {
                cuts.Add(d);
            }
        }

        void Until(LocalDate? last)
        {
            if (last is { } d)
            {
                cuts.Add(d.PlusDays(1));
            }
        }

        From(f.Mandate.From);
        Until(f.Mandate.Until);
        foreach (var e in f.Rules.Select(r => r.Extent).Concat(f.Nevers.Select(n => n.Extent)))
        {
            From(e.From);
            Until(e.Until);
        }

        foreach (var a in f.Actors)
        {
            From(a.From);
            Until(a.Until);
        }

        foreach (var p in f.Phases)
        {
            From(p.NotBefore);
        }

        foreach (var b in f.Benchmarks)
        {
            From(b.NotBefore);
        }

        return cuts;
    }

    /// <summary>The minutes at which the file's times cut the local day; 0 is always one.</summary>
    public static SortedSet<int> Hours(Framework f)
    {
        var cuts = new SortedSet<int> { 0 };
        foreach (var span in f.Rules.Select(r => r.Extent).Concat(f.Nevers.Select(n => n.Extent))
            .SelectMany(e => e.Hours))
        {
            cuts.Add(span.FromMinute);
            cuts.Add(span.UntilMinute % 1440);
        }

        return cuts;
    }

    /// <summary>The least values of the cells into which the conditions cut a bounded number.</summary>
    public static SortedSet<long> Numbers(Framework f, Fact fact)
    {
        var cuts = new SortedSet<long> { fact.Least!.Value };
        void Add(long n)
        {
            if (n > fact.Least && n <= fact.Most)
            {
                cuts.Add(n);
            }
        }

        foreach (var c in f.Rules.Select(r => r.Extent).Concat(f.Nevers.Select(n => n.Extent))
            .SelectMany(e => e.If.Concat(e.Unless)).Where(c => c.FactId == fact.Id))
        {
            var n = long.Parse(c.Value, System.Globalization.CultureInfo.InvariantCulture);
            if (c.Operator is "=" or "!=" or "<" or ">=")
            {
                Add(n);
            }

            if (c.Operator is "=" or "!=" or "<=" or ">")
            {
                Add(n + 1);
            }
        }

        return cuts;
    }
}
