using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Truce.Record;
using Truce.Rules;
using Answer = Truce.Record.Answer;
using Statement = Truce.Record.Statement;

namespace Truce.Verbs;

/// <summary><c>truce record append</c>.</summary>
internal static class RecordAppendVerb
{
    /// <summary>What is said where leaf 0 names witnesses.</summary>
    internal const string NobodyAsked = "truce: a receipt promises a witnessed tree within a minute, and this verb "
        + "asks nobody: keep `truce record serve --witness-policy` running";

    private const int ActBytesMax = 32_000;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var folder = new Argument<string>("DIR") { Description = "the log's folder" };
        var files = new Argument<string[]>("STATEMENT")
        {
            Description = "signed statements, as `truce key enrol` and other devices write them",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var draft = new Drafting();
        var keys = new Option<string?>("--keys") { Description = "the folder of the operator's keys" };
        var reading = new Option<string?>("--reading-key")
        {
            Description = "the mission's private reading key, or - for the standard input: confidential acts need it",
        };
        var receipts = new Option<string?>("--receipts")
        {
            Description = "the folder for INDEX.receipt and HASH.refusal; the log's folder keeps none",
        };
        var command = new Command("append",
            "Record statements: signed ones from files, or one that is signed here. Each gets a receipt, or a signed "
            + "refusal; what was recorded and changed nothing is said. Exit 1 where anything is refused.\n\nExamples:\n"
            + "  truce record append our-log enrol.statement --receipts receipts\n"
            + "  truce record append our-log --key desk.key --type note --act '{\"text_code\":7}'\n"
            + "  truce record append our-log --key desk.key --type note --act act.json --audience un --reading-key -")
        {
            folder, files, keys, reading, receipts,
        };
        draft.AddTo(command);
        var before = new BeforeOptions();
        before.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(files)!.Length > 0 == draft.IsGiven(parsed))
            {
                error.WriteLine("error: give signed statements, or `--key`, `--type` and `--act` for one to sign here\n"
                    + "  help: `truce record append --help` shows both");
                return 2;
            }

            var held = before.IsGiven(parsed) ? before.Statements(parsed, error) : null;
            using var record = before.IsGiven(parsed) && held is null ? null : RecordFolder.Open(
                parsed.GetValue(folder)!, parsed.GetValue(keys), parsed.GetValue(reading), error,
                held is null ? null : held.Find);
            if (record is null || !Follows(record.Reception.Roster.Founding.Lineage, held, error))
            {
                return 2;
            }

            var submissions = draft.IsGiven(parsed)
                ? draft.Sign(parsed, record, error)
                : Read(parsed.GetValue(files)!, error);
            return submissions is null ? 2 : Take(record, submissions, parsed.GetValue(receipts), output, error);
        });
        return command;
    }

    /// <summary>Whether a log continues the one that was named for it; where none was named, it is asked for.</summary>
    private static bool Follows(Lineage lineage, StatementsBefore? held, TextWriter error)
    {
        if (held is not null && !lineage.Earlier.Contains(held.Log))
        {
            error.WriteLine($"error: `--continues`: this log does not continue `{held.Log.Origin}` with the genesis "
                + $"{held.Log.Genesis}\n  help: `truce record show DIR 0` names the log that it continues");
            return false;
        }

        if (held is null && lineage.Earlier is [var last, ..])
        {
            error.WriteLine($"truce: this log continues {last.Origin}: with `--continues DIR` a statement that it "
                + "holds already is refused, and not entered again");
        }

        return true;
    }

    private static List<Submission>? Read(string[] files, TextWriter error)
    {
        var all = new List<Submission>();
        foreach (var file in files)
        {
            if (KeyFiles.Read(file, b => SignedStatement.Parse(b),
                "name a file that `truce key enrol` or a device wrote", error) is not { } signed)
            {
                return null;
            }

            all.Add(new Submission(signed.Statement, signed.Signature));
        }

        return all;
    }

    /// <summary>Hands statements in, says what became of each, and publishes the tree.</summary>
    internal static int Take(
        RecordFolder record, List<Submission> submissions, string? receipts, TextWriter output, TextWriter error)
    {
        var code = 0;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var answer in record.Reception.Take(submissions, now))
        {
            switch (answer)
            {
                case Answer.Recorded recorded:
                    output.WriteLine($"entry {recorded.Index}: recorded"
                        + (recorded.IsNew ? "" : " before; the same receipt")
                        + Became(record.OutcomeOf(recorded.Index)));
                    code = Keep(receipts, $"{recorded.Index}.receipt", recorded.Receipt, error) ? code : 2;
                    break;
                case Answer.Refused refused:
                    output.WriteLine($"refused ({refused.Refusal.Word}): {refused.Refusal.Words}");
                    Remedy(refused.Refusal, error);
                    code = Keep(receipts, $"{refused.Refusal.Statement.ToHex()}.refusal", refused.Note, error)
                        ? Math.Max(code, 1) : 2;
                    break;
            }
        }

        return Finish(record, code, error);
    }

    /// <summary>What became of it, where it changed nothing: a receipt alone would read as success.</summary>
    private static string Became(Outcome? outcome) => outcome is null or { Kind: OutcomeKind.Applied } ? ""
        : $"; {RecordWords.Wire(outcome.Kind)}" + (outcome.Why is { } why ? $": {Plain.Words(why)}" : "");

    /// <summary>Publishes the tree behind what was taken; says where nothing more is.</summary>
    internal static int Finish(RecordFolder record, int code, TextWriter error)
    {
        if (record.Reception.Stopped is { } stopped)
        {
            error.WriteLine($"error: {stopped}\n  help: is the disk full or write-protected? Then send it again");
            return 2;
        }

        if (record.Reception.Roster.Witnesses.Count > 0)
        {
            error.WriteLine(NobodyAsked);
        }

        return record.Publish(error) ? code : 2;
    }

    /// <summary>Keeps a receipt or a refusal, where a folder for them is named.</summary>
    internal static bool Keep(string? folder, string name, SignedNote note, TextWriter error)
    {
        if (folder is null)
        {
            return true;
        }

        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, name);
        return File.Exists(file) || KeyFiles.Write(file, note.ToBytes(), isSecret: false, error);
    }

    /// <summary>What to do about a refusal that goes by itself once something is put right here.</summary>
    internal static void Remedy(Refusal refusal, TextWriter error)
    {
        if (refusal.Reason == RefusalReason.Stopped)
        {
            error.WriteLine("  help: it is not recorded; once that is put right, send it again. A confidential act "
                + "needs `--reading-key FILE`, the mission's private reading key");
        }
    }

    /// <summary>JSON of the command line, or of a file; null, and the reason printed, where it is none.</summary>
    internal static JsonValue? Json(string act, string name, TextWriter error)
    {
        var bytes = act.TrimStart().StartsWith('{') ? Encoding.UTF8.GetBytes(act) : KeyFiles.Read(act, error);
        if (bytes is null)
        {
            return null;
        }

        var json = bytes.Length > ActBytesMax
            ? new Unreadable($"an act has at most {ActBytesMax} bytes")
            : CanonicalJson.Parse(bytes);
        if (!json.IsValid)
        {
            error.WriteLine($"error: `{name}`: {json.Error}\n  help: names and texts stand in double quotes, and in a "
                + "shell all of it in single ones; numbers are integers, larger ones are strings");
        }

        return json.Value;
    }

    /// <summary>A statement sealed to its audience and the operator; null, and the reason printed.</summary>
    internal static List<Submission>? Sealed(Pen pen, Statement draft, Roster roster, TextWriter error)
    {
        if (draft.Audience!.Organisations.FirstOrDefault(o => roster.Find(o)?.ReadingKey is null) is { } blind)
        {
            error.WriteLine($"error: `--audience {blind}`: this organisation has no reading key in this log\n"
                + "  help: `truce record stats` lists those that have");
            return null;
        }

        Recipient[] recipients =
        [
            .. draft.Audience.Organisations.Select(o => new Recipient(o, 0, roster.Find(o)!.ReadingKey!)),
            new Recipient(Audience.Operator, 0, roster.Genesis.ReadingKey),
        ];
        var random = RandomNumberGenerator.GetBytes(SealRandom.BytesFor(recipients.Length));
        return [pen.Seal(draft, recipients, SealRandom.From(random, recipients.Length))];
    }

    /// <summary>One statement that is signed here, by a key that is at hand.</summary>
    private sealed class Drafting
    {
        private readonly Option<string?> _key = new("--key") { Description = "the device's private key file" };
        private readonly Option<string?> _type = new("--type") { Description = "the act's type" };
        private readonly Option<string?> _act = new("--act") { Description = "the act: JSON, or a file of it" };
        private readonly Option<string?> _for = new("--for") { Description = "on whose behalf it is entered" };
        private readonly Option<string[]> _audience = new("--audience")
        {
            Description = "an organisation that may read it; without one it is clear, at once and for ever",
            AllowMultipleArgumentsPerToken = true,
        };

        private readonly Option<string[]> _expects = new("--expects")
        {
            Description = "SUBJECT=HASH of a deciding act: the last decision that its author knew, or SUBJECT=",
        };

        public void AddTo(Command command)
        {
            foreach (var option in new Option[] { _key, _type, _act, _for, _audience, _expects })
            {
                command.Add(option);
            }
        }

        public bool IsGiven(ParseResult parsed) =>
            new[] { _key, _type, _act }.Any(o => parsed.GetValue(o) is not null);

        public List<Submission>? Sign(ParseResult parsed, RecordFolder record, TextWriter error)
        {
            if (parsed.GetValue(_key) is not { } file || parsed.GetValue(_type) is not { } type
                || parsed.GetValue(_act) is not { } act)
            {
                error.WriteLine("error: a statement that is signed here has `--key`, `--type` and `--act`");
                return null;
            }

            using var device = KeyFiles.Signer(file, error);
            if (device is null || Json(act, "--act", error) is not { } json)
            {
                return null;
            }

            var expects = Expectations(parsed.GetValue(_expects)!, error);
            var audience = parsed.GetValue(_audience)! is { Length: > 0 } names ? Audience.Of(names) : default;
            if (expects is null || audience.Error is not null)
            {
                error.WriteLine(audience.Error is { } fault ? $"error: `--audience`: {fault}" : "");
                return null;
            }

            var (chains, roster) = (record.Reception.Chains, record.Reception.Roster);
            var pen = new Pen(device, roster.Founding, chains.Last(device.Key, isClear: true),
                chains.Last(device.Key, isClear: false));
            var draft = pen.Draft(type, json, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), record.Log.Size,
                RandomNumberGenerator.GetBytes(Pen.RandomBytes)) with
            {
                For = parsed.GetValue(_for) is { } behalf ? new JsonValue.Text(behalf) : null,
                Expects = expects.Count > 0 ? expects : null,
                Audience = audience.Value,
            };
            return audience.Value is null ? [pen.Sign(draft)] : Sealed(pen, draft, roster, error);
        }

        private static List<Expectation>? Expectations(string[] texts, TextWriter error)
        {
            var all = new List<Expectation>();
            foreach (var text in texts)
            {
                var at = text.LastIndexOf('=');
                var hash = at >= 0 && at < text.Length - 1 ? Hash(text[(at + 1)..]) : null;
                if (at <= 0 || (at < text.Length - 1 && hash is null))
                {
                    error.WriteLine($"error: `--expects {text}` is not SUBJECT=HASH in hex, or SUBJECT=");
                    return null;
                }

                all.Add(new Expectation(text[..at], hash));
            }

            return all;
        }

        private static Digest? Hash(string hex) =>
            hex.Length == 2 * Digest.Bytes && hex.All(char.IsAsciiHexDigit)
                ? new Digest(Convert.FromHexString(hex))
                : null;
    }
}
