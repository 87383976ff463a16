namespace Truce.Http;

/// <summary>The paths of tlog-mirror, below a prefix of their own.</summary>
internal static class MirrorSite
{
    /// <summary>A mirror's submission and monitoring prefix.</summary>
    public const string Prefix = "/mirror";
}
