using System.CommandLine;
using Truce.Space;

namespace Truce.Verbs;

/// <summary><c>truce space where</c>: one position in each form.</summary>
internal static class SpaceWhere
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var text = new Argument<string[]>("POSITION")
        {
            Description = "latitude and longitude in any usual form, or a grid reference (MGRS)",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("where",
            "A position in each form: grid reference, degrees, degrees with minutes and seconds.\n\nExamples:\n" +
            "  truce space where 36RXV 23720 63579\n  truce space where \"31.4 34.38\"\n" +
            "  truce space where \"31°24'00\\\"N 34°22'48\\\"E\"")
        {
            text,
        };
        command.SetAction(parsed =>
        {
            var asked = string.Join(' ', parsed.GetValue(text)!);
            if (PositionText.Read(asked) is not PositionReading.Accepted read)
            {
                var why = ((PositionReading.Refused)PositionText.Read(asked)).Text;
                error.WriteLine($"error: {why}");
                return 2;
            }

            var metres = read.SquareMetres ?? 1;
            var digits = 5 - (int)Math.Round(Math.Log10(metres));
            output.WriteLine($"grid     {Mgrs.Of(read.Position, digits) ?? "none: it lies in the polar grid (UPS)"}");
            output.WriteLine($"degrees  {PositionText.Decimal(read.Position, decimals: 6)}");
            output.WriteLine($"minutes  {PositionText.Sexagesimal(read.Position, decimals: 2)}");
            if (read.SquareMetres is { } side)
            {
                output.WriteLine($"A reference is a square: this is the middle of {side} m by {side} m.");
            }

            return 0;
        });
        return command;
    }
}
