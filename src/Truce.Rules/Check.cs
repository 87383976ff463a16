using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Truce.Rules;

/// <summary>What to check.</summary>
/// <param name="TextOnly">Leave claims and practice out.</param>
/// <param name="NodeLimit">Most nodes to visit before saying "not decided".</param>
/// <param name="Drawn">What a map says of the areas; null where there is none.</param>
public sealed record CheckOptions(bool TextOnly = false, int NodeLimit = Limits.CheckNodes, Drawn? Drawn = null);

/// <summary>
/// The closed list of questions of LANGUAGE §5, each exact. For each action the space is cut into cells that no rule
/// tells
/// apart; in a cell every question is a few operations on sets of performers.
/// </summary>
public sealed partial class Check
{
    private readonly Rulebook _book;
    private readonly CheckOptions _options;
    private readonly Words _words;
    private readonly Dictionary<(int Footing, string Identity), Gathered> _gathered = [];
    private readonly List<Gathered> _open = [];
    private readonly HashSet<string> _bare = new(StringComparer.Ordinal);
    private readonly List<string> _notDecided = [];
    private readonly bool[] _liveSomewhere;
    private readonly bool[] _matters;
    private readonly ImmutableArray<Footing> _footings;
    private long _nodes;

    private Check(Rulebook book, CheckOptions options)
    {
        (_book, _options, _words) = (book, options, new Words(book));
        _footings = options.TextOnly ? [book.Footings.Text] : [.. book.Footings.Single, .. book.Footings.Pairs];
        _liveSomewhere = new bool[book.Framework.Rules.Length];
        _matters = new bool[book.Framework.Rules.Length];
    }

    /// <summary>Checks a framework that was read without errors. Deterministic.</summary>
    /// <param name="book">The compiled framework.</param>
    /// <param name="options">What to check; null for everything.</param>
    /// <exception cref="InvalidOperationException">
    /// A finding's witness does not give the same permission and holders when the ruling is asked: a defect of this
    /// program.
    /// </exception>
    public static CheckResult Run(Rulebook book, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(book);
        var check = new Check(book, options ?? new CheckOptions());
        check.AskEachAction();
        check.AskForce();
        check.AskPriorities();
        if (check._effectSteps > Limits.EffectSteps)
        {
            check._notDecided.Add(
                "not decided: rules without effect (W502): too many rules hold together; W501 is decided");
        }

        var findings = new List<Finding>(check.Compose());
        findings.AddRange(check.RulesWithoutEffect());
        var (structural, answers) = Structure.Ask(book, check._options.TextOnly);
        findings.AddRange(structural);
        findings.AddRange(check._options.Drawn?.Differences(book) ?? []);
        return new CheckResult([.. check.Ordered(findings)], [.. answers], [.. check._notDecided], check._nodes);
    }

    private sealed class Gathered(Hit first)
    {
        public Hit First => first;

        /// <summary>The cells so far, of the question that is being asked.</summary>
        private List<ulong[]> _pieces = [];

        private int _mergeAt = 4_096;

        /// <summary>Adds a cell. Many are merged now and then, so that memory follows the region and not the
        /// cells.</summary>
        public void Add(Situations space, ulong[] piece)
        {
            _pieces.Add(piece);
            if (_pieces.Count >= _mergeAt)
            {
                _pieces = Region.Of(space, _pieces).Boxes;
                _mergeAt = Math.Max(_mergeAt, 2 * _pieces.Count);
            }
        }

        /// <summary>The cells merged, once all have been asked.</summary>
        public Region? Region { get; private set; }

        public void Close(Situations space)
        {
            Region = Region.Of(space, _pieces);
            _pieces = [];
        }

        public HashSet<int> Rules { get; } = [];
    }

    /// <summary>What a question finds in one cell.</summary>
    private sealed record Hit(string Code, int Action, ImmutableArray<int> Subjects, ulong[] For,
        IEnumerable<int> Rules)
    {
        /// <summary>Actions that a piece covers where that is more than <see cref="Action"/>.</summary>
        public ulong[]? Actions { get; init; }

        /// <summary>Whether the answer varies with the performer.</summary>
        public bool ByPerformer => Code is "E101" or "E102" or "E103" or "E104" or "E105" or "E401";

        public string Identity { get; } = $"{Code} {Action} {string.Join(',', Subjects)}";
    }

    /// <summary>What holds a cell: the clauses, impossible boxes and presences; and what was found there.</summary>
    private sealed class Cell(Rulebook book)
    {
        private readonly Dictionary<(int Action, ulong Bits), Standing> _standings = [];

        /// <summary>What each question keeps here: for which performers and actions.</summary>
        public List<(Gathered Found, ulong[] Performers, ulong[] Actions)> Kept { get; } = [];

        /// <summary>Who is able to do an action with all that it needs: kept, since needs may meet again and
        /// again.</summary>
        public Dictionary<(int Action, ulong Bits), ulong[]> AbleTo { get; } = [];

        public List<Clause> Active { get; } = [];

        public List<ulong[]> Nevers { get; } = [];

        /// <summary>Performers present, and actors (by index) who exist.</summary>
        public ulong[] Present { get; set; } = [];

        public HashSet<int> Ended { get; } = [];

        /// <summary>Forgets what only asking needs.</summary>
        public void Close()
        {
            _standings.Clear();
            _standings.TrimExcess();
            AbleTo.Clear();
            AbleTo.TrimExcess();
            Active.Clear();
            Active.TrimExcess();
        }

        public Standing Of(int action, ulong bits) => _standings.TryGetValue((action, bits), out var s) ? s
            : _standings[(action, bits)] = Standing.Of(book, action, Active, Nevers, bits);
    }

    private void AskEachAction()
    {
        for (var action = 0; action < _book.Space.Actions.Length; action++)
        {
            var a = action;
            var needs = NeedsOf(a);
            var clauses = _book.Clauses.Where(c => !_book.IsEmpty(c.Box)
                && Mask.Meets(_book.Space.Dim(c.Box, Situations.Action), needs)).ToList();
            if (!Mask.Any(_book.Free[a])
                && !clauses.Exists(c => Mask.Has(_book.Space.Dim(c.Box, Situations.Action), a)))
            {
                continue;
            }

            EachCell(clauses, $"{_book.Space.Actions[a]} (E1xx, E2xx, E4xx, W3xx, W5xx)", cell => AskCell(a, cell),
                cell => cell.Active.Count * _book.People.PerformerWords / 8);
        }
    }

    /// <summary>An action and all that it needs, at any remove.</summary>
    private ulong[] NeedsOf(int action)
    {
        var mask = new ulong[_book.Space.Offsets[2] - _book.Space.Offsets[1]];
        var open = new Stack<int>([action]);
        while (open.TryPop(out var next))
        {
            if (!Mask.Has(mask, next))
            {
                Mask.Set(mask, next);
                foreach (var need in _book.Terms[next].Needs)
                {
                    open.Push(_book.Space.Actions.IndexOf(need));
                }
            }
        }

        return mask;
    }

    /// <summary>
    /// Cuts by the clauses, by what cannot be, by presence, and by when those asked or told exist. What is found in a
    /// cell
    /// depends only on what holds it: where the same things hold another cell, only the cell is added to what was
    /// found.
    /// </summary>
    /// <param name="clauses">The clauses that bear on the question.</param>
    /// <param name="question">Its words, for where it is not decided.</param>
    /// <param name="ask">Asks in one cell.</param>
    /// <param name="cost">What asking costs, in nodes: else few cells of many rules and performers would take for
    /// ever.</param>
    private void EachCell(List<Clause> clauses, string question, Action<Cell> ask, Func<Cell, int> cost)
    {
        var presences = Presences();
        var present = AlwaysPresent(presences);
        var addressees = Lifetimes(clauses);
        var boxes = clauses.Select(c => c.Box).Concat(_book.Nevers).Concat(presences.Select(p => p.Box))
            .Concat(addressees.Select(l => l.Box)).ToList();
        var known = new Dictionary<Bits, Cell>();
        var cells = new Cells(_book.Space, (int)Math.Max(0, _options.NodeLimit - _nodes));
        var done = cells.EachSet(boxes, _book.Space.Full, Situations.Leaf, (box, holding) =>
        {
            if (known.Count > Limits.CellsKept)
            {
                known.Clear();
            }

            ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(known, new Bits(holding), out var before);
            if (!before)
            {
                cell = CellOf(holding, clauses, presences, addressees, (ulong[])present.Clone());
                cells.Charge(cost(cell));
                ask(cell);
                cell.Close();
            }

            foreach (var (found, mask, actions) in cell!.Kept)
            {
                found.Add(_book.Space, Piece(box, mask, actions));
            }
        });
        _nodes += cells.Nodes;
        _open.ForEach(g => g.Close(_book.Space));
        _open.Clear();
        if (!done)
        {
            _notDecided.Add($"not decided: {question}: more than {Text.Number(_options.NodeLimit)} steps; " +
                $"what is printed of it may be incomplete{LastWordsThatMeet(clauses)}");
        }
    }

    /// <summary>Where cells are too many, it is still known which last words meet before anything is set
    /// aside.</summary>
    private string LastWordsThatMeet(List<Clause> clauses)
    {
        var text = _book.Footings.Text.Bits;
        var finals = clauses.Where(c => c.Kind == RuleKind.Final && (c.BasisBit & text) != 0).ToList();
        var pairs = Overlaps.Pairs(_book.Space, [.. finals.Select(c => c.Box)], [.. finals.Select(c => c.Whom)]);
        return pairs.Count == 0 ? ""
            : $"; by the text {Text.Number(pairs.Count)} pair{(pairs.Count == 1 ? "" : "s")} of last words of " +
            $"different holders meet, what overrides them not read: `{finals[pairs[0].First].Rule.Id}` and " +
                $"`{finals[pairs[0].Second].Rule.Id}` first";
    }

    private Cell CellOf(ulong[] holding, List<Clause> clauses, List<(int Performer, ulong[] Box)> presences,
        List<(int Actor, ulong[] Box)> addressees, ulong[] present)
    {
        var cell = new Cell(_book) { Present = present };
        var (n, p) = (clauses.Count, clauses.Count + _book.Nevers.Length);
        var l = p + presences.Count;
        cell.Ended.UnionWith(addressees.Select(x => x.Actor));
        foreach (var i in Mask.Bits(holding))
        {
            if (i < n)
            {
                cell.Active.Add(clauses[i]);
            }
            else if (i < p)
            {
                cell.Nevers.Add(_book.Nevers[i - n]);
            }
            else if (i < l)
            {
                Mask.Set(cell.Present, presences[i - p].Performer);
            }
            else
            {
                cell.Ended.Remove(addressees[i - l].Actor);
            }
        }

        return cell;
    }

    private ulong[] Piece(ulong[] box, ulong[] performers, ulong[] actions)
    {
        var piece = (ulong[])box.Clone();
        performers.CopyTo(_book.Space.Dim(piece, Situations.Performer));
        actions.CopyTo(_book.Space.Dim(piece, Situations.Action));
        return piece;
    }

    private List<(int Performer, ulong[] Box)> Presences()
    {
        var list = new List<(int, ulong[])>();
        for (var p = 0; p < _book.Space.Units; p++)
        {
            var actor = _book.People.ActorOf(p);
            if (!actor.In.IsEmpty || actor.From is not null || actor.Until is not null)
            {
                list.Add((p, _book.ExtentBox(new Extent { In = actor.In, From = actor.From, Until = actor.Until })));
            }
        }

        return list;
    }

    /// <summary>A unit without a deployment is present always and everywhere.</summary>
    private ulong[] AlwaysPresent(List<(int Performer, ulong[] Box)> presences)
    {
        var mask = _book.Space.Dim(_book.Space.Full, Situations.Performer).ToArray();
        foreach (var (performer, _) in presences)
        {
            mask[performer >> 6] &= ~(1UL << (performer & 63));
        }

        return mask;
    }

    private List<(int Actor, ulong[] Box)> Lifetimes(List<Clause> clauses) =>
    [
        .. clauses.Where(c => c.Kind == RuleKind.Require && c.Whom >= 0).Select(c => c.Whom).Distinct().Order()
            .Where(w => _book.People.All[w] is { From: not null } or { Until: not null })
            .Select(w => (w, _book.ExtentBox(new Extent
            {
                From = _book.People.All[w].From,
                Until = _book.People.All[w].Until,
            }))),
    ];

    private void AskCell(int action, Cell cell)
    {
        Gather(cell, bits => Ask(action, cell, bits));
        NoteEffects(action, cell);
    }

    /// <summary>Asks on each footing that differs here, and keeps of each what it adds.</summary>
    private void Gather(Cell cell, Func<ulong, List<Hit>> ask)
    {
        ulong present = 0;
        foreach (var clause in cell.Active)
        {
            present |= clause.BasisBit;
        }

        var text = _book.Footings.Text;
        var byText = ask(text.Bits & present);
        var assumes = (text.Bits & present & ~Footings.WithoutAssumptions) != 0;
        var bare = assumes ? ask(Footings.WithoutAssumptions & present) : byText;
        _bare.UnionWith(bare.Select(b => b.Identity));

        var single = new Dictionary<ulong, List<Hit>>();
        for (var f = 0; f < _footings.Length; f++)
        {
            var footing = _footings[f];
            var extra = footing.Bits & ~text.Bits;
            if (footing.Kind == FootingKind.Text)
            {
                Keep(f, cell, byText, []);
            }
            else if (footing.Kind != FootingKind.TwoClaims)
            {
                if ((extra & present) != 0)
                {
                    Keep(f, cell, single[extra] = ask(footing.Bits & present), [byText]);
                }
            }
            else if ((extra & present) == extra)
            {
                var parts = single.Where(s => (s.Key & extra) != 0).Select(s => s.Value).Prepend(byText).ToArray();
                Keep(f, cell, ask(footing.Bits & present).Where(h => h.Code is "E101" or "E103" or "E402"), parts);
            }
        }
    }

    private void Keep(int footing, Cell cell, IEnumerable<Hit> hits, List<Hit>[] known)
    {
        foreach (var hit in hits)
        {
            var mask = (ulong[])hit.For.Clone();
            foreach (var other in known.SelectMany(k => k).Where(o => o.Identity == hit.Identity))
            {
                if (hit.ByPerformer)
                {
                    Mask.AndNot(mask, other.For);
                }
                else
                {
                    Array.Clear(mask);
                }
            }

            if (!Mask.Any(mask))
            {
                continue;
            }

            if (!_gathered.TryGetValue((footing, hit.Identity), out var g))
            {
                g = _gathered[(footing, hit.Identity)] = new Gathered(hit);
                _open.Add(g);
            }

            var actions = hit.Actions;
            if (actions is null)
            {
                actions = new ulong[_book.Space.Offsets[2] - _book.Space.Offsets[1]];
                Mask.Set(actions, hit.Action);
            }

            cell.Kept.Add((g, mask, actions));
            g.Rules.UnionWith(hit.Rules);
        }
    }
}
