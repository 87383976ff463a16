using System.Collections.Immutable;
using Truce.Rules;

namespace Truce.Page;

/// <summary>The picture as tables, one a phase, and behind each cell its ruling, clause by clause.</summary>
internal sealed class PicturePage(Rulebook book, Picture picture, CheckResult result)
{
    private const string Silent = "silent";
    private const int LabelsMax = 3;
    private readonly Situations _space = book.Space;
    private readonly CellWords _words = new(book);
    private readonly RulingPage _rulings = new(book, result);

    /// <summary>The section, or null where it would be longer than the limit.</summary>
    public string? Html(int charactersMax)
    {
        var html = new Html().Raw("<section id=\"picture\">\n<h2>Who decides what, where and when</h2>\n");
        Legend(html);
        foreach (var (phase, i) in picture.Phases.Select((p, i) => (p, i)))
        {
            Table(html, phase, i > 0 ? picture.Phases[i - 1] : null);
            if (html.Length > charactersMax)
            {
                return null;
            }
        }

        foreach (var phase in picture.Impossible)
        {
            html.Element("p class=\"note\"", $"{_space.Phases[phase]} cannot occur within the term.");
        }

        var left = _space.Actions.Where((_, a) => !picture.Actions.Contains(a)).ToList();
        if (left.Count > 0)
        {
            html.Element("p class=\"note\"", $"No clause speaks of {Text.Or(left)}.");
        }

        html.Raw("<section class=\"rulings\" id=\"rulings\" aria-labelledby=\"rulings-h\">\n")
            .Raw("<h3 id=\"rulings-h\">Rulings, clause by clause</h3>\n")
            .Raw("<p class=\"hint\">Each cell above opens its ruling. ")
            .Raw("<a href=\"#rulings\">Show all rulings</a> · <a href=\"#picture\">Show one at a time</a></p>\n");
        foreach (var phase in picture.Phases)
        {
            if (!Rulings(html, phase, charactersMax))
            {
                return null;
            }
        }

        RulingPage.None(html, Silent);
        html.Raw("</section>\n</section>\n");
        return html.Length > charactersMax ? null : html.ToString();
    }

    private static void Legend(Html html) => html
        .Raw("<p>A cell says whose word is the last by the text of the framework, and beside it who acts, where that ")
        .Raw("is another. What a party’s claims ")
        .Raw("or practice add stands under it with a plus sign. Open a cell to read the clauses behind it.</p>\n")
        .Raw("<ul class=\"legend\"><li><b class=\"o one\">name</b> has the last word</li>")
        .Raw("<li><b class=\"o contested\">a / b ✗ contested</b> two last words, neither above the other</li>")
        .Raw("<li><b class=\"o nobody\">nobody ✗</b> may be done, and nobody has the last word</li>")
        .Raw("<li><b class=\"o nobody\">nobody may</b> a clause speaks of it, and nothing grants it</li>")
        .Raw("<li><b class=\"o free\">free</b>, <b class=\"o free\">own right</b> needs nobody’s last word</li>")
        .Raw("<li><b class=\"o forbidden\">forbidden</b> a prohibition stands</li>")
        .Raw("<li><b class=\"o silent\">–</b> no clause speaks</li>")
        .Raw("<li><b class=\"v\">~</b> varies with day, hour or facts; the ruling says how</li></ul>\n");

    private string PhaseName(int phase) => _space.Phases[phase].Length == 0 ? "During all phases"
        : $"During {_space.Phases[phase]}";

    private string Caption(PhasePicture phase)
    {
        var situation = Region.Name(_space, [0, 0, 0, .. phase.At.AsSpan()[Situations.Phase..]]);
        var facts = situation.Facts.Where(f => f.Value is not null)
            .Select(f => Situation.FactWords(f.Fact, f.Value!)).ToList();
        var day = situation.Day.First is null ? $"for {situation.DayWords}"
            : $"on {situation.DayWords}, the first day on which it can occur";
        var hour = _space.Hours.Length == 1 ? "" : $", at {Text.Clock(situation.Hour.FromMinute)}";
        return $"{PhaseName(phase.Phase)}: who has the last word over each act, by place. Read {day}{hour}" +
            (facts.Count == 0 ? "." : $", with facts as they ordinarily are ({string.Join(", ", facts)}).");
    }

    private void Table(Html html, PhasePicture phase, PhasePicture? before)
    {
        html.Raw($"<h3 id=\"p{phase.Phase}\">").Text(PhaseName(phase.Phase))
            .Raw("</h3>\n<table class=\"who\" role=\"table\">")
            .Element("caption", Caption(phase))
                .Raw("\n<thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">Act</th>");
        foreach (var column in phase.Columns)
        {
            html.Raw("<th scope=\"col\" role=\"columnheader\">").Element("span class=\"id\"", column.Name);
            ColumnLabels(html, column.Name);
            html.Raw("</th>");
        }

        html.Raw("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for (var r = 0; r < picture.Actions.Length; r++)
        {
            html.Raw("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">").Element("span class=\"id\"",
                _space.Actions[picture.Actions[r]])
                .Raw(" ").Element("span class=\"is\"", book.Terms[picture.Actions[r]].Is);
            if (before is not null && !ByPlace(before, r).SequenceEqual(ByPlace(phase, r), StringComparer.Ordinal))
            {
                html.Element("span class=\"changed\"", $"otherwise than during {_space.Phases[before.Phase]}");
            }

            html.Raw("</th>");
            Row(html, phase, r);
            html.Raw("</tr>\n");
        }

        html.Raw("</tbody></table>\n");
    }

    /// <summary>What a row shows for each place, in the places' order.</summary>
    private static IEnumerable<string> ByPlace(PhasePicture phase, int row) => phase.Columns
        .SelectMany((c, i) => c.Leaves.Select(l => (Leaf: l, Cell: phase.Rows[row][i]))).OrderBy(x => x.Leaf)
        .Select(x => PictureMaker.Shown(x.Cell.ByText, x.Cell.Others) + "; " + x.Cell.With);

    private void ColumnLabels(Html html, string name)
    {
        if (name.StartsWith("everywhere", StringComparison.Ordinal))
        {
            return;
        }

        var names = name.Split(", ").SelectMany(n => n.Split(" and ")).ToHashSet(StringComparer.Ordinal);
        names.UnionWith([.. book.Framework.Groups.Where(g => names.Contains(g.Id)).SelectMany(g => g.Parts)
            .SelectMany(p => p)]);
        var labels = book.Framework.Areas.Where(a => a.Labels.Count > 0 && names.Contains(a.Id)).ToList();
        if (labels.Count is > 0 and <= LabelsMax)
        {
            foreach (var area in labels)
            {
                html.Raw("<span class=\"labels\">");
                CheckPage.Labels(html, area.Labels);
                html.Raw("</span>");
            }
        }
    }

    /// <summary>Cells beside each other that are alike are one.</summary>
    private static void Row(Html html, PhasePicture phase, int r)
    {
        var cells = phase.Rows[r];
        for (var c = 0; c < cells.Length;)
        {
            var end = c + 1;
            while (end < cells.Length && cells[end].Key == cells[c].Key)
            {
                end++;
            }

            var names = Text.And([.. phase.Columns.Skip(c).Take(end - c).Select(x => x.Name)]);
            var whole = end - c == cells.Length && cells.Length > 1;
            html.Raw($"<td role=\"cell\" id=\"c{Id(phase, r, c)}\"")
                .Raw(end - c > 1 ? $" colspan=\"{end - c}\" aria-colspan=\"{end - c}\"" : "")
                .Raw($" class=\"{Class(cells[c])}\">").Raw("<span class=\"col\" aria-hidden=\"true\">")
                .Text(whole ? "everywhere" : names).Raw("</span>");
            Cell(html, phase, r, c, cells[c]);
            html.Raw("</td>");
            c = end;
        }
    }

    private static string Class(PictureCell cell)
    {
        var words = cell.ByText.Words.Concat(cell.Others.SelectMany(o => o.Words)).Select(w => w.Mark).ToHashSet();
        return words.Contains(Mark.Contested) ? "has-contested" : words.Contains(Mark.Nobody) ? "has-nobody" : "plain";
    }

    private static string Id(PhasePicture phase, int row, int column) => $"{phase.Phase}-{row}-{column}";

    /// <summary>Like cells of a row have one ruling, that of the first.</summary>
    private static string Target(PhasePicture phase, int row, int column)
    {
        var cells = phase.Rows[row];
        if (cells[column].IsSilent)
        {
            return Silent;
        }

        return "r" + Id(phase, row, cells.IndexOf(cells.First(x => x.Key == cells[column].Key)));
    }

    private static void Cell(Html html, PhasePicture phase, int r, int c, PictureCell cell)
    {
        html.Raw($"<a href=\"#{Target(phase, r, c)}\">");
        Entries(html, cell.ByText.Words);
        foreach (var other in cell.Others)
        {
            html.Raw("<span class=\"adds\">").Element("span class=\"who\"", "+ " + other.Footing);
            Entries(html, other.Words);
            html.Raw("</span>");
        }

        if (!cell.Varies.IsEmpty)
        {
            html.Raw("<span class=\"v\"><span aria-hidden=\"true\">~</span> ").Text($"varies with {cell.With}")
                .Raw("</span>");
        }

        html.Raw("</a>");
    }

    private static void Entries(Html html, ImmutableArray<CellWord> words)
    {
        foreach (var word in words)
        {
            html.Raw("<span class=\"e\">").Element($"b class=\"o {word.Mark.ToString().ToLowerInvariant()}\"",
                word.Outcome);
            if (word.Note.Length > 0)
            {
                html.Raw(" ").Element("span class=\"n\"", word.Note);
            }

            html.Raw("</span>");
        }
    }

    private static List<int> Alike(PhasePicture phase, int row, PictureCell cell) =>
        [.. phase.Columns.Where((_, i) => phase.Rows[row][i].Key == cell.Key).SelectMany(x => x.Leaves)];

    private bool Rulings(Html html, PhasePicture phase, int charactersMax)
    {
        for (var r = 0; r < picture.Actions.Length; r++)
        {
            for (var c = 0; c < phase.Columns.Length; c++)
            {
                var cell = phase.Rows[r][c];
                if (cell.IsSilent || Target(phase, r, c) != "r" + Id(phase, r, c))
                {
                    continue;
                }

                var like = picture.Phases.Where(p => p.Rows[r].Any(x => x.Key == cell.Key)).ToList();
                var leaves = Alike(phase, r, cell);
                _rulings.Ruling(html, Id(phase, r, c), picture.Actions[r], phase.Phase, leaves,
                    string.Join("; the same ", like.Where(p => p.Phase >= phase.Phase).Select((p, i) =>
                        $"{(i == 0 ? "D" : "d")}{PhaseName(p.Phase)[1..]}, {_words.Place(Alike(p, r, cell))}")),
                    like[0] != phase, cell);
                if (html.Length > charactersMax)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
