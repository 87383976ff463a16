using Truce.Benchmarks;

// ./bench rules [--json] [--plot FILE] [--soak [FROM-COUNT [findings]]]
var json = args.Contains("--json");
switch (args.FirstOrDefault())
{
    case "rules" when args.Contains("--soak"):
        return Soak.Run(Array.IndexOf(args, "--soak") is var at && at + 1 < args.Length ? args[at + 1] : "1-1000000",
            args.Contains("findings"), Console.Out);
    case "rules":
        var plot = Array.IndexOf(args, "--plot") is var p && p >= 0 && p + 1 < args.Length ? args[p + 1] : null;
        return RulesBench.Run(json, plot, Console.Out);
    case "space":
        return SpaceBench.Run(Console.Out);
    case "record":
        return RecordBench.Run(Console.Out);
    default:
        Console.Error.WriteLine(
            "usage: ./bench rules [--json] [--plot FILE.svg] [--soak [FROM-COUNT [findings]]] | ./bench record");
        return 2;
}
