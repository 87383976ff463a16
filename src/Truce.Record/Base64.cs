namespace Truce.Record;

/// <summary>Standard base64 (RFC 4648, section 4) in its only form: padded, no white space, no stray bits.</summary>
internal static class Base64
{
    private const int ShortMax = 128; // hashes, keys and signatures

    /// <summary>The bytes; null where the text is not what encoding those bytes gives.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64Chars(text, bytes, out var length))
        {
            return null;
        }

        bytes = length == bytes.Length ? bytes : bytes[..length];
        var again = text.Length <= ShortMax ? stackalloc char[text.Length] : new char[text.Length];
        return Convert.TryToBase64Chars(bytes, again, out var written) && text.SequenceEqual(again[..written])
            ? bytes : null;
    }
}
