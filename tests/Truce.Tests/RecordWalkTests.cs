using Truce.Record;

namespace Truce.Tests;

/// <summary>docs/record.md as it is run.</summary>
public sealed class RecordWalkTests : IDisposable
{
    private readonly PageWalk _walk = new("record.md", "line/");

    public void Dispose() => _walk.Dispose();

    [Fact]
    public void Every_command_of_the_walk_prints_what_the_page_shows() => Assert.InRange(_walk.Run(comment =>
    {
        if (comment.StartsWith("<!-- here the witnesses cosign", StringComparison.Ordinal))
        {
            Cosign();
        }
    }), 25, 100);

    /// <summary>What the witnesses do when `serve` asks them; the page shows that part without running it.</summary>
    private void Cosign()
    {
        var file = _walk.At("line/log/checkpoint");
        var note = SignedNote.Parse(File.ReadAllBytes(file)).Required();
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        foreach (var name in new[] { "un", "agency" })
        {
            using var key = Http.Keys.Read(_walk.At($"line/{name}-witness/witness.key")).Required();
            note = note.With([Cosignature.Sign(key, note.Text, time)]);
        }

        File.WriteAllBytes(file, note.ToBytes());
    }
}
