namespace Truce.Mission;

/// <summary>
/// Words that occur often, as numbers: names, codes and ids. Numbers follow first use. Ids of subjects are odd and
/// without text of their own, other words are even.
/// </summary>
internal sealed class Symbols(Ids ids)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    /// <summary>The words that are no ids, in order of first use.</summary>
    public IReadOnlyList<string> Words => _words;

    public string this[int number] => (number & 1) == 0 ? _words[number >> 1] : ids[number >> 1];

    public int Of(string word)
    {
        if (ids.Of(word) is >= 0 and var id)
        {
            return (id << 1) | 1;
        }

        if (!_numbers.TryGetValue(word, out var number))
        {
            _numbers.Add(word, number = _words.Count);
            _words.Add(word);
        }

        return number << 1;
    }

    public void Save(BinaryWriter writer)
    {
        ids.Save(writer);
        writer.Write(_words.Count);
        foreach (var word in _words)
        {
            writer.Write(word);
        }
    }

    public void Load(BinaryReader reader)
    {
        ids.Load(reader);
        var count = reader.ReadInt32();
        _numbers.EnsureCapacity(count);
        _words.EnsureCapacity(count);
        for (var i = 0; i < count; i++)
        {
            var word = reader.ReadString();
            _numbers.Add(word, i);
            _words.Add(word);
        }
    }
}
