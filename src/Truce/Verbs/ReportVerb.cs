using System.Collections.Immutable;
using System.CommandLine;
using Truce.Json;
using Truce.Mission;
using Truce.Missions;
using Truce.Page;
using Truce.Rules;
using Reports = Truce.Mission.Reports;

namespace Truce.Verbs;

/// <summary><c>truce report</c>: figures counted from a record, each with the entries behind it.</summary>
internal static class ReportVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var group = new Command("report",
            "Count a mission's record as far as you may read it: every figure names the entries behind it."
            + "\n\nExamples:\n"
            + "  truce report frictions --log our-log\n"
            + "  truce report movements --log our-log --from 2026-03-01T00:00:00Z --format html --output page.html\n"
            + "  truce report watch --log our-log --as force.reading.key --format html --output relief.html");
        foreach (var (name, does) in Reports.Names)
        {
            group.Add(One(name, does, output, error));
        }

        return group;
    }

    private static Command One(string name, string does, TextWriter output, TextWriter error)
    {
        var isWatch = name == Reports.Watch;
        var from = new TimeOption("--from", isWatch ? "where no watch is open: what came from this time on; else "
            + "since the watch was taken over" : "what belongs to this time or later; without it all");
        var until = new TimeOption("--until", "what belongs to before this time, and the time as of which it is "
            + "judged; without it the clock of this machine");
        var watch = new Option<string?>("--watch") { Description = "which watch: its id, its beginning, or its post" };
        var format = new Option<string>("--format")
        {
            Description = "text, markdown, html (one page with nothing from outside), csv (with HXL hashtags) or json",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "markdown", "html", "csv", "json");
        var to = new Option<string?>("--output") { Description = "write it to this file, and print nothing" };
        var release = new Option<string?>("--release-to")
        {
            Description = "an organisation that is to have it: written only if all that it is counted from is public, "
                + "or for an audience with that organisation, or names it in `release`",
        };
        var eyes = new MissionEyes();
        var command = new Command(name, $"{char.ToUpperInvariant(does[0])}{does[1..]}.\n\nExamples:\n"
            + $"  truce report {name} --log our-log\n"
            + $"  truce report {name} --log our-log --as un.reading.key --format html --output {name}.html")
        {
            from.Option, until.Option, format, to, release,
        };
        if (isWatch)
        {
            command.Add(watch);
        }

        eyes.AddTo(command, json: false);
        command.SetAction(parsed =>
        {
            if (from.Read(parsed, long.MinValue, error) is not { } first
                || until.Read(parsed, MissionTimes.Now + 1, error) is not { } end)
            {
                return 2;
            }

            if (first >= end)
            {
                error.WriteLine("error: `--from` is not before `--until`\n  help: the period holds what belongs to "
                    + "`--from` or later, and to before `--until`");
                return 2;
            }

            using var reading = eyes.Open(parsed, error);
            if (reading is null)
            {
                return 2;
            }

            var period = new Period(first, end) { Zone = MissionTimes.Of(reading, end).Zone };
            var report = isWatch ? Relief(reading, parsed.GetValue(watch), period, error)
                : Reports.Of(name, reading.Fold, period);
            if (report is null)
            {
                return 2;
            }

            var paper = ReportPaper.Of(reading, report);
            return parsed.GetValue(release) is { } whom && paper.Handling.Held(whom) is { IsEmpty: false } held
                ? Withheld(whom, held, error)
                : Give(paper, parsed.GetValue(format)!, parsed.GetValue(to), output, error) ? 0 : 2;
        });
        return command;
    }

    /// <summary>
    /// The relief page of the watch that is meant; null, and the choice printed, where that is not clear.
    /// </summary>
    private static Report? Relief(MissionReading reading, string? wanted, Period period, TextWriter error)
    {
        var open = WatchPage.Open(reading.Fold);
        Subject[] meant = [.. open.Where(w => wanted is null || w.Id.StartsWith(wanted, StringComparison.Ordinal)
            || w.Opening.Word("post") == wanted)];
        if (meant.Length == 1 || (meant.Length == 0 && wanted is null))
        {
            return WatchPage.Of(reading.Fold, meant.FirstOrDefault(), period);
        }

        error.WriteLine(wanted is null ? $"error: {meant.Length} watches are open"
            : $"error: `--watch {wanted}` is {(meant.Length == 0 ? "no open watch" : "more than one open watch")} that "
                + $"{reading.As} may read");
        error.WriteLine(open.IsEmpty ? "  help: without `--watch` the page is made without a watch"
            : "  help: name one: " + string.Join(", ",
                open.Select(w => $"{w.Id} ({Plain.Words(w.Opening.Word("post")!)})")));
        return null;
    }

    /// <summary>Says what keeps a report from going to somebody: exit 1.</summary>
    private static int Withheld(
        string whom, ImmutableArray<(string Id, Subject? Subject)> held, TextWriter error)
    {
        const int listedMax = 10;
        error.WriteLine($"error: not written: it is counted from {held.Length} "
            + $"{(held.Length == 1 ? "subject that does" : "subjects that do")} not go to {Plain.Words(whom)}");
        foreach (var (id, subject) in held.Take(listedMax))
        {
            error.WriteLine(subject is not { IsOpen: true } ? $"  {id}, whose opening is not here"
                : $"  {id}, opened by entry {subject.OpenedBy}, " + (subject.Audience is { } audience
                    ? $"for {audience} and the operator; "
                        + (Handling.Of(subject) is { Release: { IsEmpty: false } release }
                            ? $"release {string.Join(", ", release.Select(Plain.Words))}" : "no release list")
                    : "public, with steps that are not"));
        }

        if (held.Length > listedMax)
        {
            error.WriteLine($"  and {held.Length - listedMax} more");
        }

        error.WriteLine("  help: make it with the eyes of somebody who may have it (`--as`), or ask who opened them; "
            + "`release` is set when a subject is opened");
        return 1;
    }

    private static bool Give(ReportPaper paper, string format, string? to, TextWriter output, TextWriter error)
    {
        using var text = new StringWriter { NewLine = "\n" };
        switch (format)
        {
            case "html":
                text.Write(ReportPage.Of(paper));
                break;
            case "markdown":
                text.Write(ReportText.Markdown(paper));
                break;
            case "csv":
                text.Write(ReportTable.Of(paper));
                break;
            case "json":
                ReportJson.Write(text, paper);
                break;
            default:
                text.Write(ReportText.Of(paper));
                break;
        }

        if (to is not null)
        {
            return PageFile.Write(to, text.ToString(), error);
        }

        // A table has line ends of its own, and no format holds what a terminal obeys.
        (format == "csv" ? CleanWriter.Beneath(output) : output).Write(text.ToString());
        return true;
    }
}
