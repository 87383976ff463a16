using System.Text;
using Truce.Mission;
using Truce.Rules;

namespace Truce.Missions;

/// <summary>A report for a terminal, and as Markdown. Somebody hostile may have chosen any name in it.</summary>
internal static class ReportText
{
    private const int RangesMax = 8;

    /// <summary>How an entry is proved on one's own machine.</summary>
    public const string ProveWords =
        "Each figure names its entries. Prove one on your own machine, N being its number: `truce record prove LOG N`, "
        + "LOG being a copy of the record or its address; then `truce record verify N.entry --policy YOUR.policy`.";

    /// <summary>The standing lines of a report.</summary>
    public static IEnumerable<string> Standing(Report report) =>
        report.HasRulings ? [Prose.StandingLine, Prose.RecognitionLine] : [Prose.RecognitionLine];

    /// <summary>The report as text.</summary>
    public static string Of(ReportPaper paper)
    {
        var text = new StringBuilder();
        void Line(string words, string first = "", string rest = "") =>
            FindingText.Wrap(text, Plain.Words(words), first, rest);
        if (paper.Embargo is { } embargo)
        {
            Line(embargo);
        }

        Line($"{(paper.IsExercise ? "EXERCISE: " : "")}{paper.Report.Title}, {paper.PeriodWords}");
        Line($"{paper.Mission}, the record {paper.Origin}");
        Line($"Made with the eyes of {paper.As}: {paper.Reading}. {paper.ForWhom}");
        Line($"At the checkpoint of {paper.CheckpointWords}");
        text.Append("\nWHAT IS NOT KNOWN\n");
        foreach (var gap in paper.Gaps)
        {
            Line(gap.Words, "  - ", "    ");
        }

        foreach (var section in paper.Report.Sections)
        {
            text.Append('\n');
            Line(section.Title);
            if (section.Note.Length > 0)
            {
                Line(section.Note, "  ", "  ");
            }

            foreach (var figure in section.Figures)
            {
                Line(Row(figure), "  ", "      ");
            }

            if (section.Figures.IsEmpty)
            {
                text.Append("  none\n");
            }
        }

        text.Append('\n');
        Line(ProveWords);
        text.Append('\n');
        foreach (var line in Standing(paper.Report))
        {
            Line(line);
        }

        return text.ToString();
    }

    /// <summary>The report as Markdown: tables that any reader of it shows.</summary>
    public static string Markdown(ReportPaper paper)
    {
        var text = new StringBuilder();
        text.Append($"# {(paper.IsExercise ? "EXERCISE: " : "")}{Escape(paper.Report.Title)}\n\n");
        text.Append(paper.Embargo is { } embargo ? $"**{Escape(embargo)}**\n\n" : "");
        foreach (var line in new[]
        {
            $"{paper.Mission}, the record {paper.Origin}: {paper.PeriodWords}.",
            $"Made with the eyes of {paper.As}: {paper.Reading}. {paper.ForWhom}",
            $"At the checkpoint of {paper.CheckpointWords}.",
        })
        {
            text.Append($"- {Escape(line)}\n");
        }

        text.Append("\n## What is not known\n\n");
        foreach (var gap in paper.Gaps)
        {
            text.Append($"- {Escape(gap.Words)}\n");
        }

        foreach (var section in paper.Report.Sections)
        {
            text.Append($"\n## {Escape(section.Title)}\n\n");
            text.Append(section.Note.Length > 0 ? $"{Escape(section.Note)}\n\n" : "");
            text.Append(section.Figures.IsEmpty ? "none\n"
                : "| what | figure | unit | remark | entries |\n| --- | ---: | --- | --- | --- |\n");
            foreach (var f in section.Figures)
            {
                text.Append($"| {Escape(f.Label)} | {Escape(ReportPaper.Value(f))} | {Escape(ReportPaper.Unit(f))} | "
                    + $"{Escape(Remark(f))} | {ReportPaper.Numbers(f.Entries, RangesMax)} |\n");
            }
        }

        text.Append($"\n{Code(ProveWords)}\n\n---\n\n");
        return text.Append(string.Join("\n\n", Standing(paper.Report).Select(Escape))).Append('\n').ToString();
    }

    /// <summary>The mark of a figure and its remark.</summary>
    public static string Remark(Figure figure) => string.Join(": ",
        new[] { ReportPaper.Word(figure.Mark), figure.Note }.Where(w => w.Length > 0));

    private static string Row(Figure f) => $"{f.Label}: {ReportPaper.Value(f)} {ReportPaper.Unit(f)}".TrimEnd()
        + (Remark(f) is { Length: > 0 } remark ? $" [{remark}]" : "")
        + (f.Entries.IsEmpty ? "" : $" (entr{(f.Entries.Length == 1 ? "y" : "ies")} "
            + $"{ReportPaper.Numbers(f.Entries, RangesMax)})");

    /// <summary>Words of anybody: nothing in them is markup.</summary>
    private static string Escape(string words)
    {
        var text = new StringBuilder();
        foreach (var c in Plain.Words(words))
        {
            _ = c switch
            {
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '&' => text.Append("&amp;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!' or '$' =>
                    text.Append('\\').Append(c),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }

    /// <summary>A sentence of ours: what stands in backticks stays code.</summary>
    private static string Code(string words) => string.Join('`',
        words.Split('`').Select((part, i) => i % 2 == 1 ? part : Escape(part)));
}
