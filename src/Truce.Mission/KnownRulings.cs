using System.Runtime.CompilerServices;
using Truce.Record;

namespace Truce.Mission;

/// <summary>
/// Rulings that a fold has numbered: by their object, since whoever judges hands in the same one, and by what they say,
/// since whoever reads R has a new one each time. What is forgotten is found again by its canonical text.
/// </summary>
internal sealed class KnownRulings
{
    private const int ObjectsKept = 1_024; // a power of two
    private const int AlikeMax = 65_536;

    private readonly (JsonValue? Ruling, int Number)[] _objects = new (JsonValue?, int)[ObjectsKept];
    private readonly Dictionary<JsonValue, int> _alike = new(new Alike());

    /// <summary>The number of a ruling, or -1.</summary>
    public int Find(JsonValue ruling)
    {
        ref var kept = ref _objects[RuntimeHelpers.GetHashCode(ruling) & (ObjectsKept - 1)];
        if (ReferenceEquals(kept.Ruling, ruling))
        {
            return kept.Number;
        }

        if (!_alike.TryGetValue(ruling, out var number))
        {
            return -1;
        }

        kept = (ruling, number);
        return number;
    }

    /// <summary>Keeps the number of a ruling that was not found.</summary>
    public int Add(JsonValue ruling, int number)
    {
        if (_alike.Count >= AlikeMax)
        {
            _alike.Clear();
        }

        return _alike[ruling] = number;
    }

    /// <summary>Values are alike that have the same members and items in the same order.</summary>
    private sealed class Alike : IEqualityComparer<JsonValue>
    {
        public bool Equals(JsonValue? x, JsonValue? y)
        {
            if (ReferenceEquals(x, y))
            {
                return true;
            }

            switch (x, y)
            {
                case (JsonValue.Text a, JsonValue.Text b):
                    return a.Value == b.Value;
                case (JsonValue.Items { All: var a }, JsonValue.Items { All: var b }):
                    for (var i = 0; i < a.Count && i < b.Count; i++)
                    {
                        if (!Equals(a[i], b[i]))
                        {
                            return false;
                        }
                    }

                    return a.Count == b.Count;
                case (JsonValue.Members { All: var a }, JsonValue.Members { All: var b }):
                    for (var i = 0; i < a.Count && i < b.Count; i++)
                    {
                        if (a[i].Key != b[i].Key || !Equals(a[i].Value, b[i].Value))
                        {
                            return false;
                        }
                    }

                    return a.Count == b.Count;
                default:
                    return x is not (JsonValue.Items or JsonValue.Members) && object.Equals(x, y);
            }
        }

        public int GetHashCode(JsonValue value)
        {
            var hash = default(HashCode);
            Add(ref hash, value);
            return hash.ToHashCode();
        }

        private static void Add(ref HashCode hash, JsonValue value)
        {
            switch (value)
            {
                case JsonValue.Items { All: var items }:
                    hash.Add(items.Count);
                    for (var i = 0; i < items.Count; i++)
                    {
                        Add(ref hash, items[i]);
                    }

                    break;
                case JsonValue.Members { All: var members }:
                    hash.Add(members.Count);
                    for (var i = 0; i < members.Count; i++)
                    {
                        Add(ref hash, members[i].Value); // the names tell hardly anything
                    }

                    break;
                case JsonValue.Text text:
                    hash.Add(text.Value);
                    break;
                default:
                    hash.Add(value);
                    break;
            }
        }
    }
}
