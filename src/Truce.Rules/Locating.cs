using System.Collections.Immutable;
using NodaTime;

namespace Truce.Rules;

/// <summary>
/// A question as a point of a rulebook's situations, facts that are unknown left open. Two questions with equal points
/// have equal answers: that is what makes rulings worth keeping.
/// </summary>
public sealed class Located : IEquatable<Located>
{
    private readonly int[] _point;

    internal Located(Rulebook book, Question question, int[] point, Leaf leaf) =>
        (Book, Question, _point, Leaf) = (book, question, point, leaf);

    /// <summary>The rulebook.</summary>
    public Rulebook Book { get; }

    /// <summary>The question.</summary>
    public Question Question { get; }

    /// <summary>The place.</summary>
    public Leaf Leaf { get; }

    /// <summary>Whether the day lies outside the term: then nothing else is answered.</summary>
    public bool IsOutsideTerm => _point[Situations.Day] < 0;

    internal ReadOnlySpan<int> Point => _point;

    /// <summary>Whether a region holds for it, for some answer to the facts that are unknown.</summary>
    /// <exception cref="ArgumentException">The region is of another framework.</exception>
    public bool MayLieIn(Region region)
    {
        ArgumentNullException.ThrowIfNull(region);
        if (!ReferenceEquals(region.Space, Book.Space))
        {
            throw new ArgumentException("the region is of another rulebook", nameof(region));
        }

        return !IsOutsideTerm && region.Boxes.Exists(Meets);
    }

    /// <inheritdoc/>
    public bool Equals(Located? other) =>
        other is not null && ReferenceEquals(Book, other.Book) && _point.AsSpan().SequenceEqual(other._point);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Located);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in _point)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    private bool Meets(ulong[] box)
    {
        for (var d = 0; d < _point.Length; d++)
        {
            if (_point[d] >= 0 && !Mask.Has(Book.Space.Dim(box, d), _point[d]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Questions as points.</summary>
public sealed partial class Rulebook
{
    /// <summary>A question's points, one for each leaf that it names, or what is wrong with it.</summary>
    public (ImmutableArray<Located> Points, ImmutableArray<QuestionDefect> Defects) Locate(Question question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var (points, _, defects) = PointsOf(question);
        return ([.. points.Select(p => new Located(this, question, p, Space.Leaves[p[Situations.Leaf]]))], defects);
    }

    /// <summary>
    /// The answers at a point by the text and by every other footing that differs, without near misses. Statements are
    /// the question's.
    /// </summary>
    public (FootingRuling Text, ImmutableArray<FootingRuling> Others) Answers(Located located)
    {
        ArgumentNullException.ThrowIfNull(located);
        if (located.IsOutsideTerm)
        {
            return (OutsideTheTerm(), []);
        }

        var point = located.Point.ToArray();
        var text = Branches(point, Footings.Text, located.Question.Statements);
        return (text, [.. Footings.Single.Skip(1)
            .Select(f => Branches(point, f, located.Question.Statements)).Where(r => !Same(r, text))]);
    }

    /// <summary>
    /// Which day and hour cells an instant falls in; the day is -1 outside the term. Whatever is asked of two instants
    /// of the same cells has the same answer, but for the dates of notices.
    /// </summary>
    public (int Day, int Hour) CellsOf(Instant at)
    {
        var local = at.InZone(_zone ??= DateTimeZoneProviders.Tzdb[Framework.Zone]).LocalDateTime;
        var minute = (local.Hour * 60) + local.Minute;
        return (IndexOf(Space.Days, d => d.Contains(local.Date)),
            IndexOf(Space.Hours, h => minute >= h.FromMinute && minute < h.UntilMinute));
    }

    private DateTimeZone? _zone;

    private FootingRuling OutsideTheTerm() => new(Footings.Text, [new Branch([], new Answer
    {
        Verdict = Verdict.OutsideTerm,
        Permission = Permission.NotGranted,
    })], []);
}
