using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>
/// The questions outside the rules, on one footing: E106, E601 to E603, W604, W605, W901, W902, and the numbers of E701
/// and E801.
/// </summary>
internal sealed class Structure
{
    private readonly Framework _f;
    private readonly Footing _footing;
    private readonly List<Finding> _findings = [];
    private readonly List<OpenAnswer> _answers = [];
    private readonly Dictionary<string, (LocalDate? Day, bool Unknown)> _met = new(StringComparer.Ordinal);

    private Structure(Framework framework, Footing footing) => (_f, _footing) = (framework, footing);

    /// <summary>
    /// Asks on each footing, and keeps of each what it adds to the text. A finding by the text is assumed where it
    /// falls
    /// without the assumptions.
    /// </summary>
    public static (List<Finding>, List<OpenAnswer>) Ask(Rulebook book, bool textOnly)
    {
        Structure On(Footing footing, ulong bits)
        {
            var s = new Structure(FootingReading.As(book.Framework, book.Footings, bits), footing);
            s.AskAll();
            return s;
        }

        var text = On(book.Footings.Text, book.Footings.Text.Bits);
        var known = text._findings.Select(f => f.Identity).ToHashSet(StringComparer.Ordinal);
        var bare = On(book.Footings.Text, Footings.WithoutAssumptions)._findings.Select(f => f.Identity)
            .ToHashSet(StringComparer.Ordinal);
        var findings = text._findings.Select(f =>
            f with { Kind = bare.Contains(f.Identity) ? FindingKind.Drafting : FindingKind.Assumed }).ToList();
        var answers = new List<OpenAnswer>(text._answers);
        foreach (var footing in textOnly ? [] : book.Footings.Single.Skip(1))
        {
            var other = On(footing, footing.Bits);
            findings.AddRange(other._findings.Where(f => !known.Contains(f.Identity)).Select(f => f with
            {
                Kind = footing.Kind == FootingKind.Practice ? FindingKind.Practice : FindingKind.Dispute,
            }));
            answers.AddRange(other._answers.Where(a => !text._answers.Exists(t => t.Code == a.Code
                && t.Subject == a.Subject && t.Value == a.Value && Plain(t.Sentence, book.Footings.Text)
                == Plain(a.Sentence, footing))));
        }

        return (findings, answers);
    }

    private static string Plain(string sentence, Footing footing) =>
        sentence.Replace(footing.ToString(), "", StringComparison.Ordinal);

    private void AskAll()
    {
        AskDeclarers();
        AskBenchmarks();
        AskEndgame();
        AskPhases();
        AskCeiling();
        AskSeats();
        AskAnswerable();
        new Strengths(_f, _footing, _findings.Add, _answers.Add).Ask();
    }

    private void Add(string code, string subject, string sentence, Place place) =>
        _findings.Add(new Finding
        {
            Code = code,
            Footing = _footing,
            Kind = FindingKind.Drafting,
            Subjects = [subject],
            Sentence = sentence,
            Repairs = Codes.Of(code).Repairs,
            Place = place,
        });

    private static string Cited(Ground ground) =>
        ground.Sources.IsEmpty ? "" : $" ({string.Join(" ", ground.Sources)}, {ground.Basis})";

    /// <summary>
    /// E106. The first phase begins with the term, so nobody need declare it unless it waits for something. A reserved
    /// act is asked about where the framework uses it: somebody is granted or obliged to it, and nobody has
    /// the last word over it.
    /// </summary>
    private void AskDeclarers()
    {
        foreach (var phase in _f.Phases.Where((p, i) => p.DeclaredBy is null
            && (i > 0 || !p.After.IsEmpty || p.NotBefore is not null)))
        {
            Add("E106", $"phase:{phase.Id}",
                $"nobody declares that phase {phase.Id}{Cited(phase.Ground)} is reached, or reversed",
                phase.Place);
        }

        foreach (var b in _f.Benchmarks.Where(b => b.DeclaredBy is null))
        {
            Add("E106", $"benchmark:{b.Id}", $"nobody declares that benchmark {b.Id}{Cited(b.Ground)} is met", b.Place);
        }

        foreach (var fact in _f.Facts.Where(x => x is { Declared: true, DeclaredBy: null }))
        {
            Add("E106", $"fact:{fact.Id}", $"nobody declares the fact {fact.Id}: \"{fact.Ask}\"", fact.Place);
        }

        foreach (var action in (string[])["hand-over", "interpret", "settle", "certify"])
        {
            var naming = _f.Rules.Where(r => r.Actions.Contains(action)).ToList();
            if (naming.Count > 0 && !naming.Exists(r => r.Kind is RuleKind.Final or RuleKind.Grant))
            {
                Add("E106", $"act:{action}",
                    $"clauses speak of {action} ({Rulebook.ReservedSentence(action)}), and nobody is " +
                    $"granted it or has the last word over it: {Text.And([.. naming.Select(Prose.Reference)])}",
                        naming[0].Place);
            }
        }
    }

    /// <summary>E601, W604.</summary>
    private void AskBenchmarks()
    {
        foreach (var circle in Circles())
        {
            Add("E601", string.Join("->", circle), "benchmarks wait for each other in a circle: " +
                string.Join(" -> ", circle.Append(circle[0])) + "; none can be met first",
                _f.Benchmarks.First(b => b.Id == circle[0]).Place);
        }

        foreach (var b in _f.Benchmarks)
        {
            var lacking = new[] { (b.Indicator, "an indicator"), (b.Data, "a source of figures"),
                (b.Assessor, "an assessor") }
                .Where(x => x.Item1 is null).Select(x => x.Item2).ToList();
            if (lacking.Count > 0)
            {
                Add("W604", b.Id, $"benchmark {b.Id}{Cited(b.Ground)} has no " +
                    $"{Text.Or([.. lacking.Select(l => l[(l.IndexOf(' ') + 1)..])])}",
                    b.Place);
            }
        }
    }

    /// <summary>
    /// Each circle of benchmarks once: for every strongly connected set a shortest circle through its first in the
    /// file.
    /// </summary>
    private List<List<string>> Circles()
    {
        var index = _f.Benchmarks.Select((b, i) => (b.Id, i)).ToDictionary(x => x.Id, x => x.i, StringComparer.Ordinal);
        int[][] next = [.. _f.Benchmarks.Select(b => b.After.Select(a => index[a]).ToArray())];
        var found = new List<List<string>>();
        foreach (var set in Components(next).Where(c => c.Count > 1 || next[c[0]].Contains(c[0])).OrderBy(c => c.Min()))
        {
            var start = set.Min();
            var inside = set.ToHashSet();
            var before = new Dictionary<int, int>();
            var open = new Queue<int>([start]);
            while (!before.ContainsKey(start) && open.TryDequeue(out var at))
            {
                foreach (var n in next[at].Where(n => inside.Contains(n) && before.TryAdd(n, at)))
                {
                    open.Enqueue(n);
                }
            }

            var circle = new List<string> { _f.Benchmarks[start].Id };
            for (var at = before[start]; at != start; at = before[at])
            {
                circle.Insert(1, _f.Benchmarks[at].Id);
            }

            found.Add(circle);
        }

        return found;
    }

    /// <summary>Tarjan's strongly connected components, without recursion.</summary>
    private static List<List<int>> Components(int[][] next)
    {
        var components = new List<List<int>>();
        int[] order = [.. Enumerable.Repeat(-1, next.Length)], low = new int[next.Length];
        var onStack = new bool[next.Length];
        var (stack, path, count) = (new Stack<int>(), new Stack<(int Node, int Edge)>(), 0);
        for (var root = 0; root < next.Length; root++)
        {
            if (order[root] < 0)
            {
                path.Push((root, 0));
            }

            while (path.TryPop(out var step))
            {
                var (node, edge) = step;
                if (edge == 0 && order[node] < 0)
                {
                    order[node] = low[node] = count++;
                    stack.Push(node);
                    onStack[node] = true;
                }
                else if (edge > 0)
                {
                    low[node] = Math.Min(low[node], onStack[next[node][edge - 1]] ? low[next[node][edge - 1]]
                        : low[node]);
                }

                if (edge < next[node].Length)
                {
                    path.Push((node, edge + 1));
                    if (order[next[node][edge]] < 0)
                    {
                        path.Push((next[node][edge], 0));
                    }
                }
                else if (low[node] == order[node])
                {
                    var component = new List<int>();
                    do
                    {
                        component.Add(stack.Pop());
                        onStack[component[^1]] = false;
                    }
                    while (component[^1] != node);
                    components.Add(component);
                }
            }
        }

        return components;
    }

    private void AskEndgame()
    {
        if (_f.Endgame is not { } end)
        {
            Add("E602", "endgame", "nothing says what ends the mandate: no benchmark, no political end",
                _f.Mandate.TermPlace);
        }
        else if (_f.Mandate.Expires && end.Successor is null)
        {
            Add("E602", "successor", "the mandate expires" +
                (_f.Mandate.Until is { } until ? $" on {Text.Date(until)}" : "") +
                $"{Cited(_f.Mandate.TermGround)}, and no successor is named", end.Place);
        }
    }

    /// <summary>E603: the earliest day of each phase, from what it waits for.</summary>
    private void AskPhases()
    {
        if (_f.Mandate.Until is not { } last)
        {
            return;
        }

        (LocalDate? Day, bool Unknown) earliest = (_f.Mandate.From, _f.Mandate.From is null);
        foreach (var (phase, i) in _f.Phases.Select((p, i) => (p, i)))
        {
            foreach (var benchmark in phase.After)
            {
                var met = Met(benchmark);
                earliest = (Later(earliest.Day, met.Day), earliest.Unknown || met.Unknown);
            }

            earliest.Day = Later(earliest.Day, phase.NotBefore);
            if (earliest.Day > last)
            {
                Add("E603", phase.Id,
                    $"phase {phase.Id}{Cited(phase.Ground)} begins on {Text.Date(earliest.Day!.Value)} at the " +
                    $"earliest, and the term ends on {Text.Date(last)}", phase.Place);
            }
            else if (earliest.Unknown && i > 0)
            {
                _answers.Add(new OpenAnswer("E603", phase.Id, Trivalue.NotDecided,
                    $"whether phase {phase.Id} can begin within the " +
                    "term is not decided: how long the benchmarks before it take is not known", []));
            }
        }
    }

    private static LocalDate? Later(LocalDate? a, LocalDate? b) => a is null || b > a ? b ?? a : a;

    private (LocalDate? Day, bool Unknown) Met(string id)
    {
        if (_met.TryGetValue(id, out var known))
        {
            return known;
        }

        // A circle (E601) leaves the day unknown.
        _met[id] = (null, true);
        var b = _f.Benchmarks.First(x => x.Id == id);
        (LocalDate? Day, bool Unknown) day = (_f.Mandate.From, _f.Mandate.From is null);
        foreach (var before in b.After)
        {
            var met = Met(before);
            day = (Later(day.Day, met.Day), day.Unknown || met.Unknown);
        }

        // Past the year 4000 every term has ended: adding more would leave the calendar.
        if (b.Takes is { } takes && day.Day is { Year: < 4_000 } begun)
        {
            day.Day = begun.Plus(takes);
        }

        return _met[id] = (Later(day.Day, b.NotBefore), day.Unknown || b.Takes is null);
    }

    private void AskCeiling()
    {
        foreach (var ceiling in _f.Mandate.Ceilings.Where(c => c.Amount.IsStated))
        {
            if (!_f.Mandate.Needed.Any(n => n.Component == ceiling.Component && n.Amount.IsStated))
            {
                Add("W605", ceiling.Component,
                    $"up to {ceiling.Amount} {ceiling.Component} may come{Cited(ceiling.Ground)}, and " +
                    "nothing says how many are needed", ceiling.Place);
            }
        }
    }

    /// <summary>W901: named by an objection, a duty or asked-for cooperation, and without a seat.</summary>
    private void AskSeats()
    {
        foreach (var party in _f.Actors.Where(a => a is { Kind: ActorKind.Party, Seat: null, Via: null }))
        {
            var why = new List<string>();
            why.AddRange(_f.Cooperation.Where(c => c.With == party.Id)
                .Select(c => $"its cooperation is asked for{Cited(c.Ground)}"));
            why.AddRange(_f.Rules.Where(r => r.Kind == RuleKind.Oblige && r.Who.Contains(party.Id))
                .Select(r => $"it has a duty by {Prose.Reference(r)}"));
            why.AddRange(_f.Objections.Where(o => o.Names.Contains(party.Id) || o.AppliesTo?.Contains(party.Id) == true)
                .Select(o => $"{o.By} objects to it by `{o.Id}`"));
            if (why.Count > 0)
            {
                Add("W901", party.Id, $"{party.Id} has no seat, and {Text.And(why)}", party.Place);
            }
        }
    }

    /// <summary>W902: an armed or police body that answers to nobody. A command of the mandate answers to whoever
    /// adopted it.</summary>
    private void AskAnswerable()
    {
        foreach (var a in _f.Actors.Where(a =>
            a.Kind is ActorKind.Command or ActorKind.StateForce or ActorKind.ArmedGroup
            or ActorKind.Police or ActorKind.Contingent))
        {
            var answers = !a.Under.IsEmpty || !a.Of.IsEmpty || a.AnswersTo is not null
                || (a.Kind == ActorKind.Command && !a.OwnerMissing && _f.Mandate.AdoptedBy is not null);
            if (!answers)
            {
                Add("W902", a.Id, $"{a.Id} carries arms or polices, and answers to nobody", a.Place);
            }
        }
    }
}
