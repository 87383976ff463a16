using System.Collections.Immutable;

namespace Truce.Rules;

/// <summary>
/// What a map says of area names, as plain sets: nothing of geometry reaches this project. Only what holds however far
/// off the drawings are within their stated precision; pairs in which either is true are in neither set.
/// </summary>
/// <param name="Together">Pairs of names that share ground on the map.</param>
/// <param name="Apart">Pairs of names that share none.</param>
public sealed record Drawn(ImmutableArray<(string A, string B)> Together, ImmutableArray<(string A, string B)> Apart)
{
    /// <summary>
    /// W903 and W904: where the map and the framework's areas say different things. No side is taken: either may be
    /// wrong.
    /// </summary>
    /// <param name="book">The framework.</param>
    internal IEnumerable<Finding> Differences(Rulebook book)
    {
        var areas = book.Framework.Areas.ToDictionary(a => a.Id, StringComparer.Ordinal);
        foreach (var (a, b) in Known(areas, Together))
        {
            if (a.IsSector && b.IsSector)
            {
                yield return Finding(book, "W903", a, b,
                    $"{a.Id} and {b.Id} share ground on the map, and sectors share none");
            }
            else if (!book.Space.Leaves.Any(l => l.Has(a.Id) && l.Has(b.Id)))
            {
                yield return Finding(book, "W903", a, b,
                    $"{a.Id} and {b.Id} share ground on the map, and the framework knows no place in both");
            }
        }

        foreach (var (a, b) in Known(areas, Apart))
        {
            var said = a.Crosses.Contains(b.Id) || b.Crosses.Contains(a.Id) ? "cross"
                : a.Within.Contains(b.Id) || b.Within.Contains(a.Id) ? "lie one within the other" : null;
            if (said is not null)
            {
                yield return Finding(book, "W904", a, b,
                    $"{a.Id} and {b.Id} are said to {said}, and share no ground on the map");
            }
        }
    }

    /// <summary>The pairs that the framework names, each once, in its order.</summary>
    private static IEnumerable<(Area A, Area B)> Known(
        Dictionary<string, Area> areas, IEnumerable<(string A, string B)> pairs)
    {
        var order = areas.Keys.Select((id, i) => (id, i)).ToDictionary(x => x.id, x => x.i, StringComparer.Ordinal);
        return pairs.Where(p => p.A != p.B && areas.ContainsKey(p.A) && areas.ContainsKey(p.B))
            .Select(p => order[p.A] < order[p.B] ? p : (A: p.B, B: p.A)).Distinct()
            .OrderBy(p => order[p.A]).ThenBy(p => order[p.B]).Select(p => (areas[p.A], areas[p.B]));
    }

    /// <summary>The one that is no sector says what it crosses: there the reader looks first.</summary>
    private static Finding Finding(Rulebook book, string code, Area a, Area b, string sentence) => new()
    {
        Code = code,
        Footing = book.Footings.Text,
        Kind = FindingKind.Drafting,
        Subjects = [a.Id, b.Id],
        Sentence = sentence,
        Repairs = Codes.Of(code).Repairs,
        Place = b.IsSector ? a.Place : b.Place,
    };
}
