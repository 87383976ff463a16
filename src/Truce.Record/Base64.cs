namespace Truce.Record;

/// <summary>Standard base64 (RFC 4648, section 4) in its only form: padded, no white space, no stray bits.</summary>
internal static class Base64
{
    /// <summary>The bytes; null where the text is not what encoding those bytes gives.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64Chars(text, bytes, out var length))
        {
            return null;
        }

        bytes = bytes[..length];
        return text.SequenceEqual(Convert.ToBase64String(bytes)) ? bytes : null;
    }
}
