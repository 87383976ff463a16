using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NodaTime;
using Truce.Record;
using Truce.Rules;

namespace Truce.Mission;

/// <summary>
/// The framework, the phases and the declared facts that are in force, at any time, as one reader may know them: made
/// of the declarations that applied, and of nothing else.
/// </summary>
/// <param name="frameworks">
/// The rulebook of a framework file by the SHA-256 of its bytes; null where it is not here.
/// </param>
/// <param name="assumed">The terms while the mission states none.</param>
internal sealed class InForce(Func<Digest, Rulebook?> frameworks, Terms assumed)
{
    private readonly Terms _assumed = assumed;
    private readonly List<(long From, long Entry, Step Step)> _terms = [];
    private readonly List<(long From, long Entry, Step Step)> _modes = [];
    private readonly List<(long From, long Entry, Digest Framework)> _frameworks = [];
    private readonly Dictionary<string, List<(long From, long Entry, Step Step)>> _phases = [];
    private readonly Dictionary<(string Sector, string Fact), List<Declared>> _facts = [];
    private readonly ConditionalWeakTable<Rulebook, ImmutableDictionary<string, string>> _ordinary = [];
    private readonly Dictionary<Rulebook, (int Version, List<long> All)> _turns = [];

    /// <summary>How many phases and facts were declared: another version may answer otherwise.</summary>
    public int Version { get; private set; }

    /// <summary>
    /// Between which turns a time lies: in one version, phases and facts are the same throughout an era of a framework.
    /// </summary>
    public int EraAt(Rulebook book, long at)
    {
        if (!_turns.TryGetValue(book, out var turns) || turns.Version != Version)
        {
            _turns[book] = turns = (Version, Turns(book));
        }

        var found = turns.All.BinarySearch(at);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>Whether the same is in force at two times, so that whatever is asked has one answer.</summary>
    public bool IsOneEra(long at, long other) => at == other || (BookAt(at) is { } book
        ? ReferenceEquals(book, BookAt(other)) && EraAt(book, at) == EraAt(book, other) : BookAt(other) is null);

    /// <summary>The framework in force, by hash; null where none is.</summary>
    public Digest? FrameworkAt(long at) => Latest(_frameworks, at)?.What;

    /// <summary>Its rulebook; null where none is in force or its file is not here.</summary>
    public Rulebook? BookAt(long at) => FrameworkAt(at) is { } hash ? frameworks(hash) : null;

    /// <summary>
    /// The phases that a sector may be in: the one that was declared last, else the framework's first; several, the
    /// last first, while declarations stand whose authors had not seen each other's and say otherwise. Empty where the
    /// framework has none.
    /// </summary>
    public ImmutableArray<string> PhasesAt(Rulebook book, string sector, long at)
    {
        ImmutableArray<string> declared = [.. StandingPhases(sector, at).Select(s => s.Word("phase")!)
            .Where(p => book.Space.Phases.Contains(p)).Reverse().Distinct(StringComparer.Ordinal)];
        return !declared.IsEmpty ? declared : [.. book.Space.Phases.Take(1)];
    }

    /// <summary>
    /// The declarations of a sector's phase that stand at a time, in order of when they were declared for: each one
    /// replaces those before it, but for those that contradict it unseen. So who has seen both settles it.
    /// </summary>
    public IReadOnlyList<Step> StandingPhases(string sector, long at)
    {
        var standing = new List<Step>();
        foreach (var (from, _, step) in _phases.GetValueOrDefault(sector) ?? [])
        {
            if (from > at)
            {
                break;
            }

            standing.RemoveAll(s => !Declarations.AreUnseen(s, step) || s.Word("phase") == step.Word("phase"));
            standing.Add(step);
        }

        return standing;
    }

    /// <summary>
    /// The declared facts of a sector under a framework: the ordinary answer while nobody says otherwise, and after a
    /// declaration has lapsed. Declarations that contradict each other make a fact unknown: it is left out.
    /// </summary>
    public ImmutableDictionary<string, string> FactsAt(Rulebook book, string sector, long at)
    {
        var standing = _ordinary.GetValue(book, Ordinary);
        if (_facts.Count == 0 || standing.Count == 0)
        {
            return standing;
        }

        var zone = DateTimeZoneProviders.Tzdb[book.Framework.Zone];
        foreach (var term in FactTerm.Of(book.Framework).Where(t => t.IsDeclared))
        {
            if (_facts.TryGetValue((sector, term.Id), out var declared))
            {
                standing = ValuesAt(declared, term, zone, at) switch
                {
                    [] => standing,
                    [var one] => standing.SetItem(term.Id, one),
                    _ => standing.Remove(term.Id),
                };
            }
        }

        return standing;
    }

    /// <summary>The terms: what the mission declared last, else what is assumed.</summary>
    public Terms Terms { get; private set; } = assumed;

    public void TakeTerm(Step step)
    {
        // The terms that stand are those of now: one that is dated ahead is not for ever the last.
        Insert(_terms, (Math.Min(step.OccurredAt, step.ReceivedAt), step.Entry, step));
        Terms = _terms.Aggregate(_assumed, (terms, declared) => TermsMachine.With(terms, declared.Step));
    }

    public void TakeMode(Step step) =>
        Insert(_modes, (step.Number("from") ?? step.OccurredAt, step.Entry, step));

    /// <summary>
    /// The mode of movements that the mission's data state for some places at a time, and the declaration that says so.
    /// Null while none is declared: then an author's word stands. Once one is, what is left out is notified alone. The
    /// declaration that names a place most closely stands; of those, the last. One place of several that needs
    /// clearance is enough.
    /// </summary>
    public (string Mode, Step? By)? ModeAt(ImmutableArray<string> places, long at)
    {
        Step? notified = null;
        foreach (var place in places.IsEmpty ? [""] : places)
        {
            Step? here = null;
            var closest = 0;
            foreach (var (from, _, step) in _modes)
            {
                if (from <= at && at < (step.Number("until") ?? long.MaxValue)
                    && ModeMachine.Closeness(step, place) is { } close && close >= closest)
                {
                    (here, closest) = (step, close);
                }
            }

            if (here?.Word("mode") == MovementMachine.NeedsClearance)
            {
                return (MovementMachine.NeedsClearance, here);
            }

            notified ??= here;
        }

        return _modes.Exists(m => m.From <= at) ? (MovementMachine.NotifyOnly, notified) : null;
    }

    public void TakeFramework(long from, long entry, Digest framework) => Insert(_frameworks, (from, entry, framework));

    public void TakePhase(string sector, Step step)
    {
        Insert(Of(_phases, sector), (step.OccurredAt, step.Entry, step));
        Version++;
    }

    public void TakeFact(string sector, string fact, string by, string value, long from, long until, long entry)
    {
        Insert(Of(_facts, (sector, fact)), new Declared(from, entry, until, by, value));
        Version++;
    }

    /// <summary>When something that was declared begins or lapses, in order, each time once.</summary>
    private List<long> Turns(Rulebook book)
    {
        var zone = DateTimeZoneProviders.Tzdb[book.Framework.Zone];
        var turns = new SortedSet<long>(_phases.Values.SelectMany(p => p.Select(d => d.From)));
        foreach (var term in FactTerm.Of(book.Framework))
        {
            foreach (var declared in _facts.Where(f => f.Key.Fact == term.Id).SelectMany(f => f.Value))
            {
                turns.Add(declared.From);
                turns.Add(term.Lapses(declared.From, declared.Until, zone));
            }
        }

        return [.. turns];
    }

    private static ImmutableDictionary<string, string> Ordinary(Rulebook book) =>
        FactTerm.Of(book.Framework).Where(t => t.IsDeclared)
            .ToImmutableDictionary(t => t.Id, t => t.Ordinary, StringComparer.Ordinal);

    /// <summary>What is declared and stands: the last word of each who declared it, as long as it lasts.</summary>
    private static string[] ValuesAt(List<Declared> declared, FactTerm term, DateTimeZone zone, long at) =>
    [
        .. declared.Where(d => d.From <= at).GroupBy(d => d.By, StringComparer.Ordinal).Select(g => g.Last())
            .Where(d => at < term.Lapses(d.From, d.Until, zone)).Select(d => d.Value)
            .Distinct(StringComparer.Ordinal),
    ];

    private static (long From, long Entry, T What)? Latest<T>(List<(long From, long Entry, T What)> all, long at)
    {
        for (var i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].From <= at)
            {
                return all[i];
            }
        }

        return null;
    }

    private static List<TItem> Of<TKey, TItem>(Dictionary<TKey, List<TItem>> all, TKey key)
        where TKey : notnull =>
        all.TryGetValue(key, out var list) ? list : all[key] = [];

    private static void Insert<T>(List<T> all, T one)
        where T : IComparable<T>
    {
        var at = all.Count;
        while (at > 0 && one.CompareTo(all[at - 1]) < 0)
        {
            at--;
        }

        all.Insert(at, one);
    }

    private static void Insert<T>(List<(long From, long Entry, T What)> all, (long From, long Entry, T What) one)
    {
        var at = all.Count;
        while (at > 0 && (one.From, one.Entry).CompareTo((all[at - 1].From, all[at - 1].Entry)) < 0)
        {
            at--;
        }

        all.Insert(at, one);
    }

    private sealed record Declared(long From, long Entry, long Until, string By, string Value) : IComparable<Declared>
    {
        public int CompareTo(Declared? other) => (From, Entry).CompareTo((other!.From, other.Entry));
    }
}
