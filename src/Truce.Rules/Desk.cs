using System.Collections.Frozen;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Truce.Rules;

/// <summary>
/// What a duty desk asks all day: one situation after another, every fact known and nothing stated by anybody, by one
/// footing.
/// It answers as <see cref="Rulebook"/> does, without allocating: a set of clauses is a row of bits, and the clauses
/// that hold
/// are the rows of the situation's values, and-ed. Safe to share between threads, each with a <see cref="DeskSheet"/>
/// of its own.
/// </summary>
public sealed class Desk
{
    private readonly Rulebook _book;
    private readonly Situations _space;
    private readonly ulong _bits;
    private readonly DeskPage?[] _pages;
    private readonly FrozenDictionary<string, int> _performers;
    private readonly FrozenDictionary<string, int> _actions;
    private readonly FrozenDictionary<string, int> _places;
    private readonly FrozenDictionary<string, int> _phases;

    /// <summary>A desk that answers by the text. The rows of an action are written when it is first asked
    /// about.</summary>
    /// <param name="book">The compiled framework.</param>
    public Desk(Rulebook book)
        : this(book, (book ?? throw new ArgumentNullException(nameof(book))).Footings.Text)
    {
    }

    internal Desk(Rulebook book, Footing footing)
    {
        (_book, _space, _bits) = (book, book.Space, footing.Bits);
        _pages = new DeskPage?[_space.Actions.Length];
        _performers = Indices(_space.Performers);
        _actions = Indices(_space.Actions);
        _places = Indices(_space.Leaves.Select(l => l.ToString()));
        _phases = Indices(_space.Phases);
    }

    private static FrozenDictionary<string, int> Indices(IEnumerable<string> names) =>
        names.Select((name, i) => KeyValuePair.Create(name, i)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>An empty sheet: where the answers to one thread's questions are written, one after another.</summary>
    public DeskSheet NewSheet() => new(_book.Framework.Rules.Length, _book.People.All.Length);

    /// <summary>The index of a day's cell in <see cref="Situations.Days"/>, or -1 where it lies outside the
    /// term.</summary>
    public int DayOf(NodaTime.LocalDate day)
    {
        var days = _space.Days;
        for (var (low, high) = (0, days.Length - 1); low <= high;)
        {
            var middle = (low + high) / 2;
            if (days[middle].Contains(day))
            {
                return middle;
            }

            (low, high) = day < days[middle].First ? (low, middle - 1) : (middle + 1, high);
        }

        return -1;
    }

    /// <summary>The index of a minute's cell in <see cref="Situations.Hours"/>; minutes are counted from local
    /// midnight.</summary>
    public int HourOf(int minute)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minute);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(minute, 1440);
        var at = _space.Hours.Length - 1;
        while (_space.Hours[at].FromMinute > minute)
        {
            at--;
        }

        return at;
    }

    /// <summary>Answers a situation in the file's own names. The answer is written on the sheet.</summary>
    /// <param name="sheet">Receives the answer; what it held before is gone.</param>
    /// <param name="performer">Who acts.</param>
    /// <param name="action">What is done.</param>
    /// <param name="place">A leaf as it is shown: a sector, or <c>rafah + line-1</c>, the areas in the file's
    /// order.</param>
    /// <param name="phase">The phase; empty where the framework has none.</param>
    /// <param name="day">See <see cref="DayOf"/>; negative for a day outside the term.</param>
    /// <param name="hour">See <see cref="HourOf"/>.</param>
    /// <param name="facts">For each of <see cref="Situations.Facts"/> the index of its answer.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException">A name that the framework does not have.</exception>
    public Verdict Ask(DeskSheet sheet, string performer, string action, string place, string phase, int day, int hour,
        ReadOnlySpan<int> facts) =>
            Ask(sheet, Find(_performers, performer, nameof(performer)), Find(_actions, action, nameof(action)),
            Find(_places, place, nameof(place)), Find(_phases, phase, nameof(phase)), day, hour, facts);

    private static int Find(FrozenDictionary<string, int> names, string name, string what) =>
        names.TryGetValue(name, out var index) ? index : throw new ArgumentException($"no such {what}: `{name}`", what);

    /// <summary>Answers a situation given by indices into the dimensions of <see cref="Situations"/>.</summary>
    /// <inheritdoc cref="Ask(DeskSheet, string, string, string, string, int, int, ReadOnlySpan{int})"/>
    public Verdict Ask(DeskSheet sheet, int performer, int action, int place, int phase, int day, int hour,
        ReadOnlySpan<int> facts)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        if (day < 0)
        {
            return sheet.OutsideTerm();
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(facts.Length, _space.Facts.Length);
        Span<int> point = stackalloc int[Situations.FirstFact + Limits.Facts];
        point = point[.._space.Dims];
        (point[0], point[1], point[2], point[3], point[4], point[5]) = (performer, action, place, phase, day, hour);
        facts.CopyTo(point[Situations.FirstFact..]);
        for (var d = 0; d < point.Length; d++)
        {
            if ((uint)point[d] >= (uint)_space.Size(d))
            {
                throw new ArgumentException($"value {point[d]} of dimension {d} is not one of its {_space.Size(d)}");
            }
        }

        var page = _pages[action] ?? Write(action);
        Span<ulong> live = stackalloc ulong[DeskPage.WordsOnStack];
        live = page.Words <= live.Length ? live[..page.Words] : new ulong[page.Words];
        return page.Answer(live, point, sheet);
    }

    /// <summary>Two threads may both write the page of an action; both pages are the same.</summary>
    private DeskPage Write(int action)
    {
        var page = new DeskPage(_book, action, _bits);
        Volatile.Write(ref _pages[action], page);
        return page;
    }
}

/// <summary>The answer to the question that was asked last. It belongs to one thread.</summary>
public sealed class DeskSheet
{
    private readonly int[] _rules;
    private readonly int[] _aside;
    private readonly int[] _holders;
    private int _ruleCount;
    private int _asideCount;
    private int _holderCount;

    internal DeskSheet(int rules, int actors) =>
        (_rules, _aside, _holders) = (new int[rules], new int[rules], new int[actors]);

    /// <summary>The verdict with nothing stated by anybody.</summary>
    public Verdict Verdict { get; internal set; }

    /// <summary>Whether the performer may, before anyone is asked.</summary>
    public Permission Permission { get; internal set; }

    /// <summary>The live rules, as indices into <see cref="Framework.Rules"/>, ascending.</summary>
    public ReadOnlySpan<int> Rules => _rules.AsSpan(0, _ruleCount);

    /// <summary>The rules set aside by those that override them, ascending.</summary>
    public ReadOnlySpan<int> SetAside => _aside.AsSpan(0, _asideCount);

    /// <summary>Who has the last word after yielding, as indices into <see cref="Framework.Actors"/>,
    /// ascending.</summary>
    public ReadOnlySpan<int> Holders => _holders.AsSpan(0, _holderCount);

    internal void Clear() => (_ruleCount, _asideCount, _holderCount) = (0, 0, 0);

    internal Verdict OutsideTerm()
    {
        Clear();
        Permission = Permission.NotGranted;
        return Verdict = Verdict.OutsideTerm;
    }

    /// <summary>Rules come ascending; the clauses of one rule one after another.</summary>
    internal void Note(int rule)
    {
        if (_ruleCount == 0 || _rules[_ruleCount - 1] != rule)
        {
            _rules[_ruleCount++] = rule;
        }
    }

    internal void NoteAside(int rule)
    {
        if ((_asideCount == 0 || _aside[_asideCount - 1] != rule) && Rules.BinarySearch(rule) < 0)
        {
            _aside[_asideCount++] = rule;
        }
    }

    /// <summary>Keeps holders ascending and each once.</summary>
    internal void NoteHolder(int actor)
    {
        var at = _holderCount;
        while (at > 0 && _holders[at - 1] > actor)
        {
            at--;
        }

        if (at > 0 && _holders[at - 1] == actor)
        {
            return;
        }

        Array.Copy(_holders, at, _holders, at + 1, _holderCount - at);
        _holders[at] = actor;
        _holderCount++;
    }

    /// <summary>A holder yields where one above it is a live holder too; being above is transitive.</summary>
    internal void Yield(People people)
    {
        var kept = 0;
        Span<int> all = _holderCount <= 64 ? stackalloc int[64] : new int[_holderCount];
        Holders.CopyTo(all);
        all = all[.._holderCount];
        foreach (var holder in all)
        {
            var yields = false;
            foreach (var other in all)
            {
                yields |= people.IsAbove(other, holder);
            }

            if (!yields)
            {
                _holders[kept++] = holder;
            }
        }

        _holderCount = kept;
    }
}

/// <summary>The clauses of one action on one footing, in the file's order, as rows of bits.</summary>
internal sealed class DeskPage
{
    /// <summary>Enough for 4,096 clauses of one action; more are answered too, with an allocation.</summary>
    public const int WordsOnStack = 64;

    private readonly Rulebook _book;
    private readonly int[] _dims;
    private readonly ulong[][] _rows;
    private readonly ulong[] _all;
    private readonly ulong[] _always;
    private readonly ulong[] _inherent;
    private readonly ulong[] _prohibit;
    private readonly ulong[] _grant;
    private readonly ulong[] _final;
    private readonly ulong[] _consent;
    private readonly ulong[] _mayBeAside;
    private readonly (int Clause, ulong[] By)[] _overridden;
    private readonly int[] _rule;
    private readonly int[] _whom;
    private readonly ulong[] _free;

    public DeskPage(Rulebook book, int action, ulong bits)
    {
        _book = book;
        var s = book.Space;
        var clauses = book.Clauses.Where(c => (c.BasisBit & bits) != 0 && !book.IsEmpty(c.Box)
            && Mask.Has(s.Dim(c.Box, Situations.Action), action)).OrderBy(c => c.RuleIndex).ThenBy(c => c.Index)
                .ToArray();
        Words = Math.Max(1, (clauses.Length + 63) / 64);
        _rule = [.. clauses.Select(c => c.RuleIndex)];
        _whom = [.. clauses.Select(c => c.Whom)];
        _free = book.Free[action];
        _all = Those(clauses, _ => true);
        _always = Those(clauses, c => c is { Kind: RuleKind.Prohibit, Rule.Always: true });
        _inherent = Those(clauses, c => c.Kind == RuleKind.Inherent);
        _prohibit = Those(clauses, c => c is { Kind: RuleKind.Prohibit, Rule.Always: false });
        _grant = Those(clauses, c => c.Kind == RuleKind.Grant);
        _final = Those(clauses, c => c.Kind == RuleKind.Final);
        _consent = Those(clauses, c => c is { Kind: RuleKind.Require, Rule.Require: RequireKind.Consent });
        _overridden = Overridden(clauses);
        _mayBeAside = new ulong[Words];
        foreach (var (clause, _) in _overridden)
        {
            Mask.Set(_mayBeAside, clause);
        }

        // A dimension that every clause holds whole tells nothing, and has no rows.
        _dims = [.. Enumerable.Range(0, s.Dims).Where(d => d != Situations.Action
            && clauses.Any(c => !Mask.Same(s.Dim(c.Box, d), s.Dim(s.Full, d))))];
        _rows = [.. _dims.Select(d => RowsOf(s, clauses, d))];
    }

    /// <summary>Words in a row.</summary>
    public int Words { get; }

    private ulong[] Those(Clause[] clauses, Func<Clause, bool> which)
    {
        var row = new ulong[Words];
        for (var i = 0; i < clauses.Length; i++)
        {
            if (which(clauses[i]))
            {
                Mask.Set(row, i);
            }
        }

        return row;
    }

    private ulong[] RowsOf(Situations s, Clause[] clauses, int dim)
    {
        var rows = new ulong[s.Size(dim) * Words];
        for (var i = 0; i < clauses.Length; i++)
        {
            foreach (var value in Mask.Bits(s.Dim(clauses[i].Box, dim)))
            {
                rows[(value * Words) + (i >> 6)] |= 1UL << (i & 63);
            }
        }

        return rows;
    }

    /// <summary>The clauses that others here override, whoever overrides before whom it overrides.</summary>
    private (int, ulong[])[] Overridden(Clause[] clauses)
    {
        var here = clauses.Select((c, i) => (c.Index, i)).ToDictionary(x => x.Index, x => x.i);
        return
        [
            .. clauses.Where(c => c.OverriddenBy.Any(here.ContainsKey)).OrderBy(c => c.Index).Select(c =>
            {
                var by = new ulong[Words];
                foreach (var o in c.OverriddenBy.Where(here.ContainsKey))
                {
                    Mask.Set(by, here[o]);
                }

                return (here[c.Index], by);
            }),
        ];
    }

    /// <summary>Answers a point whose action is this page's. <paramref name="live"/> is scratch of <see cref="Words"/>
    /// words.</summary>
    public Verdict Answer(Span<ulong> live, ReadOnlySpan<int> point, DeskSheet sheet)
    {
        Match(live, point);
        sheet.Clear();
        if (_overridden.Length > 0 && Mask.Meets(live, _mayBeAside))
        {
            SetAside(live, sheet);
        }
        else
        {
            NoteRules(live, sheet);
        }

        NoteHolders(live, sheet);
        var performer = point[Situations.Performer];
        var free = Mask.Has(_free, performer);
        sheet.Permission = Mask.Meets(live, _always) ? Permission.ForbiddenAlways
            : Mask.Meets(live, _inherent) ? Permission.Inherent
            : Mask.Meets(live, _prohibit) ? Permission.Forbidden
            : Mask.Meets(live, _grant) ? Permission.Granted
            : free ? Permission.Free : Permission.NotGranted;
        return sheet.Verdict = sheet.Permission switch
        {
            Permission.ForbiddenAlways or Permission.Forbidden => Verdict.Forbidden,
            Permission.Inherent => Verdict.Permitted,
            Permission.NotGranted => Verdict.NotGranted,
            _ when !free && sheet.Holders.Length > 1 => Verdict.Contested,
            _ when !free && sheet.Holders.Length == 0 => Verdict.Unowned,
            _ => AwaitsSomebody(live, performer) ? Verdict.Awaits : Verdict.Permitted,
        };
    }

    /// <summary>The clauses whose boxes hold the point: one row of each dimension, and-ed.</summary>
    private void Match(Span<ulong> live, ReadOnlySpan<int> point)
    {
        if (live.Length == 1)
        {
            var word = _all[0];
            for (var k = 0; k < _dims.Length; k++)
            {
                word &= _rows[k][point[_dims[k]]];
            }

            live[0] = word;
            return;
        }

        _all.CopyTo(live);
        for (var k = 0; k < _dims.Length; k++)
        {
            var row = _rows[k].AsSpan(point[_dims[k]] * live.Length, live.Length);
            var w = 0;
            for (; w + Vector256<ulong>.Count <= live.Length; w += Vector256<ulong>.Count)
            {
                (Vector256.Create<ulong>(live[w..]) & Vector256.Create<ulong>(row[w..])).CopyTo(live[w..]);
            }

            for (; w < live.Length; w++)
            {
                live[w] &= row[w];
            }
        }
    }

    /// <summary>Takes out what a live clause overrides; notes what stays and what was set aside.</summary>
    private void SetAside(Span<ulong> live, DeskSheet sheet)
    {
        Span<ulong> aside = stackalloc ulong[WordsOnStack];
        aside = live.Length <= aside.Length ? aside[..live.Length] : new ulong[live.Length];
        aside.Clear();
        foreach (var (clause, by) in _overridden)
        {
            if (Mask.Has(live, clause) && Mask.Meets(live, by))
            {
                live[clause >> 6] &= ~(1UL << (clause & 63));
                Mask.Set(aside, clause);
            }
        }

        NoteRules(live, sheet);
        for (var w = 0; w < aside.Length; w++)
        {
            for (var word = aside[w]; word != 0; word &= word - 1)
            {
                sheet.NoteAside(_rule[(w << 6) + BitOperations.TrailingZeroCount(word)]);
            }
        }
    }

    private void NoteRules(ReadOnlySpan<ulong> live, DeskSheet sheet)
    {
        for (var w = 0; w < live.Length; w++)
        {
            for (var word = live[w]; word != 0; word &= word - 1)
            {
                sheet.Note(_rule[(w << 6) + BitOperations.TrailingZeroCount(word)]);
            }
        }
    }

    private void NoteHolders(ReadOnlySpan<ulong> live, DeskSheet sheet)
    {
        for (var w = 0; w < live.Length; w++)
        {
            for (var word = live[w] & _final[w]; word != 0; word &= word - 1)
            {
                sheet.NoteHolder(_whom[(w << 6) + BitOperations.TrailingZeroCount(word)]);
            }
        }

        if (sheet.Holders.Length > 1)
        {
            sheet.Yield(_book.People);
        }
    }

    /// <summary>A consent is due that is neither the performer's own nor its superior's.</summary>
    private bool AwaitsSomebody(ReadOnlySpan<ulong> live, int performer)
    {
        for (var w = 0; w < live.Length; w++)
        {
            for (var word = live[w] & _consent[w]; word != 0; word &= word - 1)
            {
                if (!_book.CountsAsGiven(_whom[(w << 6) + BitOperations.TrailingZeroCount(word)], performer))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
