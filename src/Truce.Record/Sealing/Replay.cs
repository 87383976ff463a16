namespace Truce.Record;

/// <summary>From where bodies and wraps come: a disk, or a copy of it. What is not there is null.</summary>
public sealed record BodySource(Func<Digest, byte[]?> Body, Func<Digest, Wraps?> Wraps)
{
    /// <summary>The bodies on a disk.</summary>
    public static BodySource Of(Disk disk) => new(h => Bodies.Get(disk, h), h => Bodies.Wraps(disk, h));
}

/// <summary>An entry as a fold takes it.</summary>
/// <param name="Index">Where it stands.</param>
/// <param name="Leaf">Its bytes.</param>
/// <param name="ReceivedAt">When the operator had it, in POSIX milliseconds.</param>
/// <param name="Audience">Who may read it; null where everybody may.</param>
/// <param name="Statement">What was stated; null for leaf 0 and for a statement that was erased.</param>
/// <param name="Outcome">What became of it; null where it was erased.</param>
/// <param name="Codes">What stays of an erased statement; null for any other.</param>
public sealed record VisibleEntry(
    long Index, Leaf Leaf, long ReceivedAt, Audience? Audience, Statement? Statement, Outcome? Outcome,
    JsonValue? Codes)
{
    private readonly Digest? _hash;

    /// <summary>SHA-256(S or S′); whoever has it already hands it in.</summary>
    internal Digest Hash
    {
        get => _hash ?? Digest.Of(Leaf.Statement.Span);
        init => _hash = value;
    }
}

/// <summary>An entry whose outcome is asked for again. Its time, fold and semantics are given, not judged.</summary>
public sealed record Question(
    long Index, Leaf Leaf, Statement Statement, long ReceivedAt, long Fold, long Semantics)
{
    /// <summary>The leaf of the earlier entry that an order of erasure names; null for any other statement.</summary>
    public Leaf? Named { get; init; }
}

/// <summary>
/// The fold of one audience: it takes, in order, the entries that all of the audience may read, and judges one from
/// what it has taken. Judging changes nothing.
/// </summary>
public sealed record AudienceFold(Action<VisibleEntry> Take, Func<Question, Outcome> Judge);

/// <summary>The first entry that is not what those before it give, and in what.</summary>
public sealed record Difference(long Index, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"entry {Decimal.Text(Index)}: {What}";
}

/// <summary>What a replay found.</summary>
/// <param name="Outcomes">How many outcomes were read, up to the first difference: all but leaf 0's.</param>
/// <param name="Recomputed">How many were computed again and are the same.</param>
/// <param name="Closed">How many the reader cannot open.</param>
/// <param name="Erased">How many statements were erased.</param>
/// <param name="SealedUnread">How many documents the steps name that are closed to the reader.</param>
/// <param name="First">The first difference; null where there is none.</param>
/// <param name="Notes">Entries that are wrapped for the reader and yet do not open, the first of them.</param>
public sealed record ReplayReport(
    long Outcomes, long Recomputed, long Closed, long Erased, long SealedUnread, Difference? First,
    IReadOnlyList<string> Notes)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Decimal.Text(Recomputed)} of {Decimal.Text(Outcomes)} recomputed, {Decimal.Text(Closed)} closed to you, "
        + (Erased > 0 ? $"{Decimal.Text(Erased)} erased, " : "") + $"{Decimal.Text(SealedUnread)} sealed unread";
}

/// <summary>
/// Computes outcomes again. The outcome of an entry is a function of its statement, its time, and the earlier entries
/// that all of its audience may read; everything else counts as absent. So there is one fold for each audience, and one
/// for the public, and each takes an entry once. The log is read twice: first for audiences and erasures.
/// </summary>
public static class Replay
{
    /// <summary>How many entries a fold may be behind the entry that it judges.</summary>
    public const int FoldLagMax = 4096;

    /// <summary>Replays a log for the public.</summary>
    public static ReplayReport AsPublic(
        Lineage log, Func<IEnumerable<Leaf>> leaves, Func<Audience?, AudienceFold> begin) =>
        Run(log, leaves, new BodySource(_ => null, _ => null), [], begin);

    /// <summary>Replays a log for whoever holds reading keys: a party, or an auditor with the operator's.</summary>
    /// <param name="log">The hash of leaf 0, and the logs before it.</param>
    /// <param name="leaves">The leaves from the first on; it is called twice.</param>
    /// <param name="bodies">Where ciphertexts and wraps are.</param>
    /// <param name="readers">The names and keys under which the reader opens.</param>
    /// <param name="begin">The empty fold of an audience; null stands for the public.</param>
    public static ReplayReport Run(
        Lineage log, Func<IEnumerable<Leaf>> leaves, BodySource bodies, IReadOnlyList<Reader> readers,
        Func<Audience?, AudienceFold> begin)
    {
        var opening = new Opening(log, bodies, readers);
        opening.Survey(leaves());
        var run = new Pass(opening, begin);
        foreach (var chunk in leaves().Index().Chunk(Opening.ChunkLength))
        {
            var opened = new Opened[chunk.Length];
            Parallel.For(0, chunk.Length, i => opened[i] = opening.Open(chunk[i].Index, chunk[i].Item));
            if (!opened.Index().All(o => run.Next(o.Item, chunk[o.Index].Item)))
            {
                break;
            }
        }

        return run.Report();
    }

    /// <summary>The second pass: one entry after the other, through every fold that may see it.</summary>
    private sealed class Pass
    {
        private readonly Opening _opening;
        private readonly Fold _public;
        private readonly List<(Audience Audience, Fold Fold)> _folds = [];
        private readonly Dictionary<Audience, Fold[]> _seenBy = [];
        private readonly Dictionary<Audience, Fold> _foldOf = [];
        private readonly Fold[] _all;
        private readonly Dictionary<long, Leaf> _named = []; // the entries whose erasure is ordered somewhere

        private long _outcomes;
        private long _recomputed;
        private long _closed;
        private long _erased;
        private long _sealed;
        private long _time;
        private long _semantics;
        private Difference? _first;

        public Pass(Opening opening, Func<Audience?, AudienceFold> begin)
        {
            _opening = opening;
            _public = new Fold(begin(null));
            foreach (var audience in opening.Audiences)
            {
                _foldOf[audience] = new Fold(begin(audience));
                _folds.Add((audience, _foldOf[audience]));
            }

            foreach (var audience in opening.Audiences)
            {
                _seenBy[audience] = [.. _folds.Where(f => audience.Covers(f.Audience)).Select(f => f.Fold)];
            }

            _all = [_public, .. _folds.Select(f => f.Fold)];
        }

        /// <summary>False at the first difference.</summary>
        public bool Next(Opened next, Leaf leaf)
        {
            _outcomes += next.Kind == OpenedKind.Genesis ? 0 : 1;
            if ((next.Fault ?? Differs(next)) is { } what)
            {
                _first = new Difference(next.Index, what);
                return false;
            }

            _time = next.ReceivedAt;
            _semantics = Math.Max(_semantics, next.Entry?.Outcome?.Semantics ?? 0);
            if (_opening.IsOrdered(next.Index))
            {
                _named[next.Index] = leaf;
            }

            _closed += next.Kind == OpenedKind.Closed ? 1 : 0;
            _erased += next.Kind == OpenedKind.Erased ? 1 : 0;
            _sealed += next.Entry?.Statement?.Attached.Count(_opening.IsClosedDocument) ?? 0;
            if (next.Entry is { } entry)
            {
                foreach (var fold in entry.Audience is null ? _all : _seenBy[entry.Audience])
                {
                    fold.Queue(entry);
                }
            }

            return true;
        }

        public ReplayReport Report() => new(
            _outcomes, _recomputed, _closed, _erased, _sealed, _first, [.. _opening.Notes]);

        private string? Differs(Opened next) =>
            next.ReceivedAt < _time ? "it was received before the entry before it"
            : next is not { Kind: OpenedKind.Whole, Entry: { Statement: { } statement, Outcome: { } outcome } entry }
                ? null
            : outcome.Semantics < _semantics ? "its `semantics` is smaller than that of an entry before it"
            : Judge(entry, statement, outcome);

        private string? Judge(VisibleEntry entry, Statement statement, Outcome recorded)
        {
            var fold = entry.Audience is null ? _public : _foldOf[entry.Audience];
            if (recorded.Fold > entry.Index || recorded.Fold < entry.Index - FoldLagMax)
            {
                return $"its `fold` is {Decimal.Text(recorded.Fold)}: at most its index, and at most "
                    + $"{FoldLagMax} behind";
            }

            if (!fold.Advance(recorded.Fold))
            {
                return "its `fold` is smaller than that of an entry before it";
            }

            var again = fold.Of.Judge(new Question(
                entry.Index, entry.Leaf, statement, entry.ReceivedAt, recorded.Fold, recorded.Semantics)
            {
                Named = Erasure.Ordered(statement) is { } named ? _named.GetValueOrDefault(named) : null,
            }) with
            {
                ReceivedAt = entry.ReceivedAt,
                Fold = recorded.Fold,
                Semantics = recorded.Semantics,
            };
            if (again.ToBytes().AsSpan().SequenceEqual(recorded.ToBytes()))
            {
                _recomputed++;
                return null;
            }

            var (a, b) = (recorded.ToJson(), again.ToJson());
            var member = a.All.Concat(b.All).Select(m => m.Key).First(name => !IsSame(a[name], b[name]));
            return $"its `{member}` is {Text(a[member])}, and the entries before it give {Text(b[member])}";
        }

        private static bool IsSame(JsonValue? a, JsonValue? b) => Text(a, long.MaxValue) == Text(b, long.MaxValue);

        private static string Text(JsonValue? value, long lengthMax = 200)
        {
            var text = value is null ? "absent" : System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(value));
            return text.Length > lengthMax ? text[..(int)lengthMax] + "…" : text;
        }
    }

    /// <summary>A fold with the entries that it has not taken yet: an outcome says how far its fold was.</summary>
    private sealed class Fold(AudienceFold of)
    {
        private readonly Queue<VisibleEntry> _waiting = [];
        private long _taken;

        public AudienceFold Of => of;

        public void Queue(VisibleEntry entry)
        {
            _waiting.Enqueue(entry);
            if (entry.Index >= FoldLagMax)
            {
                _ = Advance(entry.Index - FoldLagMax + 1);
            }
        }

        /// <summary>Takes the entries before an index; false where it has taken more than those.</summary>
        public bool Advance(long to)
        {
            while (_waiting.TryPeek(out var entry) && entry.Index < to)
            {
                of.Take(_waiting.Dequeue());
                _taken = entry.Index + 1;
            }

            return _taken <= to;
        }
    }
}
