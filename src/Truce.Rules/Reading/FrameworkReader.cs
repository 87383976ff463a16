using System.Collections.Immutable;
using System.Text;
using NodaTime;

namespace Truce.Rules;

/// <summary>What reading a file gave: a framework, partial where there are errors, and every defect found.</summary>
/// <param name="Framework">The framework; of use only where <see cref="IsUsable"/>.</param>
/// <param name="Diagnostics">Every defect, in the order of the file.</param>
public sealed record Reading(Framework Framework, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>True where there is no error, so that the framework can be compiled and asked.</summary>
    public bool IsUsable => !Diagnostics.Any(d => d.Severity == Severity.Error);
}

/// <summary>Reads framework files, version 1 of the language. Never throws on any input.</summary>
public static partial class FrameworkReader
{
    private static readonly ImmutableHashSet<string> ReservedNames =
        ["anyone", "sectors", "missing", "unknown", "yes", "no", "none", "text", "true", "false", "null", "not", "and",
            "or"];

    /// <summary>Reads a file's text. See <see cref="Read(ReadOnlySpan{byte}, string)"/>.</summary>
    public static Reading Read(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(Encoding.UTF8.GetBytes(text), fileName);
    }

    /// <summary>
    /// Reads a file's bytes: UTF-8, with or without a byte order mark, at most <see cref="Limits.FileBytes"/>. Linear
    /// in
    /// the file's size but for the leaves that its areas make.
    /// </summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="fileName">The name that diagnostics print.</param>
    public static Reading Read(ReadOnlySpan<byte> utf8, string fileName)
    {
        var reports = new Reports(fileName);
        var root = YamlReader.Read(utf8, reports.Error);
        if (root is null)
        {
            return new Reading(new Framework(), reports.Sorted());
        }

        if (root.Kind != YamlKind.Map || root.Entries.Count == 0)
        {
            var what = root.Kind == YamlKind.Map ? "the file has no key that can be read"
                : $"a framework file is a mapping of keys to values, this is {root.Describe()}";
            reports.Error("F009", root.Place, what,
                "`truce new NAME` writes a commented starter mission");
            return new Reading(new Framework(), reports.Sorted());
        }

        var framework = ReadRoot(new Fields(reports, root, "a framework"), reports);
        new Resolution(framework, reports).Run();
        return new Reading(framework, reports.Sorted());
    }

    private static Framework ReadRoot(Fields f, Reports reports)
    {
        ReadVersion(f, reports);
        var facts = ReadFacts(f, reports);
        var (contributors, contributorsMissing) = ReadPledges(f, reports);
        var framework = new Framework
        {
            Name = f.Words("framework") ?? Lack(f, "framework", "give the framework a name in words") ?? "",
            Status = f.OneOf("status", StatusWords) ?? Default(f, "status", Status.Draft),
            Zone = ReadZone(f, reports),
            Documents = ReadDocuments(f, reports),
            Sources = ReadSources(f, reports),
            Mandate = ReadMandate(f, reports),
            Areas = ReadAreas(f, reports),
            Groups = ReadGroups(f, reports),
            Phases = ReadPhases(f, reports),
            Facts = facts,
            Actions = ReadActions(f, reports),
            Actors = [.. ReadActors(f, reports), .. ReadContingents(f, reports), .. ReadParties(f, reports)],
            Rules = ReadRules(f, reports),
            Nevers = ReadNevers(f, reports),
            Pledges = contributors,
            ContributorsMissing = contributorsMissing,
            Objections = ReadObjections(f, reports),
            Cooperation = ReadCooperation(f, reports),
            Police = ReadPolice(f, reports),
            Benchmarks = ReadBenchmarks(f, reports),
            Endgame = ReadEndgame(f, reports),
            NotEncoded = ReadNotEncoded(f, reports),
            Acts = ReadActs(f, reports),
        };
        f.Done();
        return framework;
    }

    private static readonly (string, Status)[] StatusWords =
    [
        ("draft", Status.Draft), ("adopted", Status.Adopted), ("historical", Status.Historical),
        ("exercise", Status.Exercise), ("invented", Status.Invented),
    ];

    private static void ReadVersion(Fields f, Reports reports)
    {
        if (f.Take("truce") is not { } version)
        {
            f.Missing("truce", "the first line says which version of the language the file is in: `truce: 1`");
        }
        else if (!version.Is("1"))
        {
            reports.Error("F010", version.Place,
                $"this program reads version 1 of the language, not {version.Describe()}",
                "write `truce: 1`");
        }
    }

    private static string? Lack(Fields f, string key, string help)
    {
        if (!f.States(key))
        {
            f.Missing(key, help);
        }

        return null;
    }

    private static T Default<T>(Fields f, string key, T value)
    {
        if (!f.States(key))
        {
            f.Missing(key, "it is one of `draft`, `adopted`, `historical`, `exercise` or `invented`");
        }

        return value;
    }

    private static string ReadZone(Fields f, Reports reports)
    {
        if (f.Words("zone") is not { } zone)
        {
            f.Missing("zone", "local days and hours need an IANA time zone, such as `zone: Asia/Gaza`");
            return "UTC";
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
        {
            reports.Error("F104", f.PlaceOf("zone"), $"there is no time zone `{YamlNode.Clip(zone)}`",
                Spelling.DidYouMean(zone, DateTimeZoneProviders.Tzdb.Ids) ?? "use an IANA name, such as `Asia/Gaza`");
            return "UTC";
        }

        return zone;
    }

    /// <summary>The entries of a mapping whose keys are new names.</summary>
    private static IEnumerable<(string Id, YamlNode Value, Place Place)> Named(
        Fields f, string key, string what, Reports reports)
    {
        if (f.TakeStated(key) is not { } node)
        {
            yield break;
        }

        if (node.Kind != YamlKind.Map)
        {
            reports.Error("F103", node.Place, $"`{key}` must be a mapping of names, this is {node.Describe()}",
                $"write the name of each {what} below it, indented, with a colon");
            yield break;
        }

        foreach (var (name, value) in node.Entries)
        {
            CheckName(name.Value, what, name.Place, reports);
            yield return (name.Value, value, name.Place);
        }
    }

    private static void CheckName(string name, string what, Place place, Reports reports)
    {
        if (ReservedNames.Contains(name) || (what == "action" && Framework.ReservedActions.Contains(name)))
        {
            reports.Error("F203", place, $"`{name}` is a reserved name and cannot name {Article(what)}",
                what == "action" ? "reserved actions are there without being declared" : "choose another name");
        }
        else if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            || !char.IsAsciiLetterOrDigit(name[0]))
        {
            reports.Error("F205", place, $"`{YamlNode.Clip(name)}` cannot name {Article(what)}",
                "a name has letters, digits, `-`, `_` and `.`, begins with a letter or digit, and is at most 64 long");
        }
    }

    private static string Article(string what) =>
        "aeio".Contains(what[0], StringComparison.Ordinal) ? $"an {what}" : $"a {what}";

    private static ImmutableArray<Document> ReadDocuments(Fields f, Reports reports) =>
    [
        .. Named(f, "documents", "document", reports).Select(d =>
        {
            var fields = new Fields(reports, d.Value, $"document `{d.Id}`");
            var document = new Document(d.Id, fields.Words("title") ?? "", fields.Words("date"),
                fields.Words("file"), d.Place);
            fields.Words("url");
            if (document.Title.Length == 0)
            {
                fields.Missing("title", "say what the document is called");
            }

            if (document.File is { } file && (file.Contains('/') || file.Contains('\\') || file.StartsWith('.')))
            {
                reports.Error("F104", fields.PlaceOf("file"), $"`{YamlNode.Clip(file)}` is not a file of this folder",
                    "put the text beside the framework and give its name alone");
                document = document with { File = null };
            }

            fields.Done();
            return document;
        }),
    ];

    private static ImmutableArray<Source> ReadSources(Fields f, Reports reports) =>
    [
        .. Named(f, "sources", "source", reports).Select(s =>
        {
            var fields = new Fields(reports, s.Value, $"source `{s.Id}`");
            var source = new Source(s.Id, fields.Name("in", Names.Document) ?? "", fields.Words("at") ?? "",
                fields.Words("quote"), fields.Words("says"), s.Place);
            if (!fields.States("in"))
            {
                fields.Missing("in", "name the document: `in: resolution`");
            }

            fields.Done();
            return source;
        }),
    ];

    /// <summary>Reads <c>source</c> and <c>basis</c>. Both are errors where absent and needed.</summary>
    private static Ground ReadGround(Fields f, Reports reports, bool needed, string what)
    {
        var sources = f.NameList("source", Names.Source);
        var basis = ReadBasis(f, reports);
        if (needed && sources.IsEmpty)
        {
            reports.Error("F305", f.Place, $"{what} cites no source",
                "add `source:` with the id of an entry of `sources:`, so that a reader can look it up");
        }

        if (needed && basis is null && !f.States("basis"))
        {
            reports.Error("F305", f.Place, $"{what} does not say on what footing it stands",
                "add `basis: text`, `proposed`, `practice`, `assumption` or `{claim: PARTY}`");
        }

        return new Ground(sources, basis ?? new Basis(BasisKind.Text));
    }

    private static Basis? ReadBasis(Fields f, Reports reports)
    {
        if (f.TakeStated("basis") is not { } node)
        {
            return null;
        }

        if (node.Kind == YamlKind.Map)
        {
            var fields = new Fields(reports, node, "`basis`");
            var claimant = fields.Name("claim", Names.Actor);
            fields.Done();
            if (claimant is null && !fields.States("claim"))
            {
                fields.Missing("claim", "write `basis: {claim: PARTY}`");
            }

            return new Basis(BasisKind.Claim, claimant ?? "");
        }

        if (node.Is("claim"))
        {
            reports.Error("F102", node.Place, "`basis: claim` does not say whose claim",
                "write `basis: {claim: PARTY}`");
            return new Basis(BasisKind.Claim, "");
        }

        var kind = f.OneOfNode<BasisKind>(node, "basis",
        [
            ("text", BasisKind.Text), ("proposed", BasisKind.Proposed), ("practice", BasisKind.Practice),
            ("assumption", BasisKind.Assumption),
        ]);
        return kind is { } k ? new Basis(k) : null;
    }

    private static ImmutableArray<NotEncoded> ReadNotEncoded(Fields f, Reports reports) =>
    [
        .. Named(f, "not_encoded", "source", reports).Select(n =>
            new NotEncoded(n.Id, f.WordsOf(n.Value, n.Id) ?? "", n.Place)),
    ];

    private static ImmutableArray<ActMapping> ReadActs(Fields f, Reports reports) =>
    [
        .. Named(f, "acts", "act", reports).Select(a =>
            new ActMapping(a.Id, f.NamesOf(a.Value, Names.Action, a.Id), a.Place)),
    ];
}
