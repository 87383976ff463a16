using System.Runtime.ExceptionServices;

namespace Truce.Record;

/// <summary>Work that is the same for each of many parts.</summary>
internal static class Threads
{
    /// <summary>
    /// Does each part, on several threads where there are several parts; throws what a part threw. What
    /// <paramref name="begin"/> makes is made once a thread: it may be large.
    /// </summary>
    public static void For<T>(int parts, int threads, Func<T> begin, Action<int, T> act)
    {
        if (parts <= 1 || threads == 1)
        {
            var own = parts == 0 ? default : begin();
            for (var part = 0; part < parts; part++)
            {
                act(part, own!);
            }

            return;
        }

        var next = -1;
        ExceptionDispatchInfo? thrown = null;
        Parallel.For(0, Math.Min(parts, threads), _ =>
        {
            try
            {
                var own = begin();
                for (int part; thrown is null && (part = Interlocked.Increment(ref next)) < parts;)
                {
                    act(part, own);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref thrown, ExceptionDispatchInfo.Capture(e), null);
            }
        });
        thrown?.Throw();
    }
}
