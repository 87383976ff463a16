namespace Truce.Mission.Tests;

/// <summary>
/// Expected answers for every pair of a state and a command, on some axes of one machine. Every table is a static
/// property of a test class: <see cref="EveryTableTests"/> finds and plays them, and misses those that are not there.
/// </summary>
internal abstract class Table(Machine machine, IEnumerable<string> axes)
{
    public Machine Machine { get; } = machine;

    public string[] Axes { get; } = [.. axes];

    /// <summary>Plays the pairs of an axis.</summary>
    public abstract void Check(string axis);

    /// <summary>For each command a history that ends with it, applied.</summary>
    public abstract IEnumerable<(Row Row, World World)> Applied();

    /// <summary>Every table of the tests, in the order of the machines.</summary>
    public static Table[] All { get; } =
    [
        .. typeof(Table).Assembly.GetTypes().Where(t => t.IsClass && !t.IsSubclassOf(typeof(Table)))
            .SelectMany(t => t.GetProperties(System.Reflection.BindingFlags.Static
                | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public))
            .Where(p => p.PropertyType.IsAssignableTo(typeof(Table))).Select(p => (Table)p.GetValue(null)!)
            .OrderBy(t => Machines.All.IndexOf(t.Machine)),
    ];
}
