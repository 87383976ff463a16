using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary><c>truce mission digest</c>: what organisations are told of checks of their cells, once a day.</summary>
internal static class MissionDigestVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var day = new Option<string?>("--day")
        {
            Description = "the day of UTC that is told, as 2026-03-10; without it yesterday",
        };
        var options = new OperatorOptions();
        var command = new Command("digest",
            "Tells each organisation that has a reading key who checked, on a day, cells in which it has a protected "
            + "movement or site, and how often; also that nobody did. For the operator, once a day: one entry for "
            + "each, whatever there is to tell. Exit 0 given, 1 an answer on the record is not what was stated before "
            + "it, 2 bad input.\n\nExamples:\n  truce mission digest --log our-log --key operator.key --reading-key -\n"
            + "  truce mission digest --day 2026-03-10 --log our-log --key operator.key --reading-key mission.key")
        {
            day,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var yesterday = Instant.FromUnixTimeMilliseconds(MissionTimes.Now).InUtc().Date.PlusDays(-1);
            var text = parsed.GetValue(day);
            var date = text is null ? ParseResult<LocalDate>.ForValue(yesterday) : LocalDatePattern.Iso.Parse(text);
            if (!date.Success)
            {
                error.WriteLine($"error: `--day {text}` is no day\n  help: write 2026-03-10");
                return 2;
            }

            if (date.Value > yesterday)
            {
                error.WriteLine($"error: `--day {text}` is not over\n  help: a digest tells whole days of UTC");
                return 2;
            }

            if (options.Open(parsed, error) is not { } desk)
            {
                return 2;
            }

            using (desk)
            {
                return Give(desk, date.Value, parsed.GetValue(options.Receipts), output, error);
            }
        });
        return command;
    }

    private static int Give(OperatorDesk desk, LocalDate date, string? receipts, TextWriter output, TextWriter error)
    {
        var day = date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant().ToUnixTimeMilliseconds();
        var (fold, all) = (desk.Reading.Fold, desk.Roster.Organisations.ToArray());
        MissionVerb.Head(output, desk.Reading);
        foreach (var owner in all.Where(o => o.ReadingKey is not null).Select(o => o.Name))
        {
            if (fold.Of("digest").Any(d => d.IsOpen && d.Opening.Word("owner") == owner
                && d.Opening.Number("day") == day))
            {
                output.WriteLine($"  {Plain.Words(owner)}: given already");
                continue;
            }

            var (askers, entries) = Questions.Digest(fold, owner, day, all.Select(o => o.Name));
            var said = desk.Say("digest.give", new JsonValue.Members(
                [
                    new("owner", new JsonValue.Text(owner)), new("day", new JsonValue.Number(day)),
                    new("askers", new JsonValue.Items([.. askers.Select(a => new JsonValue.Text(a))])),
                    new("entries", new JsonValue.Items([.. entries.Select(e => new JsonValue.Text(e))])),
                ]), owner, subject: null, receipts, error);
            if (said is not { Outcome.Kind: OutcomeKind.Applied })
            {
                error.WriteLine(said is null ? "" : $"error: {said.Value.Outcome.Why}\n  help: nothing was told");
                return desk.Finish(2, error);
            }

            var some = askers.Where(a => !a.EndsWith("=00000", StringComparison.Ordinal)).ToArray();
            output.WriteLine($"  {Plain.Words(owner)}: entry {said.Value.Entry}, "
                + (some.Length == 0 ? "nobody" : Plain.Words(string.Join(", ", some))));
        }

        string[] untrue = [.. Questions.Untrue(fold).Select(q => q.Id)];
        foreach (var check in untrue)
        {
            output.WriteLine($"! the answer to {check} is not what was stated before it");
        }

        MissionVerb.Standing(output);
        return desk.Finish(untrue.Length > 0 ? 1 : 0, error);
    }
}
