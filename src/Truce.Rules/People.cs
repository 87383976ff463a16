using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>
/// Everyone named, by index in <see cref="Framework.Actors"/>, with the two trees: <c>under</c> (chain of command) and
/// <c>of</c> (organisation). Below X: by any path through both.
/// </summary>
internal sealed class People
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly ulong[][] _above;
    private readonly ulong[][] _superiors;
    private readonly ulong[][] _reach;
    private readonly int[] _performerActor;

    public People(Framework f, Situations s)
    {
        All = f.Actors;
        for (var i = 0; i < All.Length; i++)
        {
            _index[All[i].Id] = i;
        }

        var words = (All.Length + 63) / 64;
        _above = Closure(a => a.Under.AddRange(a.Of), words);
        _superiors = Closure(a => a.Under, words);
        _performerActor = [.. s.Performers.Select(p => _index[p])];
        PerformerWords = s.Offsets[1];
        _reach = new ulong[All.Length][];
        for (var x = 0; x < All.Length; x++)
        {
            _reach[x] = new ulong[PerformerWords];
        }

        for (var p = 0; p < _performerActor.Length; p++)
        {
            var actor = _performerActor[p];
            Mask.Set(_reach[actor], p);
            foreach (var x in Mask.Bits(_above[actor]))
            {
                Mask.Set(_reach[x], p);
            }
        }
    }

    public ImmutableArray<Actor> All { get; }

    public int PerformerWords { get; }

    public int IndexOf(string id) => _index[id];

    public bool TryIndexOf(string id, out int index) => _index.TryGetValue(id, out index);

    public Actor ActorOf(int performer) => All[_performerActor[performer]];

    public int ActorIndexOf(int performer) => _performerActor[performer];

    /// <summary>The performers that a rule naming X reaches: X itself, where it performs, and all below it.</summary>
    public ReadOnlySpan<ulong> Reach(int actor) => _reach[actor];

    /// <summary>Whether <paramref name="upper"/> is above <paramref name="lower"/>, by any path through both
    /// trees.</summary>
    public bool IsAbove(int upper, int lower) => Mask.Has(_above[lower], upper);

    /// <summary>Whether <paramref name="upper"/> commands <paramref name="lower"/>: above it in
    /// <c>under:</c>.</summary>
    public bool IsSuperior(int upper, int lower) => Mask.Has(_superiors[lower], upper);

    /// <summary>The tops of the chains of command in which an actor stands; itself where nobody commands it.</summary>
    public List<int> Tops(int actor)
    {
        var superiors = Mask.Bits(_superiors[actor]);
        return superiors.Count == 0 ? [actor] : [.. superiors.Where(s => !Mask.Any(_superiors[s]))];
    }

    /// <summary>
    /// The performers for whom asking or telling <paramref name="whom"/> reaches them: it is they, one above them, or a
    /// body
    /// in which they (or one above them) sit. LANGUAGE §5, E402.
    /// </summary>
    public ulong[] Represented(int whom)
    {
        var mask = Reach(whom).ToArray();
        foreach (var member in All[whom].Members)
        {
            Mask.Or(mask, Reach(_index[member]));
        }

        return mask;
    }

    private ulong[][] Closure(Func<Actor, ImmutableArray<string>> up, int words)
    {
        var all = new ulong[All.Length][];
        ulong[] Of(int actor)
        {
            if (all[actor] is { } known)
            {
                return known;
            }

            var mask = all[actor] = new ulong[words];
            foreach (var parent in up(All[actor]).Select(p => _index[p]))
            {
                Mask.Set(mask, parent);
                Mask.Or(mask, Of(parent));
            }

            return mask;
        }

        for (var i = 0; i < All.Length; i++)
        {
            Of(i);
        }

        return all;
    }
}
