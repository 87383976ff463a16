using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Truce.Rules;

namespace Truce.Benchmarks;

/// <summary><c>./bench rules</c>.</summary>
internal static class RulesBench
{
    public static int Run(bool json, string? plot, TextWriter output)
    {
        var rows = new List<Row>();
        var notes = new List<string>();
        // Children first: the largest child's memory is asked of the system, and the peers are larger.
        Program(rows);
        var cores = OneCore();
        Rulings(rows, notes);
        Pairs(rows, notes);
        Gaza(rows);
        AllCores(cores);
        var points = new[] { 100, 1_000, 10_000 }.Select(Growth.At).ToList();
        rows.AddRange(points.Select(p => new Row($"check of {Text.Number(p.Rules)} rules, reading not counted" +
            (p.Decided ? "" : " (not all decided)"), "ms", p.CheckMs)));
        if (plot is not null)
        {
            File.WriteAllText(plot, Growth.Plot(points));
        }

        if (json)
        {
            Rows.Json(rows, output);
        }
        else
        {
            Table(rows, notes, points, output);
        }

        return rows.Exists(r => r.Met == false) ? 1 : 0;
    }

    /// <summary>One core, so that figures are one core's; children inherit it.</summary>
    private static nint OneCore()
    {
        using var self = Process.GetCurrentProcess();
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var all = self.ProcessorAffinity;
        self.ProcessorAffinity = (nint)(1L << System.Numerics.BitOperations.Log2((ulong)all));
        return all;
    }

    private static void AllCores(nint cores)
    {
        using var self = Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux() && cores != 0)
        {
            self.ProcessorAffinity = cores;
        }
    }

    internal static readonly string Root = FindRoot();

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Truce.slnx")))
        {
            at = at.Parent ?? throw new InvalidOperationException("run ./bench from a checkout");
        }

        return at.FullName;
    }

    /// <summary>The program as a user starts it.</summary>
    private static void Program(List<Row> rows)
    {
        var (script, program) = (Path.Combine(Root, "truce"), Path.Combine(Root, "artifacts", "truce", "truce"));
        var gaza = Path.Combine(Root, "missions", "gaza");
        var runs = Enumerable.Range(0, 11).Select(_ => Measure.Child(program, "check", gaza)).ToList();
        var wall = Measure.Median(runs.Select(r => r.Wall));
        var largest = Measure.Children().LargestMegabytes;
        var (through, alone) = (Measure.Median(Enumerable.Range(0, 15).Select(_ => Measure.Child(script,
            "--version").Wall)),
            Measure.Median(Enumerable.Range(0, 15).Select(_ => Measure.Child(program, "--version").Wall)));
        rows.Add(new Row("truce check missions/gaza, cold process", "s", wall, Target: "at most 0.5",
            Met: wall <= 0.5));
        rows.Add(new Row("the same, processor time", "s", Measure.Median(runs.Select(r => r.Processor))));
        rows.Add(new Row("the same, largest memory", "MB", largest, Target: "at most 120", Met: largest <= 120));
        rows.Add(new Row("what ./truce adds to the program's own start", "ms", (through - alone) * 1000,
            Target: "under 150",
            Met: (through - alone) * 1000 < 150));
    }

    private static void Rulings(List<Row> rows, List<string> notes)
    {
        var policies = new Policies();
        notes.Add($"policies and requests: seed {Policies.Seed}; rulings compared where all three have a word for " +
            $"it: may, or may not");
        var book = new Rulebook(FrameworkReader.Read(policies.Framework(), "policies.yaml").Framework);
        var (desk, requests) = (new Desk(book), policies.Requests);
        var sheet = desk.NewSheet();
        var phases = Enumerable.Range(0, 5).Select(i => $"phase-{i}").ToArray();
        var facts = requests.Select(r => new[] { r.Consent ? 1 : 0, r.Threat ? 1 : 0 }).ToArray();
        var answers = new char[requests.Count];
        void Ask()
        {
            for (var i = 0; i < requests.Count; i++)
            {
                var r = requests[i];
                var verdict = desk.Ask(sheet, r.Actor, r.Action, r.Zone, phases[r.Phase], 0, 0, facts[i]);
                answers[i] = verdict == Verdict.Permitted ? '1' : '0';
                _sum ^= sheet.Rules.Length;
            }
        }

        Measure.Milliseconds(1, Ask);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var rate = requests.Count / Measure.Milliseconds(101, Ask) / 1000;
        var names = requests.Count / Measure.Milliseconds(101, () => Names(book, requests, phases)) / 1000;
        rows.Add(new Row("rulings from strings with all matched rules, 200 policies, one core", "M/s", rate,
            "limit: finding the four names alone", names, rate / names, "at least 4.6", rate >= 4.6));
        rows.Add(new Row("allocated by 10,000 rulings", "bytes", allocated, Target: "0", Met: allocated == 0));
        notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"of the 10,000 requests {answers.Count(a => a == '1') / 100.0:0.0} % " +
            $"are permitted"));
        Peers(rows, policies, rate, new string(answers));
    }

    private static System.Collections.Frozen.FrozenDictionary<string, int>[]? _names;

    private static int _sum;

    private static ulong _words;

    /// <summary>The least that an answer from strings can cost: to find the strings.</summary>
    private static void Names(Rulebook book, List<Policies.Request> requests, string[] phases)
    {
        static System.Collections.Frozen.FrozenDictionary<string, int> Of(IEnumerable<string> names) =>
            System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(names.Select((n, i) => KeyValuePair.Create(n,
                i)), StringComparer.Ordinal);
        var s = book.Space;
        _names ??= [Of(s.Performers), Of(s.Actions), Of(s.Leaves.Select(l => l.ToString())), Of(s.Phases)];
        foreach (var r in requests)
        {
            unchecked
            {
                _sum += _names[0][r.Actor] + _names[1][r.Action] + _names[2][r.Zone] + _names[3][phases[r.Phase]];
            }
        }
    }

    private static void Peers(List<Row> rows, Policies policies, double rate, string answers)
    {
        var folder = Path.Combine(Root, "benchmarks", "peers");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            rows.Add(new Row("against CASL and cedar-wasm", "times", double.NaN,
                "peer not installed: node or its packages"));
            return;
        }

        var file = Path.Combine(Path.GetTempPath(), $"truce-bench-{Environment.ProcessId}.json");
        File.WriteAllText(file, policies.ForPeers());
        try
        {
            foreach (var (key, name, least) in new (string, string, int?)[]
            {
                ("casl", "CASL 7.0.1, one ability of all policies", 30),
                ("caslByActor", "CASL 7.0.1, an ability for each actor", null),
                ("cedarWasm", "cedar-wasm 4.13.0", 1_000),
            })
            {
                using var node = Process.Start(new ProcessStartInfo("node",
                    [Path.Combine(folder, "rules.mjs"), file, key])
                { RedirectStandardOutput = true })!;
                using var told = JsonDocument.Parse(node.StandardOutput.ReadToEnd());
                node.WaitForExit();
                var peer = told.RootElement;
                var theirs = peer.GetProperty("rate").GetDouble() / 1e6;
                var different = answers.Zip(peer.GetProperty("answers").GetString()!).Count(x => x.First != x.Second);
                rows.Add(new Row($"rulings, against {name}", "M/s", rate, name, theirs, rate / theirs,
                    least is { } n ? $"at least {Text.Number(n)} times" : null, least is null ? null
                        : rate / theirs >= least));
                rows.Add(new Row($"answers that differ from {name}, of 10,000", "answers", different, name,
                    Target: "none", Met: different == 0));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Pairs(List<Row> rows, List<string> notes)
    {
        (Situations Space, List<ulong[]> Boxes, List<int> Holders) LastWords(int rules)
        {
            var book = new Rulebook(FrameworkReader.Read(Frameworks.LastWords(rules, Growth.Seed),
                "last-words.yaml").Framework);
            return (book.Space, [.. book.Clauses.Select(c => c.Box)], [.. book.Clauses.Select(c => c.Whom)]);
        }

        var (space, boxes, holders) = LastWords(200);
        var found = Overlaps.Pairs(space, boxes, holders);
        var ours = Measure.Milliseconds(301, () => Overlaps.Pairs(space, boxes, holders));
        var pass = Measure.Milliseconds(301, () => boxes.ForEach(b => Array.ForEach(b, w => _words ^= w)));
        rows.Add(new Row("all overlapping pairs of last words with different holders, 200 rules", "ms", ours,
            "limit: one pass over the boxes' words", pass, pass / ours, "at most 0.3", ours <= 0.3));
        notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"200 last words: seed {Growth.Seed}, {found.Count} pairs meet, in a " +
            $"space of {space.Count:0.#e0} situations"));
        var (encoding, theirs, pairs) = BestOfZ3(space, boxes, holders);
        if (encoding is null)
        {
            rows.Add(new Row("the same, against libz3", "ms", ours, "peer not installed: libz3.so.4"));
        }
        else
        {
            rows.Add(new Row($"the same, against libz3 ({encoding})", "ms", ours, "libz3", theirs, theirs / ours,
                "at least 1,000 times", theirs / ours >= 1_000));
            var different = found.Except(pairs).Count() + pairs.Except(found).Count();
            rows.Add(new Row("pairs that differ from libz3's", "pairs", different, "libz3", Target: "none",
                Met: different == 0));
        }

        var (wide, many, kinds) = LastWords(5_000);
        var long5000 = Measure.Milliseconds(9, () => Overlaps.Pairs(wide, many, kinds));
        rows.Add(new Row("all overlapping pairs, 5,000 rules", "ms", long5000, Target: "at most 220",
            Met: long5000 <= 220));
        notes.Add($"5,000 last words: {Text.Number(Overlaps.Pairs(wide, many, kinds).Count)} pairs meet");
    }

    /// <summary>Z3 with each way to put the question; the quickest counts.</summary>
    private static (string? Encoding, double Ms, List<(int, int)> Pairs) BestOfZ3(Situations space, List<ulong[]> boxes,
        List<int> holders)
    {
        (string? Encoding, double Ms, List<(int, int)> Pairs) best = (null, double.MaxValue, []);
        var asked = Smt.Asked(holders).ToList();
        foreach (var e in Smt.Encodings)
        {
            if (Smt.Library() is not { } z3)
            {
                return best;
            }

            var (declarations, questions, said) = (Smt.Declare(space, boxes, e), Smt.Pairs(holders, e), "");
            z3(declarations);
            var ms = Measure.Median(Enumerable.Range(0, 3).Select(_ => Measure.Once(() => said = z3(questions))));
            var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.Length != asked.Count || lines.Any(l => l is not ("sat" or "unsat")))
            {
                throw new InvalidOperationException($"libz3 did not answer: " +
                    $"{lines.FirstOrDefault(l => l is not ("sat" or "unsat"))}");
            }

            if (ms < best.Ms)
            {
                best = (e.Name, ms, [.. asked.Where((_, i) => lines[i] == "sat")]);
            }
        }

        return best;
    }

    private static void Gaza(List<Row> rows)
    {
        var text = File.ReadAllBytes(Path.Combine(Root, "missions", "gaza", "framework.yaml"));
        var framework = FrameworkReader.Read(text, "gaza").Framework;
        var ms = Measure.Milliseconds(101, () => Check.Run(new Rulebook(framework)));
        rows.Add(new Row("whole check of missions/gaza, warm", "ms", ms, Target: "at most 50", Met: ms <= 50));
    }

    private static void Table(List<Row> rows, List<string> notes, List<Growth.Point> points, TextWriter output)
    {
        output.WriteLine("Medians; peers and limits in the same run, on one core. A ratio above 1 is ours' favour.\n");
        Rows.Table(rows, output);
        output.WriteLine($"\nGrowth (seed {Growth.Seed}; about 20 rules an action)\n   rules    read ms   check ms   " +
            $"   steps  findings  decided");
        foreach (var p in points)
        {
            output.WriteLine($"{Text.Number(p.Rules),8} {Rows.Figure(p.ReadMs),10} {Rows.Figure(p.CheckMs),10} " +
                $"{Text.Number(p.Cells),10} {p.Findings,9}  {(p.Decided ? "all" : "not all")}");
        }

        output.WriteLine();
        notes.ForEach(output.WriteLine);
    }
}
