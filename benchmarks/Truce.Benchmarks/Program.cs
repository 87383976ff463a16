using Truce.Benchmarks;

// ./bench rules [--json] [--plot FILE] [--soak [FROM-COUNT [findings]]]
//         space [--quick] [--only readers|commits|fences|nts|postgis|growth] [--json] [--plot FILE]
//         mission [--quick] [--only decide|fold|signed] [--json]
//         record [--quick] [--only append|signed|crash|large] [--json] [--soak [FROM-COUNT]]
var json = args.Contains("--json");
var plot = Array.IndexOf(args, "--plot") is var p && p >= 0 && p + 1 < args.Length ? args[p + 1] : null;
var only = Array.IndexOf(args, "--only") is var o && o >= 0 && o + 1 < args.Length ? args[o + 1] : null;
switch (args.FirstOrDefault())
{
    case "rules" when args.Contains("--soak"):
        return Soak.Run(Array.IndexOf(args, "--soak") is var at && at + 1 < args.Length ? args[at + 1] : "1-1000000",
            args.Contains("findings"), Console.Out);
    case "rules":
        return RulesBench.Run(json, plot, Console.Out);
    case "space":
        return SpaceBench.Run(args.Contains("--quick"), json, plot, only, Console.Out);
    case "record":
        return RecordBench.Run(args.Contains("--quick"), json, only, Console.Out);
    case "mission":
        return MissionBench.Run(args.Contains("--quick"), json, only, Console.Out);
    case RecordParts.Word:
        return RecordParts.Run(args[1..]);
    default:
        Console.Error.WriteLine(
            "usage: ./bench rules [--json] [--plot FILE.svg] [--soak [FROM-COUNT [findings]]] | "
            + "./bench space [--quick] [--only PART] [--json] [--plot FILE.svg] "
            + "| ./bench mission [--quick] [--only decide|fold|signed] [--json] "
            + "| ./bench record [--quick] [--only PART] [--json] [--soak [FROM-COUNT]]");
        return 2;
}
