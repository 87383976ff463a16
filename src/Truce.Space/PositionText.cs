using System.Globalization;
using System.Text;

namespace Truce.Space;

/// <summary>A position read from text, or why there is none.</summary>
public abstract record PositionReading
{
    private PositionReading()
    {
    }

    /// <summary>The text names a position.</summary>
    /// <param name="Position">Where; of a square its middle.</param>
    /// <param name="SquareMetres">The side of the square that was named; null where it was a point.</param>
    public sealed record Accepted(GeodeticPosition Position, int? SquareMetres) : PositionReading;

    /// <summary>The text names none.</summary>
    /// <param name="Text">Why, one lower-case sentence without a final period.</param>
    public sealed record Refused(string Text) : PositionReading;
}

/// <summary>
/// Positions as people write them: latitude and longitude in degrees, in degrees and minutes or in degrees, minutes and
/// seconds, with signs or with hemisphere letters before or after, and references of the military grid. Without letters
/// the latitude comes first. What can be read in two ways is refused.
/// </summary>
public static class PositionText
{
    /// <summary>Longer text names no position.</summary>
    public const int CharactersMax = 200;

    private const string HowTo = "write it as 31.4 34.38, 31°24'00\"N 34°22'48\"E or 36RXV 23720 63579";

    /// <summary>Reads a position.</summary>
    /// <param name="text">Latitude and longitude in any usual form, or a reference of the military grid.</param>
    public static PositionReading Read(string text)
    {
        if (text.Length > CharactersMax)
        {
            return Refuse($"more than {CharactersMax} characters: {HowTo}");
        }

        if (LooksLikeGrid(text))
        {
            var square = Mgrs.Read(text, out var refused);
            return refused is null
                ? new PositionReading.Accepted(square.Centre, square.SizeMetres)
                : Refuse($"`{text.Trim()}` is no grid reference: {refused}");
        }

        return Tokens(text) is not { Count: > 0 } tokens || LooksLikeExponent(text)
            ? Refuse($"`{text.Trim()}` is no position: {HowTo}")
            : Halves(tokens);
    }

    /// <summary>Degrees with a sign, latitude first: <c>31.40000, 34.38000</c>.</summary>
    /// <param name="position">The position.</param>
    /// <param name="decimals">How many decimals, 0 to 9; five are about a metre.</param>
    public static string Decimal(GeodeticPosition position, int decimals)
    {
        var form = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return position.LatitudeDegrees.ToString(form, CultureInfo.InvariantCulture) + ", "
            + position.LongitudeDegrees.ToString(form, CultureInfo.InvariantCulture);
    }

    /// <summary>Degrees, minutes and seconds: <c>31°24'00.0"N 34°22'48.0"E</c>.</summary>
    /// <param name="position">The position.</param>
    /// <param name="decimals">Decimals of the seconds, 0 to 6; one is about three metres.</param>
    public static string Sexagesimal(GeodeticPosition position, int decimals) =>
        $"{Angle(position.LatitudeDegrees, decimals, 'N', 'S')} {Angle(position.LongitudeDegrees, decimals, 'E', 'W')}";

    /// <summary>Rounded once, to whole units of the last decimal, so that no minute or second is ever 60.</summary>
    private static string Angle(double degrees, int decimals, char positive, char negative)
    {
        var unit = Math.Pow(10, decimals);
        var units = (long)Math.Round(Math.Abs(degrees) * 3600 * unit);
        var (whole, rest) = Math.DivRem(units, (long)(3600 * unit));
        var (minutes, seconds) = Math.DivRem(rest, (long)(60 * unit));
        var form = decimals == 0 ? "00" : "00." + new string('0', decimals);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{whole}°{minutes:D2}'{(seconds / unit).ToString(form, CultureInfo.InvariantCulture)}\"") +
            (degrees < 0 && units > 0 ? negative : positive);
    }

    /// <summary>
    /// A grid reference has three letters in a row, blanks aside, after one or two digits; in the polar grid it begins
    /// with them.
    /// </summary>
    private static bool LooksLikeGrid(string text)
    {
        var joined = string.Concat(text.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant();
        var digits = joined.TakeWhile(char.IsAsciiDigit).Count();
        var letters = joined.Skip(digits).TakeWhile(char.IsAsciiLetter).Count();
        return digits is 1 or 2 ? letters >= 3 : digits == 0 && letters == 3 && joined[0] is 'A' or 'B' or 'Y' or 'Z';
    }

    /// <summary>Whether the only letter stands between two digits, as the exponent of a number does.</summary>
    private static bool LooksLikeExponent(string text)
    {
        var plain = Plain(text);
        var at = plain.AsSpan().IndexOfAny("NSEW");
        return at > 0 && at + 1 < plain.Length && at == plain.AsSpan().LastIndexOfAny("NSEW")
            && char.IsAsciiDigit(plain[at - 1]) && (char.IsAsciiDigit(plain[at + 1]) || plain[at + 1] is '-' or '+');
    }

    private static PositionReading Halves(List<Token> tokens)
    {
        var middle = Middle(tokens);
        if (middle is not { } at)
        {
            return Refuse($"it is not clear where the latitude ends: {HowTo}");
        }

        var halves = (ReadOnlySpan<List<Token>>)
            [[.. tokens.Take(at)], [.. tokens.Skip(at).Where(t => t.Kind != ',')]];
        var first = AngleOf(halves[0], out var refused);
        var second = refused is null ? AngleOf(halves[1], out refused) : default;
        if (refused is not null)
        {
            return Refuse(refused);
        }

        var isSwapped = first.Axis == 'E' || second.Axis == 'N';
        if (first.Axis is not '\0' && first.Axis == second.Axis)
        {
            return Refuse($"both numbers are {(first.Axis == 'N' ? "latitudes" : "longitudes")} by their letters");
        }

        var (latitude, longitude) = isSwapped ? (second.Degrees, first.Degrees) : (first.Degrees, second.Degrees);
        return Math.Abs(latitude) > 90 ? Refuse("the latitude is beyond 90 degrees: the latitude comes first")
            : Math.Abs(longitude) > 180 ? Refuse("the longitude is beyond 180 degrees")
            : new PositionReading.Accepted(new GeodeticPosition(latitude, longitude), SquareMetres: null);
    }

    /// <summary>Where the second angle begins: at the comma, else after or before a letter, else at half.</summary>
    private static int? Middle(List<Token> tokens)
    {
        var commas = tokens.Count(t => t.Kind == ',');
        if (commas > 0)
        {
            return commas == 1 ? tokens.FindIndex(t => t.Kind == ',') : null;
        }

        var letters = tokens.Select((t, i) => (t.Kind, i)).Where(t => t.Kind is 'N' or 'S' or 'E' or 'W').ToList();
        return letters switch
        {
            [] => tokens.Count % 2 == 0 && tokens.Select(t => t.Mark).All(m => m == '\0') ? tokens.Count / 2
                : MarkedMiddle(tokens),
            [(_, 0), var (_, second)] => second,
            [var (_, first), ..] => first + 1 < tokens.Count ? first + 1 : MarkedMiddle(tokens),
            _ => null,
        };
    }

    /// <summary>The second number that is marked as degrees begins the second angle.</summary>
    private static int? MarkedMiddle(List<Token> tokens)
    {
        var degrees = tokens.Select((t, i) => (t.Mark, i)).Where(t => t.Mark == '°').Select(t => t.i).ToList();
        return degrees.Count == 2 && degrees[0] == 0 ? degrees[1] : null;
    }

    private static (double Degrees, char Axis) AngleOf(List<Token> tokens, out string? refused)
    {
        var letters = tokens.Where(t => t.Kind != '0').ToList();
        var numbers = tokens.Where(t => t.Kind == '0').ToList();
        refused = letters.Count > 1 || numbers.Count is 0 or > 3
            || (letters.Count == 1 && tokens[0] != letters[0] && tokens[^1] != letters[0])
            ? $"an angle has one to three numbers and at most one letter: {HowTo}"
            : null;
        if (refused is not null)
        {
            return default;
        }

        numbers = Unpacked(numbers, letters.Count == 1);
        var isNegative = numbers[0].Text[0] == '-';
        var isSigned = isNegative || numbers[0].Text[0] == '+';
        refused = isSigned && letters.Count == 1 ? "a sign and a letter say the same twice: leave one out"
            : Misplaced(numbers);
        if (refused is not null)
        {
            return default;
        }

        var degrees = 0.0;
        for (var i = numbers.Count - 1; i >= 0; i--)
        {
            degrees = (degrees / 60) + double.Parse(numbers[i].Text.TrimStart('-', '+'), CultureInfo.InvariantCulture);
        }

        var letter = letters.Count == 1 ? letters[0].Kind : '\0';
        return (
            isNegative || letter is 'S' or 'W' ? -degrees : degrees,
            letter is 'N' or 'S' ? 'N' : letter is 'E' or 'W' ? 'E' : '\0');
    }

    private static string? Misplaced(List<Token> numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
        {
            var (text, mark) = (numbers[i].Text, numbers[i].Mark);
            if (i > 0 && (text[0] is '-' or '+'))
            {
                return "a sign stands before the degrees alone";
            }

            if (i < numbers.Count - 1 && text.Contains('.', StringComparison.Ordinal))
            {
                return "of degrees, minutes and seconds only the last may have a fraction";
            }

            if (i > 0 && double.Parse(text, CultureInfo.InvariantCulture) >= 60)
            {
                return $"{(i == 1 ? "minutes" : "seconds")} of {text}: they are below 60";
            }

            if (mark != '\0' && mark != "°'\""[i])
            {
                return $"`{text}{mark}` stands where {(i == 0 ? "degrees" : i == 1 ? "minutes" : "seconds")} belong";
            }
        }

        return null;
    }

    /// <summary>
    /// With a letter, one run of four to seven digits is degrees, minutes and perhaps seconds: <c>312400N</c>.
    /// </summary>
    private static List<Token> Unpacked(List<Token> numbers, bool hasLetter)
    {
        var text = numbers[0].Text;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        if (numbers.Count > 1 || !hasLetter || whole.Length is < 4 or > 7 || !whole.All(char.IsAsciiDigit))
        {
            return numbers;
        }

        var head = whole.Length % 2 == 0 ? 2 : 3;
        List<Token> unpacked = [new('0', text[..head], '\0'), new('0', text[head..], '\0')];
        if (whole.Length - head == 4)
        {
            unpacked = [unpacked[0], new('0', text[head..(head + 2)], '\0'), new('0', text[(head + 2)..], '\0')];
        }

        return unpacked;
    }

    /// <summary>Numbers with the mark that follows them, letters and commas; null where anything else stands.</summary>
    private static List<Token>? Tokens(string text)
    {
        var tokens = new List<Token>();
        var plain = Plain(text);
        for (var i = 0; i < plain.Length;)
        {
            var c = plain[i];
            if (c is ' ')
            {
                i++;
            }
            else if (c is 'N' or 'S' or 'E' or 'W' or ',')
            {
                tokens.Add(new Token(c, "", '\0'));
                i++;
            }
            else if (c is '-' or '+' or (>= '0' and <= '9') && Number(plain, ref i) is { } number)
            {
                var mark = i < plain.Length && "°'\"".Contains(plain[i], StringComparison.Ordinal) ? plain[i++] : '\0';
                tokens.Add(new Token('0', number, mark));
            }
            else if (c is ':' && tokens is [.., { Kind: '0', Mark: '\0' }] && i + 1 < plain.Length
                && char.IsAsciiDigit(plain[i + 1]))
            {
                i++; // 31:24:00
            }
            else
            {
                return null;
            }
        }

        return tokens;
    }

    private static string? Number(string text, ref int at)
    {
        var from = at;
        at += text[at] is '-' or '+' ? 1 : 0;
        var digits = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == digits)
        {
            return null;
        }

        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
            }
        }

        return text[from..at];
    }

    /// <summary>One spelling of each sign: the many quotes, dashes and degree signs that keyboards give.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.Trim().ToUpperInvariant())
        {
            _ = plain.Append(c switch
            {
                '\u00BA' or '\u02DA' or 'D' => '°',
                '\u2032' or '\u2019' or '\u2018' or '\u00B4' or '`' => '\'',
                '\u2033' or '\u201D' or '\u201C' => '"',
                '\u2212' or '\u2013' => '-',
                ';' => ',',
                _ when char.IsWhiteSpace(c) => ' ',
                _ => c,
            });
        }

        return plain.Replace("''", "\"").ToString().TrimEnd('/');
    }

    private static PositionReading.Refused Refuse(string text) => new(text);

    /// <summary>A number (kind 0) with the mark behind it, or a letter or comma.</summary>
    private sealed record Token(char Kind, string Text, char Mark);
}
