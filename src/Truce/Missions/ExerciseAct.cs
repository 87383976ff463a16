using System.Globalization;
using System.Text;
using Truce.Mission;
using Truce.Record;
using Truce.Rules;

namespace Truce.Missions;

/// <summary>An act of a script in the record's form: times, labels and files become instants, ids and hashes.</summary>
/// <param name="script">The script: it takes what is wrong.</param>
/// <param name="act">The act.</param>
/// <param name="labels">What was signed before it, by its name in the script.</param>
/// <param name="folder">Where the files lie that it attaches.</param>
/// <param name="random">So many random bytes, for the salt of what it attaches.</param>
/// <param name="all">The state as the operator knows it, by which he answers checks.</param>
internal sealed class ExerciseAct(
    ExerciseFile script, ScriptedAct act, IReadOnlyDictionary<string, (Digest Hash, string Subject)> labels,
    string folder, Func<int, byte[]> random, Func<Fold> all)
{
    private const int NameLengthMax = 100;

    private readonly List<KeyValuePair<string, JsonValue>> _members = [];
    private readonly List<(string Field, AttachedFile File)> _files = [];
    private bool _isWhole = true;

    /// <summary>What it attaches, by the field that names it.</summary>
    public IReadOnlyList<(string Field, AttachedFile File)> Files => _files;

    /// <summary>The act's members.</summary>
    public JsonValue.Members Members => new(_members);

    /// <summary>For whom it is entered; null for its own.</summary>
    public JsonValue? For { get; private set; }

    /// <summary>Writes the members of the act; false, and a defect of the script, where something is wrong.</summary>
    public bool Write()
    {
        if (act.About.Length > 0)
        {
            Add("subject", SubjectOf(act.About));
        }

        if (act.For is { } entered)
        {
            var parts = entered.Split(", by ");
            For = parts.Length == 2 ? new JsonValue.Members(
                [new("of", new JsonValue.Text(parts[0])), new("by", new JsonValue.Text(parts[1]))]) : null;
            Check(For is not null, "`for` is whom, a comma, and by what: `anonymous, by paper`");
        }

        if (act.Header.TryGetValue("from", out var from))
        {
            var (begin, end) = (script.At(from.Value), script.At(act.Header.GetValueOrDefault("until", from).Value));
            Check(begin is not null && end is not null, "`from` and `until` are instants such as `2 tue 14:30`");
            Add("at", new JsonValue.Members([new("from", new JsonValue.Number(begin ?? 0)),
                new("to", new JsonValue.Number(end ?? 0))]));
        }

        foreach (var (name, node) in act.Header.Where(f => f.Key is not ("from" or "until"))
            .OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Add(name, name is "place" or "facts" ? List(node) : name == "continues" ? SubjectOf(node.Value)
                : new JsonValue.Text(node.Value));
        }

        foreach (var (name, node) in act.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (act.Row.Row.Fields.FirstOrDefault(f => f.Name == name) is { } field)
            {
                Add(name, Value(field, node));
            }
            else
            {
                Check(false, $"{act.Type} has no field `{YamlNode.Clip(name)}`");
            }
        }

        Told();
        return _isWhole;
    }

    /// <summary>What the operator says of checks is worked out from the record, as his program does it.</summary>
    private void Told()
    {
        if (!_isWhole || act.Type is not ("query.answer" or "digest.give"))
        {
            return;
        }

        var fold = all();
        if (act.Type == "digest.give")
        {
            var (askers, entries) = Questions.Digest(fold, act.Fields["owner"].Value,
                script.At(act.Fields["day"].Value) ?? 0, script.Organisations);
            Add("askers", Texts(askers));
            Add("entries", Texts(entries));
        }
        else if (fold.Subjects.GetValueOrDefault(labels.GetValueOrDefault(act.About).Subject ?? "") is { } asked)
        {
            Add("told", Texts(Questions.Answer(fold, asked)));
            Add("contact", new JsonValue.Text(fold.Terms.AccessContact));
        }
    }

    /// <summary>Cells with an instant, <c>-1:0 6 tue 06:00</c>, as a check asks about them.</summary>
    private JsonValue Asked(YamlNode node)
    {
        AskedCell? One(string text) => text.Split(' ', 2) is [var name, var instant]
            && MissionGrid.Cell(name) is var (east, north) && script.At(instant) is { } at
            ? new AskedCell(east, north, MissionGrid.Default.Seconds(at) / Space.CoarseGrid.WindowSeconds) : null;
        var cells = Items(node).Select(One).ToArray();
        return cells.Length is 0 or > Questions.CellsMax || Array.Exists(cells, c => c is null)
            ? Wrong("`cells` of a check are cells with an instant each: `-1:0 6 tue 06:00`")
            : Texts(Questions.Cells([.. cells.OfType<AskedCell>().Distinct()]));
    }

    private static JsonValue.Items Texts(IEnumerable<string> texts) =>
        new([.. texts.Select(t => new JsonValue.Text(t))]);

    private JsonValue Value(Field field, YamlNode node) => field.Kind switch
    {
        FieldKind.Names when act.Type == "query.check" => Asked(node),
        FieldKind.Codes or FieldKind.Names => field.Name is "aware-of" or "meets"
            ? new JsonValue.Items([.. Items(node).Select(SubjectOf)]) : List(node),
        FieldKind.Number => long.TryParse(node.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new JsonValue.Number(number) : Wrong($"`{field.Name}` is a whole number"),
        FieldKind.Time => script.At(node.Value) is { } at ? new JsonValue.Number(at)
            : Wrong($"`{field.Name}` is an instant such as `2 tue 14:30`"),
        FieldKind.Flag => new JsonValue.Truth(node.Value is "yes" or "true"),
        FieldKind.Subject => SubjectOf(node.Value),
        FieldKind.Hash => HashOf(field.Name, node),
        _ => new JsonValue.Text(node.Value),
    };

    /// <summary>A file of the mission's folder, an act's label, or the words themselves: attached, named by hash.
    /// </summary>
    private JsonValue HashOf(string field, YamlNode node)
    {
        var path = Path.Combine(folder, node.Value);
        var isFile = node.Value.Length is > 0 and < NameLengthMax && Path.GetFileName(node.Value) == node.Value
            && File.Exists(path);
        if (field == "framework")
        {
            return isFile ? new JsonValue.Text(Digest.Of(File.ReadAllBytes(path)).ToString())
                : Wrong("`framework` is a file beside the exercise");
        }

        if (labels.TryGetValue(node.Value, out var known))
        {
            return new JsonValue.Text(known.Hash.ToString());
        }

        var content = isFile ? File.ReadAllBytes(path) : Encoding.UTF8.GetBytes(node.Value + "\n");
        var file = new AttachedFile($"{_files.Count}", Attached.Body(random(Committed.SaltBytes), content));
        _files.Add((field, file));
        return new JsonValue.Text(file.Commit.ToString());
    }

    private JsonValue SubjectOf(string label) => labels.TryGetValue(label, out var known)
        ? new JsonValue.Text(known.Subject) : Wrong($"no act signed before it is called `{YamlNode.Clip(label)}`");

    private static JsonValue.Items List(YamlNode node) =>
        new([.. Items(node).Select(i => new JsonValue.Text(i))]);

    private static IEnumerable<string> Items(YamlNode node) =>
        node.Kind == YamlKind.List ? node.Items.Select(i => i.Value) : [node.Value];

    private JsonValue.Nothing Wrong(string message)
    {
        Check(false, message);
        return new JsonValue.Nothing();
    }

    private void Add(string name, JsonValue value) => _members.Add(new(name, value));

    private void Check(bool holds, string message)
    {
        if (!holds)
        {
            _isWhole = false;
            script.Defect(act.Place, message, $"`truce mission act {act.Type}` says more");
        }
    }
}
