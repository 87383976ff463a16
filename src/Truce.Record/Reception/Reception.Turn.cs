namespace Truce.Record;

/// <content>What happens in a statement's turn, and what has happened in those before.</content>
public sealed partial class Reception
{
    /// <summary>R of a statement at an index, or why it is not taken. It changes the state.</summary>
    private Parsed<byte[]> TakeTurn(Checked item, long index)
    {
        var statement = item.Statement!;
        if (Roster.KeyAt(statement.Key, index, item.Hash).Key is not { } key)
        {
            return RefuseInTurn(item, RefusalReason.Access, $"the key `{statement.Key}` is not enrolled here",
                item.Time + AccessMilliseconds);
        }

        if (statement.Audience is { } asked && !_folds.ContainsKey(asked)
            && _openers.Values.Count(o => o == key.Organisation) >= NewAudiencesMax)
        {
            return RefuseInTurn(item, RefusalReason.Limit,
                $"`{key.Organisation}` has opened {NewAudiencesMax} audiences: use one of them",
                item.Time + DayMilliseconds);
        }

        if (statement.Attached.Any(a => _erased.ContainsKey(a.Hash)))
        {
            return RefuseInTurn(item, RefusalReason.Body, "a body that the statement names was erased", resendAt: null);
        }

        if (item.Body is { } own && IsTaken(own))
        {
            return RefuseInTurn(item, RefusalReason.Body, "the ciphertext has other wraps already", resendAt: null);
        }

        var hasReserve = _settings.Machines.HasReserve(statement.Type);
        if (_meter.TryTake(statement.Key.ToString(), key.Organisation, hasReserve, item.Time) is { } again)
        {
            return RefuseInTurn(item, RefusalReason.Limit, "this key or its organisation has sent too much", again);
        }

        item.ReceivedAt = Math.Max(item.Time, LastReceivedAt);
        var fold = FoldOf(statement.Audience);
        var received = fold.Received(index, item.Hash, statement, item.ReceivedAt);
        var ordered = Erasure.Ordered(statement);
        var outcome = fold.Judge(received, ordered is { } named ? EarlierLeaf(named, index) : null);
        var bytes = Written(outcome, statement);
        if (item.Body is not null)
        {
            Stage(item.Body);
        }

        Take(new VisibleEntry(index, new Leaf(item.Bytes, item.Signature, bytes), item.ReceivedAt, statement.Audience,
            statement, outcome, Codes: null)
        {
            Hash = item.Hash,
        });
        item.Refusal = null;
        return bytes;
    }

    private Unreadable RefuseInTurn(Checked item, RefusalReason reason, string words, long? resendAt)
    {
        item.Refusal = new Refusal(Founding.Genesis.Origin, item.Hash, item.Time, reason, resendAt, OneLine(words));
        List(item);
        return new Unreadable(words);
    }

    /// <summary>
    /// R's bytes; for a confidential step R is sealed to its audience, and its body waits for the frame.
    /// </summary>
    private byte[] Written(Outcome outcome, Statement statement)
    {
        if (statement.Audience is not { } audience)
        {
            return outcome.ToBytes();
        }

        var recipients = Recipients(audience);
        var random = SealRandom.From(_settings.Random(SealRandom.BytesFor(recipients.Count)), recipients.Count);
        var hidden = Seal.Outcome(outcome, audience, Founding.Hash, recipients, random);
        Stage(StoredBody.Of(hidden.Body));
        return hidden.Outcome.ToBytes();
    }

    private List<Recipient> Recipients(Audience audience) =>
    [
        .. audience.Organisations.Select(name => new Recipient(name, Epoch: 0, Roster.Find(name)!.ReadingKey!)),
        new Recipient(Audience.Operator, Epoch: 0, Founding.Genesis.ReadingKey),
    ];

    /// <summary>The fold of an audience. A new one begins with whatever the log holds that it may read.</summary>
    private RecordFold FoldOf(Audience? audience)
    {
        if (audience is null)
        {
            return _clear;
        }

        if (_folds.TryGetValue(audience, out var known))
        {
            return known;
        }

        var fold = Caught(audience, _log.Size);
        foreach (var entry in _unwritten.Where(e => e.Index >= _log.Size && e.Audience?.Covers(audience) != false))
        {
            fold.Take(entry);
        }

        _folds.Add(audience, fold);
        return fold;
    }

    /// <summary>Takes an entry into every fold that may see it.</summary>
    private void Take(VisibleEntry entry)
    {
        LastReceivedAt = entry.ReceivedAt;
        while (_unwritten.TryPeek(out var oldest) && oldest.Index < _log.Size)
        {
            _unwritten.Dequeue();
        }

        if (entry.Index >= _log.Size)
        {
            _unwritten.Enqueue(entry);
        }

        if (entry is { Audience: { } opened, Statement: { } first })
        {
            _openers.TryAdd(opened, Roster.Find(first.Key)?.Organisation ?? "");
        }

        if (entry.Statement is { } statement && statement.Genesis == Founding.Hash)
        {
            _chains.Add(statement, entry.Hash);
        }

        if (entry.Audience is null)
        {
            var before = Roster;
            _clear.Take(entry);
            if (entry is { Statement: { Type: RefusalList.Type } list, Outcome.Kind: OutcomeKind.Applied })
            {
                _refused.Entered(list.Act);
            }

            if (!ReferenceEquals(before, Roster) || TakeErasure(entry))
            {
                _ownActs.Add(entry.Index);
            }
        }

        foreach (var (audience, fold) in _folds)
        {
            if (entry.Audience?.Covers(audience) != false)
            {
                fold.Take(entry);
            }
        }
    }

    /// <summary>Whether other wraps are there already, or wait for the same frame.</summary>
    private bool IsTaken(StoredBody body) => Bodies.IsTaken(_bodyDisk, body)
        || (_staged.TryGetValue(body.Hash, out var other) && other.Wraps != body.Wraps);

    private void Stage(StoredBody body) => _staged.TryAdd(body.Hash, body);

    private void StoreStaged()
    {
        if (_staged.Count == 0)
        {
            return;
        }

        lock (_bodies)
        {
            // Since the turn an order may have been carried out, and a ciphertext may have come with other wraps.
            var staged = _staged.Values.Where(b => !_erased.ContainsKey(b.Hash) && !Bodies.IsTaken(_bodyDisk, b));
            if (_bodies.Put([.. staged]) is { } fault)
            {
                throw new IOException(fault.Error);
            }
        }

        _staged.Clear();
    }

    /// <summary>Takes what the log holds, at the start.</summary>
    private Unreadable? TakeAll()
    {
        var first = TakeSnapshot();
        ReadAtStart = _log.Size - first;
        _isFromLeaf0 = first == 0;
        var opening = Opened(first);
        foreach (var audience in opening.Audiences.Where(a => !_folds.ContainsKey(a)))
        {
            // With a snapshot, a new audience reads from leaf 0 what it may of the clear entries before it.
            _folds.Add(audience, first == 0
                ? RecordFold.Begin(Founding, _ids, audience, _settings.Machines)
                : Caught(audience, first));
        }

        for (var index = first; index < _log.Size; index++)
        {
            var leaf = LeafAt(index);
            var opened = opening.Open(index, leaf);
            if (opened.ReceivedAt < LastReceivedAt)
            {
                return new Unreadable($"entry {index} is none of a reception, or out of time: run `truce record fsck`");
            }

            LastReceivedAt = opened.ReceivedAt;
            if (opened.Entry is { } entry)
            {
                Take(entry);
                if (entry is { Audience: not null, Statement.Attached: { Count: > 0 } attached }
                    && ConfidentialStatement.Parse(leaf.Statement.Span).Value is { } hidden
                    && _bodies.Note(hidden.CiphertextHash, [.. attached.Select(a => a.Hash)]) is { } fault)
                {
                    return fault; // a version before this one did not note it, or the note is damaged
                }
            }

            if (opened is { Kind: OpenedKind.Erased, Entry: null or { Statement: null } })
            {
                _chains.PassOver(Digest.Of(leaf.Statement.Span));
            }
        }

        _isFromLeaf0 = false;
        return EraseAgain();
    }

    private Opening Opened(long first)
    {
        Reader[] readers = Operator is { } reader ? [reader] : [];
        var opening = new Opening(Founding.Lineage, BodySource.Of(_bodyDisk), readers);
        opening.Survey(Leaves(first), first);
        return opening;
    }

    /// <summary>A fold that has taken what the log holds before an index and its audience may read.</summary>
    private RecordFold Caught(Audience audience, long to)
    {
        var fold = RecordFold.Begin(Founding, _ids, audience, _settings.Machines);
        var opening = Opened(first: 0);
        for (var index = 0L; index < to; index++)
        {
            if (opening.Open(index, LeafAt(index)).Entry is { } entry && entry.Audience?.Covers(audience) != false)
            {
                fold.Take(entry);
            }
        }

        return fold;
    }

    private IEnumerable<Leaf> Leaves(long first)
    {
        for (var index = first; index < _log.Size; index++)
        {
            yield return LeafAt(index);
        }
    }
}
