using System.CommandLine;
using Truce.Mission;
using Truce.Record;
using Truce.Verbs;

namespace Truce.Missions;

/// <summary>
/// The state of a mission as one reader may know it: a fold of the entries of a log, a copy or a server that he can
/// open. What the log states is taken as it states it: <c>truce record fsck --replay</c> computes it again.
/// </summary>
internal sealed class MissionReading : IDisposable
{
    private readonly MissionSources _sources;
    private readonly bool _ownsKey;

    private MissionReading(
        RecordReading log, (Reader? Reader, bool IsOwn) eyes, MissionSources sources, Fold fold, ReaderReport report)
    {
        (Log, (Reader, _ownsKey), _sources, Fold, Report) = (log, eyes, sources, fold, report);
    }

    /// <summary>The log: its entries, proofs and bodies.</summary>
    public RecordReading Log { get; }

    /// <summary>With whose key it is read; null for the public.</summary>
    public Reader? Reader { get; }

    /// <summary>As whom it is read: an organisation, <c>operator</c>, or <c>the public</c>.</summary>
    public string As => Reader?.Name ?? "the public";

    /// <summary>The state.</summary>
    public Fold Fold { get; }

    /// <summary>How much could be read: "7 of 9 entries read, 2 closed to you".</summary>
    public ReaderReport Report { get; }

    /// <summary>The machines, with the frameworks that were put in force.</summary>
    public Mission.Mission Mission => _sources.Mission;

    /// <summary>Opens a log for a reader; null, and the reason printed, where it cannot be read.</summary>
    /// <param name="from">A log's folder, a copy of one, or an http address.</param>
    /// <param name="vkey">The log's key; a log's own folder says it itself.</param>
    /// <param name="keys">The file of a private reading key, - for the standard input; null for the public.</param>
    /// <param name="error">Where the reason goes.</param>
    public static MissionReading? Open(string from, string? vkey, string? keys, TextWriter error) =>
        Open(from, vkey, (roster, e) => keys is null ? (true, null)
            : ReaderOptions.Of(keys, name: null, roster, e) is { } reader ? (true, reader) : (false, null), error);

    /// <summary>The same, for a reader whose key is at hand; it stays the caller's.</summary>
    public static MissionReading? Open(string from, Reader? reader, TextWriter error) =>
        Open(from, vkey: null, reader, error);

    /// <inheritdoc cref="Open(string, Reader?, TextWriter)"/>
    public static MissionReading? Open(string from, string? vkey, Reader? reader, TextWriter error) =>
        Open(from, vkey, (_, _) => (true, reader), error, ownsKey: false);

    /// <summary>The same, with the options by which a command line says whose eyes it reads with.</summary>
    public static MissionReading? Open(
        string from, string? vkey, ReaderOptions options, ParseResult parsed, TextWriter error) =>
        Open(from, vkey, (roster, e) => !options.IsGiven(parsed) ? (true, null)
            : options.Read(parsed, roster, e) is { } reader ? (true, reader) : (false, null), error);

    /// <inheritdoc/>
    public void Dispose()
    {
        Log.Dispose();
        if (_ownsKey)
        {
            Reader?.Key.Dispose();
        }
    }

    private static MissionReading? Open(
        string from, string? vkey, Func<Roster, TextWriter, (bool IsKnown, Reader? Reader)> eyes, TextWriter error,
        bool ownsKey = true)
    {
        var log = RecordReading.Open(from, vkey, error);
        if (log is null)
        {
            return null;
        }

        log.Survey();
        var (isKnown, reader) = eyes(log.Roster, error);
        if (!isKnown)
        {
            log.Dispose();
            return null;
        }

        Reader[] readers = reader is null ? [] : [reader];
        var sources = new MissionSources(log.Founding.Lineage, log.BodySource, readers);
        var fold = sources.Mission.Begin();
        var report = RecordFold.Read(log.Founding, () => log.Leaves(0, log.Size).Select(e => e.Leaf), log.BodySource,
            readers, sources.Mission.Reading(fold));
        return new MissionReading(log, (reader, ownsKey), sources, fold, report);
    }
}
