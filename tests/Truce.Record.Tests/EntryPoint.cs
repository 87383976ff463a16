using Truce.Record.Tests.Faults;

namespace Truce.Record.Tests;

/// <summary>The tests; or, with its word first, the small program under which disks are made to fail.</summary>
internal static class EntryPoint
{
    public static int Main(string[] args) => args switch
    {
        [AppendRun.Word, var folder] => AppendRun.Run(folder),
        [Soak.Word, .. var range] => Soak.Run(range is [var one] ? one : Soak.Usual),
        _ when args.Any(a => a is "-automated" or "@@") =>
            Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult(),
        _ => Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework
            .RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult(),
    };
}
