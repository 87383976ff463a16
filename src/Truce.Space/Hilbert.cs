namespace Truce.Space;

/// <summary>A curve through the plane on which near places mostly have near numbers.</summary>
internal static class Hilbert
{
    /// <summary>The number of a place on the curve.</summary>
    /// <param name="eastSteps">Steps of <see cref="CoarseBox"/>, as sixteen bits hold them.</param>
    /// <param name="northSteps">The same.</param>
    public static uint NumberOf(int eastSteps, int northSteps)
    {
        var (x, y) = ((uint)(eastSteps + 0x8000) & 0xFFFF, (uint)(northSteps + 0x8000) & 0xFFFF);
        var number = 0u;
        for (var bit = 1u << 15; bit > 0; bit >>= 1)
        {
            var (right, up) = ((x & bit) != 0 ? 1u : 0, (y & bit) != 0 ? 1u : 0);
            number = (number << 2) | ((3 * right) ^ up);
            if (up == 0)
            {
                (x, y) = right == 1 ? (0xFFFF - y, 0xFFFF - x) : (y, x);
            }
        }

        return number;
    }
}
