using Microsoft.Data.Sqlite;
using Truce.Mission;
using Truce.Record;

namespace Truce.Benchmarks;

/// <summary>
/// SQLite with the rows that a fold keeps: acts with their outcome and ruling, steps with their fields, subjects with
/// the state of their axes; indexes for the counts that are asked. It is handed events and rulings ready: it checks no
/// signature, asks no rule and no space, judges no state, keeps one reader's view and proves nothing.
/// </summary>
internal sealed class MissionPeer : IDisposable
{
    private const int AxesMax = 5;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<JsonValue, long> _rulings = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, long> _byCode = [];
    private readonly SqliteCommand _act;
    private readonly SqliteCommand _step;
    private readonly SqliteCommand _open;
    private readonly SqliteCommand _ruling;
    private readonly Dictionary<string, SqliteCommand> _moves = [];
    private SqliteTransaction? _transaction;

    /// <summary>A database in a file, synced in full at each commit; null for one in memory.</summary>
    public MissionPeer(string? path)
    {
        _connection = new SqliteConnection(path is null ? "Data Source=:memory:" : $"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=10000; "
            + "create table rulings(id integer primary key, worst text, reported integer, code text); "
            + "create table acts(entry integer primary key, type text, subject text, author text, occurred integer, "
            + "received integer, outcome integer, why text, ruling integer, audience text); "
            + "create index acts_when on acts(occurred, ruling, outcome, type); "
            + "create table steps(subject text, occurred integer, entry integer, command text, author text, "
            + "entered text, fields text, primary key(subject, occurred, entry, command)) without rowid; "
            + "create table subjects(id text primary key, machine text, opened integer, decision blob, "
            + "decided integer, a0 integer default 0, a1 integer default 0, a2 integer default 0, "
            + "a3 integer default 0, a4 integer default 0) without rowid; "
            + "create index subjects_of on subjects(machine, a0, a1)");
        _act = Prepared("insert into acts values($p0,$p1,$p2,$p3,$p4,$p5,$p6,$p7,$p8,$p9)", count: 10);
        _step = Prepared("insert or ignore into steps values($p0,$p1,$p2,$p3,$p4,$p5,$p6)", count: 7);
        _open = Prepared("insert into subjects(id,machine,opened) values($p0,$p1,$p2) on conflict(id) do update set "
            + "opened=coalesce(opened,$p2)", count: 3);
        _ruling = Prepared("insert into rulings values($p0,$p1,$p2,$p3)", count: 4);
    }

    /// <summary>Begins a batch.</summary>
    public void Begin() => _transaction = _connection.BeginTransaction();

    /// <summary>Ends a batch: in a file it is durable.</summary>
    public void Commit()
    {
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
    }

    /// <summary>The rows of one entry.</summary>
    public void Insert(Received received, Outcome outcome)
    {
        var statement = received.Statement;
        var author = received.Author.By.Key!.Organisation;
        var first = "";
        foreach (var json in outcome.Events)
        {
            var e = Event.Read(json)!;
            first = first.Length == 0 ? e.Subject : first;
            var (machine, number) = Mission.Mission.RowOf(e.Type)!.Value;
            var row = machine.Rows[number];
            Run(_open, e.Subject, machine.Name, row.Kind == RowKind.Opens ? received.Index : DBNull.Value);
            Run(_step, e.Subject, statement.OccurredAt, received.Index, row.Command, author, author,
                System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(new JsonValue.Members(e.Fields))));
            var moves = e.Moves.AsEnumerable();
            if (machine.AxisAt(row.Axis) is >= 0 and var at && machine.Axes[at].IsArranged)
            {
                moves = moves.Append((row.Axis!, row.To
                    ?? ((JsonValue.Text)e.Fields.First(f => f.Key == row.ToField).Value).Value));
            }

            foreach (var (axis, to) in moves)
            {
                var moved = machine.AxisAt(axis);
                Move(moved, machine.Axes[moved].States.IndexOf(to), e.Subject);
            }

            if (row.Kind == RowKind.Decides)
            {
                var command = Of("decide", "update subjects set decision=$p0, decided=$p1 where id=$p2", count: 3);
                Run(command, received.Hash.ToArray(), received.Index, e.Subject);
            }
        }

        Run(_act, received.Index, statement.Type, first, author, statement.OccurredAt, received.ReceivedAt,
            (long)outcome.Kind, (object?)outcome.Why ?? DBNull.Value, RulingOf(outcome.Ruling),
            (object?)statement.Audience?.ToString() ?? DBNull.Value);
    }

    /// <summary>Acts by the worst verdict, reports of others' acts apart.</summary>
    public List<(string Name, long Count)> Verdicts(Period period) => Ask(
        "select case when r.reported then 'reports of others'' acts' else r.worst end, count(*) from acts a "
        + $"join rulings r on r.id = a.ruling where {When(period)} group by 1");

    /// <summary>Acts that changed nothing, by type and outcome.</summary>
    public List<(string Name, long Count)> Kept(Period period) =>
        Ask($"select type || outcome, count(*) from acts a where {When(period)} and outcome > 0 group by 1");

    /// <summary>The same counts as <see cref="Verdicts"/>, each with its entries behind it.</summary>
    public List<(string Name, long Count)> VerdictsWithEntries(Period period) => Ask(
        "select case when r.reported then 'reports of others'' acts' else r.worst end, length(group_concat(a.entry)) "
        + $"from acts a join rulings r on r.id = a.ruling where {When(period)} group by 1");

    /// <summary>Subjects of a machine by the states of two axes.</summary>
    public List<(string Name, long Count)> States(string machine) => Ask("select a0 || ',' || a1, count(*) from "
        + $"subjects where machine = '{machine}' and opened not null group by 1");

    public void Dispose()
    {
        _transaction?.Dispose();
        _connection.Dispose();
    }

    private static string When(Period period) =>
        FormattableString.Invariant($"a.occurred >= {period.From} and a.occurred < {period.Until}");

    private object RulingOf(JsonValue? ruling)
    {
        if (ruling is null)
        {
            return DBNull.Value;
        }

        if (_rulings.TryGetValue(ruling, out var id))
        {
            return id;
        }

        var code = System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(ruling));
        if (!_byCode.TryGetValue(code, out id))
        {
            _byCode[code] = id = _byCode.Count + 1;
            var ruled = Ruled.Of(ruling)!;
            Run(_ruling, id, (object?)ruled.Worst ?? DBNull.Value, ruled.IsReported ? 1L : 0L, code);
            _rulings[ruling] = id;
        }

        return id;
    }

    private void Move(int axis, int state, string subject)
    {
        if (axis is >= 0 and < AxesMax)
        {
            Run(Of($"a{axis}", $"update subjects set a{axis}=$p0 where id=$p1", count: 2), (long)state, subject);
        }
    }

    private SqliteCommand Of(string name, string sql, int count) =>
        _moves.TryGetValue(name, out var known) ? known : _moves[name] = Prepared(sql, count);

    private void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        command.Transaction = _transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepared(string sql, int count)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < count; i++)
        {
            command.Parameters.AddWithValue($"$p{i}", DBNull.Value);
        }

        return command;
    }

    private List<(string Name, long Count)> Ask(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var all = new List<(string, long)>();
        while (reader.Read())
        {
            all.Add((reader.IsDBNull(0) ? "" : reader.GetString(0), reader.GetInt64(1)));
        }

        return all;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
