using System.Diagnostics;
using Truce.Rules;
using Truce.Benchmarks;

var yaml = args[0] switch { "grow" => Frameworks.Growing(int.Parse(args[1]), 1), "crowd" => Frameworks.Crowded(int.Parse(args[1]), int.Parse(args[2]), int.Parse(args[3]), 1), "last" => Frameworks.LastWords(int.Parse(args[1]), 1),
  _ => File.ReadAllText(args[0]) };
var n = args.Length > 1 && args[0].EndsWith("yaml") ? int.Parse(args[1]) : 1;
var sw = Stopwatch.StartNew();
var reading = FrameworkReader.Read(yaml, "x.yaml");
Console.WriteLine($"{yaml.Length} bytes read {sw.ElapsedMilliseconds} ms");
foreach (var d in reading.Diagnostics.Take(5)) Console.WriteLine(d);
if (!reading.IsUsable) return;
for (var i = 0; i < n; i++) {
sw.Restart();
var book = new Rulebook(reading.Framework);
var t1 = sw.Elapsed.TotalMilliseconds;
sw.Restart();
if (args[0] == "last") { for (var k = 0; k < 20; k++) { sw.Restart(); var c = book.Clauses; var ps = Overlaps.Pairs(book.Space, c.Select(x => x.Box).ToList(), c.Select(x => x.Whom).ToList()); Console.WriteLine($"{ps.Count} pairs {sw.Elapsed.TotalMilliseconds:0.000} ms, {c.Length} clauses, {book.Space.Count:e}"); } 
 return; }
var r = Check.Run(book);
if (i % Math.Max(1, n/20) == 0 || n==1) Console.WriteLine($"compile {t1:0.0} check {sw.Elapsed.TotalMilliseconds:0.0} ms, {r.Findings.Length} findings, nodes {r.Nodes}, {string.Join("; ", r.NotDecided.Take(2))} space {book.Space.Count:e} alloc {GC.GetTotalAllocatedBytes()>>20} MB");
}
