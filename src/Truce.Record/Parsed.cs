using System.Diagnostics.CodeAnalysis;

namespace Truce.Record;

/// <summary>What reading something from outside gives: a value, or the reason why there is none.</summary>
public readonly record struct Parsed<T>
    where T : class
{
    private Parsed(T? value, string? error) => (Value, Error) = (value, error);

    /// <summary>The value; null exactly where there is an error.</summary>
    public T? Value { get; }

    /// <summary>One lower-case sentence without a final period; null exactly where there is a value.</summary>
    public string? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Value is not null;

    /// <summary>A value.</summary>
    public static implicit operator Parsed<T>(T value) =>
        new(value ?? throw new ArgumentNullException(nameof(value)), null);

    /// <summary>A reason.</summary>
    public static implicit operator Parsed<T>(Unreadable reason) => new(null, reason.Error);

    /// <summary>The value, where the caller knows that there is one.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Required() => Value ?? throw new InvalidOperationException(Error);
}

/// <summary>Why something from outside could not be read or did not hold.</summary>
public readonly record struct Unreadable(string Error);
