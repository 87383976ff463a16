using Truce.Record;
using Truce.Verbs;

namespace Truce.Missions;

/// <summary>
/// A log at its operator's: his device, the way into the log, and the state of whoever reads everything.
/// </summary>
internal sealed class OperatorDesk : IDisposable
{
    private readonly RecordFolder _record;
    private readonly DeviceSigner _device;

    private OperatorDesk(RecordFolder record, DeviceSigner device, MissionReading reading) =>
        (_record, _device, Reading) = (record, device, reading);

    /// <summary>The state as it was when the desk was opened.</summary>
    public MissionReading Reading { get; }

    /// <summary>Whose keys there are.</summary>
    public Roster Roster => _record.Reception.Roster;

    /// <summary>Opens a log for the operator's word; null, and the reason printed, where he cannot speak.</summary>
    public static OperatorDesk? Open(string log, string key, string? keys, string readingKey, TextWriter error)
    {
        var device = KeyFiles.Signer(key, error);
        var record = device is null ? null : RecordFolder.Open(log, keys, readingKey, error);
        var desk = record is null ? null : Open(log, record, device!, error);
        if (desk is null)
        {
            record?.Dispose();
            device?.Dispose();
        }

        return desk;
    }

    /// <summary>
    /// Says something to one organisation alone. Null, and the reason printed, where it was refused or the organisation
    /// has no reading key; else the entry with its outcome.
    /// </summary>
    public (long Entry, Outcome Outcome)? Say(
        string type, JsonValue.Members act, string reader, string? subject, string? receipts, TextWriter error)
    {
        var audience = Audience.Of(reader);
        var sealing = audience.IsValid
            ? ActSealing.Of(Roster, audience.Value, [], new Dictionary<string, string[]>())
            : new Unreadable(audience.Error);
        if (!sealing.IsValid)
        {
            error.WriteLine($"error: {sealing.Error}\n  help: nothing was entered");
            return null;
        }

        var pen = _record.PenOf(_device);
        var draft = _record.Draft(pen, type, act) with
        {
            Audience = audience.Value,
            Expects = subject is null ? null : [new Expectation(subject, null)],
        };
        var submission = pen.Seal(draft, sealing.Value.Recipients,
            ActSealing.Random(sealing.Value.Recipients.Count), []);
        switch (_record.Reception.Take(submission, MissionTimes.Now))
        {
            case Answer.Recorded recorded:
                RecordAppendVerb.Keep(receipts, $"{recorded.Index}.receipt", recorded.Receipt, error);
                return (recorded.Index, _record.OutcomeOf(recorded.Index)!);
            case Answer.Refused refused:
                error.WriteLine($"error: refused ({refused.Refusal.Word}): {refused.Refusal.Words}\n"
                    + "  help: `truce record stats` shows keys and limits");
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Publishes what was said.</summary>
    public int Finish(int code, TextWriter error) => RecordAppendVerb.Finish(_record, code, error);

    /// <inheritdoc/>
    public void Dispose()
    {
        Reading.Dispose();
        _record.Dispose();
        _device.Dispose();
    }

    private static OperatorDesk? Open(string log, RecordFolder record, DeviceSigner device, TextWriter error)
    {
        var standing = record.Reception.Roster.KeyAt(device.Key, record.Log.Size);
        if (!standing.MaySign || standing.Key?.Role != EnrolledKey.OperatorRole)
        {
            error.WriteLine($"error: `{device.Key}` is no key of the operator here\n"
                + "  help: `truce key enrol --role operator` makes it one");
            return null;
        }

        // What was taken and not yet published counts: a question comes after it.
        return record.Publish(error) && MissionReading.Open(log, record.Reader, error) is { } reading
            ? new OperatorDesk(record, device, reading) : null;
    }
}
