using Truce.Record;
using Plain = Truce.Rules.Plain;

namespace Truce.Verbs;

/// <summary>How much of an entry a reader has.</summary>
internal enum EntryState
{
    /// <summary>Leaf 0.</summary>
    Genesis,

    /// <summary>Everybody may read it.</summary>
    Clear,

    /// <summary>It is confidential, and the reader's key opens it.</summary>
    Opened,

    /// <summary>It is confidential, and closed to the reader.</summary>
    Closed,

    /// <summary>What it said is destroyed, and an entry says so.</summary>
    Erased,

    /// <summary>What it said is missing, and no entry says why: a fault.</summary>
    Lost,
}

/// <summary>What an entry names by hash, as it is found.</summary>
internal sealed record BodyView(Attached Attached, string State, long? Bytes);

/// <summary>An entry as one reader sees it.</summary>
internal sealed record EntryView(long Index, EntryState State, long ReceivedAt)
{
    /// <summary>What was stated; null where it is closed, erased or lost.</summary>
    public Statement? Statement { get; init; }

    /// <summary>What became of it; null where that is closed, erased or lost.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Who entered it and for whom; null where that cannot be read.</summary>
    public Authorship? Author { get; init; }

    /// <summary>The length of the sealed object; null where its ciphertext is not here.</summary>
    public int? SizeClass { get; init; }

    /// <summary>What stays of an erased step.</summary>
    public JsonValue? Codes { get; init; }

    /// <summary>What whoever reads it must know before he relies on it.</summary>
    public IReadOnlyList<(string Word, string Words)> Labels { get; init; } = [];

    /// <summary>Between which times witnesses saw it appear; null where that was not looked up.</summary>
    public ClockBracket? Seen { get; init; }

    /// <summary>Whether the witnesses were silent around it, as far as kept checkpoints tell.</summary>
    public bool IsSilence { get; init; }

    /// <summary>What it names by hash.</summary>
    public IReadOnlyList<BodyView> Bodies { get; init; } = [];

    /// <summary>An entry of a log that was surveyed.</summary>
    /// <param name="reading">The log.</param>
    /// <param name="index">Where it stands.</param>
    /// <param name="leaf">Its leaf.</param>
    /// <param name="reader">With whose key; null for the public.</param>
    public static EntryView Of(RecordReading reading, long index, Leaf leaf, Reader? reader)
    {
        var view = Of(reading, index, leaf, Entry.Read(index, leaf), reader);
        if (reading.Times?.Bracket(index) is not { } seen)
        {
            return view;
        }

        var label = ("clock_disputed", $"{Clock.Disputed}: by the witnesses it came {Words(seen)}");
        return view with
        {
            Seen = seen,
            IsSilence = reading.Times.HasKept && seen.IsSilence,
            Labels = seen.IsDisputed(view.ReceivedAt) ? [label, .. view.Labels] : view.Labels,
        };
    }

    /// <summary>A bracket of the witnesses' times.</summary>
    public static string Words(ClockBracket bracket) => (bracket.After, bracket.Before) switch
    {
        ({ } after, { } before) => $"between {RecordWords.Seconds(after)} and {RecordWords.Seconds(before)}",
        ({ } after, null) => $"after {RecordWords.Seconds(after)}",
        (null, { } before) => $"before {RecordWords.Seconds(before)}",
        _ => "at a time that nobody saw",
    };

    private static EntryView Of(
        RecordReading reading, long index, Leaf leaf, Parsed<Entry> entry, Reader? reader)
    {
        return entry.Value switch
        {
            Entry.Genesis g => new EntryView(index, EntryState.Genesis, g.ReceivedAt) { Outcome = g.Outcome },
            Entry.Clear c => Stated(reading, reader, leaf, c.Statement, c.Outcome, new EntryView(
                index, EntryState.Clear, c.ReceivedAt)),
            Entry.Confidential c => Of(reading, index, leaf, c, reader),
            _ => throw new IOException($"entry {index}: no entry of a record: {entry.Error}"),
        };
    }

    private static EntryView Of(RecordReading reading, long index, Leaf leaf, Entry.Confidential c, Reader? reader)
    {
        var bodies = reading.BodySource;
        var ciphertext = bodies.Body(c.Statement.CiphertextHash);
        var view = new EntryView(index, EntryState.Closed, c.ReceivedAt)
        {
            SizeClass = ciphertext?.Length - Cipher.TagBytes,
        };
        if (reading.Erasures.Erased.ContainsKey(c.Statement.CiphertextHash))
        {
            return view with
            {
                State = EntryState.Erased,
                SizeClass = null,
                Codes = reading.Erasures.Stubs.GetValueOrDefault(index) is { } done
                    ? StubOf(reading, done, reader) : null,
                Outcome = OutcomeOf(reading, c, reader),
            };
        }

        if (ciphertext is null)
        {
            return reading.Bodies is null ? view : view with { State = EntryState.Lost };
        }

        var wraps = bodies.Wraps(c.Statement.CiphertextHash);
        if (wraps is null || reader is null || !wraps.Names(reader.Name))
        {
            return wraps is null ? view with { Labels = [("lost_wraps", "LOST: the wraps of its key")] } : view;
        }

        var statement = Seal.Open(
            c.Statement, leaf.Signature.Span, reading.Founding.Lineage, ciphertext, wraps, reader);
        return statement.IsValid
            ? Stated(reading, reader, leaf, statement.Value, OutcomeOf(reading, c, reader), view with
            {
                State = EntryState.Opened,
            })
            : view with { Labels = [("does_not_open", $"it is wrapped for you and does not open: {statement.Error}")] };
    }

    private static EntryView Stated(
        RecordReading reading, Reader? reader, Leaf leaf, Statement statement, Outcome? outcome, EntryView view)
    {
        var hash = Digest.Of(leaf.Statement.Span);
        var author = reading.Roster.Author(statement, view.Index, hash);
        var holds = view.State != EntryState.Clear
            || (reading.Founding.Lineage.Takes(statement) && Record.Statement.Verify(
                statement.Key, statement.Genesis, leaf.Statement.Span, leaf.Signature.Span));
        return view with
        {
            Statement = statement,
            Outcome = outcome,
            Author = author,
            Labels =
                [.. LabelsOf(author.By, outcome, holds), .. SignedFor(reading.Founding.Lineage.EarlierOf(statement))],
            Bodies = [.. statement.Attached.Select(a => Body(reading, a, reader))],
        };
    }

    private static IEnumerable<(string Word, string Words)> SignedFor(EarlierLog? earlier)
    {
        if (earlier is not null)
        {
            yield return ("signed_for", $"signed for {Plain.Words(earlier.Origin)}, which this log continues: if that "
                + "one holds it too, it is the same statement");
        }
    }

    private static IEnumerable<(string Word, string Words)> LabelsOf(KeyStanding by, Outcome? outcome, bool holds)
    {
        if (!holds)
        {
            yield return ("bad_signature", "THE SIGNATURE DOES NOT HOLD: this is not what the key's owner signed");
        }

        switch (by.Standing)
        {
            case Standing.Unknown:
                yield return ("unknown_key", "the key was not enrolled before this entry");
                break;
            case Standing.Disputed:
                yield return ("disputed", $"disputed: the key was revoked at entry {by.Key!.RevokedAt}, and what it "
                    + $"signed from entry {by.Key.Since} on may not be its owner's");
                break;
            case Standing.Revoked:
                yield return ("unauthenticated", $"unauthenticated: the key was revoked before, at entry "
                    + $"{by.Key!.RevokedAt}, and nobody has vouched for this");
                break;
            case Standing.Vouched:
                yield return ("vouched", $"the key was revoked before; `{by.Key!.Organisation}` has vouched for this");
                break;
            default:
                break;
        }

        if (outcome?.Equivocates is { } first)
        {
            yield return ("equivocation",
                $"equivocation: the device signed another statement under this id, SHA-256 {first}");
        }
    }

    /// <summary>What became of a confidential entry; null where the reader cannot open it.</summary>
    public static Outcome? OutcomeOf(RecordReading reading, Entry.Confidential c, Reader? reader) =>
        reader is not null && reading.BodySource is var bodies
        && bodies.Body(c.Outcome.CiphertextHash) is { } ciphertext
        && bodies.Wraps(c.Outcome.CiphertextHash) is { } wraps && wraps.Names(reader.Name)
            ? Seal.Open(c.Outcome, reading.Founding.Hash, ciphertext, wraps, reader).Value
            : null;

    private static JsonValue? StubOf(RecordReading reading, Erasure.Done done, Reader? reader)
    {
        if (done.Stub is not null || done.SealedStub?.CiphertextHash is not { } hash || reader is null)
        {
            return done.Stub?.Codes;
        }

        return reading.BodySource.Body(hash) is { } ciphertext && reading.BodySource.Wraps(hash) is { } wraps
            && wraps.Names(reader.Name)
            && Seal.Open(done.SealedStub, reading.Founding.Lineage, ciphertext, wraps, reader) is { } content
                ? Record.Stub.Parse(content.Span).Value?.Codes
                : null;
    }

    private static BodyView Body(RecordReading reading, Attached attached, Reader? reader)
    {
        if (reading.Erasures.Erased.ContainsKey(attached.Hash))
        {
            return new BodyView(attached, "erased", null);
        }

        if (reading.BodySource.Body(attached.Hash) is not { } body)
        {
            return new BodyView(attached, reading.Bodies is null ? "elsewhere" : "lost", null);
        }

        var wraps = attached.CiphertextHash is { } hash ? reading.BodySource.Wraps(hash) : null;
        var state = attached.CiphertextHash is null ? "clear"
            : wraps is null ? "lost"
            : reader is not null && wraps.Names(reader.Name) ? "opened" : "closed";
        return new BodyView(attached, state, body.Length);
    }
}
