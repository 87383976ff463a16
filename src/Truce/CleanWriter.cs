using System.Text;
using Truce.Rules;

namespace Truce;

/// <summary>
/// The way to the terminal. The reader cleans a framework's words; this is the second lock, for all that is printed.
/// </summary>
internal sealed class CleanWriter(TextWriter inner) : TextWriter
{
    /// <summary>The writer beneath, for what is a file and no message: <c>truce fmt --stdout</c>.</summary>
    public static TextWriter Beneath(TextWriter writer) => writer is CleanWriter clean ? clean.Inner : writer;

    public override Encoding Encoding => Inner.Encoding;

    private TextWriter Inner { get; } = inner;

    public override void Write(char value) => Inner.Write(Plain.Lines(value.ToString()));

    public override void Write(string? value) => Inner.Write(value is null ? null : Plain.Lines(value));

    public override void Write(ReadOnlySpan<char> buffer) => Inner.Write(Plain.Lines(buffer.ToString()));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void WriteLine(string? value)
    {
        Write(value);
        Inner.WriteLine();
    }

    public override void WriteLine() => Inner.WriteLine();

    public override void Flush() => Inner.Flush();
}
