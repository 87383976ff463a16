using System.Collections.Immutable;
using NodaTime;
using Truce.Record;
using Truce.Rules;
using Leaf = Truce.Rules.Leaf;
using Question = Truce.Rules.Question;

namespace Truce.Mission;

/// <summary>The ruling on one situation that an act touched, as codes. Words are made when it is shown.</summary>
/// <param name="Action">The action, as the framework names it.</param>
/// <param name="Performer">Who did it.</param>
/// <param name="Place">The place: its sector and areas, joined by <c>+</c>.</param>
/// <param name="Phase">The phase; empty where the framework has none.</param>
/// <param name="Verdict">The verdict's code: <c>contested</c>, <c>awaits</c>.</param>
/// <param name="Holders">Who has the last word by the text.</param>
/// <param name="Ask">Whose consent, and with whom consultation, is due.</param>
/// <param name="Tell">Who must be told.</param>
/// <param name="Rules">The live rules, by id.</param>
/// <param name="Claims">On other footings that differ: the footing and its verdict.</param>
/// <param name="Facts">What the act states of facts that are judged on the scene: <c>hostile-act=yes</c>.</param>
/// <param name="If">
/// On what this answer holds, where a fact that nobody stated tells it from others: any of these; empty where none
/// does.
/// </param>
public sealed record Answered(
    string Action, string Performer, string Place, string Phase, string Verdict, ImmutableArray<string> Holders,
    ImmutableArray<string> Ask, ImmutableArray<string> Tell, ImmutableArray<string> Rules,
    ImmutableArray<string> Claims, ImmutableArray<string> Facts, ImmutableArray<string> If)
{
    /// <summary>
    /// The verdict where performer, action or place are unknown to the framework: OUTSIDE THE FRAMEWORK.
    /// </summary>
    public const string Outside = "outside-the-framework";

    /// <summary>
    /// Not the verdict of an answer, but of several: it depends on a fact that the act does not state.
    /// </summary>
    public const string Depends = "depends";

    /// <summary>Verdicts, worst first.</summary>
    public static ImmutableArray<string> WorstFirst { get; } =
    [
        "forbidden", "contested", "deadlock", "refused", Outside, "not-granted", "outside-the-term", "unowned",
        "not-decided", Depends, "awaits", "permitted",
    ];

    internal JsonValue Json { get => field ??= ToJson(); private init; }

    /// <summary>Reads the codes of one answer; null where it is none.</summary>
    public static Answered? Read(JsonValue json) => json is JsonValue.Members m && m["a"] is JsonValue.Text action
        && m["by"] is JsonValue.Text by && m["l"] is JsonValue.Text place && m["v"] is JsonValue.Text verdict
        ? new Answered(action.Value, by.Value, place.Value, (m["ph"] as JsonValue.Text)?.Value ?? "", verdict.Value,
            Names(m["h"]), Names(m["ask"]), Names(m["tell"]), Names(m["r"]), Names(m["c"]), Names(m["f"]),
            Names(m["if"]))
        {
            IsElsewhere = m["e"] is JsonValue.Truth { Value: true },
            IsPhaseUnknown = m["pu"] is JsonValue.Truth { Value: true },
        }
        : null;

    /// <summary>Whether the same is answered in other places that the act touches.</summary>
    public bool IsElsewhere { get; private init; }

    /// <summary>
    /// Whether it holds if the sector is in its phase: it is declared otherwise too, by who had not seen that, and the
    /// answer would be another. <see cref="If"/> names the phase.
    /// </summary>
    public bool IsPhaseUnknown { get; private init; }

    /// <summary>The same where the phase is unknown.</summary>
    internal Answered InCase() => this with
    {
        IsPhaseUnknown = true,
        If = [.. If.DefaultIfEmpty("").Select(i => $"{i}{(i.Length > 0 ? " and " : "")}the phase is {Phase}")],
        Json = null!,
        Bytes = 0,
        Sameness = null!,
    };

    internal Answered Elsewhere() => IsElsewhere ? this : this with { IsElsewhere = true, Json = null!, Bytes = 0 };

    internal int Bytes { get => field > 0 ? field : field = CanonicalJson.Write(Json).Length + 1; private init; }

    /// <summary>
    /// The answer with its lists cut from their ends, the longest first, so that it has at most so many bytes. By a
    /// framework of the usual length nothing is cut.
    /// </summary>
    internal Answered Within(int bytes)
    {
        var cut = this;
        while (cut.Bytes > bytes)
        {
            var fewer = ((int[])[cut.Rules.Length, cut.Claims.Length, cut.If.Length, cut.Ask.Length, cut.Tell.Length,
                cut.Holders.Length, cut.Facts.Length]).Max();
            if (fewer == 0)
            {
                return cut;
            }

            ImmutableArray<string> Half(ImmutableArray<string> all) =>
                all.Length == fewer ? all[..(fewer / 2)] : all;
            cut = cut with
            {
                Rules = Half(cut.Rules),
                Claims = Half(cut.Claims),
                If = Half(cut.If),
                Ask = Half(cut.Ask),
                Tell = Half(cut.Tell),
                Holders = Half(cut.Holders),
                Facts = Half(cut.Facts),
                Json = null!,
                Bytes = 0,
            };
        }

        return cut;
    }

    internal string Sameness { get => field ??= Same(); private init; }

    private string Same() => string.Join('|', Action, Performer, Verdict, string.Join(',', Holders),
        string.Join(',', Ask), string.Join(',', Tell), string.Join(',', Rules), string.Join(',', Claims),
        string.Join(',', Facts), string.Join(',', If));

    private static ImmutableArray<string> Names(JsonValue? json) =>
        json is JsonValue.Items i ? [.. i.All.OfType<JsonValue.Text>().Select(t => t.Value)] : [];

    private JsonValue.Members ToJson()
    {
        List<KeyValuePair<string, JsonValue>> all =
        [
            new("a", new JsonValue.Text(Action)), new("by", new JsonValue.Text(Performer)),
            new("l", new JsonValue.Text(Place)), new("v", new JsonValue.Text(Verdict)),
        ];
        if (Phase.Length > 0)
        {
            all.Add(new("ph", new JsonValue.Text(Phase)));
        }

        if (IsElsewhere)
        {
            all.Add(new("e", new JsonValue.Truth(true)));
        }

        if (IsPhaseUnknown)
        {
            all.Add(new("pu", new JsonValue.Truth(true)));
        }

        ReadOnlySpan<(string, ImmutableArray<string>)> lists =
            [("h", Holders), ("ask", Ask), ("tell", Tell), ("r", Rules), ("c", Claims), ("f", Facts), ("if", If)];
        foreach (var (name, words) in lists)
        {
            if (words.Length > 0)
            {
                all.Add(new(name, new JsonValue.Items([.. words.Select(w => new JsonValue.Text(w))])));
            }
        }

        return new JsonValue.Members(all);
    }
}

/// <summary>
/// Asks the ruling for every situation that an act touches, and keeps the answers: situations are finite, so that a
/// day's acts ask few that are new. Bounded; what was kept changes no answer.
/// </summary>
internal sealed class Rulings
{
    /// <summary>The most distinct answers that R states; the count beside them says how many there were.</summary>
    public const int AnswersMax = 16;

    /// <summary>The most bytes of R that go to the ruling: a framework of any length must not stop the record.
    /// </summary>
    public const int BytesMax = 7_000;

    /// <summary>
    /// The most situations that are asked for one act, so that none holds up the record: past it the rest is not
    /// decided, and says so.
    /// </summary>
    public const int SituationsMax = 4_096;

    private const int KeptMax = 65_536;

    private static readonly ImmutableArray<string> Nowhere = [""];

    private readonly Dictionary<Key, ImmutableArray<Answered>> _kept = [];
    private readonly Dictionary<(Rulebook, string), ImmutableArray<Leaf>> _leaves = [];
    private readonly Dictionary<(Rulebook, string Type, string? Kind), ImmutableArray<string>> _actions = [];
    private readonly Dictionary<Asked, Replies> _replies = [];
    private readonly Dictionary<(Distinct, Distinct), Distinct> _both = [];
    private readonly Dictionary<(bool IsReport, bool IsWhole, Distinct? Then, Distinct? Now), JsonValue> _stated = [];

    /// <summary>
    /// The answers of an act, as R states them; null where no framework is in force. The same answers are the same
    /// object again, as long as they are kept.
    /// </summary>
    public JsonValue? Of(
        InForce inForce, Act act, ImmutableArray<string> places, string? kind, string performer, long occurredAt,
        long receivedAt)
    {
        var at = Math.Min(occurredAt, receivedAt);
        var (then, isWhole) = Under(inForce, act, places, kind, performer, at);
        var (now, isWholeNow) = inForce.IsOneEra(at, receivedAt) ? (then, isWhole)
            : Under(inForce, act, places, kind, performer, receivedAt);
        if (then is null && now is null)
        {
            return null;
        }

        var key = (act.Row.IsReport, isWhole && isWholeNow, then, now);
        return _stated.TryGetValue(key, out var known) ? known
            : Room(_stated)[key] = Stated(act.Row.IsReport, isWhole && isWholeNow, then, now);
    }

    /// <summary>
    /// Who has the last word over an action in a place by the text: everybody whom any answer names. Where the
    /// framework does not know whoever asks, those are meant who have it over anybody. Empty where nobody has it, or no
    /// framework is in force.
    /// </summary>
    public ImmutableArray<string> Holders(InForce inForce, string performer, string action, string place, long at)
    {
        var book = inForce.BookAt(at);
        var asked = book is null || book.Space.Performers.Contains(performer) ? [performer] : book.Space.Performers;
        return [.. asked.SelectMany(p => Answers(inForce, p, action, place, at)).SelectMany(a => a.Holders)
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The answers about one action in a place at a time; empty where no framework was in force.</summary>
    public IReadOnlyList<Answered> Answers(InForce inForce, string performer, string action, string place, long at) =>
        inForce.BookAt(at) is { } book
            ? Ask(inForce, book, performer, action, place, at, at, ImmutableSortedDictionary<string, string>.Empty)
                .InOrder
            : [];

    private static JsonValue.Members Stated(bool isReport, bool isWhole, Distinct? then, Distinct? now)
    {
        var differs = !Same(then, now);
        var bytes = differs ? BytesMax / 2 : BytesMax;
        List<KeyValuePair<string, JsonValue>> all = [];
        if (isReport)
        {
            all.Add(new("reported", new JsonValue.Truth(true)));
        }

        if (differs)
        {
            all.Add(new("differs", new JsonValue.Truth(true)));
            Add(all, "then", then, bytes);
        }

        Add(all, "now", now, bytes);
        if (!isWhole)
        {
            all.Add(new("partial", new JsonValue.Truth(true)));
        }

        return new JsonValue.Members(all);
    }

    private static bool Same(Distinct? a, Distinct? b) => ReferenceEquals(a, b) || (a is not null && b is not null
        && a.All.Select(x => x.Sameness).SequenceEqual(b.All.Select(x => x.Sameness), StringComparer.Ordinal));

    /// <summary>The worst answers, at most sixteen and as many as fit; where more there are, how many.</summary>
    private static void Add(List<KeyValuePair<string, JsonValue>> all, string name, Distinct? answers, int bytes)
    {
        var stated = new List<JsonValue>();
        ImmutableArray<Answered> some = answers is null ? [] : answers.All;
        foreach (var answer in some.Take(AnswersMax))
        {
            var whole = stated.Count == 0 ? answer.Within(bytes) : answer;
            bytes -= whole.Bytes;
            if (bytes < 0)
            {
                break;
            }

            stated.Add(whole.Json);
        }

        all.Add(new(name, new JsonValue.Items(stated)));
        if (some.Length > stated.Count)
        {
            all.Add(new($"{name}_count", new JsonValue.Number(some.Length)));
        }
    }

    /// <summary>
    /// Distinct answers, worst first, under what was in force at a time, and whether all situations were asked; null
    /// where nothing was in force.
    /// </summary>
    private (Distinct? Answers, bool IsWhole) Under(
        InForce inForce, Act act, ImmutableArray<string> places, string? kind, string performer, long at)
    {
        if (inForce.BookAt(at) is not { } book)
        {
            return (null, true);
        }

        Distinct? all = null;
        var moments = Moments(book, act.From, act.Until);
        var left = SituationsMax;

        // The performer, and what the framework maps the act to; or the alleged, and what is alleged.
        var actions = act.Row.IsReport ? act.Words("actions") : ActionsOf(book, act, kind);
        foreach (var who in act.Row.IsReport ? act.Words("alleged") : [performer])
        {
            foreach (var action in actions)
            {
                foreach (var place in places.IsEmpty ? Nowhere : places)
                {
                    foreach (var instant in moments)
                    {
                        left -= place.Length == 0 ? book.Space.Leaves.Length : LeavesOf(book, place).Length;
                        if (left < 0)
                        {
                            return (all ?? Distinct.None, false);
                        }

                        all = Both(all, Ask(inForce, book, who, action, place, instant, at, act.Facts).Distinct);
                    }
                }
            }
        }

        return (all ?? Distinct.None, true);
    }

    /// <summary>The answers of two sets, each once: in one verdict those of the first come first.</summary>
    private Distinct Both(Distinct? a, Distinct b)
    {
        if (a is null || ReferenceEquals(a, b))
        {
            return b;
        }

        return _both.TryGetValue((a, b), out var known) ? known
            : Room(_both)[(a, b)] = Distinct.Of([.. a.All, .. b.All]);
    }

    /// <summary>
    /// The actions to which the framework maps an act, by its type (<c>movement.depart</c>), its kind
    /// (<c>plan.search</c>) or its machine; an empty name where it maps it to none.
    /// </summary>
    private ImmutableArray<string> ActionsOf(Rulebook book, Act act, string? kind)
    {
        var key = (book, act.Type, kind);
        if (_actions.TryGetValue(key, out var known))
        {
            return known;
        }

        var mapped = Mapped(book, act.Type) ?? Mapped(book, $"{act.Machine.Name}.{kind}")
            ?? Mapped(book, act.Machine.Name);
        return Room(_actions)[key] = mapped is null ? Nowhere : mapped.Actions;
    }

    private static ActMapping? Mapped(Rulebook book, string act) =>
        book.Framework.Acts.FirstOrDefault(a => a.Act == act);

    /// <summary>
    /// One instant for each pair of a day cell and an hour cell that a window meets: what is asked of two instants of
    /// one pair has one answer. The first is the window's begin.
    /// </summary>
    internal static ImmutableArray<long> Moments(Rulebook book, long from, long until)
    {
        if (until == from)
        {
            return [from];
        }

        List<long> all = [from];
        var zone = DateTimeZoneProviders.Tzdb[book.Framework.Zone];
        var seen = new HashSet<(int, int)> { book.CellsOf(Instant.FromUnixTimeMilliseconds(from)) };
        var last = Instant.FromUnixTimeMilliseconds(until).InZone(zone).Date;
        for (var date = Instant.FromUnixTimeMilliseconds(from).InZone(zone).Date; date <= last; date = date.PlusDays(1))
        {
            foreach (var hour in book.Space.Hours)
            {
                var begin = Math.Max(from, At(date, hour.FromMinute, zone));
                if (begin <= until && begin < At(date, hour.UntilMinute, zone)
                    && seen.Add(book.CellsOf(Instant.FromUnixTimeMilliseconds(begin))))
                {
                    all.Add(begin);
                }
            }
        }

        return [.. all];
    }

    private static long At(LocalDate date, int minute, DateTimeZone zone) =>
        date.AtMidnight().PlusMinutes(minute).InZoneLeniently(zone).ToInstant().ToUnixTimeMilliseconds();

    private Replies Ask(
        InForce inForce, Rulebook book, string performer, string action, string place, long instant, long known,
        ImmutableSortedDictionary<string, string> stated)
    {
        var at = Instant.FromUnixTimeMilliseconds(instant);
        var (day, hour) = book.CellsOf(at);
        var key = new Asked(inForce, inForce.Version, inForce.EraAt(book, known), book, performer, action, place, day,
            hour, stated.IsEmpty ? "" : Text(stated));
        return _replies.TryGetValue(key, out var replies) ? replies
            : Room(_replies)[key] = new Replies(
                Fresh(inForce, book, performer, action, place, at, known, OnScene(book, stated)));
    }

    /// <summary>The answers of each leaf of a place, in order.</summary>
    private ImmutableArray<Answered> Fresh(
        InForce inForce, Rulebook book, string performer, string action, string place, Instant at, long known,
        ImmutableSortedDictionary<string, string> here)
    {
        var leaves = place.Length == 0 ? book.Space.Leaves : LeavesOf(book, place);
        if (action.Length == 0 || leaves.IsEmpty)
        {
            return [Unknown(performer, action, place)];
        }

        var answers = ImmutableArray.CreateBuilder<Answered>();
        foreach (var leaf in leaves)
        {
            var facts = inForce.FactsAt(book, leaf.Sector, known);
            var phases = inForce.PhasesAt(book, leaf.Sector, known);
            var byPhase = phases.DefaultIfEmpty("")
                .Select(phase => Kept(book, performer, action, leaf, phase, at, facts, here)).ToArray();

            // A phase that is declared in two ways, unseen: where that changes nothing, it is one answer.
            var isOne = byPhase.All(p => p.Select(a => a.Sameness)
                .SequenceEqual(byPhase[0].Select(a => a.Sameness), StringComparer.Ordinal));
            answers.AddRange(isOne ? byPhase[0] : byPhase.SelectMany(p => p.Select(a => a.InCase())));
        }

        return answers.ToImmutable();
    }

    private ImmutableArray<Answered> Kept(
        Rulebook book, string performer, string action, Leaf leaf, string phase, Instant at,
        ImmutableDictionary<string, string> facts, ImmutableSortedDictionary<string, string> here)
    {
        var (day, hour) = book.CellsOf(at);
        var key = new Key(book, performer, action, leaf, phase, day, hour,
            Text(facts.OrderBy(f => f.Key, StringComparer.Ordinal)), Text(here));
        return _kept.TryGetValue(key, out var kept) ? kept
            : Room(_kept)[key] = Fresh(book, performer, action, leaf, phase, at, facts.SetItems(here),
                [.. here.Select(f => $"{f.Key}={f.Value}")]);
    }

    /// <summary>A cache with room for one more: one that is full begins anew.</summary>
    private static Dictionary<TKey, TValue> Room<TKey, TValue>(Dictionary<TKey, TValue> cache)
        where TKey : notnull
    {
        if (cache.Count >= KeptMax)
        {
            cache.Clear();
        }

        return cache;
    }

    private static Answered Unknown(string performer, string action, string place) =>
        new(action, performer, place, "", Answered.Outside, [], [], [], [], [], [], []);

    /// <summary>
    /// What an act states that is its author's to judge: facts that somebody else declares are not, and what the
    /// framework does not ask tells nothing.
    /// </summary>
    private static ImmutableSortedDictionary<string, string> OnScene(
        Rulebook book, ImmutableSortedDictionary<string, string> stated)
    {
        foreach (var (fact, value) in stated)
        {
            if (!book.Framework.Facts.Any(f => f.Id == fact && !f.Declared)
                || !book.Space.Facts.Any(a => a.Id == fact && a.IndexOf(value) >= 0))
            {
                stated = stated.Remove(fact);
            }
        }

        return stated;
    }

    private static string Text(IEnumerable<KeyValuePair<string, string>> facts) =>
        string.Join(';', facts.Select(f => $"{f.Key}={f.Value}"));

    private ImmutableArray<Leaf> LeavesOf(Rulebook book, string place)
    {
        if (!_leaves.TryGetValue((book, place), out var leaves))
        {
            var names = place.Split('+');
            var exact = book.Framework.Areas.Length == 0 ? [] : Exact(book, names);
            Room(_leaves)[(book, place)] = leaves = exact.IsEmpty
                ? [.. book.Space.Leaves.Where(l => names.All(l.Has))] : exact;
        }

        return leaves;
    }

    /// <summary>The leaves that a question would name, whoever acts: what areas lie within need not be named.</summary>
    private static ImmutableArray<Leaf> Exact(Rulebook book, string[] names)
    {
        var (points, _) = book.Locate(new Question
        {
            Performer = book.Space.Performers[0],
            Action = book.Space.Actions[0],
            Areas = [.. names],
            Phase = book.Space.Phases.FirstOrDefault(),
            At = Instant.FromUnixTimeSeconds(0),
        });
        return [.. points.Select(p => p.Leaf)];
    }

    private static ImmutableArray<Answered> Fresh(
        Rulebook book, string performer, string action, Leaf leaf, string phase, Instant at,
        ImmutableDictionary<string, string> facts, ImmutableArray<string> stated)
    {
        var (points, _) = book.Locate(QuestionOf(book, performer, action, leaf, phase, at, facts));
        var place = Place(leaf);
        if (points.IsEmpty)
        {
            return [Unknown(performer, action, place) with { Phase = phase }];
        }

        var (text, others) = book.Answers(points[0]);
        ImmutableArray<string> claims = [.. others.Select(o =>
            $"{o.Footing}: {string.Join('/', o.Branches.Select(b => Code(b.Answer.Verdict)).Distinct())}")];
        return text.Branches.IsEmpty
            ? [new Answered(
                action, performer, place, phase, "not-decided", [], [], [], [], claims, stated, text.Undecided)]
            : [.. text.Branches.Select(b => new Answered(action, performer, place, phase, Code(b.Answer.Verdict),
                b.Answer.Holders,
                [.. b.Answer.Consents.Select(c => c.Of).Concat(b.Answer.Consultations.Select(c => c.With)).Distinct()],
                [.. b.Answer.Notices.Select(n => n.To).Distinct()],
                [.. b.Answer.Live.Select(r => r.Id)], claims, stated, b.When)).DistinctBy(a => a.Sameness)];
    }

    internal static string Place(Leaf leaf) =>
        string.Join('+', leaf.Sector.Length == 0 ? leaf.Areas : [leaf.Sector, .. leaf.Areas]);

    /// <summary>
    /// The question behind an answer: statements count only where the framework asks the fact at all.
    /// </summary>
    internal static Question QuestionOf(
        Rulebook book, string performer, string action, Leaf leaf, string phase, Instant at,
        ImmutableDictionary<string, string> facts) => new()
        {
            Performer = performer,
            Action = action,
            Areas = leaf.Sector.Length == 0 ? leaf.Areas : [leaf.Sector, .. leaf.Areas],
            Phase = phase,
            At = at,
            Facts = facts.Where(f => book.Space.Facts.Any(a => a.Id == f.Key)).ToImmutableDictionary(),
        };

    internal static string Code(Verdict verdict) => verdict switch
    {
        Verdict.NotGranted => "not-granted",
        Verdict.OutsideTerm => "outside-the-term",
        _ => verdict.ToString().ToLowerInvariant(),
    };

    /// <summary>One question as an act puts it. What was declared changes with the version, or with the era.</summary>
    private readonly record struct Asked(
        InForce InForce, int Version, int Era, Rulebook Book, string Performer, string Action, string Place, int Day,
        int Hour, string Stated);

    /// <summary>The answers of all leaves of a place, in order, and what is distinct of them.</summary>
    private sealed class Replies(ImmutableArray<Answered> inOrder)
    {
        public ImmutableArray<Answered> InOrder { get; } = inOrder;

        public Distinct Distinct => field ??= Distinct.Of(InOrder);
    }

    /// <summary>Answers that differ, worst first; within one verdict in the order in which they came.</summary>
    private sealed class Distinct
    {
        private Distinct(ImmutableArray<Answered> all) => All = all;

        public static Distinct None { get; } = new([]);

        public ImmutableArray<Answered> All { get; }

        public static Distinct Of(ImmutableArray<Answered> answers) => new([.. answers
            .GroupBy(a => a.Sameness, StringComparer.Ordinal).Select(One)
            .OrderBy(a => Answered.WorstFirst.IndexOf(a.Verdict))]);

        private static Answered One(IEnumerable<Answered> alike)
        {
            var first = alike.First();
            return alike.Any(a => a.IsElsewhere || a.Place != first.Place) ? first.Elsewhere() : first;
        }
    }

    private sealed record Key(
        Rulebook Book, string Performer, string Action, Leaf Leaf, string Phase, int Day, int Hour, string Facts,
        string Stated)
    {
        public bool Equals(Key? other) => other is not null && ReferenceEquals(Book, other.Book)
            && ReferenceEquals(Leaf, other.Leaf) && Day == other.Day && Hour == other.Hour
            && Performer == other.Performer && Action == other.Action && Phase == other.Phase && Facts == other.Facts
            && Stated == other.Stated;

        public override int GetHashCode() => HashCode.Combine(
            Performer, Action, Leaf.Sector, Phase, Day, Hour, Facts, Stated);
    }
}
