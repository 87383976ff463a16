using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Truce.Space;

/// <summary>Hints to the processor; without them all answers are the same.</summary>
internal static class Soon
{
    private const int LineBytes = 64;

    /// <summary>Says that some lines of memory will be read soon, so that several are fetched at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ref T first, int lines)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            // A collection may move the memory meanwhile: then the hint is of no use, and does no harm.
            var at = (byte*)Unsafe.AsPointer(ref first);
            for (; lines > 0; lines--, at += LineBytes)
            {
                Sse.Prefetch0(at);
            }
        }
    }
}
