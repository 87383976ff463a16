namespace Truce.Space;

/// <summary>
/// The plane of a mission: a transverse Mercator projection of WGS 84 about the mission's centre with scale 1 there, by
/// Krüger's series to the sixth power of the third flattening. Within 500 km it agrees with PROJ to a micrometre. Plane
/// distances exceed true ones by 4.5 millionths at 20 km, 0.3 % at 500 km.
/// </summary>
public sealed class MissionFrame
{
    private const double SemiMajorAxisMetres = 6_378_137.0;
    private const double Flattening = 1 / 298.257223563;
    private const double ThirdFlattening = Flattening / (2 - Flattening);

    /// <summary>Nearer to a pole than this, a longitude means little and the series is not asked.</summary>
    private const double LatitudeDegreesMax = 89;

    private static readonly double Eccentricity = Math.Sqrt(Flattening * (2 - Flattening));
    private static readonly double RectifyingRadiusMetres = SemiMajorAxisMetres / (1 + ThirdFlattening)
        * Horner(ThirdFlattening * ThirdFlattening, 1, 1 / 4.0, 1 / 64.0, 1 / 256.0);

    private static readonly double[] Alpha = Series(
        [1 / 2.0, -2 / 3.0, 5 / 16.0, 41 / 180.0, -127 / 288.0, 7891 / 37800.0],
        [13 / 48.0, -3 / 5.0, 557 / 1440.0, 281 / 630.0, -1983433 / 1935360.0],
        [61 / 240.0, -103 / 140.0, 15061 / 26880.0, 167603 / 181440.0],
        [49561 / 161280.0, -179 / 168.0, 6601661 / 7257600.0],
        [34729 / 80640.0, -3418889 / 1995840.0],
        [212378941 / 319334400.0]);

    private static readonly double[] Beta = Series(
        [1 / 2.0, -2 / 3.0, 37 / 96.0, -1 / 360.0, -81 / 512.0, 96199 / 604800.0],
        [1 / 48.0, 1 / 15.0, -437 / 1440.0, 46 / 105.0, -1118711 / 3870720.0],
        [17 / 480.0, -37 / 840.0, -209 / 4480.0, 5569 / 90720.0],
        [4397 / 161280.0, -11 / 504.0, -830251 / 7257600.0],
        [4583 / 161280.0, -108847 / 3991680.0],
        [20648693 / 638668800.0]);

    private readonly double _centreNorthMetres;

    /// <summary>The frame about a centre.</summary>
    /// <param name="centre">Latitude from -84 to 84 degrees, so that the frame stays clear of the poles.</param>
    /// <exception cref="ArgumentException">The centre is not a number or lies outside these ranges.</exception>
    public MissionFrame(GeodeticPosition centre)
    {
        if (!(Math.Abs(centre.LatitudeDegrees) <= 84) || !(Math.Abs(centre.LongitudeDegrees) <= 180))
        {
            throw new ArgumentException(
                "the centre lies outside 84 degrees of latitude or 180 of longitude", nameof(centre));
        }

        Centre = centre;
        _centreNorthMetres = Project(centre.LatitudeDegrees, 0).North;
    }

    /// <summary>The mission's centre: place (0, 0).</summary>
    public GeodeticPosition Centre { get; }

    /// <summary>
    /// Where a position lies, in metres east and north of the centre, before rounding to millimetres.
    /// </summary>
    /// <param name="position">Latitude within 89 degrees; longitude any number, taken around the centre.</param>
    /// <returns>Not-a-number for positions that <see cref="PlaceOf"/> refuses as no number or as a pole.</returns>
    public (double EastMetres, double NorthMetres) MetresOf(GeodeticPosition position)
    {
        if (!(Math.Abs(position.LatitudeDegrees) <= LatitudeDegreesMax) || !double.IsFinite(position.LongitudeDegrees))
        {
            return (double.NaN, double.NaN);
        }

        var longitude = Math.IEEERemainder(position.LongitudeDegrees - Centre.LongitudeDegrees, 360);
        if (Math.Abs(longitude) >= 85)
        {
            return (double.PositiveInfinity, double.PositiveInfinity);
        }

        var (east, north) = Project(position.LatitudeDegrees, longitude);
        return (east, north - _centreNorthMetres);
    }

    /// <summary>A position as a place, rounded once to the nearest millimetre, or why there is none.</summary>
    /// <param name="position">Any two numbers.</param>
    /// <param name="refused">Null where a place is given.</param>
    /// <returns>The place; (0, 0) where the position is refused.</returns>
    public Place PlaceOf(GeodeticPosition position, out RefusalReason? refused)
    {
        refused = WhyNot(position);
        if (refused is not null)
        {
            return default;
        }

        var (east, north) = MetresOf(position);
        var (eastMillimetres, northMillimetres) = (Math.Round(east * 1000), Math.Round(north * 1000));
        if (!(Math.Abs(eastMillimetres) <= Limits.FrameMillimetres)
            || !(Math.Abs(northMillimetres) <= Limits.FrameMillimetres))
        {
            refused = RefusalReason.BeyondFrame;
            return default;
        }

        return new Place((int)eastMillimetres, (int)northMillimetres);
    }

    /// <summary>The position of a place, the inverse of <see cref="PlaceOf"/> to within a micrometre.</summary>
    /// <param name="place">A place in the frame; outside it the answer loses its accuracy.</param>
    public GeodeticPosition PositionOf(Place place)
    {
        var (latitude, longitude) = Unproject(
            place.EastMillimetres / 1000.0, (place.NorthMillimetres / 1000.0) + _centreNorthMetres);
        return new GeodeticPosition(latitude, Math.IEEERemainder(longitude + Centre.LongitudeDegrees, 360));
    }

    /// <summary>
    /// The inverse of <see cref="Project"/>: degrees of latitude, and of longitude from the central meridian.
    /// </summary>
    internal static (double LatitudeDegrees, double LongitudeDegrees) Unproject(double eastMetres, double northMetres)
    {
        var (xi, eta) = (northMetres / RectifyingRadiusMetres, eastMetres / RectifyingRadiusMetres);
        var (xi1, eta1) = (xi, eta);
        for (var j = 1; j <= Beta.Length; j++)
        {
            xi1 -= Beta[j - 1] * Math.Sin(2 * j * xi) * Math.Cosh(2 * j * eta);
            eta1 -= Beta[j - 1] * Math.Cos(2 * j * xi) * Math.Sinh(2 * j * eta);
        }

        var conformalTangent = Math.Sin(xi1) / Math.Sqrt(Square(Math.Sinh(eta1)) + Square(Math.Cos(xi1)));
        return (
            Math.Atan(GeodeticTangent(conformalTangent)) * 180 / Math.PI,
            Math.Atan2(Math.Sinh(eta1), Math.Cos(xi1)) * 180 / Math.PI);
    }

    private static RefusalReason? WhyNot(GeodeticPosition p) => p switch
    {
        _ when !double.IsFinite(p.LatitudeDegrees) || !double.IsFinite(p.LongitudeDegrees) => RefusalReason.NotANumber,
        _ when Math.Abs(p.LatitudeDegrees) > 90 || Math.Abs(p.LongitudeDegrees) > 180 => RefusalReason.NotOnEarth,
        _ when Math.Abs(p.LatitudeDegrees) > LatitudeDegreesMax => RefusalReason.Pole,
        _ => null,
    };

    /// <summary>
    /// Metres east of the central meridian and north of the equator at scale 1; the longitude is counted from the
    /// central meridian, within 85 degrees.
    /// </summary>
    internal static (double East, double North) Project(double latitudeDegrees, double longitudeDegrees)
    {
        var lambda = longitudeDegrees * Math.PI / 180;
        var tangent = ConformalTangent(Math.Tan(latitudeDegrees * Math.PI / 180));
        var xi1 = Math.Atan2(tangent, Math.Cos(lambda));
        var eta1 = Math.Asinh(Math.Sin(lambda) / Math.Sqrt(Square(tangent) + Square(Math.Cos(lambda))));
        var (xi, eta) = (xi1, eta1);
        for (var j = 1; j <= Alpha.Length; j++)
        {
            xi += Alpha[j - 1] * Math.Sin(2 * j * xi1) * Math.Cosh(2 * j * eta1);
            eta += Alpha[j - 1] * Math.Cos(2 * j * xi1) * Math.Sinh(2 * j * eta1);
        }

        return (RectifyingRadiusMetres * eta, RectifyingRadiusMetres * xi);
    }

    private static double ConformalTangent(double tangent)
    {
        var secant = Math.Sqrt(1 + Square(tangent));
        var sigma = Math.Sinh(Eccentricity * Math.Atanh(Eccentricity * tangent / secant));
        return (tangent * Math.Sqrt(1 + Square(sigma))) - (sigma * secant);
    }

    /// <summary>
    /// Newton's method on <see cref="ConformalTangent"/>; three steps reach the last bit on this ellipsoid.
    /// </summary>
    private static double GeodeticTangent(double conformalTangent)
    {
        var complement = 1 - Square(Eccentricity);
        var tangent = conformalTangent / complement;
        for (var step = 0; step < 5; step++)
        {
            var guess = ConformalTangent(tangent);
            tangent += (conformalTangent - guess) / Math.Sqrt(1 + Square(guess))
                * (1 + (complement * Square(tangent))) / (complement * Math.Sqrt(1 + Square(tangent)));
        }

        return tangent;
    }

    /// <summary>Row j holds the coefficients of the powers j, j + 1, ... of the third flattening.</summary>
    private static double[] Series(params double[][] rows) =>
        [.. rows.Select((row, j) => Math.Pow(ThirdFlattening, j + 1) * Horner(ThirdFlattening, row))];

    private static double Horner(double x, params double[] coefficients) =>
        coefficients.Reverse().Aggregate(0.0, (sum, c) => (sum * x) + c);

    private static double Square(double x) => x * x;
}
