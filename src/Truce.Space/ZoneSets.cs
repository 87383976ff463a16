using System.Collections.Immutable;

namespace Truce.Space;

/// <summary>Sets of zones, each with one number. Any thread may ask; a new set is made under a lock.</summary>
internal sealed class ZoneSets
{
    private readonly Lock _making = new();
    private readonly Dictionary<(int Set, int Zone), int> _with = [];
    private readonly Dictionary<string, int> _numbers = new() { [""] = 0 };
    private ImmutableArray<int>[] _sets = [[]];

    public ImmutableArray<int> this[int set] => Volatile.Read(ref _sets)[set];

    /// <summary>The number of a set with one more zone.</summary>
    public int With(int set, int zone)
    {
        lock (_making)
        {
            if (!_with.TryGetValue((set, zone), out var number))
            {
                ImmutableArray<int> zones = [.. _sets[set].Append(zone).Distinct().Order()];
                var key = string.Join(' ', zones);
                if (!_numbers.TryGetValue(key, out number))
                {
                    number = _sets.Length;
                    Volatile.Write(ref _sets, [.. _sets, zones]);
                    _numbers[key] = number;
                }

                _with[(set, zone)] = number;
            }

            return number;
        }
    }
}
