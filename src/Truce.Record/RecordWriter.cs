namespace Truce.Record;

/// <summary>
/// Many hands, one writer: whatever waits when a sync ends becomes the next batch. The queue has a bound; past it an
/// arrival is refused at once, never lost in silence. Where nobody writes and no other work waits for a thread, whoever
/// hands something in writes it, on his own thread, and is held up for one batch: a hand that is alone does not wait
/// for another thread to wake. Where other work waits for a thread, a batch waits for it too, within bounds: most of it
/// will be handed in, and a sync costs as much for one entry as for many.
/// </summary>
public sealed class RecordWriter : IAsyncDisposable
{
    /// <summary>The usual bound of the queue.</summary>
    public const int QueueUsual = 4096;

    // A sync costs about as much of a processor as a verification; shared by so many, it is a small part of each.
    private const int EnoughAtOnce = 16;
    private const int WaitMilliseconds = 1;

    private readonly RecordLog _log;
    private readonly int _queueMax;
    private readonly Task _loop;
    private readonly Lock _gate = new();
    private readonly object _entrance = new(); // guards the next two
    private List<Waiting> _queue = [];
    private bool _closed;
    private List<Waiting> _batch = []; // the gate guards it

    /// <summary>Takes over the appending to a log; it stays the caller's to dispose, after this.</summary>
    public RecordWriter(RecordLog log, int queueMax = QueueUsual)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queueMax, 1);
        (_log, _queueMax) = (log, queueMax);
        _loop = Task.Factory.StartNew(
            Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Hands in a leaf. Null where the queue is full or closed: the caller answers with a refusal. Otherwise the task
    /// ends when the leaf is durable, or with the reason why the log has stopped.
    /// </summary>
    /// <exception cref="ArgumentException">The leaf does not fit into a segment.</exception>
    public Task<Parsed<Appended>>? TryAppend(Leaf leaf) => _log.Fits(leaf)
        ? TryAppend(new Arrival(leaf))
        : throw new ArgumentException("the leaf is longer than a segment", nameof(leaf));

    /// <summary>
    /// Hands in a statement whose R is formed in its turn. Null where the queue is full or closed. Otherwise the task
    /// ends when the entry is durable, or with the reason that its turn gave, or why the log has stopped.
    /// </summary>
    public Task<Parsed<Appended>>? TryAppend(Arrival arrival)
    {
        var waiting = new Waiting(arrival);
        return TryEnter([waiting]) ? waiting.Done.Task : null;
    }

    /// <summary>
    /// Hands in several, each with its own result; their turns follow one another, with nobody else's between. Null
    /// where the queue has no room for all of them, or is closed: then none is taken.
    /// </summary>
    public Task<Parsed<Appended>[]>? TryAppend(IReadOnlyCollection<Arrival> arrivals)
    {
        Waiting[] all = [.. arrivals.Select(a => new Waiting(a))];
        return TryEnter(all) ? Task.WhenAll(all.Select(w => w.Done.Task)) : null;
    }

    /// <summary>Signs and publishes between two batches.</summary>
    public T Between<T>(Func<RecordLog, T> act)
    {
        lock (_gate)
        {
            return act(_log);
        }
    }

    /// <summary>Takes nothing more, and ends when what waits is written.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_entrance)
        {
            _closed = true;
            Monitor.Pulse(_entrance);
        }

        await _loop.ConfigureAwait(false);
    }

    private bool TryEnter(ReadOnlySpan<Waiting> all)
    {
        var isAwaited = false;
        lock (_entrance)
        {
            if (_closed || _queue.Count + all.Length > _queueMax)
            {
                return false;
            }

            var before = _queue.Count;
            _queue.AddRange(all);
            isAwaited = before == 0 || (before < EnoughAtOnce && _queue.Count >= EnoughAtOnce);
        }

        // Where other work waits for this thread, it is not held up: the writer's own thread waits for the disk.
        var isLast = ThreadPool.PendingWorkItemCount == 0;
        if (isLast && !_gate.IsHeldByCurrentThread && _gate.TryEnter())
        {
            try
            {
                WriteWhatWaits();
            }
            finally
            {
                _gate.Exit();
            }
        }
        else if (isLast || isAwaited)
        {
            lock (_entrance)
            {
                Monitor.Pulse(_entrance); // somebody writes or signs, or enough has come: the writer is next
            }
        }

        return true;
    }

    private void Write()
    {
        while (WaitForSome())
        {
            lock (_gate)
            {
                // whoever writes now ends first: what is done then waits for a thread, and comes back
            }

            WaitForMore();
            lock (_gate)
            {
                WriteWhatWaits();
            }
        }

        lock (_gate)
        {
            // whoever was writing when nothing more was taken has ended
        }
    }

    /// <summary>Waits until something waits to be written; false when nothing does and nothing more will.</summary>
    private bool WaitForSome()
    {
        lock (_entrance)
        {
            while (_queue.Count == 0 && !_closed)
            {
                Monitor.Wait(_entrance);
            }

            return _queue.Count > 0;
        }
    }

    /// <summary>Gives those whose work waits for a thread a moment to hand in theirs.</summary>
    private void WaitForMore()
    {
        lock (_entrance)
        {
            if (!_closed && _queue.Count is > 0 and < EnoughAtOnce && ThreadPool.PendingWorkItemCount > 0)
            {
                Monitor.Wait(_entrance, WaitMilliseconds);
            }
        }
    }

    /// <summary>
    /// Makes all that waits durable, as one batch. The gate is held from before the queue is taken, so that batches are
    /// written in the order in which arrivals were handed in.
    /// </summary>
    private void WriteWhatWaits()
    {
        lock (_entrance)
        {
            (_batch, _queue) = (_queue, _batch);
        }

        if (_batch.Count == 0)
        {
            return; // another hand has written it
        }

        var results = Append([.. _batch.Select(w => w.Arrival)]);
        for (var i = 0; i < _batch.Count; i++)
        {
            _batch[i].Done.SetResult(results[i]);
        }

        _batch.Clear();
        _ = Safely(log =>
        {
            log.FillNext();
            return log;
        });
    }

    private IReadOnlyList<Parsed<Appended>> Append(Arrival[] arrivals) =>
        Safely(log => log.AppendEach(arrivals))
        ?? [.. arrivals.Select(_ => (Parsed<Appended>)new Unreadable(_log.Stopped ?? "the log has stopped"))];

    /// <summary>
    /// Whatever happens, the writer goes on to answer each arrival: after an exception that nobody expected the log has
    /// stopped, and it says so to all that come later. Null after such an exception.
    /// </summary>
    private T? Safely<T>(Func<RecordLog, T> act)
        where T : class
    {
        try
        {
            return Between(act);
        }
        catch (Exception)
        {
            return null; // the log keeps the reason
        }
    }

    private readonly record struct Waiting(Arrival Arrival)
    {
        public TaskCompletionSource<Parsed<Appended>> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
