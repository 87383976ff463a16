namespace Truce.Record;

/// <content>What happens in a statement's turn, and what has happened in those before.</content>
public sealed partial class Reception
{
    /// <summary>The types whose acts the record reads itself; a mission's machines are not asked about them.</summary>
    private static bool IsOwn(string type) => KeyAct.IsType(type) || type is KeyAct.NewRootType or Genesis.Type
        or RefusalList.Type;

    /// <summary>R of a statement at an index, or why it is not taken. It changes the state.</summary>
    private Parsed<byte[]> TakeTurn(Checked item, long index)
    {
        var statement = item.Statement!;
        var author = Roster.Author(statement, index, item.Hash);
        if (author.By.Key is not { } key)
        {
            return RefuseInTurn(item, RefusalReason.Access, $"the key `{statement.Key}` is not enrolled here",
                item.Time + AccessMilliseconds);
        }

        if (statement.Audience?.Organisations.FirstOrDefault(o => Roster.Find(o)?.ReadingKey is null) is { } blind)
        {
            return RefuseInTurn(item, RefusalReason.Access, $"`{blind}` of the audience has no reading key here",
                item.Time + AccessMilliseconds);
        }

        var hasReserve = _settings.Machines.HasReserve(statement.Type);
        if (_meter.TryTake(statement.Key.ToString(), key.Organisation, hasReserve, item.Time) is { } again)
        {
            return RefuseInTurn(item, RefusalReason.Limit, "this key or its organisation has sent too much", again);
        }

        item.ReceivedAt = Math.Max(item.Time, LastReceivedAt);
        var received = new Received(index, item.Hash, statement, author, item.ReceivedAt);
        var outcome = Judge(received);
        var bytes = Written(outcome, statement);
        (LastReceivedAt, item.Refusal) = (item.ReceivedAt, null);
        _chains.Add(received);
        return bytes;
    }

    private Unreadable RefuseInTurn(Checked item, RefusalReason reason, string words, long resendAt)
    {
        item.Refusal = new Refusal(Founding.Genesis.Origin, item.Hash, item.Time, reason, resendAt, OneLine(words));
        if (reason == RefusalReason.Limit)
        {
            _refused.Add(item.Hash, item.Statement!.Key);
        }

        return new Unreadable(words);
    }

    private Outcome Judge(Received received)
    {
        var bare = new Outcome
        {
            ReceivedAt = received.ReceivedAt,
            Fold = received.Index,
            Semantics = _settings.Machines.Semantics,
            Kind = OutcomeKind.Inapplicable,
        };
        if (_chains.FirstWith(received.Statement) is { } first)
        {
            return bare with { Equivocates = first, Why = "another statement has this key and id" };
        }

        if (received.Author.By is { Standing: Standing.Revoked })
        {
            return bare with { IsUnauthenticated = true, Why = "the key was revoked before" };
        }

        if (IsOwn(received.Statement.Type))
        {
            return OfKeys(received, bare);
        }

        var judged = _settings.Machines.Judge(received);
        return bare with
        {
            Kind = judged.Kind,
            Why = judged.Why,
            Events = judged.Events,
            Ruling = judged.Ruling,
            Framework = judged.Framework,
        };
    }

    /// <summary>An act on keys takes effect here, where it is clear and the roster accepts it.</summary>
    private Outcome OfKeys(Received received, Outcome bare)
    {
        if (received.Statement.Audience is not null)
        {
            return bare with { Why = "an act that the record reads itself is clear" };
        }

        var after = Roster.Apply(received.Index, received.Statement);
        if (!after.IsValid)
        {
            return bare with { Why = Short(after.Error) };
        }

        Roster = after.Value;
        return bare with { Kind = OutcomeKind.Applied };
    }

    private static string Short(string words) =>
        words.Length <= Outcome.WhyLengthMax ? words : words[..Outcome.WhyLengthMax];

    /// <summary>R's bytes; for a confidential step R is sealed to its audience, and its body waits for the frame.</summary>
    private byte[] Written(Outcome outcome, Statement statement)
    {
        if (statement.Audience is not { } audience)
        {
            return outcome.ToBytes();
        }

        var recipients = Recipients(audience);
        var random = SealRandom.From(_settings.Random(SealRandom.BytesFor(recipients.Count)), recipients.Count);
        var hidden = Seal.Outcome(outcome, audience, Founding.Hash, recipients, random);
        _staged.Add(StoredBody.Of(hidden.Body));
        return hidden.Outcome.ToBytes();
    }

    private List<Recipient> Recipients(Audience audience) =>
    [
        .. audience.Organisations.Select(name => new Recipient(name, Epoch: 0, Roster.Find(name)!.ReadingKey!)),
        new Recipient(Audience.Operator, Epoch: 0, Founding.Genesis.ReadingKey),
    ];

    private void StoreStaged()
    {
        if (_staged.Count == 0)
        {
            return;
        }

        lock (_bodies)
        {
            if (_bodies.Put(_staged) is { } fault)
            {
                throw new IOException(fault.Error);
            }
        }

        _staged.Clear();
    }

    private Unreadable? ReplayAll()
    {
        for (var index = 0L; index < _log.Size; index++)
        {
            var bytes = _log.Entries(index, index + 1).AsMemory(Frame.EntryHeadBytes);
            if (Leaf.Parse(bytes) is not { IsValid: true, Value: var leaf } || TimeOf(leaf) is not { } time
                || time < LastReceivedAt)
            {
                return new Unreadable($"entry {index} is not one of a reception: run `truce record fsck`");
            }

            LastReceivedAt = time;
            if (index > 0)
            {
                Replay(index, leaf, time);
            }
        }

        return null;
    }

    private void Replay(long index, Leaf leaf, long time)
    {
        var (statement, outcome) = Read(leaf);
        if (statement is null)
        {
            return; // erased, or closed to us without the reading key
        }

        var hash = Digest.Of(leaf.Statement.Span);
        var received = new Received(index, hash, statement, Roster.Author(statement, index, hash), time);
        if (statement.Audience is null && outcome?.Kind == OutcomeKind.Applied && KeyAct.IsType(statement.Type))
        {
            Roster = Roster.Apply(index, statement).Value ?? Roster;
        }

        _chains.Add(received);
        if (!IsOwn(statement.Type))
        {
            _settings.Machines.Replay(received, outcome);
        }
    }

    private (Statement? Statement, Outcome? Outcome) Read(Leaf leaf)
    {
        if (Statement.Parse(leaf.Statement.Span) is { IsValid: true, Value: var clear })
        {
            return (clear, Outcome.Parse(leaf.Outcome.Span).Value);
        }

        if (Operator is not { } reader
            || ConfidentialStatement.Parse(leaf.Statement.Span) is not { IsValid: true, Value: var s }
            || ConfidentialOutcome.Parse(leaf.Outcome.Span) is not { IsValid: true, Value: var r }
            || Bodies.Get(_bodyDisk, s.CiphertextHash) is not { } statement
            || Bodies.Wraps(_bodyDisk, s.CiphertextHash) is not { } wraps)
        {
            return (null, null);
        }

        var opened = Seal.Open(s, leaf.Signature.Span, Founding.Hash, statement, wraps, reader).Value;
        return Bodies.Get(_bodyDisk, r.CiphertextHash) is { } outcome
            && Bodies.Wraps(_bodyDisk, r.CiphertextHash) is { } outcomeWraps
            ? (opened, Seal.Open(r, Founding.Hash, outcome, outcomeWraps, reader).Value)
            : (opened, null);
    }
}
