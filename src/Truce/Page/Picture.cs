using System.Collections.Immutable;
using Truce.Rules;

namespace Truce.Page;

/// <summary>Performers for whom one footing gives the same answer, by the same rules.</summary>
/// <param name="Performers">Who.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Free">The act is free to them, whether granted besides or not.</param>
internal sealed record Strand(ImmutableArray<int> Performers, Answer Answer, bool Free);

/// <summary>How an action stands in one place and phase on one footing.</summary>
/// <param name="Footing">The footing.</param>
/// <param name="Strands">Performers with one answer together, in the file's order; those for whom no clause speaks
/// are left out.</param>
/// <param name="Words">What a cell shows of it; on another footing than the text only what that footing adds.</param>
internal sealed record FootingCell(Footing Footing, ImmutableArray<Strand> Strands, ImmutableArray<CellWord> Words);

/// <summary>One entry of a cell.</summary>
/// <param name="Outcome">Whose word it is, or what stands instead.</param>
/// <param name="Mark">How it is marked.</param>
/// <param name="Note">For whom, and who must be asked or told.</param>
internal readonly record struct CellWord(string Outcome, Mark Mark, string Note);

/// <summary>How a cell's entry is marked. Colour repeats what the words say.</summary>
internal enum Mark
{
    /// <summary>One has the last word.</summary>
    One,

    /// <summary>Two or more have it.</summary>
    Contested,

    /// <summary>Nobody has it, or nobody may.</summary>
    Nobody,

    /// <summary>It needs nobody's.</summary>
    Free,

    /// <summary>A prohibition stands.</summary>
    Forbidden,

    /// <summary>No clause speaks.</summary>
    Silent,
}

/// <summary>An action in a column of places during a phase.</summary>
/// <param name="ByText">By the text.</param>
/// <param name="Others">The other footings that add something, in order.</param>
/// <param name="Varies">How the answer varies with day, hour and facts, in words; empty where it does not.</param>
/// <param name="With">With what it varies, in few words.</param>
/// <param name="Key">What tells two cells apart: everything that is shown of it.</param>
internal sealed record PictureCell(
    FootingCell ByText, ImmutableArray<FootingCell> Others, ImmutableArray<string> Varies, string With, string Key)
{
    /// <summary>True where nothing is to be read behind the cell.</summary>
    public bool IsSilent => ByText.Words is [{ Mark: Mark.Silent }] && Others.IsEmpty && Varies.IsEmpty;
}

/// <summary>Places whose answers agree in every row.</summary>
/// <param name="Leaves">Which.</param>
/// <param name="Name">In words.</param>
internal sealed record PictureColumn(ImmutableArray<int> Leaves, string Name);

/// <summary>The picture of one phase.</summary>
/// <param name="Phase">Its index.</param>
/// <param name="At">The day, hour and facts that were chosen: a point of the space, its first dimensions unset.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">For each action of <see cref="Picture.Actions"/> its cells, one a column.</param>
internal sealed record PhasePicture(
    int Phase, ImmutableArray<int> At, ImmutableArray<PictureColumn> Columns,
        ImmutableArray<ImmutableArray<PictureCell>> Rows);

/// <summary>Who decides what, where and when: actions by places for each phase, read from the ruling itself.</summary>
/// <param name="Actions">The actions that are shown; reserved ones only where a clause speaks of them.</param>
/// <param name="Phases">The phases that can occur.</param>
/// <param name="Impossible">Phases that cannot occur within the term.</param>
internal sealed record Picture(ImmutableArray<int> Actions, ImmutableArray<PhasePicture> Phases,
    ImmutableArray<int> Impossible);

/// <summary>Makes the picture.</summary>
internal sealed class PictureMaker
{
    /// <summary>Most clauses that one picture may read, over all the rulings that it asks for: some seconds.</summary>
    public const long ReadingsMax = 100_000_000;

    private const int CellsMax = 4_096;

    /// <summary>Most characters of keys under which answers are kept: some tens of megabytes.</summary>
    private const long KeptMax = 16_000_000;

    private readonly Rulebook _book;
    private readonly Situations _space;
    private readonly CellWords _words;
    private readonly ImmutableArray<Footing> _footings;
    private readonly List<ulong[]>[] _boxes;
    private readonly Dictionary<string, (FootingCell Text, ImmutableArray<FootingCell> Others)> _asked = [];
    private readonly long _readingsMax;
    private long _readings;

    private PictureMaker(Rulebook book, bool textOnly, long readingsMax)
    {
        (_book, _space, _readingsMax) = (book, book.Space, readingsMax);
        _words = new CellWords(book);
        _boxes = [.. Enumerable.Range(0, _space.Actions.Length).Select(a => book.Clauses.Select(c => c.Box)
            .Concat(book.Nevers).Where(b => Mask.Has(_space.Dim(b, Situations.Action), a)).ToList())];
        _footings = textOnly ? [book.Footings.Text] : [.. book.Footings.Single, .. book.Footings.Pairs];
    }

    /// <summary>The picture, or null where it would ask for more rulings than the limit.</summary>
    public static Picture? Make(Rulebook book, bool textOnly, long readingsMax = ReadingsMax)
    {
        var maker = new PictureMaker(book, textOnly, readingsMax);
        var actions = Enumerable.Range(0, book.Space.Actions.Length)
            .Where(a => !Framework.ReservedActions.Contains(book.Space.Actions[a])
            || book.Clauses.Any(c => Mask.Has(book.Space.Dim(c.Box, Situations.Action), a))).ToImmutableArray();
        var phases = ImmutableArray.CreateBuilder<PhasePicture>();
        var impossible = ImmutableArray.CreateBuilder<int>();
        for (var phase = 0; phase < book.Space.Phases.Length; phase++)
        {
            if (maker.FirstPointOf(phase) is not { } at)
            {
                impossible.Add(phase);
            }
            else if (maker.Of(phase, at, actions) is { } picture)
            {
                phases.Add(picture);
            }
            else
            {
                return null;
            }
        }

        return new Picture(actions, phases.ToImmutable(), impossible.ToImmutable());
    }

    /// <summary>
    /// Ordinary facts, the first day on which the phase can occur, the first hour; null where it cannot occur.
    /// </summary>
    private int[]? FirstPointOf(int phase)
    {
        var point = new int[_space.Dims];
        point[Situations.Phase] = phase;
        for (var f = 0; f < _space.Facts.Length; f++)
        {
            point[Situations.FirstFact + f] = _space.Facts[f].Ordinary;
        }

        for (var day = 0; day < _space.Days.Length; day++)
        {
            point[Situations.Day] = day;
            if (!_book.Nevers.Any(n => HoldsAllBefore(n) && HoldsFrom(n, point, Situations.Phase)))
            {
                return point;
            }
        }

        return null;
    }

    /// <summary>Whether a box leaves out no performer, action or place.</summary>
    private bool HoldsAllBefore(ulong[] box) =>
        Enumerable.Range(0, Situations.Phase).All(d => Mask.Same(_space.Dim(box, d), _space.Dim(_space.Full, d)));

    private bool HoldsFrom(ulong[] box, int[] point, int dim)
    {
        for (var d = dim; d < point.Length; d++)
        {
            if (!Mask.Has(_space.Dim(box, d), point[d]))
            {
                return false;
            }
        }

        return true;
    }

    private PhasePicture? Of(int phase, int[] at, ImmutableArray<int> actions)
    {
        // Places that no clause tells apart have one answer; only one of each kind is asked.
        var kinds = Enumerable.Range(0, _space.Leaves.Length).GroupBy(KindOf, StringComparer.Ordinal)
            .Select(g => g.ToList()).ToList();
        var columns = new Dictionary<string,
            (List<int> Leaves, ImmutableArray<PictureCell> Cells)>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var kind in kinds)
        {
            var cells = ImmutableArray.CreateBuilder<PictureCell>();
            foreach (var action in actions)
            {
                var point = (int[])at.Clone();
                (point[Situations.Action], point[Situations.Leaf]) = (action, kind[0]);
                cells.Add(Cell(point));
                if (_readings > _readingsMax)
                {
                    return null;
                }
            }

            var key = string.Join('\n', cells.Select(c => c.Key));
            if (!columns.TryGetValue(key, out var column))
            {
                column = columns[key] = ([], cells.ToImmutable());
                order.Add(key);
            }

            column.Leaves.AddRange(kind);
        }

        return new PhasePicture(phase, [.. at],
            [.. order.Select(k => new PictureColumn([.. columns[k].Leaves.Order()], _words.Place(columns[k].Leaves)))],
            [.. Enumerable.Range(0, actions.Length).Select(r => order.Select(k => columns[k].Cells[r])
                .ToImmutableArray())]);
    }

    /// <summary>Which clauses and impossible boxes hold a place.</summary>
    private string KindOf(int leaf) => string.Concat(_book.Clauses.Select(c => c.Box).Concat(_book.Nevers)
        .Select(b => Mask.Has(_space.Dim(b, Situations.Leaf), leaf) ? '1' : '0'));

    private PictureCell Cell(int[] point)
    {
        var (text, others) = Ask(point);
        var (varies, with) = Variants(point, Shown(text, others));
        var key = string.Join('§', others.Prepend(text).Select(c => $"{c.Footing}:" + string.Join(';',
            c.Strands.Select(s => $"{string.Join(',', s.Performers)}={RulesOf(s.Answer)}/{s.Free}"))).Concat(varies));
        return new PictureCell(text, others, varies, with, key);
    }

    private static string RulesOf(Answer a) => $"{a.Signature}/{string.Join(' ', a.Live.Select(r => r.Id))}/" +
        string.Join(' ', a.SetAside.Select(s => $"{s.RuleId}<{string.Join('+', s.By)}"));

    /// <summary>
    /// The text, and each other footing that adds something. What no clause tells apart is asked once.
    /// </summary>
    private (FootingCell Text, ImmutableArray<FootingCell> Others) Ask(int[] point)
    {
        var boxes = _boxes[point[Situations.Action]];
        var kind = string.Create(boxes.Count + 1, (boxes, point), (key, x) =>
        {
            key[0] = (char)x.point[Situations.Action];
            for (var i = 0; i < x.boxes.Count; i++)
            {
                key[i + 1] = HoldsFrom(x.boxes[i], x.point, Situations.Leaf) ? '1' : '0';
            }
        });
        if (!_asked.TryGetValue(kind, out var known))
        {
            known = AskAnew(point);
            if ((long)_asked.Count * kind.Length < KeptMax)
            {
                _asked[kind] = known;
            }
        }

        return known;
    }

    private (FootingCell Text, ImmutableArray<FootingCell> Others) AskAnew(int[] point)
    {
        var text = On(_book.Footings.Text, point);
        var single = new Dictionary<string, FootingCell>(StringComparer.Ordinal);
        var others = ImmutableArray.CreateBuilder<FootingCell>();
        var extra = _book.Clauses.Where(c => Mask.Has(_space.Dim(c.Box, Situations.Action), point[Situations.Action]))
            .Aggregate(0UL, (bits, c) => bits | c.BasisBit);
        foreach (var footing in _footings.Where(f => f.Kind != FootingKind.Text))
        {
            var adds = footing.Bits & ~_book.Footings.Text.Bits;
            var pair = footing.Kind == FootingKind.TwoClaims;
            if (pair ? (adds & extra) != adds : (adds & extra) == 0)
            {
                continue;
            }

            // Of the claims of two only that counts which neither has alone: a contest.
            var cell = pair ? On(footing, point, text, single[footing.Claimant!], single[footing.Second!])
                : On(footing, point, text);
            if (footing.Kind == FootingKind.Claims)
            {
                single[footing.Claimant!] = cell;
            }

            var added = pair ? [.. cell.Words.Where(w => w.Mark == Mark.Contested)] : cell.Words;
            if (!added.IsEmpty)
            {
                others.Add(cell with { Words = added });
            }
        }

        return (text, others.ToImmutable());
    }

    private FootingCell On(Footing footing, int[] point, params ReadOnlySpan<FootingCell> against)
    {
        var groups = new Dictionary<string, (List<int> Who, Answer Answer, bool Free)>(StringComparer.Ordinal);
        var at = (int[])point.Clone();
        var possible = false;
        foreach (var performer in Mask.Bits(_book.Performing(point[Situations.Action])))
        {
            at[Situations.Performer] = performer;
            if (!_book.IsPossible(at))
            {
                continue;
            }

            possible = true;
            _readings += _book.Clauses.Length;
            var answer = _book.AnswerAt(at, footing, ImmutableDictionary<string, Statement>.Empty);
            var free = Mask.Has(_book.Free[point[Situations.Action]], performer);
            var key = $"{RulesOf(answer)}/{free}";
            if (!groups.TryGetValue(key, out var group))
            {
                group = groups[key] = ([], answer, free);
            }

            group.Who.Add(performer);
        }

        var strands = groups.Values.Where(g => !g.Answer.Live.IsEmpty || !g.Answer.SetAside.IsEmpty
            || g.Answer.Permission == Permission.Free).Select(g => new Strand([.. g.Who], g.Answer, g.Free))
                .ToImmutableArray();
        return new FootingCell(footing, strands, _words.Of(footing, strands, possible, against));
    }

    /// <summary>All that a cell shows, in one line.</summary>
    public static string Shown(FootingCell text, ImmutableArray<FootingCell> others) =>
        string.Join("; ", others.Prepend(text)
        .Select(c => (c.Footing.Kind == FootingKind.Text ? "" : $"{c.Footing}: ")
            + string.Join(", ", c.Words.Select(CellWords.Line))));

    /// <summary>
    /// What the cell shows instead on other days, at other hours, with another answer to one question.
    /// </summary>
    private (ImmutableArray<string> Lines, string With) Variants(int[] point, string shown)
    {
        var boxes = _book.Clauses.Where(c => Mask.Has(_space.Dim(c.Box, Situations.Action), point[Situations.Action]))
            .Select(c => c.Box).Concat(_book.Nevers)
            .Where(b => Mask.Has(_space.Dim(b, Situations.Leaf), point[Situations.Leaf])
                && Mask.Has(_space.Dim(b, Situations.Phase), point[Situations.Phase])).ToList();
        var lines = new List<string>();
        var with = new List<string>();
        for (var d = Situations.Day; d < _space.Dims; d++)
        {
            if (boxes.TrueForAll(b => Mask.Same(_space.Dim(b, d), _space.Dim(_space.Full, d))))
            {
                continue;
            }

            var found = Along(d, point, shown, boxes).ToList();
            if (found.Count > 0)
            {
                lines.AddRange(found);
                with.Add(d switch
                {
                    Situations.Day => "day",
                    Situations.Hour => "hour",
                    _ => _space.Facts[d - Situations.FirstFact].Id,
                });
            }
        }

        if (lines.Count == 0 && DiffersSomewhere(point, shown, boxes))
        {
            lines.Add("it varies only where several of day, hour and facts differ together");
            with.Add("several things together");
        }

        return ([.. lines], Text.And(with));
    }

    private IEnumerable<string> Along(int dim, int[] point, string shown, List<ulong[]> boxes)
    {
        var groups = new Dictionary<string, ulong[]>(StringComparer.Ordinal);
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = (int[])point.Clone();
        for (var v = 0; v < _space.Size(dim) && _readings <= _readingsMax; v++)
        {
            at[dim] = v;
            var kind = string.Concat(boxes.Select(b => Mask.Has(_space.Dim(b, dim), v) ? '1' : '0'));
            if (!known.TryGetValue(kind, out var line))
            {
                var (text, others) = Ask(at);
                line = known[kind] = Shown(text, others);
            }

            if (line != shown)
            {
                var mask = groups.TryGetValue(line, out var m) ? m
                    : groups[line] = new ulong[_space.Offsets[dim + 1] - _space.Offsets[dim]];
                Mask.Set(mask, v);
            }
        }

        return groups.Select(g => $"{_words.Value(dim, g.Value)}: {g.Key}");
    }

    private bool DiffersSomewhere(int[] point, string shown, List<ulong[]> boxes)
    {
        var start = (ulong[])_space.Full.Clone();
        foreach (var d in (ReadOnlySpan<int>)[Situations.Leaf, Situations.Phase])
        {
            _space.Dim(start, d).Clear();
            Mask.Set(_space.Dim(start, d), point[d]);
        }

        var differs = false;
        var decided = new Cells(_space, CellsMax).Each(boxes, start, Situations.Day, (cell, _) =>
        {
            if (differs || _readings > _readingsMax)
            {
                return;
            }

            var at = (int[])point.Clone();
            for (var d = Situations.Day; d < _space.Dims; d++)
            {
                at[d] = Mask.Has(_space.Dim(cell, d), point[d]) ? point[d] : Mask.First(_space.Dim(cell, d));
            }

            var (text, others) = Ask(at);
            differs = Shown(text, others) != shown;
        });
        return differs || !decided;
    }
}
