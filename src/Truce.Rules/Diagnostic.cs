namespace Truce.Rules;

/// <summary>How grave a diagnostic or a finding is.</summary>
public enum Severity
{
    /// <summary>The file cannot be used, or the framework contradicts itself.</summary>
    Error,

    /// <summary>Something that the drafters probably did not intend.</summary>
    Warning,
}

/// <summary>A place in a file. Lines and columns count from 1; columns count Unicode code units.</summary>
/// <param name="Line">The line, from 1; 0 where the whole file is meant.</param>
/// <param name="Column">The column, from 1; 0 where the whole file is meant.</param>
public readonly record struct Place(int Line, int Column) : IComparable<Place>
{
    /// <inheritdoc/>
    public int CompareTo(Place other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}

/// <summary>
/// A defect of a framework file. It prints as <c>file:line:column: error CODE: sentence</c> with a help line,
/// in the manner of Cedar: lower case, no final period, the user's own words in backticks.
/// </summary>
/// <param name="Code">A stable code, <c>F…</c> for the file, see <c>docs/framework-language.md</c>.</param>
/// <param name="Severity">How grave it is.</param>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Place">Where.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Help">What to do about it, or null.</param>
public sealed record Diagnostic(
    string Code, Severity Severity, string File, Place Place, string Message, string? Help = null)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var kind = Severity == Severity.Error ? "error" : "warning";
        var place = Place.Line == 0 ? File : string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Place.Line}:{Place.Column}");
        var head = $"{place}: {kind} {Code}: {Message}";
        return Help is null ? head : $"{head}\n  help: {Help}";
    }
}
