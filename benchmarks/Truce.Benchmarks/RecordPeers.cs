using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// Other writers under the same load: many hands, one thread that writes whatever waits as one durable batch.
/// </summary>
internal static class RecordPeers
{
    private const int BatchMax = 1024;

    /// <summary>SQLite with a write-ahead log, each batch one transaction, synced in full.</summary>
    public static Appends Sqlite(string path, int hands, double seconds)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(path, "peer.db")};Pooling=False");
        connection.Open();
        Execute(connection, "pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=10000; "
            + "create table entries(id integer primary key, hash blob not null unique, entry blob not null)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "insert into entries(hash, entry) values($h, $e)";
        var hash = insert.Parameters.Add("$h", SqliteType.Blob);
        var entry = insert.Parameters.Add("$e", SqliteType.Blob);
        insert.Prepare();
        return Grouped(hands, seconds, batch =>
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            foreach (var leaf in batch)
            {
                hash.Value = Digest.Of(leaf.Statement.Span).ToArray();
                entry.Value = leaf.ToBytes();
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        });
    }

    /// <summary>
    /// What a log of static files writes for each batch: the changed bundles and tiles, each a file of its own, synced
    /// and renamed; then the checkpoint.
    /// </summary>
    public static Appends FilePerTile(string path, int hands, double seconds)
    {
        using var folder = new Folder(path);
        var (tree, growth) = (new Frontier(), new Record.Growth());
        var (tiles, bundle) = (new Dictionary<int, List<Digest>>(), new List<byte>());
        return Grouped(hands, seconds, batch =>
        {
            for (var at = 0; at < batch.Count;)
            {
                var room = Tile.FullWidth - (int)(tree.Size % Tile.FullWidth);
                var some = batch.Skip(at).Take(room).Select(l => l.ToBytes()).ToArray();
                at += some.Length;
                some.ToList().ForEach(bundle.AddRange);
                tree.Add(some.Select(b => Merkle.Leaf(b)).ToArray(), growth);
                Replace(folder, new Tile(null, (tree.Size - 1) / Tile.FullWidth, Width(tree.Size)), [.. bundle]);
                if (tree.Size % Tile.FullWidth == 0)
                {
                    bundle.Clear();
                }

                for (var level = 0; growth.Nodes(level * Tile.Height) is { IsEmpty: false } nodes; level++)
                {
                    var count = Tile.Count(level, tree.Size);
                    var hashes = tiles.TryGetValue(level, out var there) ? there : tiles[level] = [];
                    hashes.AddRange(nodes);
                    var bytes = new byte[hashes.Count * Digest.Bytes];
                    Digest.CopyTo(hashes.ToArray(), bytes);
                    Replace(folder, new Tile(level, (count - 1) / Tile.FullWidth, Width(count)), bytes);
                    if (count % Tile.FullWidth == 0)
                    {
                        hashes.Clear();
                    }
                }
            }

            folder.Replace("checkpoint", Digest.Of(tree.Root.ToArray()).ToArray());
        });
    }

    private static int Width(long count) => (int)((count - 1) % Tile.FullWidth) + 1;

    private static void Replace(Folder folder, Tile tile, byte[] bytes) =>
        folder.Replace(tile.Path.Replace('/', '-'), bytes);

    private static Appends Grouped(int hands, double seconds, Action<IReadOnlyList<Leaf>> write)
    {
        var queue = Channel.CreateUnbounded<(Leaf Leaf, TaskCompletionSource Done)>(new() { SingleReader = true });
        var writer = Task.Factory.StartNew(() => Write(queue.Reader, write), TaskCreationOptions.LongRunning);
        var result = RecordLoad.Run(hands, seconds, (hand, number) =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Writer.TryWrite((RecordLoad.Entry(hand, number), done));
            return done.Task;
        });
        queue.Writer.Complete();
        writer.GetAwaiter().GetResult();
        return result;
    }

    private static void Write(
        ChannelReader<(Leaf Leaf, TaskCompletionSource Done)> queue, Action<IReadOnlyList<Leaf>> write)
    {
        var batch = new List<(Leaf Leaf, TaskCompletionSource Done)>();
        while (queue.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < BatchMax && queue.TryRead(out var next))
            {
                batch.Add(next);
            }

            write([.. batch.Select(b => b.Leaf)]);
            batch.ForEach(b => b.Done.SetResult());
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
