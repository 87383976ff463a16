namespace Truce.Rules;

/// <summary>
/// How an action stands in one cell (leaf, phase, day, hour and facts, all alike) on one footing, for every performer
/// at
/// once: each property is a set of performers. LANGUAGE §3 and §4.
/// </summary>
internal sealed class Standing
{
    private readonly Rulebook _book;
    private readonly int _words;

    private Standing(Rulebook book, int action, ulong[] possible)
    {
        (_book, Action, Possible) = (book, action, possible);
        _words = possible.Length;
        Always = new ulong[_words];
        Prohibited = new ulong[_words];
        Inherent = new ulong[_words];
        Granted = new ulong[_words];
        Free = Mask.Both(book.Free[action], possible);
    }

    public int Action { get; }

    /// <summary>Those for whom the situation can occur.</summary>
    public ulong[] Possible { get; }

    public ulong[] Always { get; }

    public ulong[] Prohibited { get; }

    public ulong[] Inherent { get; }

    public ulong[] Granted { get; }

    public ulong[] Free { get; }

    /// <summary>The live clauses with the performers for whom each is live; only those that are live for
    /// somebody.</summary>
    public List<(Clause Clause, ulong[] Live)> Live { get; } = [];

    /// <summary>Holders after yielding: one yields where one above it is also a live holder.</summary>
    public List<(int Holder, ulong[] For)> Holders { get; private set; } = [];

    /// <summary>Performers who have the act as a duty.</summary>
    public ulong[] Duty { get; private set; } = [];

    /// <summary>Forbidden: always, or by a live prohibition that no inherent right meets.</summary>
    public ulong[] Forbidden { get; private set; } = [];

    /// <summary>Settled by an inherent right.</summary>
    public ulong[] ByRight { get; private set; } = [];

    /// <summary>May(a) of LANGUAGE §5.</summary>
    public ulong[] May { get; private set; } = [];

    /// <summary>May(a) without inherent rights.</summary>
    public ulong[] MayOrdinarily { get; private set; } = [];

    /// <summary>Where E101, E102 and E103 are asked.</summary>
    public ulong[] Asked { get; private set; } = [];

    /// <summary>
    /// Evaluates an action over the clauses whose boxes hold the whole cell, in their order (overriders first).
    /// </summary>
    /// <param name="book">The rulebook.</param>
    /// <param name="action">The action.</param>
    /// <param name="active">Clauses that hold the cell, in order.</param>
    /// <param name="nevers">Impossible boxes that hold the cell.</param>
    /// <param name="bits">The bases that are read.</param>
    /// <param name="without">A rule to leave out, by index, or -1.</param>
    public static Standing Of(Rulebook book, int action, List<Clause> active, List<ulong[]> nevers, ulong bits,
        int without = -1)
    {
        var s = new Standing(book, action, PossibleFor(book, action, nevers));
        var raw = new List<(int Holder, ulong[] For)>();
        var live = new Dictionary<int, ulong[]>();
        foreach (var clause in active)
        {
            if ((clause.BasisBit & bits) == 0 || clause.RuleIndex == without
                || !Mask.Has(book.Space.Dim(clause.Box, Situations.Action), action))
            {
                continue;
            }

            var mask = Mask.Both(book.Space.Dim(clause.Box, Situations.Performer), s.Possible);
            foreach (var o in clause.OverriddenBy)
            {
                if (live.TryGetValue(o, out var over))
                {
                    Mask.AndNot(mask, over);
                }
            }

            if (!Mask.Any(mask))
            {
                continue;
            }

            live[clause.Index] = mask;
            s.Live.Add((clause, mask));
            s.Add(clause, mask, raw);
        }

        s.Settle(raw);
        return s;
    }

    private static ulong[] PossibleFor(Rulebook book, int action, List<ulong[]> nevers)
    {
        var possible = book.Performing(action).ToArray();
        foreach (var never in nevers)
        {
            if (Mask.Has(book.Space.Dim(never, Situations.Action), action))
            {
                Mask.AndNot(possible, book.Space.Dim(never, Situations.Performer));
            }
        }

        return possible;
    }

    private void Add(Clause clause, ulong[] mask, List<(int Holder, ulong[] For)> raw)
    {
        switch (clause.Kind)
        {
            case RuleKind.Grant:
                Mask.Or(Granted, mask);
                break;
            case RuleKind.Prohibit:
                Mask.Or(clause.Rule.Always ? Always : Prohibited, mask);
                break;
            case RuleKind.Inherent:
                Mask.Or(Inherent, mask);
                break;
            case RuleKind.Final:
                var at = raw.FindIndex(h => h.Holder == clause.Whom);
                if (at < 0)
                {
                    raw.Add((clause.Whom, (ulong[])mask.Clone()));
                }
                else
                {
                    Mask.Or(raw[at].For, mask);
                }

                break;
            default:
                break;
        }
    }

    private void Settle(List<(int Holder, ulong[] For)> raw)
    {
        Duty = new ulong[_words];
        foreach (var (clause, mask) in Live)
        {
            if (clause.Kind == RuleKind.Oblige)
            {
                Mask.Or(Duty, mask);
            }
        }

        foreach (var (holder, mask) in raw)
        {
            var rest = (ulong[])mask.Clone();
            foreach (var (other, theirs) in raw)
            {
                if (_book.People.IsAbove(other, holder))
                {
                    Mask.AndNot(rest, theirs);
                }
            }

            if (Mask.Any(rest))
            {
                Holders.Add((holder, rest));
            }
        }

        Forbidden = Mask.Either(Always, Mask.Less(Prohibited, Inherent));
        ByRight = Mask.Less(Inherent, Always);
        var allowed = Mask.Either(Granted, Free);
        var prohibited = Mask.Either(Always, Prohibited);
        MayOrdinarily = Mask.Less(allowed, prohibited);
        May = Mask.Either(MayOrdinarily, ByRight);
        Asked = Mask.Either(allowed, Duty);
        Mask.AndNot(Asked, prohibited);
        Mask.AndNot(Asked, Inherent);
    }

    /// <summary>Performers who have exactly this many holders, for 0, 1, and 2 or more.</summary>
    public (ulong[] None, ulong[] One, ulong[] Several) HolderCounts()
    {
        var one = new ulong[_words];
        var several = new ulong[_words];
        foreach (var (_, mask) in Holders)
        {
            Mask.Or(several, Mask.Both(one, mask));
            Mask.Or(one, mask);
        }

        return (Mask.Less(Possible, one), Mask.Less(one, several), several);
    }

    /// <summary>The holders of one performer, as indices into <see cref="People"/>, in order.</summary>
    public List<int> HoldersOf(int performer) =>
        [.. Holders.Where(h => Mask.Has(h.For, performer)).Select(h => h.Holder).Order()];

    /// <summary>
    /// Whether a consent counts as given: it is the performer's own, or its superior's in <c>under:</c>. LANGUAGE §4.
    /// </summary>
    public ulong[] GivenBy(int whom)
    {
        var mask = new ulong[_words];
        if (whom >= 0)
        {
            var people = _book.People;
            foreach (var p in Mask.Bits(Mask.Both(people.Reach(whom), Possible)))
            {
                var actor = people.ActorIndexOf(p);
                if (actor == whom || people.IsSuperior(whom, actor))
                {
                    Mask.Set(mask, p);
                }
            }
        }

        return mask;
    }
}
