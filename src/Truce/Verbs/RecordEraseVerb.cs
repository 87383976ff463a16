using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Truce.Json;
using Truce.Record;

namespace Truce.Verbs;

/// <summary><c>truce record erase</c>: what is to be destroyed, what is, and what waits.</summary>
internal static class RecordEraseVerb
{
    public static Command Command(TextWriter output, TextWriter error) => new(
        "erase",
        "Destroy what an entry says or attaches, so that the record shows that and why nothing else changes.\n\n"
        + "Examples:\n  truce record erase order our-log 12 --key desk.key --reading-key -\n"
        + "  truce record erase status our-log")
    {
        Order(output, error), Done(output, error), Again(output, error), Status(output, error),
    };

    private static Command Order(TextWriter output, TextWriter error)
    {
        var index = new Argument<long>("INDEX") { Description = "the entry" };
        var bodies = new Option<string[]>("--body")
        {
            Description = "only this body of the entry, by its hash in base64; without, what it says and attaches",
            AllowMultipleArgumentsPerToken = true,
        };
        var outcome = new Option<bool>("--with-outcome") { Description = "what became of it too" };
        var at = new OperatorOptions("a device of the organisation whose entry it is");
        var command = new Command("order",
            "Order an erasure, as the organisation whose entry it is. The operator then destroys and says so.\n\n"
            + "Examples:\n  truce record erase order our-log 12 --key desk.key --reading-key -\n"
            + "  truce record erase order our-log 12 --key desk.key --body HASH --receipts receipts")
        {
            at.Folder, index, bodies, outcome,
        };
        at.AddTo(command);
        command.SetAction(parsed => at.With(parsed, error, (record, device) =>
        {
            var order = OrderOf(record, parsed.GetValue(index), parsed.GetValue(bodies)!, parsed.GetValue(outcome),
                device.Key);
            if (!order.IsValid)
            {
                error.WriteLine($"error: {order.Error}\n  help: `truce record show` with your reading key says what "
                    + "the entry names");
                return 2;
            }

            var pen = record.PenOf(device);
            return RecordAppendVerb.Take(
                record, [pen.Sign(record.Draft(pen, order.Value.Type, order.Value.ToAct()))], at.Receipts(parsed),
                output, error);
        }));
        return command;
    }

    private static Parsed<Erasure.Order> OrderOf(
        RecordFolder record, long index, string[] named, bool withOutcome, DeviceKey device)
    {
        if (record.LeafAt(index) is not { } leaf || Entry.Read(index, leaf).Value is not { } entry || index == 0)
        {
            return new Unreadable($"the log has no entry {index} that could be erased");
        }

        var hidden = entry as Entry.Confidential;
        var statement = (entry as Entry.Clear)?.Statement ?? record.Opened(leaf);
        if (statement is null)
        {
            return new Unreadable($"entry {index} is confidential, and whose it is lies within: add `--reading-key`");
        }

        var roster = record.Reception.Roster;
        var owner = roster.KeyAt(statement.Key, index).Key?.Organisation;
        if (roster.Find(device)?.Organisation is var own && (own is null || own != owner))
        {
            return new Unreadable($"entry {index} is of `{owner}`, and the key is of "
                + $"{(own is null ? "nobody" : $"`{own}`")}: its author's organisation orders an erasure");
        }

        Digest?[] all =
        [
            hidden?.Statement.CiphertextHash, withOutcome ? hidden?.Outcome.CiphertextHash : null,
            .. statement.Attached.Select(a => (Digest?)a.Hash),
        ];
        Digest?[] chosen = named.Length == 0 ? all : [.. named.Select(n => Digest.Parse(n))];
        if (named.Length > 0 && chosen.Contains(null))
        {
            return new Unreadable("`--body` takes a hash in base64");
        }

        Digest[] bodies = [.. chosen.OfType<Digest>()];
        var order = new Erasure.Order(index, bodies);
        return bodies.Length == 0
            ? new Unreadable($"entry {index} is clear and attaches nothing: what is clear is public for ever")
            : order.Fault(leaf, statement) is { } fault ? new Unreadable(fault)
            : order;
    }

    private static Command Done(TextWriter output, TextWriter error)
    {
        var index = new Argument<long>("ORDER") { Description = "the index of the order" };
        var codes = new Option<string?>("--codes")
        {
            Description = "JSON that stays of a confidential step, sealed to its audience: codes that name nobody",
        };
        var at = new OperatorOptions("an enrolled key of the operator");
        var command = new Command("done",
            "As the operator: destroy what an order names, keys first, and record that it is done.\n\nExamples:\n"
            + "  truce record erase done our-log 13 --key operator.key\n"
            + "  truce record erase done our-log 13 --key operator.key --reading-key - --codes '{\"step\":\"notice\"}'")
        {
            at.Folder, index, codes,
        };
        at.AddTo(command);
        command.SetAction(parsed => at.With(parsed, error, (record, device) =>
        {
            var open = record.Reception.Erasures.Open;
            if (!open.TryGetValue(parsed.GetValue(index), out var order))
            {
                error.WriteLine($"error: entry {parsed.GetValue(index)} is no order that waits\n  help: "
                    + (open.Count == 0 ? "none does" : $"these do: {string.Join(", ", open.Keys.Order())}"));
                return 2;
            }

            var standing = record.Reception.Roster.KeyAt(device.Key, record.Log.Size);
            var obstacle = !standing.MaySign || standing.Key?.Role != EnrolledKey.OperatorRole
                ? $"`{device.Key}` is no key of the operator here: `truce key enrol --role operator` makes it one"
                : record.Reception.Obstacle(parsed.GetValue(index));
            if (obstacle is not null)
            {
                error.WriteLine($"error: {obstacle}\n  help: nothing was destroyed");
                return 2;
            }

            var stub = parsed.GetValue(codes) is { } text ? Stub(record, order, text) : default;
            if (stub.Error is not null)
            {
                error.WriteLine($"error: `--codes`: {stub.Error}\n  help: nothing was destroyed");
                return 2;
            }

            return Destroy(
                record, device, parsed.GetValue(index), order, stub.Value, at.Receipts(parsed), output, error);
        }));
        return command;
    }

    /// <summary>Destroys first and says so then: a fall between leaves an order that waits, to be done again.</summary>
    private static int Destroy(
        RecordFolder record, DeviceSigner device, long index, Erasure.Order order, SealedBody? stub, string? receipts,
        TextWriter output, TextWriter error)
    {
        if (record.Reception.CarryOut(index) is { } fault)
        {
            error.WriteLine($"error: {fault.Error}\n  help: is the disk write-protected? Run it again: it goes on");
            return 2;
        }

        var done = new Erasure.Done(index, order.Entry, Audience.Operator, order.Bodies, Stub: null, stub?.Attached);
        var pen = record.PenOf(device);
        var draft = record.Draft(pen, done.Type, done.ToAct()) with
        {
            Attached = stub is null ? [] : [stub.Attached],
        };
        SubmittedBody[] bodies = stub is null ? [] : [new SubmittedBody(stub.Ciphertext, stub.Wraps.ToBytes())];
        output.WriteLine($"destroyed on this disk: {RecordWords.Bodies(order.Bodies.Count)} of entry {order.Entry}. A "
            + "backup or a mirror may still hold a copy: each answers for itself.");
        return RecordAppendVerb.Take(record, [pen.Sign(draft, bodies)], receipts, output, error);
    }

    private static Parsed<SealedBody> Stub(RecordFolder record, Erasure.Order order, string codes)
    {
        var json = CanonicalJson.Parse(Encoding.UTF8.GetBytes(codes));
        if (!json.IsValid)
        {
            return new Unreadable(json.Error);
        }

        if (record.LeafAt(order.Entry) is not { } leaf || record.Opened(leaf) is not { Audience: { } audience })
        {
            return new Unreadable($"entry {order.Entry} does not open: add `--reading-key`; a clear entry needs none");
        }

        var roster = record.Reception.Roster;
        Recipient[] recipients =
        [
            .. audience.Organisations.Select(o => new Recipient(o, 0, roster.Find(o)!.ReadingKey!)),
            new Recipient(Audience.Operator, 0, roster.Genesis.ReadingKey),
        ];
        var random = RandomNumberGenerator.GetBytes(SealRandom.BytesFor(recipients.Length));
        return Seal.Document(new Stub(audience, json.Value).ToBytes(), roster.Founding.Hash, recipients,
            SealRandom.From(random, recipients.Length));
    }

    private static Command Again(TextWriter output, TextWriter error)
    {
        var at = new OperatorOptions(key: null);
        var command = new Command("again",
            "After a restore from a backup: destroy again what the record says is destroyed.\n\nExamples:\n"
            + "  truce record erase again our-log")
        {
            at.Folder,
        };
        at.AddTo(command);
        command.SetAction(parsed =>
        {
            using var record = at.Open(parsed, error);
            if (record is null)
            {
                return 2;
            }

            var back = record.Reception.ErasedAgain; // whatever opens a log for writing does it first
            output.WriteLine(back == 0 ? "nothing that was erased is there"
                : $"destroyed again: {RecordWords.Bodies(back)} that had been erased and were there");
            return 0;
        });
        return command;
    }

    private static Command Status(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("FROM") { Description = "a log's folder, a copy of one, or an http address" };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("status",
            "List the orders that wait, and what is erased. Exit 1 where something erased is there again.\n\n"
            + "Examples:\n  truce record erase status our-log\n"
            + "  truce record erase status https://log.example/ --log LOG-VKEY --format json")
        {
            from, log, format,
        };
        command.SetAction(parsed =>
        {
            using var reading = RecordReading.Open(parsed.GetValue(from)!, parsed.GetValue(log), error);
            if (reading is null)
            {
                return 2;
            }

            reading.Survey();
            Digest[] back = reading.Bodies is { } disk
                ? [.. reading.Erasures.Erased.Keys.Where(h => Bodies.HasAny(disk, h))] : [];
            if (parsed.GetValue(format) == "json")
            {
                WriteJson(output, reading.Erasures, back);
            }
            else
            {
                Write(output, reading.Erasures, back);
            }

            return back.Length == 0 ? 0 : 1;
        });
        return command;
    }

    private static void Write(TextWriter output, Erasures erasures, Digest[] back)
    {
        output.WriteLine(
            $"orders that wait: {erasures.Open.Count}; erased: {RecordWords.Bodies(erasures.Erased.Count)}");
        foreach (var (index, order) in erasures.Open.OrderBy(o => o.Key))
        {
            output.WriteLine($"  order {index}: {RecordWords.Bodies(order.Bodies.Count)} of entry {order.Entry}");
        }

        foreach (var done in erasures.Erased.GroupBy(e => e.Value, e => e.Key).OrderBy(g => g.Key))
        {
            output.WriteLine($"  done in entry {done.Key}: {RecordWords.Bodies(done.Count())}");
        }

        foreach (var hash in back)
        {
            output.WriteLine($"FAULT: {hash} was erased and is there again\n  help: `truce record erase again`");
        }
    }

    private static void WriteJson(TextWriter output, Erasures erasures, Digest[] back) =>
        Wire.Write(output, (json, _) =>
        {
            json.WriteStartObject();
            json.WriteNumber("version", Wire.Version);
            json.WriteStartArray("open");
            foreach (var (index, order) in erasures.Open.OrderBy(o => o.Key))
            {
                json.WriteStartObject();
                json.WriteNumber("order", index);
                json.WriteNumber("entry", order.Entry);
                json.Strings("bodies", order.Bodies.Select(b => b.ToString()));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("erased");
            foreach (var (hash, done) in erasures.Erased.OrderBy(e => e.Value).ThenBy(e => e.Key.ToHex()))
            {
                json.WriteStartObject();
                json.WriteString("body", hash.ToString());
                json.WriteNumber("done", done);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.Strings("found_again", back.Select(h => h.ToString()));
            json.WriteEndObject();
        });

    /// <summary>What a verb takes that writes into a log at its operator's machine.</summary>
    private sealed class OperatorOptions(string? key)
    {
        private readonly Option<string> _key = new("--key")
        {
            Description = $"the private key of {key}",
            Required = true,
        };

        private readonly Option<string?> _keys = new("--keys") { Description = "the folder of the operator's keys" };

        private readonly Option<string?> _reading = new("--reading-key")
        {
            Description = "the mission's private reading key, or - for the standard input: confidential ones need it",
        };

        private readonly Option<string?> _receipts = new("--receipts")
        {
            Description = "the folder for INDEX.receipt and HASH.refusal",
        };

        public Argument<string> Folder { get; } = new("DIR") { Description = "the log's folder" };

        public void AddTo(Command command)
        {
            if (key is not null)
            {
                command.Add(_key);
                command.Add(_receipts);
            }

            command.Add(_keys);
            command.Add(_reading);
        }

        public string? Receipts(ParseResult parsed) => parsed.GetValue(_receipts);

        public RecordFolder? Open(ParseResult parsed, TextWriter error) => RecordFolder.Open(
            parsed.GetValue(Folder)!, parsed.GetValue(_keys), parsed.GetValue(_reading), error);

        /// <summary>Opens the log and the key, and does something with both.</summary>
        public int With(ParseResult parsed, TextWriter error, Func<RecordFolder, DeviceSigner, int> act)
        {
            using var device = KeyFiles.Signer(parsed.GetValue(_key)!, error);
            using var record = device is null ? null : Open(parsed, error);
            return record is null ? 2 : act(record, device!);
        }
    }
}
