using System.Text;

namespace Truce.Record;

/// <summary>Strict UTF-8: no replacement characters, no lone surrogates, no byte order mark.</summary>
internal static class Utf8
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a text that has no lone surrogate.</summary>
    public static byte[] Bytes(string text) => Strict.GetBytes(text);

    /// <summary>Writes the bytes of a text that has no lone surrogate, and says how many there are.</summary>
    public static int Bytes(ReadOnlySpan<char> text, Span<byte> into) => Strict.GetBytes(text, into);

    /// <summary>The text; null where the bytes are not UTF-8.</summary>
    public static string? Text(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Strict.GetString(bytes) : null;

    /// <summary>Whether a text has no lone surrogate.</summary>
    public static bool IsText(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
        {
            return true;
        }

        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[used..];
        }

        return true;
    }
}
