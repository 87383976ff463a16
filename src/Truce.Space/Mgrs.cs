using System.Globalization;

namespace Truce.Space;

/// <summary>A square of the Military Grid Reference System: what a reference names is a square and no point.</summary>
/// <param name="Centre">The middle of the square: what is taken where one position is needed.</param>
/// <param name="SizeMetres">The side: 1, 10, 100, 1,000, 10,000 or 100,000.</param>
public readonly record struct MgrsSquare(GeodeticPosition Centre, int SizeMetres);

/// <summary>
/// References of the Military Grid Reference System on WGS 84, such as <c>36RXV 23720 63579</c>: zone and band, a
/// square of 100 km, then easting and northing with as many digits each. Between 80 degrees south and 84 degrees north
/// alone: nearer to a pole the system uses another projection, and no mission frame has its centre there.
/// </summary>
public static class Mgrs
{
    /// <summary>Digits of easting and of northing for squares of one metre.</summary>
    public const int DigitsMax = 5;

    private const double Scale = 0.9996;
    private const double FalseEastMetres = 500_000;
    private const double FalseNorthMetres = 10_000_000;
    private const int SquareMetres = 100_000;
    private const string Bands = "CDEFGHJKLMNPQRSTUVWX";
    private const string Rows = "ABCDEFGHJKLMNPQRSTUV";

    /// <summary>Columns of squares: zones 1, 4, ... take the first eight letters, zones 2, 5, ... the next.</summary>
    private const string Columns = "ABCDEFGHJKLMNPQRSTUVWXYZ";

    /// <summary>The square that holds a position; one on an edge belongs to the square north and east of it.</summary>
    /// <param name="position">A position on earth.</param>
    /// <param name="digits">
    /// Digits of easting and of northing, 0 (a square of 100 km) to <see cref="DigitsMax"/>.
    /// </param>
    /// <returns>Null from 84 degrees north on, south of 80 degrees south, and for what is no position.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not so many digits.</exception>
    public static string? Of(GeodeticPosition position, int digits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, DigitsMax);
        var (latitude, longitude) = (position.LatitudeDegrees, position.LongitudeDegrees);
        if (!(latitude >= -80) || !(latitude < 84) || !(Math.Abs(longitude) <= 180))
        {
            return null;
        }

        var band = Math.Min((int)Math.Floor(latitude / 8) + 10, Bands.Length - 1);
        var zone = Zone(band, longitude);
        var (x, y) = MissionFrame.Project(latitude, Math.IEEERemainder(longitude - Meridian(zone), 360));
        var (east, north) = ((x * Scale) + FalseEastMetres, y * Scale);
        if (latitude < 0)
        {
            // A hair south of the equator may round up to it, which is the first row of the other hemisphere.
            north = Math.Min(north + FalseNorthMetres, Math.BitDecrement(FalseNorthMetres));
        }

        var (column, row) = ((int)(east / SquareMetres), (int)(north / SquareMetres));
        var square = $"{Columns[(((zone - 1) % 3) * 8) + column - 1]}{Rows[(row + Offset(zone)) % Rows.Length]}";
        var reference = string.Create(CultureInfo.InvariantCulture, $"{zone:D2}{Bands[band]}{square}");
        return digits == 0
            ? reference
            : $"{reference} {Digits(east - (column * SquareMetres), digits)} " +
                Digits(north - (row * SquareMetres), digits);
    }

    /// <summary>
    /// Reads a reference: letters of either case, blanks anywhere; easting and northing as one run of an even number of
    /// digits or as two runs of equal length.
    /// </summary>
    /// <param name="text">The reference.</param>
    /// <param name="refused">Null where a square is given; else why there is none, one lower-case sentence.</param>
    public static MgrsSquare Read(string text, out string? refused)
    {
        var parts = text.ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var joined = string.Concat(parts);
        var letters = joined.AsSpan().IndexOfAnyExceptInRange('0', '9');
        refused = letters is 0 && joined[0] is 'A' or 'B' or 'Y' or 'Z'
            ? "it lies in the polar grid (UPS), within 6 to 10 degrees of a pole, which is not taken"
            : letters is not (1 or 2) || joined.Length < letters + 3 || joined.Length > letters + 3 + (2 * DigitsMax)
                || joined.AsSpan(letters + 3).IndexOfAnyExceptInRange('0', '9') >= 0
            ? "it needs a zone of 1 to 60, three letters and up to ten digits, as 36RXV 23720 63579"
            : AreUnequal(parts, joined, letters + 3)
            ? "easting and northing need equally many digits, at most five each"
            : null;
        return refused is null ? Square(joined, letters, out refused) : default;
    }

    private static MgrsSquare Square(string text, int letters, out string? refused)
    {
        var zone = int.Parse(text.AsSpan(0, letters), CultureInfo.InvariantCulture);
        var band = Bands.IndexOf(text[letters], StringComparison.Ordinal);
        var column = zone is < 1 or > 60
            ? -1
            : Columns.IndexOf(text[letters + 1], StringComparison.Ordinal) - (((zone - 1) % 3) * 8);
        var row = Rows.IndexOf(text[letters + 2], StringComparison.Ordinal);
        refused = zone is < 1 or > 60 ? $"there is no zone {zone}: zones are 1 to 60"
            : band < 0 ? $"there is no band {text[letters]}: bands are C to X without I and O"
            : band == Bands.Length - 1 && zone is 32 or 34 or 36
            ? $"there is no zone {zone}X: Svalbard has 31, 33, 35, 37"
            : column is < 0 or > 7 ? $"zone {zone} has no column {text[letters + 1]}"
            : row < 0 ? $"there is no row {text[letters + 2]}: rows are A to V without I and O"
            : null;
        if (refused is not null)
        {
            return default;
        }

        if (RowIn(zone, band, column + 1, row) is not { } squares)
        {
            refused = $"zone {zone}{Bands[band]} has no square {text.AsSpan(letters + 1, 2)}";
            return default;
        }

        var digits = (text.Length - letters - 3) / 2;
        var size = 1;
        for (var i = digits; i < DigitsMax; i++)
        {
            size *= 10;
        }

        var (east, north) = (Metres(text.AsSpan(letters + 3, digits)), Metres(text.AsSpan(letters + 3 + digits)));
        return new MgrsSquare(
            PositionOf(
                zone,
                band,
                ((column + 1) * SquareMetres) + ((east + 0.5) * size),
                (squares * (double)SquareMetres) + ((north + 0.5) * size)),
            size);
    }

    /// <summary>
    /// Which row of squares, counted from the equator or from 10,000 km south of it, has a letter and touches a band:
    /// letters come back after 2,000 km, and no band is so high.
    /// </summary>
    private static int? RowIn(int zone, int band, int column, int letter)
    {
        var (south, north) = ((band * 8.0) - 80, band == Bands.Length - 1 ? 84 : (band * 8.0) - 72);
        for (var row = (letter + Rows.Length - Offset(zone)) % Rows.Length; row < 100; row += Rows.Length)
        {
            // Latitude falls away from the central meridian to the south or north alone: corners have the extremes.
            double[] corners =
            [
                Latitude(band, column, row), Latitude(band, column + 1, row),
                Latitude(band, column, row + 1), Latitude(band, column + 1, row + 1),
            ];
            if (corners.Max() > south && corners.Min() < north)
            {
                return row;
            }
        }

        return null;
    }

    private static double Latitude(int band, int column, int row) =>
        PositionOf(zone: 31, band, column * (double)SquareMetres, row * (double)SquareMetres).LatitudeDegrees;

    private static GeodeticPosition PositionOf(int zone, int band, double east, double north)
    {
        var fromEquator = band < Bands.Length / 2 ? north - FalseNorthMetres : north;
        var (latitude, longitude) = MissionFrame.Unproject((east - FalseEastMetres) / Scale, fromEquator / Scale);
        return new GeodeticPosition(latitude, Math.IEEERemainder(longitude + Meridian(zone), 360));
    }

    /// <summary>Zones are six degrees wide, but for south-west Norway and for Svalbard.</summary>
    private static int Zone(int band, double longitude)
    {
        var degree = (int)Math.Floor(longitude) is var floor && floor == 180 ? -180 : floor;
        var zone = (degree + 186) / 6;
        return Bands[band] switch
        {
            'V' when zone == 31 && degree >= 3 => 32,
            'X' when degree is >= 0 and < 42 => (2 * ((degree + 183) / 12)) + 1,
            _ => zone,
        };
    }

    private static int Meridian(int zone) => (6 * zone) - 183;

    /// <summary>Even zones begin five letters later.</summary>
    private static int Offset(int zone) => zone % 2 == 0 ? 5 : 0;

    private static string Digits(double metres, int digits) =>
        Math.Clamp((int)Math.Floor(metres), 0, SquareMetres - 1).ToString("D5", CultureInfo.InvariantCulture)[..digits];

    private static int Metres(ReadOnlySpan<char> digits) =>
        digits.IsEmpty ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);

    /// <summary>
    /// Whether the digits are odd in number, or stand as two runs of which one is longer: then somebody left one out.
    /// </summary>
    private static bool AreUnequal(string[] parts, string joined, int head)
    {
        if ((joined.Length - head) % 2 != 0)
        {
            return true;
        }

        // Blanks count only where the digits are written as two runs: the last runs then say where they part.
        var last = parts[^1];
        var isRunOfDigits = last.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
        return isRunOfDigits && parts.Length > 1 && joined.Length > head
            && last.Length != joined.Length - head && 2 * last.Length != joined.Length - head
            && parts.Skip(1).Count(p => p.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0) == 2;
    }
}
