namespace Truce.Verbs;

/// <summary>A page or table that a verb writes to a file, with what is said where it cannot.</summary>
internal static class PageFile
{
    /// <summary>Writes it; false, and the reason printed, where it cannot be written.</summary>
    public static bool Write(string path, string page, TextWriter error)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        if (!Directory.Exists(folder) || Directory.Exists(path))
        {
            error.WriteLine(Directory.Exists(path) ? $"truce: `{path}` is a folder: name a file for the page"
                : $"truce: the page cannot be written: there is no folder `{folder}`: make it first");
            return false;
        }

        try
        {
            File.WriteAllText(path, page);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"truce: the page cannot be written to `{path}`: is it write-protected, or the disk full?");
            return false;
        }

        error.WriteLine($"truce: wrote the page {path}");
        return true;
    }
}
