namespace Truce.Mission;

/// <summary>Words that occur often, as numbers: names, codes and ids. Numbers follow first use.</summary>
internal sealed class Symbols
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];

    public int Count => _words.Count;

    public string this[int number] => _words[number];

    public int Of(string word)
    {
        if (!_numbers.TryGetValue(word, out var number))
        {
            _numbers.Add(word, number = _words.Count);
            _words.Add(word);
        }

        return number;
    }

    public int? Find(string word) => _numbers.TryGetValue(word, out var number) ? number : null;

    public void Save(BinaryWriter writer)
    {
        writer.Write(_words.Count);
        foreach (var word in _words)
        {
            writer.Write(word);
        }
    }

    public void Load(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        _numbers.EnsureCapacity(count);
        for (var i = 0; i < count; i++)
        {
            var word = reader.ReadString();
            _numbers.Add(word, i);
            _words.Add(word);
        }
    }
}
