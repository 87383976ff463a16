namespace Truce.Tests;

public sealed class ProgramTests
{
    [Fact]
    public void Placeholder() => Assert.Equal(2, 1 + 1);
}
