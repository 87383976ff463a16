using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Truce.Rules;

/// <summary>How values are written, always the same, whatever the machine's culture.</summary>
internal static class Text
{
    public static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);

    public static string Clock(int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string And(IReadOnlyList<string> items) => Join(items, "and");

    public static string Or(IReadOnlyList<string> items) => Join(items, "or");

    /// <summary>A period as it is written in a file: <c>48h</c>, <c>14 days</c>, <c>2 years</c>.</summary>
    public static string Span(Period period)
    {
        var parts = new List<string>();
        void Add(long n, string one)
        {
            if (n != 0)
            {
                parts.Add($"{Plain(n)} {one}{(n == 1 ? "" : "s")}");
            }
        }

        Add(period.Years, "year");
        Add(period.Months, "month");
        Add(period.Weeks, "week");
        Add(period.Days, "day");
        Add(period.Hours, "hour");
        Add(period.Minutes, "minute");
        return parts.Count == 0 ? "no time" : string.Join(" ", parts);
    }

    public static string Possessive(string name) => name.EndsWith('s') ? $"{name}'" : $"{name}'s";

    private static string Join(IReadOnlyList<string> items, string word) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => $"{string.Join(", ", items.Take(items.Count - 1))} {word} {items[^1]}",
    };
}
