using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Truce.Rules;

namespace Truce.Benchmarks;

/// <summary>Which last words meet, as SMT-LIB text for Z3.</summary>
internal static partial class Smt
{
    /// <summary>A way to put the question. The quickest of them is what ours is compared with.</summary>
    public sealed record Encoding(string Name, bool BitVectors, bool Assuming);

    public static readonly Encoding[] Encodings =
    [
        new("integers, push and pop", BitVectors: false, Assuming: false),
        new("bit-vectors, push and pop", BitVectors: true, Assuming: false),
        new("integers, assumptions", BitVectors: false, Assuming: true),
        new("bit-vectors, assumptions", BitVectors: true, Assuming: true),
    ];

    /// <summary>Declares the dimensions and the clauses' boxes.</summary>
    public static string Declare(Situations s, IReadOnlyList<ulong[]> boxes, Encoding e)
    {
        var text = new StringBuilder();
        for (var d = 0; d < s.Dims; d++)
        {
            text.Append(CultureInfo.InvariantCulture, $"(declare-const d{d} " +
                $"{(e.BitVectors ? "(_ BitVec 12)" : "Int")})\n(assert {Between(d, 0, s.Size(d) - 1, e)})\n");
        }

        for (var i = 0; i < boxes.Count; i++)
        {
            var parts = new List<string> { "true" };
            for (var d = 0; d < s.Dims; d++)
            {
                var mask = s.Dim(boxes[i], d);
                if (!Mask.Same(mask, s.Dim(s.Full, d)))
                {
                    parts.Add($"(or false {string.Join(' ', Runs(mask).Select(r => Between(d, r.From, r.Until, e)))})");
                }
            }

            text.Append(CultureInfo.InvariantCulture, $"(declare-const r{i} Bool)\n(assert " +
                $"({(e.Assuming ? "=>" : "=")} r{i} (and {string.Join(' ', parts)})))\n");
        }

        return text.ToString();
    }

    private static string Between(int dim, int from, int until, Encoding e)
    {
        string Number(int n) => e.BitVectors ? $"(_ bv{n} 12)" : n.ToString(CultureInfo.InvariantCulture);
        var at = e.BitVectors ? "bvule" : "<=";
        return from == until ? $"(= d{dim} {Number(from)})" : $"(and ({at} {Number(from)} d{dim}) ({at} d{dim} " +
            $"{Number(until)}))";
    }

    private static List<(int From, int Until)> Runs(ReadOnlySpan<ulong> mask)
    {
        var runs = new List<(int From, int Until)>();
        foreach (var bit in Mask.Bits(mask))
        {
            if (runs.Count > 0 && runs[^1].Until == bit - 1)
            {
                runs[^1] = (runs[^1].From, bit);
            }
            else
            {
                runs.Add((bit, bit));
            }
        }

        return runs;
    }

    /// <summary>Asks about each pair of different kinds.</summary>
    public static string Pairs(IReadOnlyList<int> kinds, Encoding e)
    {
        var text = new StringBuilder();
        foreach (var (i, j) in Asked(kinds))
        {
            text.Append(e.Assuming ? FormattableString.Invariant($"(check-sat-assuming (r{i} r{j}))\n")
                : FormattableString.Invariant($"(push 1)(assert r{i})(assert r{j})(check-sat)(pop 1)\n"));
        }

        return text.ToString();
    }

    public static IEnumerable<(int, int)> Asked(IReadOnlyList<int> kinds) =>
        Enumerable.Range(0, kinds.Count).SelectMany(i => Enumerable.Range(i + 1, kinds.Count - i - 1)
            .Where(j => kinds[i] != kinds[j]).Select(j => (i, j)));

    /// <summary>Debian's libz3 in this process, or null where it is not installed.</summary>
    public static Func<string, string>? Library()
    {
        if (!NativeLibrary.TryLoad("libz3.so.4", out _))
        {
            return null;
        }

        var config = Z3_mk_config();
        var context = Z3_mk_context(config);
        return text => Marshal.PtrToStringUTF8(Z3_eval_smtlib2_string(context, text)) ?? "";
    }

    [LibraryImport("libz3.so.4")]
    private static partial nint Z3_mk_config();

    [LibraryImport("libz3.so.4")]
    private static partial nint Z3_mk_context(nint config);

    [LibraryImport("libz3.so.4", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Z3_eval_smtlib2_string(nint context, string text);
}
