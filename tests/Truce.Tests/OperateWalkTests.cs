namespace Truce.Tests;

/// <summary>docs/operate.md as it is run: five minutes for each user, over the played exercise.</summary>
public sealed class OperateWalkTests : IDisposable
{
    private readonly PageWalk _walk = new("operate.md", "gaza/");

    public void Dispose() => _walk.Dispose();

    [Fact]
    public void Every_user_s_walk_prints_what_the_page_shows() => Assert.InRange(_walk.Run(comment =>
    {
        if (comment.StartsWith("<!-- somebody changes one byte of ", StringComparison.Ordinal))
        {
            var file = _walk.At(comment.Split(' ')[6]);
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
        }
    }), 15, 100);
}
