using System.CommandLine;
using System.Security.Cryptography;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;
using Truce.Rules;
using Answer = Truce.Record.Answer;
using Statement = Truce.Record.Statement;

namespace Truce.Verbs;

/// <summary><c>truce mission act</c>: what can be recorded, and recording it.</summary>
internal static class MissionActVerb
{
    public static Command Command(TextWriter output, TextWriter error)
    {
        var type = new Argument<string?>("TYPE")
        {
            Description = "a type, as incident.report; without one all are listed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var act = new Argument<string?>("ACT")
        {
            Description = "the act: JSON, or a file of it; without one the type is explained",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new ActOptions();
        var command = new Command("act",
            "List what can be recorded, explain one type, or draft, sign and record an act, and say what became of it. "
            + "In ACT, times are written with their offset, @FILE stands for the commitment to something attached and "
            + "#FILE for its SHA-256, entry:12 for the subject or statement of entry 12. "
            + "Exit 0 applied, 1 refused or not."
            + "\n\nExamples:\n  truce mission act\n  truce mission act crossing.state\n"
            + "  truce mission act crossing.list '{\"crossing\":\"five\"}' --log our-log --key desk.key\n"
            + "  truce mission act movement.notify convoy.json --log our-log --key desk.key --to relief,un "
            + "--attach plan.geojson --reading-key -")
        {
            type, act,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(type) is not { } name)
            {
                ActForms.WriteAll(output);
                return 0;
            }

            if (Find(name, error) is not var (machine, row))
            {
                return 2;
            }

            if (parsed.GetValue(act) is { } text)
            {
                return new Acting(parsed, options, machine, row, output, error).Run(text);
            }

            ActForms.Write(machine, row, output);
            return 0;
        });
        return command;
    }

    private static (Machine Machine, Row Row)? Find(string type, TextWriter error)
    {
        var machine = Mission.Machines.All.FirstOrDefault(m => type == m.Name
            || type.StartsWith(m.Name + ".", StringComparison.Ordinal));
        var row = type.Length > machine?.Name.Length ? machine.Row(type[(machine.Name.Length + 1)..]) : null;
        if (row is not null)
        {
            return (machine!, row);
        }

        error.WriteLine($"error: there is no type `{type}`\n  help: " + (machine is null
            ? "`truce mission act` lists them"
            : $"{machine.Name} has {string.Join(", ", machine.Rows.Select(r => $"{machine.Name}.{r.Command}"))}"));
        return null;
    }

    /// <summary>One act on its way: from what was written to its receipt.</summary>
    private sealed class Acting(
        ParseResult parsed, ActOptions options, Machine machine, Row row, TextWriter output, TextWriter error)
    {
        private readonly string _type = $"{machine.Name}.{row.Command}";

        public int Run(string text)
        {
            if (options.Fault(parsed) is { } fault)
            {
                error.WriteLine($"error: {fault}");
                return 2;
            }

            using var device = KeyFiles.Signer(parsed.GetValue(options.Key)!, error);
            using var record = device is null ? null : RecordFolder.Open(parsed.GetValue(options.Log)!,
                parsed.GetValue(options.Keys), parsed.GetValue(options.ReadingKey), error);
            if (record is null || RecordAppendVerb.Json(text, "ACT", error) is not { } json)
            {
                return 2;
            }

            if (json is not JsonValue.Members act)
            {
                error.WriteLine($"error: an act is an object\n  help: `truce mission act {_type}` shows an example");
                return 2;
            }

            using var reading = MissionReading.Open(parsed.GetValue(options.Log)!, record.Reader, error);
            return reading is null || Drafted(record, device!, reading, act) is not { } drafted ? 2
                : parsed.GetValue(options.IsDraft) ? Shown(drafted.Statement)
                : Sent(record, drafted.Submission, drafted.Statement);
        }

        /// <summary>The signed submission; null, and the reason printed, where the act has not its form.</summary>
        private (Statement Statement, Submission Submission)? Drafted(
            RecordFolder record, DeviceSigner device, MissionReading reading, JsonValue.Members act)
        {
            if (options.Files(parsed, error) is not { } files
                || options.OccurredAt(parsed, error) is not { } occurredAt)
            {
                return null;
            }

            var resolved = ActDraft.Resolve(row, act, files, reading.Fold, entry =>
                entry >= 0 && entry < record.Log.Size && record.LeafAt(entry) is { } leaf
                    ? Digest.Of(leaf.Statement.Span) : null);
            var audience = options.Audience(parsed);
            var sealing = resolved.IsValid && audience.Error is null
                ? ActSealing.Of(record.Reception.Roster, audience.Value, files, options.SealedFiles(parsed)) : default;
            if ((resolved.Error ?? audience.Error ?? sealing.Error) is { } wrong)
            {
                error.WriteLine($"error: {wrong}\n  help: `truce mission act {_type}` shows its fields");
                return null;
            }

            var pen = record.PenOf(device);
            var judged = ActDraft.Judging(row, resolved.Value!, reading.Fold);
            var draft = pen.Draft(_type, judged, occurredAt, record.Log.Size,
                RandomNumberGenerator.GetBytes(Pen.RandomBytes)) with
            {
                For = options.For(parsed, files),
                Expects = ActDraft.Expects(row, judged, reading.Fold),
                Audience = audience.Value,
                Attached = [.. sealing.Value!.Bodies.Select(b => b.Attached)],
            };
            if (Mission.Mission.FormFault(draft) is { } fault)
            {
                error.WriteLine($"error: {fault}\n  help: `truce mission act {_type}` shows its fields and an example");
                return null;
            }

            if (!parsed.GetValue(options.IsKnowing) && Doubt(record, reading.Fold, draft, files) is { } doubt)
            {
                error.WriteLine($"error: {doubt}");
                return null;
            }

            Unread(record, device, audience.Value);
            SubmittedBody[] bodies = [.. sealing.Value.Bodies.Select(b => b.Body)];
            return (draft, audience.Value is null ? pen.Sign(draft, bodies)
                : pen.Seal(draft, sealing.Value.Recipients, ActSealing.Random(sealing.Value.Recipients.Count), bodies));
        }

        /// <summary>
        /// What is asked about before it is signed, with the remedy, since a statement that is signed stays: a slip of
        /// the hand, testimony that many could read, a name that its readers may not know. Null for nothing.
        /// </summary>
        private string? Doubt(RecordFolder record, Fold fold, Statement draft, IReadOnlyList<AttachedFile> files)
        {
            var act = (JsonValue.Members)draft.Act;
            return Misspelt.Of(act, fold, record.Reception.Roster.Organisations.Select(o => o.Name), draft.OccurredAt)
                    is { } misspelt
                    ? $"{Plain.Words(misspelt)}\n  help: nothing was signed; write it anew, or send it as it is with "
                        + "`--even-so`"
                : ActSealing.OpenTestimony(act, draft.Audience, files, options.SealedFiles(parsed)) is { } open ? open
                : Telling.Of(act, draft.Audience, fold) is { } told
                    ? $"{told}: whoever reads this act would learn of it\n  help: seal the act to some of those with "
                        + "`--to`, leave the name out, or send it all the same with `--even-so`"
                : null;
        }

        /// <summary>Says where an author will not be able to read his own act.</summary>
        private void Unread(RecordFolder record, DeviceSigner device, Audience? audience)
        {
            if (audience is not null && record.Reception.Roster.Find(device.Key)?.Organisation is { } author
                && author != record.Reception.Roster.Operator && !audience.Contains(author))
            {
                error.WriteLine($"truce: `--to` leaves out {Plain.Words(author)}, whose act it is: it cannot read it");
            }
        }

        private int Shown(Statement draft)
        {
            output.WriteLine($"{_type}: {row.Does}; not sent");
            Expected(draft);
            output.WriteLine($"  act {RecordWords.Json(draft.Act)}");
            return 0;
        }

        private int Sent(RecordFolder record, Submission submission, Statement draft)
        {
            switch (record.Reception.Take(submission, MissionTimes.Now))
            {
                case Answer.Recorded recorded:
                    var name = $"{recorded.Index}.receipt";
                    var folder = parsed.GetValue(options.Receipts);
                    var code = RecordAppendVerb.Keep(folder, name, recorded.Receipt, error) ? 0 : 2;
                    code = RecordAppendVerb.Finish(record, code, error);
                    var sent = new ActSent(record, recorded, draft, machine, row,
                        folder is null ? null : Path.Combine(folder, name));
                    if (parsed.GetValue(options.Json))
                    {
                        sent.WriteJson(output);
                    }
                    else
                    {
                        Expected(draft);
                        sent.Write(output);
                    }

                    return code > 0 ? code : sent.Code;
                case Answer.Refused refused:
                    output.WriteLine($"refused ({refused.Refusal.Word}): {refused.Refusal.Words}");
                    RecordAppendVerb.Remedy(refused.Refusal, error);
                    return RecordAppendVerb.Keep(parsed.GetValue(options.Receipts),
                        $"{refused.Refusal.Statement.ToHex()}.refusal", refused.Note, error) ? 1 : 2;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }

        private void Expected(Statement draft)
        {
            foreach (var expected in draft.Expects ?? [])
            {
                output.WriteLine($"expects {expected.Subject}: " + (expected.Decision is { } decision
                    ? $"decided last by {decision}" : "nobody has decided on it yet"));
            }
        }
    }
}
