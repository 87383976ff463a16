using System.Runtime.ExceptionServices;

namespace Truce.Record;

/// <summary>Work that is the same for each of many parts.</summary>
internal static class Threads
{
    /// <summary>Does each part, on several threads where there are several parts; throws what a part threw.</summary>
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

        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, begin, (part, _, own) =>
            {
                act(part, own);
                return own;
            }, _ => { });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
