namespace Truce.Rules;

/// <summary>Boxes in words, in the file's own names.</summary>
internal sealed class Words(Rulebook book)
{
    private readonly Situations _s = book.Space;
    private readonly List<(string Name, ulong[] Leaves)> _places = Places(book);

    private static List<(string, ulong[])> Places(Rulebook book)
    {
        var s = book.Space;
        ulong[] Where(string name) => s.Dim(book.ExtentBox(new Extent { In = [[name]] }), Situations.Leaf).ToArray();
        return
        [
            .. book.Framework.Groups.Select(g => (g.Id, Where(g.Id))),
            .. book.Framework.Areas.Where(a => a.IsSector).Select(a => (a.Id, Where(a.Id))),
            .. book.Framework.Areas.Where(a => !a.IsSector).Select(a => (a.Id, Where(a.Id))),
        ];
    }

    /// <summary>"in rafah and line-1", "everywhere", empty where the framework has one leaf.</summary>
    public string Place(ReadOnlySpan<ulong> leaves)
    {
        if (Mask.Same(leaves, _s.Dim(_s.Full, Situations.Leaf)))
        {
            return "everywhere";
        }

        var left = leaves.ToArray();
        var names = new List<string>();
        while (Mask.Any(left))
        {
            var best = (Name: "", Leaves: Array.Empty<ulong>(), Gain: 0);
            foreach (var (name, mask) in _places)
            {
                if (Mask.Any(mask) && Mask.Holds(leaves, mask) && Mask.Count(Mask.Both(mask, left)) is var gain
                    && gain > best.Gain)
                {
                    best = (name, mask, gain);
                }
            }

            if (best.Gain == 0)
            {
                var leaf = Mask.First(left);
                names.Add(LeafWords(leaf));
                left[leaf >> 6] &= ~(1UL << (leaf & 63));
            }
            else
            {
                names.Add(best.Name);
                Mask.AndNot(left, best.Leaves);
            }
        }

        return "in " + Shorten(names);
    }

    private string LeafWords(int leaf)
    {
        var l = _s.Leaves[leaf];
        return l.Areas.IsEmpty && _s.Leaves.Count(x => x.Sector == l.Sector) > 1 ? $"{l.Sector} outside any other area"
            : l.ToString();
    }

    private static string Shorten(List<string> names) => names.Count <= 8 ? Text.And(names)
        : $"{string.Join(", ", names.Take(7))} and {names.Count - 7} more places";

    public string Phase(ReadOnlySpan<ulong> phases) => Mask.Same(phases, _s.Dim(_s.Full, Situations.Phase)) ? ""
        : "during " + Text.Or([.. Mask.Bits(phases).Select(p => _s.Phases[p])]);

    public string Day(ReadOnlySpan<ulong> days)
    {
        if (Mask.Same(days, _s.Dim(_s.Full, Situations.Day)))
        {
            return "";
        }

        var spans = new List<string>();
        var bits = Mask.Bits(days);
        for (var i = 0; i < bits.Count;)
        {
            var j = i;
            while (j + 1 < bits.Count && bits[j + 1] == bits[j] + 1)
            {
                j++;
            }

            spans.Add(Span(_s.Days[bits[i]].First, _s.Days[bits[j]].Last));
            i = j + 1;
        }

        return spans.Count <= 4 ? string.Join(", ", spans)
            : $"{string.Join(", ", spans.Take(3))} and {spans.Count - 3} more spans";
    }

    private static string Span(NodaTime.LocalDate? first, NodaTime.LocalDate? last) => (first, last) switch
    {
        ({ } a, { } b) when a == b => $"on {Text.Date(a)}",
        ({ } a, { } b) => $"from {Text.Date(a)} to {Text.Date(b)}",
        ({ } a, null) => $"from {Text.Date(a)}",
        (null, { } b) => $"up to {Text.Date(b)}",
        _ => "on any day",
    };

    public string Hour(ReadOnlySpan<ulong> hours)
    {
        if (Mask.Same(hours, _s.Dim(_s.Full, Situations.Hour)))
        {
            return "";
        }

        var spans = new List<(int From, int Until)>();
        foreach (var h in Mask.Bits(hours).Select(b => _s.Hours[b]))
        {
            if (spans.Count > 0 && spans[^1].Until == h.FromMinute)
            {
                spans[^1] = (spans[^1].From, h.UntilMinute);
            }
            else
            {
                spans.Add((h.FromMinute, h.UntilMinute));
            }
        }

        if (spans.Count > 1 && spans[0].From == 0 && spans[^1].Until == 1440)
        {
            spans[^1] = (spans[^1].From, spans[0].Until);
            spans.RemoveAt(0);
        }

        return "at " + Text.And([.. spans.Select(x => $"{Text.Clock(x.From)}-{Text.Clock(x.Until)}")]);
    }

    public string Fact(int fact, ReadOnlySpan<ulong> values)
    {
        var axis = _s.Facts[fact];
        if (Mask.Same(values, _s.Dim(_s.Full, Situations.FirstFact + fact)))
        {
            return "";
        }

        var bits = Mask.Bits(values);
        if (axis.Values is ["no", "yes"])
        {
            return bits[0] == 1 ? axis.Id : $"not {axis.Id}";
        }

        if (axis.Starts.IsEmpty)
        {
            return $"{axis.Id} is {Text.Or([.. bits.Select(b => axis.Words(b))])}";
        }

        var spans = new List<string>();
        for (var i = 0; i < bits.Count;)
        {
            var j = i;
            while (j + 1 < bits.Count && bits[j + 1] == bits[j] + 1)
            {
                j++;
            }

            var last = bits[j] + 1 < axis.Starts.Length ? axis.Starts[bits[j] + 1] - 1 : axis.Most;
            var first = axis.Starts[bits[i]];
            spans.Add(first == last ? Text.Plain(first) : $"{Text.Plain(first)} to {Text.Plain(last)}");
            i = j + 1;
        }

        return $"{axis.Id} is {Text.Or(spans)}";
    }

    /// <summary>All of a box's facts: "threat-evolving and not hostile-act"; empty where none matters.</summary>
    public string Facts(ulong[] box)
    {
        var words = new List<string>();
        for (var f = 0; f < _s.Facts.Length; f++)
        {
            words.Add(Fact(f, _s.Dim(box, Situations.FirstFact + f)));
        }

        return Text.And([.. words.Where(w => w.Length > 0)]);
    }

    /// <summary>Where and when, without performer and action: "in rafah, during transfer, if not
    /// hostile-act".</summary>
    public string Where(ulong[] box)
    {
        var facts = Facts(box);
        return string.Join(", ", new[]
        {
            Place(_s.Dim(box, Situations.Leaf)), Phase(_s.Dim(box, Situations.Phase)), Day(_s.Dim(box, Situations.Day)),
            Hour(_s.Dim(box, Situations.Hour)), facts.Length == 0 ? "" : $"if {facts}",
        }.Where(w => w.Length > 0));
    }

    /// <summary>Performers by name: "idf and isf"; "anyone" where all units are meant.</summary>
    public string Performers(ReadOnlySpan<ulong> performers)
    {
        var bits = Mask.Bits(performers);
        if (bits.Count > 1 && bits.Count(b => b < _s.Units) == _s.Units)
        {
            return "anyone";
        }

        return bits.Count <= 8 ? Text.Or([.. bits.Select(b => _s.Performers[b])])
            : $"{string.Join(", ", bits.Take(7).Select(b => _s.Performers[b]))} or {bits.Count - 7} others";
    }
}
