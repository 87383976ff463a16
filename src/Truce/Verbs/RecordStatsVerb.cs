using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Truce.Json;
using Truce.Record;
using Truce.Rules;
using Standing = Truce.Record.Standing;

namespace Truce.Verbs;

/// <summary><c>truce record stats</c>.</summary>
internal static class RecordStatsVerb
{
    private const int DaysShown = 14;

    public static Command Command(TextWriter output, TextWriter error)
    {
        var from = new Argument<string>("FROM") { Description = "a log's folder, a copy of one, or an http address" };
        var log = new Option<string?>("--log") { Description = "the log's vkey; a log's own folder says it itself" };
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var reader = new ReaderOptions();
        var command = new Command("stats",
            "Count: entries, outcomes, days, organisations and keys with their standing, what devices said that has "
            + "not arrived, orders of erasure that wait, the checkpoint and its witnesses, bytes.\n\nExamples:\n"
            + "  truce record stats our-log\n  truce record stats our-log --reading-key - --as operator\n"
            + "  truce record stats https://log.example/ --log LOG-VKEY --format json")
        {
            from, log, format,
        };
        reader.AddTo(command);
        command.SetAction(parsed =>
        {
            using var reading = RecordReading.Open(parsed.GetValue(from)!, parsed.GetValue(log), error);
            if (reading is null)
            {
                return 2;
            }

            reading.Survey();
            var eyes = reader.IsGiven(parsed) ? reader.Read(parsed, reading.Roster, error) : null;
            if (reader.IsGiven(parsed) && eyes is null)
            {
                return 2;
            }

            var stats = RecordStats.Of(reading, eyes);
            var disk = RecordDisk.Of(parsed.GetValue(from)!);
            if (parsed.GetValue(format) == "json")
            {
                WriteJson(output, reading, stats, disk);
            }
            else
            {
                Write(output, reading, stats, disk);
            }

            return 0;
        });
        return command;
    }

    private static void Write(TextWriter output, RecordReading reading, RecordStats stats, RecordDisk? disk)
    {
        var genesis = reading.Founding.Genesis;
        output.WriteLine($"{(genesis.IsExercise ? "EXERCISE: " : "")}{Plain.Words(genesis.Mission)}, "
            + $"the record {genesis.Origin}");
        output.WriteLine($"genesis {reading.Founding.Hash}");
        output.WriteLine($"log key {genesis.LogKey}");
        output.WriteLine($"checkpoint: {reading.Size} entries, root {reading.Log.Head.Root}");
        var cosigned = reading.Cosigners().ToDictionary(c => c.Cosigner.Name, c => c.Time);
        foreach (var (what, all) in new[] { ("witness", reading.Roster.Witnesses), ("mirror", reading.Roster.Mirrors) })
        {
            foreach (var one in all)
            {
                output.WriteLine($"  {what} {one.Name} of {Plain.Words(one.Organisation)}: "
                    + (cosigned.TryGetValue(one.Name, out var time)
                        ? $"cosigned at {RecordWords.Seconds(time)}" : "has NOT cosigned this checkpoint"));
            }
        }

        output.WriteLine($"entries: {reading.Size}, of them {stats.Confidential} confidential, {stats.Closed} closed "
            + $"to you; the last was received {RecordWords.Time(stats.LastReceivedAt)}");
        output.WriteLine($"outcomes: {List(stats.Outcomes.Select(o => $"{o.Value} {RecordWords.Wire(o.Key)}"))}");
        output.WriteLine($"types: {List(stats.Types.Select(t => $"{t.Value} {Plain.Words(t.Key)}"))}");
        output.WriteLine("entries a day:");
        foreach (var (day, count) in stats.Days.TakeLast(DaysShown))
        {
            output.WriteLine($"  {day} {count}");
        }

        if (stats.Days.Count > DaysShown)
        {
            output.WriteLine($"  and {stats.Days.Count - DaysShown} days before them (`--format json` lists all)");
        }

        Organisations(output, reading, stats);
        output.WriteLine($"erasures: orders that wait: {reading.Erasures.Open.Count}; erased: "
            + RecordWords.Bodies(reading.Erasures.Erased.Count));
        foreach (var (index, order) in reading.Erasures.Open.OrderBy(o => o.Key))
        {
            output.WriteLine($"  order {index}: {RecordWords.Bodies(order.Bodies.Count)} of entry {order.Entry}");
        }

        output.WriteLine($"bytes: entries {RecordWords.Bytes(stats.EntryBytes)}" + (disk is null ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $", on the disk {RecordWords.Bytes(disk.Log)} ({disk.Log / Math.Max(1, reading.Size):N0} an entry; "
            + $"segments are filled ahead), bodies {RecordWords.Bytes(disk.Bodies)}")));
    }

    private static void Organisations(TextWriter output, RecordReading reading, RecordStats stats)
    {
        output.WriteLine("organisations:");
        foreach (var organisation in reading.Roster.Organisations)
        {
            output.WriteLine($"  {Plain.Words(organisation.Name)}{(organisation.IsGuardian ? ", guardian" : "")}"
                + (organisation.Sponsor is { } sponsor ? $", sponsored by {Plain.Words(sponsor)}" : "")
                + (organisation.ReadingKey is { } key ? $", reads with {key}" : ", reads nothing confidential"));
            foreach (var enrolled in KeysOf(reading.Roster, organisation))
            {
                output.WriteLine($"    {Plain.Words(enrolled.Role)}"
                    + $"{(enrolled.Area is { } area ? $", {Plain.Words(area)}" : "")}: {enrolled.Key}{Ends(enrolled)}");
                if (stats.Devices.TryGetValue(enrolled.Key.ToString(), out var counts))
                {
                    output.WriteLine($"      {Said(counts)}");
                }
            }
        }
    }

    /// <summary>An organisation's keys, in the order in which they were enrolled.</summary>
    private static IEnumerable<EnrolledKey> KeysOf(Roster roster, Organisation organisation) =>
        roster.Keys.Where(k => k.Organisation == organisation.Name).OrderBy(k => k.EnrolledAt);

    private static string Ends(EnrolledKey key) => key.RevokedAt is { } at
        ? $", REVOKED at entry {at}, disputed from entry {key.Since} on" : "";

    private static string Said(DeviceCount[] counts)
    {
        var (missing, repeated) = (counts.Sum(c => c.Missing), counts.Sum(c => c.Repeated));
        return $"{counts[0].Count} statements in clear, {counts[1].Count} in confidence"
            + (missing > 0 ? $"; GAP: {missing} that it names have not arrived" : "")
            + (repeated > 0 ? $"; {repeated} name again what another named: two devices with one key?" : "");
    }

    private static string List(IEnumerable<string> parts) =>
        string.Join(", ", parts) is { Length: > 0 } all ? all : "none";

    private static void WriteJson(TextWriter output, RecordReading reading, RecordStats stats, RecordDisk? disk) =>
        Wire.Write(output, (json, _) =>
        {
            var genesis = reading.Founding.Genesis;
            json.WriteStartObject();
            json.WriteNumber("version", Wire.Version);
            json.WriteString("origin", genesis.Origin);
            json.WriteBoolean("exercise", genesis.IsExercise);
            json.WriteString("mission", genesis.Mission);
            json.WriteString("genesis", reading.Founding.Hash.ToString());
            json.WriteString("log_key", genesis.LogKey.ToString());
            json.WriteNumber("size", reading.Size);
            json.WriteString("root", reading.Log.Head.Root.ToString());
            Cosigners(json, reading);
            json.WriteNumber("confidential", stats.Confidential);
            json.WriteNumber("closed", stats.Closed);
            json.WriteNumber("last_received_at", stats.LastReceivedAt);
            Counts(json, "outcomes", stats.Outcomes.Select(o => (RecordWords.Wire(o.Key), o.Value)));
            Counts(json, "types", stats.Types.Select(t => (t.Key, t.Value)));
            Counts(json, "days", stats.Days.Select(d => (d.Key, d.Value)));
            Organisations(json, reading, stats);
            json.WriteStartArray("open_erase_orders");
            foreach (var index in reading.Erasures.Open.Keys.Order())
            {
                json.WriteNumberValue(index);
            }

            json.WriteEndArray();
            json.WriteNumber("erased_bodies", reading.Erasures.Erased.Count);
            json.WriteNumber("entry_bytes", stats.EntryBytes);
            if (disk is not null)
            {
                json.WriteNumber("disk_bytes", disk.Log);
                json.WriteNumber("body_bytes", disk.Bodies);
            }

            json.WriteEndObject();
        });

    private static void Cosigners(Utf8JsonWriter json, RecordReading reading)
    {
        var cosigned = reading.Cosigners().ToDictionary(c => c.Cosigner.Name, c => c.Time);
        json.WriteStartArray("witnesses");
        foreach (var one in reading.Roster.Witnesses)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name);
            json.WriteString("organisation", one.Organisation);
            if (cosigned.TryGetValue(one.Name, out var time))
            {
                json.WriteNumber("cosigned_at", time);
            }
            else
            {
                json.WriteNull("cosigned_at");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Counts(Utf8JsonWriter json, string name, IEnumerable<(string Of, long Count)> counts)
    {
        json.WriteStartObject(name);
        foreach (var (of, count) in counts)
        {
            json.WriteNumber(of, count);
        }

        json.WriteEndObject();
    }

    private static void Organisations(Utf8JsonWriter json, RecordReading reading, RecordStats stats)
    {
        json.WriteStartArray("organisations");
        foreach (var organisation in reading.Roster.Organisations)
        {
            json.WriteStartObject();
            json.WriteString("name", organisation.Name);
            json.WriteBoolean("guardian", organisation.IsGuardian);
            json.Text("sponsor", organisation.Sponsor);
            json.Text("reading_key", organisation.ReadingKey?.ToString());
            json.WriteStartArray("keys");
            foreach (var key in KeysOf(reading.Roster, organisation))
            {
                var standing = reading.Roster.KeyAt(key.Key, reading.Size).Standing;
                json.WriteStartObject();
                json.WriteString("key", key.Key.ToString());
                json.WriteString("standing", RecordWords.Wire(standing));
                json.WriteString("role", key.Role);
                json.Text("area", key.Area);
                json.WriteNumber("enrolled_at", key.EnrolledAt);
                if (standing == Standing.Revoked)
                {
                    json.WriteNumber("revoked_at", key.RevokedAt!.Value);
                    json.WriteNumber("disputed_since", key.Since!.Value);
                }

                var counts = stats.Devices.GetValueOrDefault(key.Key.ToString()) ?? [];
                json.WriteNumber("statements", counts.Sum(c => c.Count));
                json.WriteNumber("missing", counts.Sum(c => c.Missing));
                json.WriteNumber("repeated", counts.Sum(c => c.Repeated));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
