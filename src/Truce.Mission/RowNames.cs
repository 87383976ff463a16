using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// The fields of a row's events in the order of their names, which is that of canonical JSON: whoever goes through
/// members in that order finds each with one look.
/// </summary>
internal sealed class RowNames
{
    private const int FieldsMax = 64; // a bit each in Required

    private readonly ImmutableArray<Field> _own;
    private readonly ImmutableArray<Field> _added;
    private readonly Place[] _inOrder;

    public RowNames(Row row)
    {
        if (row.Fields.Length > FieldsMax)
        {
            throw new ArgumentException($"{row.Command} has more than {FieldsMax} fields", nameof(row));
        }

        (_own, _added) = (row.Fields, row.Added);
        _inOrder =
        [
            .. row.Fields.Concat(row.Added).Select((f, i) => new Place(f.Name, (byte)i, f.Kind)).DistinctBy(p => p.Name)
                .OrderBy(p => p.Name, StringComparer.Ordinal),
        ];
        for (var i = 0; i < row.Fields.Length; i++)
        {
            Required |= row.Fields[i].IsRequired ? 1UL << i : 0;
        }
    }

    /// <summary>The act's fields that must be there, a bit each, the first field the lowest.</summary>
    public ulong Required { get; }

    /// <summary>Whether it was made of the fields that a row has.</summary>
    public bool AreOf(Row row) => _own == row.Fields && _added == row.Added;

    /// <summary>The field of the act with a name, by its place in the row; -1 for none.</summary>
    public int OwnAt(string name, ref int next) =>
        Find(name, ref next) is >= 0 and var at && _inOrder[at].At < _own.Length ? _inOrder[at].At : -1;

    /// <summary>The field of the event with a name; the act's come first, then what was added. -1 for none.</summary>
    public int EventAt(string name, ref int next, out FieldKind kind)
    {
        var at = Find(name, ref next);
        kind = at < 0 ? default : _inOrder[at].Kind;
        return at < 0 ? -1 : _inOrder[at].At;
    }

    /// <summary>Looks from where the name before it was found; then before that.</summary>
    private int Find(string name, ref int next)
    {
        for (var i = next; i < _inOrder.Length; i++)
        {
            var order = ReferenceEquals(_inOrder[i].Name, name) ? 0 : string.CompareOrdinal(_inOrder[i].Name, name);
            if (order == 0)
            {
                next = i + 1;
                return i;
            }

            if (order > 0)
            {
                break;
            }
        }

        for (var i = 0; i < next; i++)
        {
            if (_inOrder[i].Name == name)
            {
                next = i + 1;
                return i;
            }
        }

        return -1;
    }

    private readonly record struct Place(string Name, byte At, FieldKind Kind);
}
