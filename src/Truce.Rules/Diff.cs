using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>One part of an answer that changed.</summary>
/// <param name="Label">Empty for the verdict, else <c>last word</c>, <c>consent</c>, <c>consultation</c>,
/// <c>notice</c>, <c>duty</c>.</param>
/// <param name="Was">What held in the first framework.</param>
/// <param name="Is">What holds in the second.</param>
public sealed record ChangedPart(string Label, string Was, string Is)
{
    /// <summary>"consent nobody's, now army's".</summary>
    public override string ToString() => Label.Length == 0 ? $"{Was}, now {Is}" : $"{Label} {Was}, now {Is}";
}

/// <summary>Situations whose answers differ in the same way.</summary>
/// <param name="Footing">On what footing; those other than the text hold only what the text does not show
/// already.</param>
/// <param name="Parts">The parts that changed, the verdict first; never empty.</param>
/// <param name="Actions">The actions.</param>
/// <param name="Performers">The performers, in words.</param>
/// <param name="Where">Where and when, one entry a box.</param>
/// <param name="Region">The situations.</param>
/// <param name="Share">Share of the common days and hours, or null where it cannot be stated.</param>
public sealed record Change(Footing Footing, ImmutableArray<ChangedPart> Parts, ImmutableArray<string> Actions,
    string Performers,
    ImmutableArray<string> Where, Region Region, double? Share);

/// <summary>Exactly the situations in which two frameworks answer differently, and what changed outside the
/// rules.</summary>
/// <param name="Changes">Grouped and worded; the text first, what changes a verdict first, then by the first
/// action.</param>
/// <param name="Outside">What changed outside the rules, a line each.</param>
/// <param name="Gone">Findings of the first framework that the second does not have: footing and identity.</param>
/// <param name="New">Findings that the second framework adds.</param>
/// <param name="NotDecided">Actions left undecided at the node limit.</param>
public sealed record DiffResult(ImmutableArray<Change> Changes, ImmutableArray<string> Outside,
    ImmutableArray<Finding> Gone,
    ImmutableArray<Finding> New, ImmutableArray<string> NotDecided)
{
    /// <summary>True where nothing differs.</summary>
    public bool IsEmpty => Changes.IsEmpty && Outside.IsEmpty && Gone.IsEmpty && New.IsEmpty && NotDecided.IsEmpty;
}

/// <summary>
/// Compares two frameworks over what they have in common: performers, actions, leaves, phases and days of both, cut at
/// the
/// dates, hours and numbers of both, with the facts of both. What only one of them has is listed outside the rules.
/// </summary>
public sealed class Diff
{
    private readonly Rulebook _a;
    private readonly Rulebook _b;
    private readonly Situations _space;
    private readonly Dictionary<(int Footing, string Words), Gathered> _groups = [];
    private readonly List<string> _notDecided = [];
    private readonly List<(Footing Shown, Footing A, Footing B)> _footings;
    private readonly Dictionary<string, Statement> _deadlocked;

    private Diff(Framework a, Framework b)
    {
        _space = Situations.Common(a, b);
        (_a, _b) = (new Rulebook(a, _space), new Rulebook(b, _space));
        _footings = [.. _a.Footings.Single.Concat(_b.Footings.Single).DistinctBy(f => (f.Kind, f.Claimant))
            .OrderBy(f => f.Kind).Select(f => (f, In(_a, f), In(_b, f)))];
        _deadlocked = a.Actors.Concat(b.Actors).Where(x => x.Kind == ActorKind.Body).DistinctBy(x => x.Id)
            .ToDictionary(x => x.Id, _ => Statement.Deadlocked, StringComparer.Ordinal);
    }

    private sealed record Gathered(ImmutableArray<ChangedPart> Parts)
    {
        public List<ulong[]> Pieces { get; } = [];
    }

    /// <summary>Compares two frameworks that were read without errors. Deterministic; <c>Of(x, x)</c> is
    /// empty.</summary>
    /// <param name="a">The earlier one.</param>
    /// <param name="b">The later one.</param>
    /// <param name="findings">Also check both, and say which findings are gone and which are new.</param>
    public static DiffResult Of(Framework a, Framework b, bool findings = true)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var diff = new Diff(a, b);
        for (var action = 0; action < diff._space.Actions.Length; action++)
        {
            diff.Compare(action);
        }

        ImmutableArray<Finding> Found(Framework f) => findings ? Check.Run(new Rulebook(f)).Findings : [];
        var (before, after) = (Found(a), Found(b));
        static (FootingKind, string?, string?, string) Key(Finding f) =>
            (f.Footing.Kind, f.Footing.Claimant, f.Footing.Second, f.Identity);
        var (had, has) = (before.Select(Key).ToHashSet(), after.Select(Key).ToHashSet());
        return new DiffResult([.. diff.Changes()], [.. OutsideTheRules.Of(a, b)],
            [.. before.Where(f => !has.Contains(Key(f)))],
            [.. after.Where(f => !had.Contains(Key(f)))], [.. diff._notDecided]);
    }

    /// <summary>A footing as one framework knows it: one without that party's claims reads them as its text.</summary>
    private static Footing In(Rulebook book, Footing f) =>
        book.Footings.Single.FirstOrDefault(x => x.Kind == f.Kind && x.Claimant == f.Claimant) ?? book.Footings.Text;

    private void Compare(int action)
    {
        bool Touches(Clause c) => !_space.IsEmptyBox(c.Box) && Mask.Has(_space.Dim(c.Box, Situations.Action), action);
        var (mine, theirs) = (_a.Clauses.Where(Touches).ToList(), _b.Clauses.Where(Touches).ToList());
        var boxes = mine.Concat(theirs).Select(c => c.Box).Concat(_a.Nevers).Concat(_b.Nevers).ToList();
        var (n, m, o) = (mine.Count, mine.Count + theirs.Count, mine.Count + theirs.Count + _a.Nevers.Length);
        if (_space.IsEmptyBox(_space.Full))
        {
            return;
        }

        var cells = new Cells(_space, Limits.DiffNodes);
        var done = cells.Each(boxes, _space.Full, Situations.Leaf, (cell, holding) =>
        {
            List<Clause> Active(int from, int to, List<Clause> of) =>
                [.. holding.Where(i => i >= from && i < to).Select(i => of[i - from])];
            var possible = Mask.Either(
                Possible(_a, action, holding.Where(i => i >= m && i < o).Select(i => _a.Nevers[i - m])),
                Possible(_b, action, holding.Where(i => i >= o).Select(i => _b.Nevers[i - o])));
            cells.Charge(Mask.Count(possible) * (1 + ((mine.Count + theirs.Count) / 16)));
            CompareCell(action, cell, Active(0, n, mine), Active(n, m, theirs), possible);
        });
        if (!done)
        {
            _notDecided.Add($"not decided: {_space.Actions[action]}: more than {Text.Number(Limits.DiffNodes)} steps");
        }
    }

    private static ulong[] Possible(Rulebook book, int action, IEnumerable<ulong[]> nevers)
    {
        var possible = book.Performing(action).ToArray();
        foreach (var never in nevers.Where(x => Mask.Has(book.Space.Dim(x, Situations.Action), action)))
        {
            Mask.AndNot(possible, book.Space.Dim(never, Situations.Performer));
        }

        return possible;
    }

    private void CompareCell(int action, ulong[] cell, List<Clause> mine, List<Clause> theirs, ulong[] possible)
    {
        if (mine.Count == 0 && theirs.Count == 0 && Mask.Same(_a.Free[action], _b.Free[action]))
        {
            return;
        }

        // A footing that reads no more of either than the text does shows nothing that the text does not.
        var bits = (mine.Aggregate(0UL, (x, c) => x | c.BasisBit), theirs.Aggregate(0UL, (x, c) => x | c.BasisBit));
        var shown = Enumerable.Range(0, _footings.Count).Where(f => f == 0
            || (_footings[f].A.Bits & ~_a.Footings.Text.Bits & bits.Item1) != 0
            || (_footings[f].B.Bits & ~_b.Footings.Text.Bits & bits.Item2) != 0).ToList();
        var standings = shown.ToDictionary(f => f, f => (Standing.Of(_a, action, mine, [], _footings[f].A.Bits),
            Standing.Of(_b, action, theirs, [], _footings[f].B.Bits)));
        foreach (var p in Mask.Bits(possible))
        {
            foreach (var f in shown)
            {
                var parts = Differences(PartsOf(_a, standings[f].Item1, p, action),
                    PartsOf(_b, standings[f].Item2, p, action));
                if (parts.IsEmpty)
                {
                    continue;
                }

                var words = string.Join('\n', parts);
                if (!_groups.TryGetValue((f, words), out var group))
                {
                    _groups[(f, words)] = group = new Gathered(parts);
                }

                var piece = (ulong[])cell.Clone();
                foreach (var (dim, value) in new[] { (Situations.Performer, p), (Situations.Action, action) })
                {
                    _space.Dim(piece, dim).Clear();
                    Mask.Set(_space.Dim(piece, dim), value);
                }

                group.Pieces.Add(piece);
                if (f == 0)
                {
                    // What the text shows is not shown again with claims or practice.
                    break;
                }
            }
        }
    }

    /// <summary>The parts of an answer, each as a key to compare and as words.</summary>
    private ImmutableArray<(string Label, string Key, string Words)> PartsOf(Rulebook book, Standing s, int performer,
        int action)
    {
        var live = s.Live.Where(l => Mask.Has(l.Live, performer)).Select(l => l.Clause).ToList();
        var point = new int[_space.Dims];
        (point[Situations.Performer], point[Situations.Action]) = (performer, action);
        var none = ImmutableDictionary<string, Statement>.Empty;
        var answer = book.Compose(point, live, [], none);
        var stuck = book.Compose(point, live, [], _deadlocked).Verdict;
        static string List(IEnumerable<string> items) =>
            Text.And([.. items.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        var consents = List(answer.Consents.Select(c => Whom(c.Of) + Terms(c) + Channel(book, c.RuleId)));
        var consultations = List(answer.Consultations.Select(c => Whom(c.With) + Channel(book, c.RuleId)));
        var notices = List(answer.Notices.Select(n => $"{Whom(n.To)} {Text.Span(n.Before ?? n.After!)} " +
            (n.Before is null ? "after" : "before") + Channel(book, n.RuleId)));
        var duties = List(answer.Duties.Select(d => d.Of));
        return
        [
            ("", $"{answer.Verdict} {stuck}", VerdictWords(answer, stuck)),
            ("last word", List(answer.Holders), Whose(answer.Holders)),
            ("consent", consents, consents.Length == 0 ? "nobody's" : $"of {consents}"),
            ("consultation", consultations, consultations.Length == 0 ? "with nobody" : $"with {consultations}"),
            ("notice", notices, notices.Length == 0 ? "to nobody" : $"to {notices}"),
            ("duty", duties, Whose(answer.Duties.Select(d => d.Of))),
        ];
    }

    private static string Whose(IEnumerable<string> names) =>
        Text.And([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Text.Possessive)
            .DefaultIfEmpty("nobody's")]);

    private static string VerdictWords(Answer a, Verdict stuck) => a.Verdict switch
    {
        Verdict.NotGranted => "not granted",
        Verdict.Awaits => "awaits " + Text.And([.. a.TurnsOn.Select(Whom)]),
        _ => a.Verdict.ToString().ToLowerInvariant(),
    } + (stuck == a.Verdict ? "" : $" (if a body is deadlocked: {stuck.ToString().ToLowerInvariant()})");

    private static string Whom(string id) => id.Length == 0 ? "nobody named" : id;

    /// <summary>The clause's own channel; by what channel an actor is reached in general stands outside the
    /// rules.</summary>
    private static string Channel(Rulebook book, string ruleId) =>
        book.Framework.Rules.First(r => r.Id == ruleId).Channel is { } channel ? $" by {channel}" : "";

    private static string Terms(ConsentDue c)
    {
        var terms = new[]
        {
            c.AnswerWithin is { } w ? $"within {Text.Span(w)}" : "",
            c.OnRefusal.Kind == FallbackKind.NotStated ? "" : $"on refusal {c.OnRefusal}",
            c.OnSilence.Kind == FallbackKind.NotStated ? "" : $"on silence {c.OnSilence}",
        }.Where(t => t.Length > 0).ToList();
        return terms.Count == 0 ? "" : $" ({string.Join(", ", terms)})";
    }

    private static ImmutableArray<ChangedPart> Differences(
        ImmutableArray<(string Label, string Key, string Words)> a,
            ImmutableArray<(string Label, string Key, string Words)> b) =>
        [.. a.Zip(b).Where(x => x.First.Key != x.Second.Key)
            .Select(x => new ChangedPart(x.First.Label, x.First.Words, x.Second.Words))];

    private IEnumerable<Change> Changes()
    {
        var words = new Words(_b);
        return _groups.Select(g =>
        {
            var region = Region.Of(_space, g.Value.Pieces);
            var actions = Mask.Bits(region.Values(Situations.Action));
            return (Key: g.Key, First: actions[0], Change: new Change(_footings[g.Key.Footing].Shown, g.Value.Parts,
                [.. actions.Select(a => _space.Actions[a])], words.Performers(region.Values(Situations.Performer)),
                [.. region.Boxes.Select(b => Line(words, b, actions.Count)).Distinct(StringComparer.Ordinal)], region,
                    region.Share));
        }).OrderBy(c => c.Key.Footing).ThenBy(c => c.Change.Parts[0].Label.Length > 0).ThenBy(c => c.First)
            .ThenBy(c => c.Key.Words, StringComparer.Ordinal).Select(c => c.Change);
    }

    private string Line(Words words, ulong[] box, int actions)
    {
        var who = words.Performers(_space.Dim(box, Situations.Performer));
        var what = actions == 1 ? ""
            : Text.And([.. Mask.Bits(_space.Dim(box, Situations.Action)).Select(a => _space.Actions[a])]) + " ";
        return $"{what}by {who}, {words.Where(box)}";
    }
}
