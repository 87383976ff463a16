using System.Globalization;
using System.Text;
using Truce.Rules;
using Truce.Verbs;

namespace Truce.Missions;

/// <summary>
/// A report as CSV by RFC 4180, with a row of HXL hashtags below the heads: a row a figure, with its entries. What the
/// report rests on stands in rows of its own, so that no row has another number of fields.
/// </summary>
internal static class ReportTable
{
    /// <summary>The most entries of a cell: past it a count; JSON has more.</summary>
    private const int EntriesMax = 1_000;

    private const string About = "About this report";
    private const string CarriageReturnLineFeed = "\r\n";

    private static readonly (string Head, string Tag)[] Columns =
    [
        ("report", "#meta+report+code"), ("section", "#meta+section+name"), ("what", "#indicator+name"),
        ("number", "#indicator+num"), ("lowest", "#indicator+num+min"), ("highest", "#indicator+num+max"),
        ("text", "#indicator+text"), ("unit", "#indicator+unit"), ("mark", "#status+mark"), ("remark", "#meta+remark"),
        ("entries", "#meta+entries+list"), ("how many entries", "#meta+entries+num"), ("from", "#date+start"),
        ("until", "#date+end"), ("as", "#meta+reader"), ("record", "#meta+source"),
    ];

    /// <summary>The table.</summary>
    public static string Of(ReportPaper paper)
    {
        var text = new StringBuilder();
        Row(text, Columns.Select(c => c.Head));
        Row(text, Columns.Select(c => c.Tag), isTag: true);
        foreach (var (what, number, words) in AboutRows(paper))
        {
            Row(text, [paper.Report.Name, About, what, number, "", "", words, "", "", "", "", "", .. Source(paper)]);
        }

        foreach (var section in paper.Report.Sections)
        {
            foreach (var f in section.Figures)
            {
                var isNumber = f.Unit.Length > 0;
                Row(text,
                [
                    paper.Report.Name, section.Title, f.Label, isNumber ? f.Value ?? "" : "",
                    f.Low is { } low ? ReportPaper.Text(low) : "", f.High is { } high ? ReportPaper.Text(high) : "",
                    isNumber ? "" : f.Value ?? "", f.Unit, ReportPaper.Word(f.Mark).ToLowerInvariant(), f.Note,
                    string.Join(' ', f.Entries.Take(EntriesMax)), ReportPaper.Text(f.Entries.Length), .. Source(paper),
                ]);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string What, string Number, string Words)> AboutRows(ReportPaper paper)
    {
        if (paper.Embargo is { } embargo)
        {
            yield return ("embargo", "", embargo);
        }

        yield return ("mission", "", (paper.IsExercise ? "EXERCISE: " : "") + paper.Mission);
        yield return ("entries read", ReportPaper.Text(paper.Reading.Read), "");
        yield return ("entries closed to this reader", ReportPaper.Text(paper.Reading.Closed), "");
        yield return ("for whom", "", paper.ForWhom);
        yield return ("checkpoint", ReportPaper.Text(paper.Checkpoint.Size), paper.CheckpointWords);
        foreach (var gap in paper.Gaps)
        {
            yield return ("not known", "", gap.Words);
        }

        foreach (var line in ReportText.Standing(paper.Report).Append(ReportText.ProveWords))
        {
            yield return ("standing", "", line);
        }
    }

    private static string[] Source(ReportPaper paper) =>
    [
        paper.Report.Period.From == long.MinValue ? "" : RecordWords.Time(paper.Report.Period.From),
        RecordWords.Time(paper.Report.Period.Until), paper.As, paper.Origin,
    ];

    private static void Row(StringBuilder text, IEnumerable<string> cells, bool isTag = false) =>
        text.AppendJoin(',', cells.Select(c => isTag ? c : Cell(c))).Append(CarriageReturnLineFeed);

    /// <summary>
    /// A cell: on one line, quoted where it must be, and never a formula to a spreadsheet, which begins with one of
    /// these characters. A number stays one, below zero too.
    /// </summary>
    internal static string Cell(string words)
    {
        var cell = Plain.Words(words);
        if (!decimal.TryParse(cell, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out _)
            && cell.TrimStart() is ['=' or '+' or '-' or '@' or '|' or '%' or '＝' or '＋' or '－' or '＠', ..])
        {
            cell = $"'{cell}";
        }

        return cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell
            : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
