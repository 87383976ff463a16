using System.CommandLine;

namespace Truce.Verbs;

/// <summary><c>truce record</c>: the log and what is done with it.</summary>
internal static class RecordVerb
{
    public static Command Command(TextWriter output, TextWriter error) => new(
        "record",
        "The record: a log that parties who do not trust each other can all verify.\n\nExamples:\n"
        + "  truce record serve our-log\n  truce record copy our-log stick/our-log")
    {
        RecordDraft.Command(output, error),
        RecordInitVerb.Command(output, error),
        RecordAppendVerb.Command(output, error),
        RecordShowVerb.Command(output, error),
        RecordProveVerb.Command(output, error),
        RecordVerifyVerb.Command(output, error),
        RecordFsckVerb.Command(output, error),
        RecordDiscloseVerb.Command(output, error),
        RecordEraseVerb.Command(output, error),
        RecordDigestVerb.Command(output, error),
        RecordStatsVerb.Command(output, error),
        RecordCopyVerb.Command(output, error),
        RecordStickVerb.Command(output, error),
        RecordServeVerb.Command(output, error),
    };
}
