using System.Collections.Concurrent;

namespace Truce.Record.Tests.Faults;

/// <summary>
/// In each test run every call gets one of the three faults, in turn; <c>./bench record --soak</c> gives each all
/// three.
/// </summary>
public sealed class RealFaultTests : IDisposable
{
    internal static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Truce.Record.Tests");

    private readonly string _template = Directory.CreateTempSubdirectory("truce-faults-").FullName;

    [Fact]
    public void No_failing_call_of_a_new_log_loses_what_was_acknowledged() => EachCallFails(before: []);

    [Fact]
    public void No_failing_call_of_a_log_that_recovers_loses_what_was_acknowledged()
    {
        SkipWithout();
        EachCallFails(RealFaults.LeaveCrashed(Program, _template));
    }

    [Fact]
    public void A_promise_that_is_not_kept_is_found()
    {
        SkipWithout();
        var before = RealFaults.LeaveCrashed(Program, _template);
        var call = new SystemCall("fdatasync", 3);
        Assert.Null(RealFaults.Try(Program, _template, before, call, FaultKind.Kill));

        var wrong = RealFaults.Try(Program, _template, [.. before, "entry 900 00"], call, FaultKind.Kill);

        Assert.Contains("`entry 900 00` was promised; there is nothing", wrong, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_template, recursive: true);

    private void EachCallFails(IReadOnlyList<string> before)
    {
        SkipWithout();
        var calls = RealFaults.Count(Program, _template);
        Assert.InRange(calls.Count, 80, 400); // fewer would mean that the trace missed them
        var wrong = new ConcurrentBag<string>();
        Parallel.For(0, calls.Count, i =>
        {
            if (RealFaults.Try(Program, _template, before, calls[i], (FaultKind)(i % 3)) is { } what)
            {
                wrong.Add(what);
            }
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong));
    }

    private static void SkipWithout()
    {
        if (RealFaults.Missing() is { } reason)
        {
            Assert.Skip(reason);
        }
    }
}
