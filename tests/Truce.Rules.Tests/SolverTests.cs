using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Truce.Rules.Tests;

/// <summary>
/// A solver that other people wrote, Debian's z3, answers overlap and gap questions on random frameworks as the checker
/// does:
/// can two last words of different holders hold at once for an act that is asked about, and can nobody hold one?
/// LANGUAGE §5.
/// The formulas are made from the rules' clauses; which clauses are live, who yields and what is asked is left to the
/// solver.
/// </summary>
public sealed class SolverTests
{
    private const int Frameworks = 200;

    [Fact]
    public void Z3_agrees_on_overlaps_and_gaps_on_random_frameworks()
    {
        Assert.SkipUnless(Z3.IsThere, "z3 is not installed (Debian: apt-get install z3)");
        var (questions, expected, text) = (new List<string>(), new List<bool>(), new StringBuilder());
        for (var seed = 1; seed <= Frameworks; seed++)
        {
            var reading = FrameworkReader.Read(RandomFrameworks.Yaml(seed), "random.yaml");
            if (reading.IsUsable)
            {
                Ask(new Rulebook(reading.Framework), seed, text, questions, expected);
            }
        }

        var answers = Z3.Answers(text.ToString());
        Assert.Equal(questions.Count, answers.Count);
        var differing = questions.Where((_, i) => answers[i] != (expected[i] ? "sat" : "unsat")).ToList();
        Assert.True(differing.Count == 0,
            $"{differing.Count} of {questions.Count} differ, first {differing.FirstOrDefault()}");
        Assert.True(questions.Count >= 600 && expected.Count(e => e) >= 100 && expected.Count(e => !e) >= 100,
            $"{questions.Count} questions, {expected.Count(e => e)} of them satisfiable: too few to mean anything");
    }

    /// <summary>By the text, for each declared action: E101 for each pair of holders, and E102.</summary>
    private static void Ask(Rulebook book, int seed, StringBuilder text, List<string> questions, List<bool> expected)
    {
        var found = Check.Run(book).Findings.Where(f =>
            f.Footing.Kind == FootingKind.Text && f.Code is "E101" or "E102")
            .Select(f => $"{f.Code} {f.Action} {string.Join(' ', f.Subjects.Order(StringComparer.Ordinal))}".TrimEnd())
                .ToHashSet();
        var formulas = new Formulas(book);
        text.Append("(push 1)\n").Append(formulas.Declarations());
        foreach (var action in book.Framework.Actions.Select(a => a.Id))
        {
            foreach (var (name, formula) in formulas.Questions(action))
            {
                text.Append(CultureInfo.InvariantCulture, $"(push 1)(assert {formula})(check-sat)(pop 1)\n");
                questions.Add($"seed {seed}: {name}");
                expected.Add(found.Contains(name));
            }
        }

        text.Append("(pop 1)\n");
    }

    /// <summary>The framework as formulas over one integer for each dimension.</summary>
    private sealed class Formulas(Rulebook book)
    {
        private readonly Situations _s = book.Space;

        private readonly List<Clause> _clauses =
            [.. book.Clauses.Where(c => (c.BasisBit & book.Footings.Text.Bits) != 0)];

        public string Declarations()
        {
            var text = new StringBuilder();
            for (var d = 0; d < _s.Dims; d++)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"(declare-const d{d} Int)(assert (and (<= 0 d{d}) (< d{d} {_s.Size(d)})))\n");
            }

            // Overriders come first, so that each is defined before it is named.
            foreach (var c in _clauses)
            {
                var over = string.Join(' ',
                    c.OverriddenBy.Where(o => _clauses.Exists(x => x.Index == o)).Select(o => $"live{o}"));
                text.Append(CultureInfo.InvariantCulture,
                    $"(define-fun live{c.Index} () Bool (and {Box(c.Box)} (not (or false {over}))))\n");
            }

            return text.ToString();
        }

        public IEnumerable<(string Name, string Formula)> Questions(string action)
        {
            var a = _s.Actions.IndexOf(action);
            var possible = $"(and (= d1 {a}) {In(book.Performing(a), Situations.Performer)} (not (or false " +
                $"{string.Join(' ', book.Nevers.Select(Box))})))";
            var free = In(book.Free[a], Situations.Performer);
            var asked = $"(and {possible} (or {free} {Any(c => c.Kind is RuleKind.Grant or RuleKind.Oblige)}) " +
                $"(not {Any(c => c.Kind is RuleKind.Prohibit or RuleKind.Inherent)}))";
            var holders = _clauses.Where(c => c.Kind == RuleKind.Final).Select(c => c.Whom).Distinct().Order().ToList();
            foreach (var (x, y) in holders.SelectMany(x => holders.Where(y => y > x).Select(y => (x, y))))
            {
                var names = new[] { book.People.All[x].Id, book.People.All[y].Id }.Order(StringComparer.Ordinal);
                yield return ($"E101 {action} {string.Join(' ', names)}",
                    $"(and {asked} {Holds(x, holders)} {Holds(y, holders)})");
            }

            yield return ($"E102 {action}", $"(and {asked} (not {free}) (not {Any(c => c.Kind == RuleKind.Final)}))");
        }

        /// <summary>Has a live last word, and nobody above it has one.</summary>
        private string Holds(int holder, List<int> holders)
        {
            var above = holders.Where(h => book.People.IsAbove(h, holder));
            var live = above.Select(h => Any(c => c.Kind == RuleKind.Final && c.Whom == h));
            var held = Any(c => c.Kind == RuleKind.Final && c.Whom == holder);
            return $"(and {held} (not (or false {string.Join(' ', live)})))";
        }

        private string Any(Func<Clause, bool> which)
        {
            var live = _clauses.Where(which).Select(c => $"live{c.Index.ToString(CultureInfo.InvariantCulture)}");
            return $"(or false {string.Join(' ', live)})";
        }

        private string Box(ulong[] box) => $"(and true {string.Join(' ', Enumerable.Range(0, _s.Dims)
            .Where(d => !Mask.Same(_s.Dim(box, d), _s.Dim(_s.Full, d))).Select(d => In(_s.Dim(box, d), d)))})";

        private static string In(ReadOnlySpan<ulong> mask, int dim) =>
            $"(or false {string.Join(' ', Mask.Bits(mask).Select(v => $"(= d{dim} {v})"))})";
    }

    private static class Z3
    {
        public static bool IsThere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "z3")));

        /// <summary>One process; the questions go in and the answers come out in order.</summary>
        public static List<string> Answers(string text)
        {
            using var z3 = Process.Start(new ProcessStartInfo("z3", ["-in"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var told = z3.StandardOutput.ReadToEndAsync();
            z3.StandardInput.Write(text);
            z3.StandardInput.Close();
            var answers = told.GetAwaiter().GetResult();
            z3.WaitForExit();
            return [.. answers.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
    }
}
