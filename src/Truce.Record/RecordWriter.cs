using System.Threading.Channels;

namespace Truce.Record;

/// <summary>
/// Many hands, one writer: whatever waits when a sync ends becomes the next batch. The queue has a bound; past it a
/// leaf is refused at once, never lost in silence.
/// </summary>
public sealed class RecordWriter : IAsyncDisposable
{
    /// <summary>The usual bound of the queue.</summary>
    public const int QueueUsual = 4096;

    private const int BatchMax = 1024;

    private readonly RecordLog _log;
    private readonly Channel<Waiting> _queue;
    private readonly Task _loop;
    private readonly Lock _gate = new();

    /// <summary>Takes over the appending to a log; it stays the caller's to dispose, after this.</summary>
    public RecordWriter(RecordLog log, int queueMax = QueueUsual)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queueMax, 1);
        _log = log;
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(queueMax) { SingleReader = true });
        _loop = Task.Factory.StartNew(
            Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Hands in a leaf. Null where the queue is full or closed: the caller answers with a refusal. Otherwise the task
    /// ends when the leaf is durable, or with the reason why the log has stopped.
    /// </summary>
    /// <exception cref="ArgumentException">The leaf does not fit into a segment.</exception>
    public Task<Parsed<AppendedBatch>>? TryAppend(Leaf leaf)
    {
        if (!_log.Fits(leaf))
        {
            throw new ArgumentException("the leaf is longer than a segment", nameof(leaf));
        }

        var waiting = new Waiting(leaf, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _queue.Writer.TryWrite(waiting) ? waiting.Done.Task : null;
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
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private void Write()
    {
        var batch = new List<Waiting>(BatchMax);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < BatchMax && _queue.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            var result = Between(log => log.Append([.. batch.Select(w => w.Leaf)]));
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Done.SetResult(
                    result.IsValid ? new AppendedBatch([result.Value.Entries[i]]) : new Unreadable(result.Error));
            }
        }
    }

    private readonly record struct Waiting(Leaf Leaf, TaskCompletionSource<Parsed<AppendedBatch>> Done);
}
