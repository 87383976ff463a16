using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Truce.Rules.Tests;

public sealed class FormatterTests
{
    private const string Head = "truce: 1\nframework: x\nstatus: draft\nzone: UTC\nareas: {sectors: [a]}\n" +
        "documents: {d: {title: t}}\nsources: {s: {in: d}}\nactions: {go: {is: go}}\nactors: {us: {is: civilian}}\n";

    public static TheoryData<string> Missions => Tests.Missions.Theory;

    [Theory]
    [MemberData(nameof(Missions))]
    public void Every_mission_is_laid_out(string file) =>
        Assert.Equal(Tests.Missions.Text(file), Layout(Tests.Missions.Text(file)));

    [Theory]
    [MemberData(nameof(Missions))]
    public void Missions_keep_meaning_and_comments_when_comments_are_strewn_in(string file)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            CheckStrewn(Tests.Missions.Text(file), seed, inFlow: false);
        }
    }

    [Fact]
    public void Random_frameworks_keep_meaning_and_comments_when_comments_are_strewn_in() =>
        Parallel.For(1, 2_001, seed => CheckStrewn(RandomFrameworks.Yaml(seed), seed, inFlow: true));

    [Theory]
    [InlineData("""
        rules:
          # above

          - {source: s, basis: text, id: r, may: [go], grant: us}   # behind
          # between, near the first

          # between, near the second
          - id: q      # the id
            # above the basis
            basis: text
            source: s
            note: "a # is no comment here"

            in:
            - a   # here
            overrides: [r]
            may: go
            prohibit: us
            # last of the rule
          # last of the rules
        # before the end
        """)]
    public void Comments_stay_with_what_they_speak_of(string rules)
    {
        var text = Head + rules.Replace("may: go\n    prohibit", "from: go\n    prohibit", StringComparison.Ordinal);
        Assert.Equal("""
            rules:
              # above

              # behind
              - grant: us
                may: [go]
                id: r
                basis: text
                source: s
              # between, near the first

              # between, near the second
              - prohibit: us
                from: go
                in:
                  - a                               # here
                overrides: [r]
                id: q                               # the id
                # above the basis
                basis: text
                source: s
                note: "a # is no comment here"
                # last of the rule
              # last of the rules
            # before the end

            """, Layout(text)[Head.Length..]);
    }

    [Theory]
    [InlineData("not_encoded: {s: 'it''s'}", "not_encoded: {s: 'it''s'}")]
    [InlineData("not_encoded:\n    s:   plain words,\n      folded", "not_encoded:\n  s: plain words, folded")]
    [InlineData("not_encoded:\n  s: |  # why\n      two\n       lines\n\n",
        "not_encoded:\n  s: |                                  # why\n    two\n     lines")]
    [InlineData("not_encoded:\n  s: \"tw\\u00e9 \\\n    x\"", "not_encoded:\n  s: \"twé x\"")]
    [InlineData("not_encoded: {s: [}", null)]
    [InlineData("contingents:   \n\n\n\npolice: missing", "contingents:\n\npolice: missing")]
    [InlineData("cooperation: [{with: us, # a\n  source: s, basis: text}] # b",
        "cooperation:                            # b\n  - with: us                            # a\n    source: s\n   " +
            " basis: text")]
    [InlineData("cooperation: [  # a\n  # b\n]", "cooperation: []                         # a\n# b")]
    [InlineData("%YAML 1.2\n---\n{HEAD}", null)]
    public void Layout_of(string text, string? expected)
    {
        var file = text.Contains("{HEAD}", StringComparison.Ordinal)
            ? text.Replace("{HEAD}", Head, StringComparison.Ordinal) : Head + text;
        var result = Formatter.Format(Encoding.UTF8.GetBytes(file), "a.yaml");
        Assert.Null(result.Refusal);
        Assert.Equal(expected is null ? null : Head + expected + "\n", result.Text);
        Assert.Equal(expected is null, result.Diagnostics.Length > 0);
    }

    [Fact]
    public void Line_ends_and_a_byte_order_mark_do_not_matter()
    {
        var text = Head + "# end\n";
        Assert.Equal(Layout(text), Layout("\uFEFF" + text.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_collection_past_120_columns_goes_on_lines_of_its_own()
    {
        string Action(int n) => Head.Replace("{is: go}", $"{{is: {new string('g', n)}}}", StringComparison.Ordinal);
        Assert.Contains("actions: {go: {is: " + new string('g', 99) + "}}\n", Layout(Action(99)),
            StringComparison.Ordinal);
        Assert.Contains("actions:\n  go: {is: " + new string('g', 100) + "}\n", Layout(Action(100)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_laid_out_or_left_alone_and_nothing_is_refused()
    {
        const string Signs = "#{}[],:-?|>'\"&*!% \n\t\r\u2028x1\u00e9";
        var files = Tests.Missions.Files.Select(Tests.Missions.Text).ToList();
        var laidOut = 0;
        Parallel.For(1, 2_001, seed =>
        {
            var random = new Random(seed);
            var text = new StringBuilder(files[random.Next(files.Count)]);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                text.Insert(random.Next(text.Length), Signs[random.Next(Signs.Length)]);
            }

            var result = Formatter.Format(Encoding.UTF8.GetBytes(text.ToString()), "a.yaml");
            Assert.True(result.Refusal is null, $"seed {seed}: {result.Refusal}");
            if (result.Text is { } once)
            {
                Interlocked.Increment(ref laidOut);
                Assert.True(once == Layout(once), $"seed {seed}: not idempotent");
            }
        });
        Assert.InRange(laidOut, 200, 1_900);
    }

    private static string Layout(string text)
    {
        var result = Formatter.Format(Encoding.UTF8.GetBytes(text), "a.yaml");
        Assert.True(result.Text is not null, result.Refusal ?? string.Join('\n', result.Diagnostics));
        return result.Text;
    }

    private static void CheckStrewn(string yaml, int seed, bool inFlow)
    {
        var (text, comments) = Strew(yaml, seed, inFlow);
        var once = Layout(text);
        Assert.True(once == Layout(once), $"seed {seed}: not idempotent\n{text}");
        Assert.True(Meaning(text) == Meaning(once), $"seed {seed}: another meaning\n{text}");
        foreach (var comment in comments)
        {
            Assert.True(once.Split(comment).Length == 2,
                $"seed {seed}: {comment} stands {once.Split(comment).Length - 1} times\n{text}");
        }
    }

    /// <summary>Comments behind lines, on lines of their own at any column, and inside brackets; blank lines.</summary>
    private static (string Text, List<string> Comments) Strew(string yaml, int seed, bool inFlow)
    {
        var random = new Random(seed);
        var comments = new List<string>();
        string Next()
        {
            comments.Add(string.Create(CultureInfo.InvariantCulture, $"# c{comments.Count}."));
            return comments[^1];
        }

        var text = new StringBuilder();
        foreach (var line in yaml.TrimEnd('\n').Split('\n'))
        {
            while (random.Next(8) == 0)
            {
                text.Append(random.Next(4) == 0 ? "" : new string(' ', random.Next(7)) + Next()).Append('\n');
            }

            var indent = new string(' ', line.Length - line.TrimStart().Length + 6);
            foreach (var c in line)
            {
                text.Append(c);
                if (inFlow && (c is ',' or '[' or '{') && random.Next(12) == 0)
                {
                    text.Append(' ').Append(Next()).Append('\n').Append(indent);
                    if (random.Next(3) == 0)
                    {
                        text.Append(Next()).Append('\n').Append(indent);
                    }
                }
            }

            text.Append(random.Next(8) == 0 && !line.Contains('#') ? " " + Next() : "").Append('\n');
        }

        return (text.Append(Next()).ToString(), comments);
    }

    /// <summary>Everything that the framework of a file states, places apart.</summary>
    private static string Meaning(string yaml)
    {
        var reading = FrameworkReader.Read(yaml, "a.yaml");
        Assert.True(reading.IsUsable, string.Join('\n', reading.Diagnostics) + "\n" + yaml);
        var text = new StringBuilder();
        Dump(reading.Framework, text);
        return text.ToString();
    }

    private static void Dump(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null or string or Enum or bool or long or int or NodaTime.LocalDate or NodaTime.Period
                or Quantity or Basis
                or Fallback or HourSpan:
                text.Append(CultureInfo.InvariantCulture, $"{value};");
                return;
            case Place:
                return;
            case IEnumerable many:
                text.Append('[');
                foreach (var item in many.Cast<object>().OrderBy(x => x is KeyValuePair<string, string> p ? p.Key : "",
                    StringComparer.Ordinal))
                {
                    Dump(item is KeyValuePair<string, string> p ? $"{p.Key}={p.Value}" : item, text);
                }

                text.Append(']');
                return;
        }

        text.Append(value.GetType().Name).Append('(');
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            text.Append(property.Name).Append(':');
            Dump(property.GetValue(value), text);
        }

        text.Append(')');
    }
}
