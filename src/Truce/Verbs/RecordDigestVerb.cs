using System.CommandLine;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record digest</c>: what the operator owes the log by the clock.</summary>
internal static class RecordDigestVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "the log's folder" };
        var key = new Option<string>("--key")
        {
            Description = "the private key of an enrolled key of the operator",
            Required = true,
        };
        var daily = new Option<bool>("--daily")
        {
            Description = "also the hash of what each reader's fold holds now, for everybody and for each audience",
        };
        var keys = new Option<string?>("--keys") { Description = "the folder of the operator's keys" };
        var reading = new Option<string?>("--reading-key")
        {
            Description = "the mission's private reading key, or - for the standard input: the audiences need it",
        };
        var receipts = new Option<string?>("--receipts")
        {
            Description = "the folder for INDEX.receipt and HASH.refusal",
        };
        var command = new Command("digest",
            "Enter what the operator owes by the clock: every hour the list of refusals to enrolled keys, every day "
            + "the hash of the folds. Their readers compute it again: `truce record fsck --replay`.\n\nExamples:\n"
            + "  truce record digest our-log --key operator.key\n"
            + "  truce record digest our-log --key operator.key --daily --reading-key - --receipts receipts")
        {
            folder, key, daily, keys, reading, receipts,
        };
        command.SetAction(parsed =>
        {
            using var device = KeyFiles.Signer(parsed.GetValue(key)!, error);
            using var record = device is null ? null : RecordFolder.Open(
                parsed.GetValue(folder)!, parsed.GetValue(keys), parsed.GetValue(reading), error);
            if (record is null || Submissions(record, device!, parsed.GetValue(daily), error) is not { } all)
            {
                return 2;
            }

            if (all.Count > 0)
            {
                return RecordAppendVerb.Take(record, all, parsed.GetValue(receipts), output, error);
            }

            output.WriteLine("nothing was refused to an enrolled key since the last list");
            return 0;
        });
        return command;
    }

    private static List<Submission>? Submissions(
        RecordFolder record, DeviceSigner device, bool daily, TextWriter error)
    {
        var standing = record.Reception.Roster.KeyAt(device.Key, record.Log.Size);
        if (!standing.MaySign || standing.Key?.Role != EnrolledKey.OperatorRole)
        {
            error.WriteLine($"error: `{device.Key}` is no key of the operator here\n"
                + "  help: `truce key enrol --role operator` makes it one");
            return null;
        }

        var pen = record.PenOf(device);
        List<Submission> all =
        [
            .. record.Reception.Refusals().Select(act => pen.Sign(record.Draft(pen, RefusalList.Type, act))),
        ];
        foreach (var (audience, act) in daily ? record.Reception.Daily() : [])
        {
            var draft = record.Draft(pen, Reception.DailyType, act) with { Audience = audience };
            var made = audience is null ? [pen.Sign(draft)]
                : RecordAppendVerb.Sealed(pen, draft, record.Reception.Roster, error);
            if (made is null)
            {
                return null;
            }

            all.AddRange(made);
        }

        return all;
    }
}
