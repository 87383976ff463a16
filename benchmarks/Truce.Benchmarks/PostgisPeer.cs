using System.Diagnostics;
using System.Globalization;
using System.Text;
using Truce.Space;
using Activity = Truce.Space.Activity;

namespace Truce.Benchmarks;

/// <summary>
/// The same search in PostgreSQL with PostGIS, on a cluster of its own in a temporary folder, reached by a socket there
/// and stopped at the end. Each query runs in a loop inside the server, its plan kept: no protocol is counted, only
/// the processor time of the one server process.
/// </summary>
internal sealed class PostgisPeer : IDisposable
{
    private const string Binaries = "/usr/lib/postgresql";
    private const int BucketSeconds = 21_600;
    private const string Done = "--done--";

    private readonly string _folder;
    private readonly string[] _control;
    private readonly Process _client;
    private readonly int _backend;

    private PostgisPeer(string folder, string[] control, Process client)
    {
        (_folder, _control, _client) = (folder, control, client);
        Ask("set client_min_messages = error; create extension postgis; create extension btree_gist; "
            + "set jit = off; set max_parallel_workers_per_gather = 0; set work_mem = '256MB'; "
            + "set maintenance_work_mem = '512MB'; set random_page_cost = 1.0;");
        _backend = int.Parse(Ask("select pg_backend_pid();")[0], CultureInfo.InvariantCulture);
        Version = Ask("select 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' "
            + "|| postgis_lib_version() || ', GEOS ' || postgis_geos_version();")[0];
    }

    public string Version { get; }

    /// <summary>Starts a server, or says why not.</summary>
    public static PostgisPeer? Start(out string why)
    {
        var binaries = !Directory.Exists(Binaries) ? null : Directory.GetDirectories(Binaries)
            .OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")));
        var version = Path.GetFileName(Path.GetDirectoryName(binaries));
        why = binaries is null ? "PostgreSQL is not installed"
            : !File.Exists($"/usr/share/postgresql/{version}/extension/postgis.control") ? "PostGIS is not installed"
            : "";
        if (why.Length > 0)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("truce-postgis-").FullName;
        try
        {
            // A server refuses to run as root: its own user does.
            var isRoot = Environment.UserName == "root";
            string[] other = isRoot ? ["runuser", "-u", "postgres", "--"] : [];
            if (isRoot)
            {
                Run(["chown", "postgres", folder]);
            }

            Run([.. other, $"{binaries}/initdb", "-D", $"{folder}/data", "-U", "truce", "-A", "trust", "-E", "UTF8",
                "--no-sync", "--locale=C"]);
            string[] control = [.. other, $"{binaries}/pg_ctl", "-D", $"{folder}/data", "-w"];
            Run([.. control, "-l", $"{folder}/log", "-o", $"-k {folder} -c listen_addresses= -c fsync=off "
                + "-c shared_buffers=1GB -c autovacuum=off", "start"]);
            return new PostgisPeer(folder, control, Begin([
                $"{binaries}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "truce",
                "postgres"]));
        }
        catch (InvalidOperationException failed)
        {
            why = failed.Message;
            return null;
        }
    }

    public void Load(IEnumerable<Activity> activities, Activity[] zones, Activity[] asked)
    {
        Ask("create table parts(activity int, geom geometry, begins int, ends int, buffer float8);"
            + "create table asked(activity int, geom geometry, begins int, ends int, buffer float8);"
            + "create table zones(activity int, geom geometry, begins int, ends int, buffer float8);");
        Copy("parts", activities);
        Copy("asked", asked);
        Copy("zones", zones);
        Ask($"""
            create table plain as select *, int4range(begins, ends) during, st_expand(geom, buffer) box from parts;
            create index on plain using gist(box, during);
            create table best as select p.*, bucket, st_expand(geom, buffer) box
              from parts p, generate_series(begins / {BucketSeconds}, (ends - 1) / {BucketSeconds}) bucket;
            create index best_at on best using gist(bucket, box);
            cluster best using best_at;
            create index on zones using gist(geom);
            create table asked_best as select a.*, bucket, st_expand(geom, buffer) box
              from asked a, generate_series(begins / {BucketSeconds}, (ends - 1) / {BucketSeconds}) bucket;
            create index on asked(activity);
            create index on asked_best(activity);
            analyze;
            """);
        string Query(string from, string where) =>
            $"select distinct p.activity from {from} where {where} and q.begins < p.ends and p.begins < q.ends "
            + "and st_dwithin(p.geom, q.geom, p.buffer + q.buffer) and q.activity = i";
        foreach (var (name, query) in new[]
        {
            ("best", Query("asked_best q join best p on p.bucket = q.bucket and p.box && q.box", "true")),
            ("plain", Query(
                "asked q join plain p on p.box && st_expand(q.geom, q.buffer)",
                "p.during && int4range(q.begins, q.ends)")),
            ("zones", Query("asked q join zones p on p.geom && st_expand(q.geom, q.buffer)", "true")),
        })
        {
            Ask($"create function {name}(i int) returns setof int language plpgsql stable as $f$ begin "
                + $"return query {query}; end $f$;");
        }
    }

    /// <summary>What each proposal meets, by the numbers of both.</summary>
    public IReadOnlySet<int>[] Pairs(string query)
    {
        var count = int.Parse(Ask("select max(activity) from asked;")[0], CultureInfo.InvariantCulture) + 1;
        var met = Enumerable.Range(0, count).Select(_ => new HashSet<int>()).ToArray();
        foreach (var line in Ask($"select i, m from generate_series(0, {count - 1}) i, lateral {query}(i) m;"))
        {
            var cut = line.IndexOf('|');
            met[int.Parse(line[..cut], CultureInfo.InvariantCulture)].Add(
                int.Parse(line[(cut + 1)..], CultureInfo.InvariantCulture));
        }

        return met;
    }

    /// <summary>Microseconds of processor of the server for one proposal, after a run that is not counted.</summary>
    public double Microseconds(string query, int asked)
    {
        void Loop() => Ask(
            $"do $d$ declare n bigint := 0; begin for k in 0..{asked - 1} loop perform {query}(k); end loop; end $d$;");
        Loop();
        return Enumerable.Range(0, 3).Select(_ =>
        {
            var begun = Ticks();
            Loop();
            return (Ticks() - begun) / 100.0 / asked * 1e6;
        }).Order().ElementAt(1);
    }

    /// <summary>The tables and indexes of the best tuned layout.</summary>
    public double Megabytes() =>
        double.Parse(
            Ask("select pg_total_relation_size('best') + pg_total_relation_size('zones');")[0],
            CultureInfo.InvariantCulture) / 1e6;

    public void Dispose()
    {
        _client.StandardInput.Close();
        _client.WaitForExit(5_000);
        Run([.. _control, "-m", "fast", "stop"]);
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Hundredths of a second of processor that the one server process has had.</summary>
    private long Ticks()
    {
        var fields = File.ReadAllText($"/proc/{_backend}/stat").Split(')')[^1].Split(' ');
        return long.Parse(fields[12], CultureInfo.InvariantCulture)
            + long.Parse(fields[13], CultureInfo.InvariantCulture);
    }

    private void Copy(string table, IEnumerable<Activity> activities)
    {
        _client.StandardInput.WriteLine($"copy {table} from stdin;");
        foreach (var (i, activity) in activities.Index())
        {
            for (var part = 0; part < activity.PartCount; part++)
            {
                var window = activity.PartWindow(part);
                _client.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{i}\t{Drawn(activity, part)}\t{window.FromSeconds}\t{window.UntilSeconds}\t")
                    + activity.Particulars.BufferMillimetres.ToString(CultureInfo.InvariantCulture));
            }
        }

        _client.StandardInput.WriteLine("\\.");
        Ask("select 1;");
    }

    private static string Drawn(Activity a, int part)
    {
        string At(int i) => string.Create(
            CultureInfo.InvariantCulture, $"{a.Vertex(i).EastMillimetres} {a.Vertex(i).NorthMillimetres}");
        return a.Shape switch
        {
            Shape.Area => $"POLYGON(({string.Join(',', Enumerable.Range(0, a.VertexCount).Append(0).Select(At))}))",
            Shape.Point => $"POINT({At(0)})",
            _ => $"LINESTRING({At(part)},{At(part + 1)})",
        };
    }

    private List<string> Ask(string sql)
    {
        _client.StandardInput.WriteLine(sql);
        _client.StandardInput.WriteLine($"\\echo {Done}");
        _client.StandardInput.Flush();
        var lines = new List<string>();
        while (_client.StandardOutput.ReadLine() is { } line)
        {
            if (line == Done)
            {
                return lines;
            }

            lines.Add(line);
        }

        throw new InvalidOperationException($"PostgreSQL: {Errors}");
    }

    private static StringBuilder Errors { get; } = new();

    private static Process Begin(string[] command)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.ErrorDataReceived += (_, e) => Errors.AppendLine(e.Data);
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Run(string[] command)
    {
        using var process = Begin(command);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]}: {Errors}");
        }
    }
}
