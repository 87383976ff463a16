using System.Globalization;

namespace Truce.Record;

/// <summary>Numbers as the C2SP formats write them: ASCII digits, no leading zero, no sign, below 2^63.</summary>
internal static class Decimal
{
    private const int DigitsMax = 19;

    /// <summary>The number; null where the text is not its only form.</summary>
    public static long? Parse(ReadOnlySpan<char> text) =>
        text.Length is 0 or > DigitsMax || (text[0] == '0' && text.Length > 1)
            || text.ContainsAnyExceptInRange('0', '9')
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? null
            : number;

    /// <summary>The number's only form.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
