using Truce.Missions;

namespace Truce.Tests;

/// <summary>Cells of a table that a spreadsheet opens.</summary>
public sealed class ReportTableTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("  @SUM(A1)", "' @SUM(A1)")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("he said \"no\"", "\"he said \"\"no\"\"\"")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("12", "12")]
    [InlineData("-3.5", "-3.5")]
    [InlineData("-3+1", "'-3+1")]
    public void Cells_hold_words_and_never_orders(string words, string cell) =>
        Assert.Equal(cell, ReportTable.Cell(words));
}
