using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>One question: who does what, where, in which phase, when, with which facts, after which
/// statements.</summary>
public sealed record Question
{
    /// <summary>Who acts.</summary>
    public required string Performer { get; init; }

    /// <summary>What is done.</summary>
    public required string Action { get; init; }

    /// <summary>
    /// The leaf's area names. Without a sector every sector that the areas cross is answered separately. What an area
    /// lies
    /// within need not be named.
    /// </summary>
    public required ImmutableArray<string> Areas { get; init; }

    /// <summary>The phase of the sector; null or empty where the framework has none.</summary>
    public string? Phase { get; init; }

    /// <summary>When.</summary>
    public required Instant At { get; init; }

    /// <summary>Facts that are known. Others are unknown, and so is one stated as <c>unknown</c>.</summary>
    public ImmutableDictionary<string, string> Facts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What those who were asked have said.</summary>
    public ImmutableDictionary<string, Statement> Statements { get; init; } = ImmutableDictionary<string,
        Statement>.Empty;
}

/// <summary>Why a question cannot be answered.</summary>
/// <param name="What">Which part: <c>actor</c>, <c>action</c>, <c>area</c>, <c>phase</c>, <c>fact</c>,
/// <c>consent</c>.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Help">What to do, or null.</param>
public sealed record QuestionDefect(string What, string Message, string? Help);

/// <summary>An answer and the facts on which it holds.</summary>
/// <param name="When">
/// The smallest conditions on unknown facts that tell this answer from the others, any of them; empty where no unknown
/// fact
/// matters.
/// </param>
/// <param name="Answer">The answer.</param>
public sealed record Branch(ImmutableArray<string> When, Answer Answer);

/// <summary>The answers on one footing.</summary>
/// <param name="Footing">The footing.</param>
/// <param name="Branches">
/// One, or one for each group of unknown facts that makes a difference, most ordinary first; empty where not decided.
/// </param>
/// <param name="Undecided">
/// Empty where decided. Else the unknown facts that make too many differences to tell: with them stated, it is decided.
/// </param>
public sealed record FootingRuling(
    Footing Footing, ImmutableArray<Branch> Branches, ImmutableArray<string> Undecided)
{
    /// <summary>True where every branch has this verdict.</summary>
    public bool IsAll(Verdict verdict) => Branches.Length > 0 && Branches.All(b => b.Answer.Verdict == verdict);
}

/// <summary>A rule that would hold if one place, phase, day, hour or fact were another.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Dimension"><c>place</c>, <c>phase</c>, <c>day</c>, <c>hour</c> or <c>fact</c>.</param>
/// <param name="Words">In the clause's own words: <c>in border-north-east</c>, <c>if threat-evolving</c>.</param>
public sealed record NearMiss(Rule Rule, string Dimension, string Words);

/// <summary>The ruling on one leaf: the verdict is that by the text; other footings stand beside it where they
/// differ.</summary>
public sealed record Ruling
{
    /// <summary>The question.</summary>
    public required Question Question { get; init; }

    /// <summary>The situation; facts that are unknown are null.</summary>
    public required Situation Situation { get; init; }

    /// <summary>Local date and time of the act.</summary>
    public required LocalDateTime Local { get; init; }

    /// <summary>By the text.</summary>
    public required FootingRuling Text { get; init; }

    /// <summary>Other footings, where they differ.</summary>
    public ImmutableArray<FootingRuling> Others { get; init; } = [];

    /// <summary>Rules one step away, in the file's order.</summary>
    public ImmutableArray<NearMiss> NearMisses { get; init; } = [];

    /// <summary>Why the situation cannot occur by the file's own words; empty where it can. It is answered all the
    /// same.</summary>
    public string Impossible { get; init; } = "";

    /// <summary>True where the day lies outside the term: then nothing else is answered.</summary>
    public bool OutsideTerm { get; init; }

    /// <summary>True where every branch by the text is permitted.</summary>
    public bool IsPermitted => !OutsideTerm && Text.IsAll(Verdict.Permitted);
}

/// <summary>Answers questions.</summary>
public sealed partial class Rulebook
{
    /// <summary>
    /// Answers a question: one ruling for each leaf that it names, in the file's order; or says what is wrong with it.
    /// Cost:
    /// one pass over the rules for each footing and each cell of unknown facts that the rules tell apart.
    /// </summary>
    public (ImmutableArray<Ruling> Rulings, ImmutableArray<QuestionDefect> Defects) Ask(Question question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var (points, local, defects) = PointsOf(question);
        return ([.. points.Select(p => Rule(question, p, local))], defects);
    }

    private (List<int[]> Points, LocalDateTime Local, ImmutableArray<QuestionDefect> Defects) PointsOf(
        Question question)
    {
        var defects = new List<QuestionDefect>();
        var performer = Find("actor", question.Performer, Space.Performers, defects);
        var action = Find("action", question.Action, Space.Actions, defects);
        var leaves = LeavesOf(question.Areas, defects);
        var phase = Space.Phases is [""] && string.IsNullOrEmpty(question.Phase) ? 0
            : string.IsNullOrEmpty(question.Phase)
                ? Defect(defects, "phase", "the phase is not stated", $"it is one of {Rules.Text.Or(Space.Phases)}")
                : Find("phase", question.Phase, Space.Phases, defects);
        CheckStatements(question, defects);
        var facts = FactsOf(question, defects);
        if (defects.Count > 0)
        {
            return ([], default, [.. defects]);
        }

        var local = question.At.InZone(_zone ??= DateTimeZoneProviders.Tzdb[Framework.Zone]).LocalDateTime;
        var (day, hour) = CellsOf(question.At);
        return ([.. leaves.Select(leaf => (int[])[performer, action, leaf, phase, day, hour, .. facts])], local, []);
    }

    private static int IndexOf<T>(ImmutableArray<T> items, Func<T, bool> which)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (which(items[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static int Defect(List<QuestionDefect> defects, string what, string message, string? help)
    {
        defects.Add(new QuestionDefect(what, message, help));
        return -1;
    }

    private static int Find(string what, string name, ImmutableArray<string> known, List<QuestionDefect> defects)
    {
        var at = known.IndexOf(name);
        return at >= 0 ? at : Defect(defects, what, $"unknown {what} `{YamlNode.Clip(name)}`",
            Spelling.DidYouMean(name, known)
            ?? $"it is one of {Rules.Text.Or([.. known.Where(k => k.Length > 0).Take(20)])}");
    }

    private void CheckStatements(Question question, List<QuestionDefect> defects)
    {
        foreach (var who in question.Statements.Keys.Order(StringComparer.Ordinal)
            .Where(w => !People.TryIndexOf(w, out _)))
        {
            Defect(defects, "consent", $"unknown actor `{YamlNode.Clip(who)}`",
                Spelling.DidYouMean(who, People.All.Select(a => a.Id)));
        }
    }

    private int[] FactsOf(Question question, List<QuestionDefect> defects)
    {
        foreach (var fact in question.Facts.Keys.Order(StringComparer.Ordinal))
        {
            Find("fact", fact, [.. Space.Facts.Select(f => f.Id)], defects);
        }

        return
        [
            .. Space.Facts.Select(axis =>
            {
                if (!question.Facts.TryGetValue(axis.Id, out var value) || value == "unknown")
                {
                    return -1;
                }

                var at = axis.IndexOf(value switch { "true" => "yes", "false" => "no", _ => value });
                return at >= 0 ? at : Defect(defects, "fact", $"fact `{axis.Id}` is never `{YamlNode.Clip(value)}`",
                    axis.Starts.IsEmpty ? $"it is {Rules.Text.Or(axis.Values)}, or unknown"
                        : $"it is a number from {axis.Values[0]} to {Rules.Text.Plain(axis.Most)}, or unknown");
            }),
        ];
    }

    /// <summary>The leaves whose names, but for what areas lie within, are exactly those given.</summary>
    private List<int> LeavesOf(ImmutableArray<string> areas, List<QuestionDefect> defects)
    {
        var names = Framework.Areas.Select(a => a.Id).ToImmutableArray();
        foreach (var area in areas.Where(a => !names.Contains(a)))
        {
            Find("area", area, names, defects);
        }

        if (areas.IsEmpty)
        {
            Defect(defects, "area", "the area is not stated", $"it is one of {Rules.Text.Or([.. names.Take(20)])}");
        }

        if (defects.Exists(d => d.What == "area"))
        {
            return [];
        }

        var outer = Framework.Areas.ToDictionary(a => a.Id, a => a.Within, StringComparer.Ordinal);
        var all = new HashSet<string>(areas, StringComparer.Ordinal);
        var open = new Stack<string>(areas);
        while (open.TryPop(out var next))
        {
            foreach (var w in outer[next].Where(all.Add))
            {
                open.Push(w);
            }
        }

        var sectors = Framework.Areas.Where(a => a.IsSector && all.Contains(a.Id)).Select(a => a.Id).ToList();
        var others = all.Where(a => !sectors.Contains(a)).ToHashSet(StringComparer.Ordinal);
        var leaves = Enumerable.Range(0, Space.Leaves.Length).Where(i => others.SetEquals(Space.Leaves[i].Areas)
            && (sectors.Count == 0 || (sectors.Count == 1 && Space.Leaves[i].Sector == sectors[0]))).ToList();
        if (leaves.Count == 0)
        {
            var near = Space.Leaves.Where(l => areas.Any(l.Has)).Take(8).Select(l => $"`{l}`").ToList();
            Defect(defects, "area", $"no place has exactly the names {Rules.Text.And(areas)}",
                sectors.Count > 1 ? "a place lies in one sector: ask for each separately"
                    : $"there are {Rules.Text.Or(near)}");
        }

        return leaves;
    }

    private Ruling Rule(Question question, int[] point, LocalDateTime local)
    {
        var s = Space;
        var facts = s.Facts.Select((f, i) => (f.Id, point[Situations.FirstFact + i] < 0 ? null
            : question.Facts.GetValueOrDefault(f.Id) switch { "true" => "yes", "false" => "no", var v => v }));
        var situation = new Situation(question.Performer, question.Action, s.Leaves[point[Situations.Leaf]],
            s.Phases[point[Situations.Phase]], point[Situations.Day] < 0 ? default : s.Days[point[Situations.Day]],
            s.Hours[point[Situations.Hour]], [.. facts]);
        var ruling = new Ruling
        {
            Question = question,
            Situation = situation,
            Local = local,
            Text = new FootingRuling(Footings.Text, [new Branch([], new Answer
            {
                Verdict = Verdict.OutsideTerm,
                Permission = Permission.NotGranted,
            })], []),
            OutsideTerm = point[Situations.Day] < 0,
        };
        if (ruling.OutsideTerm)
        {
            return ruling;
        }

        var text = Branches(point, Footings.Text, question.Statements);
        return ruling with
        {
            Text = text,
            Others = [.. Footings.Single.Skip(1).Select(f => Branches(point, f, question.Statements))
                .Where(r => !Same(r, text))],
            NearMisses = NearMissesOf(point, text, question.Statements),
            Impossible = WhyImpossible(point),
        };
    }

    private static bool Same(FootingRuling a, FootingRuling b) => a.Branches.Length == b.Branches.Length
        && a.Undecided.IsEmpty == b.Undecided.IsEmpty
        && a.Branches.Zip(b.Branches).All(x => x.First.Answer.Signature == x.Second.Answer.Signature
            && x.First.When.SequenceEqual(x.Second.When, StringComparer.Ordinal));

    /// <summary>Answers for every group of unknown facts that the rules tell apart, equal ones together.</summary>
    private FootingRuling Branches(
        int[] point, Footing footing, ImmutableDictionary<string, Statement> statements)
    {
        var start = (ulong[])Space.Full.Clone();
        for (var d = 0; d < point.Length; d++)
        {
            if (point[d] >= 0)
            {
                Space.Dim(start, d).Clear();
                Mask.Set(Space.Dim(start, d), point[d]);
            }
        }

        var boxes = Clauses.Where(c => (c.BasisBit & footing.Bits) != 0 && MeetsAll(c.Box, start))
            .Select(c => c.Box).Concat(Nevers.Where(n => MeetsAll(n, start))).ToList();
        var groups = new Dictionary<string, (Answer Answer, List<ulong[]> Cells)>(StringComparer.Ordinal);
        var impossible = new Dictionary<string, (Answer Answer, List<ulong[]> Cells)>(StringComparer.Ordinal);
        var cells = new Cells(Space, Limits.FactNodes);
        var done = cells.Each(boxes, start, 0, (cell, _) =>
        {
            var inside = OrdinaryIn(cell);
            var answer = AnswerAt(inside, footing, statements);
            var into = IsPossible(inside) ? groups : impossible;
            if (!into.TryGetValue(answer.Signature, out var group))
            {
                into[answer.Signature] = group = (answer, []);
            }

            group.Cells.Add(cell);
            cells.Charge(1 + (boxes.Count / 64));
        });

        // What cannot be is left out, unless the whole question is about it.
        groups = groups.Count > 0 ? groups : impossible;
        if (!done || groups.Count > Limits.Branches)
        {
            return new FootingRuling(footing, [], FactsThatBear(boxes, point));
        }

        return new FootingRuling(footing, Ordered([.. groups.Values], point), []);
    }

    private int[] OrdinaryIn(ulong[] cell)
    {
        var inside = new int[Space.Dims];
        for (var d = 0; d < inside.Length; d++)
        {
            var ordinary = d < Situations.FirstFact ? 0 : Space.Facts[d - Situations.FirstFact].Ordinary;
            inside[d] = Mask.Has(Space.Dim(cell, d), ordinary) ? ordinary : Mask.First(Space.Dim(cell, d));
        }

        return inside;
    }

    private ImmutableArray<string> FactsThatBear(List<ulong[]> boxes, int[] point) =>
    [
        .. Space.Facts.Where((_, i) => point[Situations.FirstFact + i] < 0 && boxes.Exists(b => !Mask.Same(
            Space.Dim(b, Situations.FirstFact + i), Space.Dim(Space.Full, Situations.FirstFact + i))))
            .Select(f => f.Id),
    ];

    private ImmutableArray<Branch> Ordered(List<(Answer Answer, List<ulong[]> Cells)> groups, int[] point)
    {
        if (groups.Count == 1)
        {
            return [new Branch([], groups[0].Answer)];
        }

        var ordered = groups.OrderBy(g => Region.Of(Space, g.Cells).MostOrdinary(),
            Comparer<int[]>.Create((a, b) => OddFacts(a).CompareTo(OddFacts(b)))).ToList();
        return
        [
            .. ordered.Select(g => new Branch(Smallest(g.Cells,
                [.. ordered.Where(o => o.Answer != g.Answer).SelectMany(o => o.Cells)], point), g.Answer)),
        ];
    }

    private int OddFacts(int[] point) =>
        Space.Facts.Where((f, i) => point[Situations.FirstFact + i] != f.Ordinary).Count();

    /// <summary>
    /// Fewest conditions: each cell is widened, fact by fact, as far as no other answer's cell is met; then cells that
    /// the
    /// widened ones already cover are dropped.
    /// </summary>
    private ImmutableArray<string> Smallest(List<ulong[]> cells, List<ulong[]> others, int[] point)
    {
        var wide = new List<ulong[]>();
        foreach (var cell in cells)
        {
            if (wide.Exists(w => Mask.Holds(w, cell)))
            {
                continue;
            }

            var box = (ulong[])cell.Clone();
            for (var d = Situations.FirstFact; d < point.Length; d++)
            {
                if (point[d] < 0)
                {
                    Widen(box, d, others);
                }
            }

            wide.RemoveAll(w => Mask.Holds(box, w));
            wide.Add(box);
        }

        var words = new Words(this);
        return [.. wide.Select(w => Condition(words, w, point))];
    }

    /// <summary>Widens to the whole dimension, or by as many single values as can be.</summary>
    private void Widen(ulong[] box, int dim, List<ulong[]> others)
    {
        for (var v = 0; v < Space.Size(dim); v++)
        {
            var wider = (ulong[])box.Clone();
            Mask.Set(Space.Dim(wider, dim), v);
            if (!others.Exists(o => MeetsAll(o, wider)))
            {
                wider.CopyTo(box, 0);
            }
        }
    }

    private bool MeetsAll(ulong[] a, ulong[] b)
    {
        for (var d = 0; d < Space.Dims; d++)
        {
            if (!Mask.Meets(Space.Dim(a, d), Space.Dim(b, d)))
            {
                return false;
            }
        }

        return true;
    }

    private string Condition(Words words, ulong[] box, int[] point)
    {
        var parts = new List<string>();
        for (var f = 0; f < Space.Facts.Length; f++)
        {
            if (point[Situations.FirstFact + f] < 0)
            {
                parts.Add(words.Fact(f, Space.Dim(box, Situations.FirstFact + f)));
            }
        }

        return string.Join(" and ", parts.Where(p => p.Length > 0));
    }

    /// <summary>
    /// Rules that fail in one place, phase, day, hour or stated fact alone, and that would be live there and change the
    /// answer on their own footing. Unknown facts are no miss: the branches say what turns on them.
    /// </summary>
    private ImmutableArray<NearMiss> NearMissesOf(
        int[] point, FootingRuling text, ImmutableDictionary<string, Statement> statements)
    {
        var near = ImmutableArray.CreateBuilder<NearMiss>();
        var live = text.Branches.SelectMany(b => b.Answer.Live).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var clause in Clauses.OrderBy(c => c.RuleIndex))
        {
            var failing = -1;
            var count = 0;
            for (var d = 0; d < point.Length; d++)
            {
                if (point[d] >= 0 && !Mask.Has(Space.Dim(clause.Box, d), point[d]))
                {
                    (failing, count) = (d, count + 1);
                }
            }

            if (count == 1 && failing >= Situations.Leaf && Mask.Any(Space.Dim(clause.Box, failing))
                && !live.Contains(clause.Rule.Id) && !near.Any(n => n.Rule == clause.Rule)
                && WouldMatter(clause, point, failing, statements))
            {
                near.Add(new NearMiss(clause.Rule, failing switch
                {
                    Situations.Leaf => "place",
                    Situations.Phase => "phase",
                    Situations.Day => "day",
                    Situations.Hour => "hour",
                    _ => "fact",
                }, OwnWords(clause.Rule.Extent, failing)));
            }
        }

        return near.ToImmutable();
    }

    /// <summary>Whether the clause is live for some value of the one dimension, and the answer there is
    /// another.</summary>
    private bool WouldMatter(
        Clause clause, int[] point, int dim, ImmutableDictionary<string, Statement> statements)
    {
        var footing = Footings.OwnOf(clause.Rule.Ground.Basis);
        var here = (int[])point.Clone();
        for (var d = Situations.FirstFact; d < here.Length; d++)
        {
            // An unknown fact takes the ordinary answer where the clause allows it, else one that it does allow.
            var ordinary = Space.Facts[d - Situations.FirstFact].Ordinary;
            here[d] = here[d] >= 0 ? here[d] : Mask.Has(Space.Dim(clause.Box, d), ordinary) ? ordinary
                : Mask.First(Space.Dim(clause.Box, d));
        }

        if (Array.Exists(here, v => v < 0))
        {
            return false;
        }

        var now = AnswerAt(here, footing, statements).Signature;
        foreach (var value in Mask.Bits(Space.Dim(clause.Box, dim)).Take(Limits.NearMissValues))
        {
            var there = (int[])here.Clone();
            there[dim] = value;
            var answer = AnswerAt(there, footing, statements);
            if (answer.Signature != now && answer.Live.Contains(clause.Rule))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A dimension's limit in the clause's own words.</summary>
    private string OwnWords(Extent e, int dim)
    {
        switch (dim)
        {
            case Situations.Leaf:
                return "in " + Rules.Text.Or([.. e.In.Select(p => string.Join(" + ", p))]);
            case Situations.Phase:
                return "during " + Rules.Text.Or(e.During);
            case Situations.Day:
                return string.Join(" ", new[]
                {
                    e.From is { } a ? $"from {Rules.Text.Date(a)}" : "", e.Until is { } b
                        ? $"until {Rules.Text.Date(b)}" : "",
                }.Where(x => x.Length > 0));
            case Situations.Hour:
                return "at " + Rules.Text.And([.. e.Hours.Select(h => h.ToString())]);
            default:
                var id = Space.Facts[dim - Situations.FirstFact].Id;
                var all = e.If.Where(c => c.FactId == id).Select(c => $"if {c}")
                    .Concat(e.Unless.Where(c => c.FactId == id).Select(c => $"unless {c}")).ToList();
                return all.Count > 0 ? string.Join(", ", all) : $"if {id}";
        }
    }

    private string WhyImpossible(int[] point)
    {
        var known = point.Select((v, d) => v >= 0 ? v : Space.Facts[d - Situations.FirstFact].Ordinary).ToArray();
        if (IsPossible(known))
        {
            return "";
        }

        if (!Mask.Has(Performing(point[Situations.Action]), point[Situations.Performer]))
        {
            return $"{Space.Performers[point[Situations.Performer]]} does not act itself: bodies, offices and " +
                "parties perform " +
                "reserved actions alone";
        }

        var phase = Framework.Phases.Take(point[Situations.Phase] + 1).LastOrDefault(p => p.NotBefore is { } d
            && Space.Days[point[Situations.Day]].Last < d);
        return phase is not null ? $"phase {phase.Id} cannot begin before {Rules.Text.Date(phase.NotBefore!.Value)}"
            : "the file says that this cannot be" + (Framework.Nevers.Where(n => n.Because is not null
                && Contains(BoxOf(n.Who, n.Actions, n.Extent), known)).Select(n => $": {n.Because}").FirstOrDefault()
                    ?? "");
    }
}
