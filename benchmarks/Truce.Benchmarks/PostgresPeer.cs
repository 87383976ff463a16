using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Truce.Benchmarks;

/// <summary>
/// Durable inserts into PostgreSQL with its usual settings, fsync and synchronous_commit on: one row a transaction from
/// 32 clients (pgbench, prepared), and COPY in transactions of 1,024 rows (psql). The cluster is its own, in a
/// temporary folder, reached by a socket there and ended by its process.
/// </summary>
internal sealed partial class PostgresPeer : IDisposable
{
    private const string Binaries = "/usr/lib/postgresql";
    private const int Clients = 32;
    private const int CopyRows = 1024;

    private readonly string _binaries;
    private readonly string _folder;
    private readonly Process _server;

    private PostgresPeer(string binaries, string folder, Process server)
    {
        (_binaries, _folder, _server) = (binaries, folder, server);
        Version = Run([$"{binaries}/postgres", "--version"]).Trim();
        Run([.. Psql, "-c", "create table entries(id bigserial primary key, entry bytea not null)"]);
    }

    public string Version { get; }

    private string[] Psql =>
        [$"{_binaries}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", _folder, "-U", "truce", "postgres"];

    /// <summary>Starts a server, or says why not.</summary>
    public static PostgresPeer? Start(out string why)
    {
        var binaries = !Directory.Exists(Binaries) ? null : Directory.GetDirectories(Binaries)
            .OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pgbench")));
        why = binaries is null ? "PostgreSQL is not installed (Debian: apt-get install postgresql)" : "";
        if (binaries is null)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("truce-postgres-").FullName;
        // A server refuses to run as root: its own user does.
        string[] other = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
        try
        {
            if (other.Length > 0)
            {
                Run(["chown", "postgres", folder]);
            }

            Run([.. other, $"{binaries}/initdb", "-D", $"{folder}/data", "-U", "truce", "-A", "trust", "--locale=C"]);
            var server = Begin([.. other, $"{binaries}/postgres", "-D", $"{folder}/data", "-k", folder,
                "-c", "listen_addresses=", "-c", "shared_buffers=256MB", "-c", "max_wal_size=8GB"]);
            for (var tries = 0; !File.Exists($"{folder}/.s.PGSQL.5432"); tries++)
            {
                if (server.HasExited || tries > 600)
                {
                    throw new InvalidOperationException("PostgreSQL did not start");
                }

                Thread.Sleep(50);
            }

            return new PostgresPeer(binaries, folder, server);
        }
        catch (InvalidOperationException failed)
        {
            why = failed.Message;
            Directory.Delete(folder, recursive: true);
            return null;
        }
    }

    /// <summary>Rows a second, each its own transaction, and the mean time of one in milliseconds.</summary>
    public (double PerSecond, double Mean) SingleRows(int seconds)
    {
        var script = Path.Combine(_folder, "insert.sql");
        File.WriteAllText(script, $"insert into entries(entry) values ('{new string('e', RecordLoad.EntryBytes)}');\n");
        var said = Run([$"{_binaries}/pgbench", "-n", "-M", "prepared", "-h", _folder, "-U", "truce",
            "-c", $"{Clients}", "-j", $"{Environment.ProcessorCount}", "-T", $"{seconds}", "-f", script, "postgres"]);
        return (Number(Tps().Match(said)), Number(Latency().Match(said)));
    }

    /// <summary>Rows a second by COPY from one client.</summary>
    public double Copy(int seconds)
    {
        var script = Path.Combine(_folder, "copy.sql");
        var row = new string('e', RecordLoad.EntryBytes) + "\n";
        var batch = $"copy entries(entry) from stdin;\n{string.Concat(Enumerable.Repeat(row, CopyRows))}\\.\n";
        var batches = 32;
        while (true)
        {
            File.WriteAllLines(script, Enumerable.Repeat(batch.TrimEnd('\n'), batches));
            var took = Measure.Once(() => Run([.. Psql, "-f", script])) / 1000;
            if (took > seconds / 2.0)
            {
                return batches * CopyRows / took;
            }

            batches *= 4;
        }
    }

    public void Dispose()
    {
        // The signal for a quick end, to the server itself, whose process is in its first line.
        Run(["kill", "-INT", File.ReadLines($"{_folder}/data/postmaster.pid").First()]);
        _server.WaitForExit(20_000);
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("pgbench said something else than its version 15 does");

    private static Process Begin(string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static string Run(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said
            : throw new InvalidOperationException($"{command[0]}: {errors.GetAwaiter().GetResult()}");
    }

    [GeneratedRegex(@"tps = (?<n>[\d.]+)")]
    private static partial Regex Tps();

    [GeneratedRegex(@"latency average = (?<n>[\d.]+) ms")]
    private static partial Regex Latency();
}
