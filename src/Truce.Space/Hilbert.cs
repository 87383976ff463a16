namespace Truce.Space;

/// <summary>A curve through the plane on which near places mostly have near numbers.</summary>
internal static class Hilbert
{
    /// <summary>The number of a place on the curve, by the upper bits of its coordinates.</summary>
    public static uint NumberOf(long eastMillimetres, long northMillimetres)
    {
        // A frame with every buffer is 1.2e9 wide: 16 bits of 2^15 mm, 33 m.
        var x = (uint)Math.Clamp((eastMillimetres + 1_000_000_000) >> 15, 0, 0xFFFF);
        var y = (uint)Math.Clamp((northMillimetres + 1_000_000_000) >> 15, 0, 0xFFFF);
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
