using System;

namespace Azure.Security.KeyVault.Keys.Cryptography;

public readonly struct SignatureAlgorithm : IEquatable<SignatureAlgorithm>
{
    private readonly string _value;

    public SignatureAlgorithm(string value) => _value = value ?? throw new ArgumentNullException(nameof(value));

    public static SignatureAlgorithm RS256 { get; } = new("RS256");

    public static SignatureAlgorithm RS384 { get; } = new("RS384");

    public static SignatureAlgorithm RS512 { get; } = new("RS512");

    public static SignatureAlgorithm PS256 { get; } = new("PS256");

    public static SignatureAlgorithm PS384 { get; } = new("PS384");

    public static SignatureAlgorithm PS512 { get; } = new("PS512");

    public static implicit operator SignatureAlgorithm(string value) => new(value);

    public static bool operator ==(SignatureAlgorithm left, SignatureAlgorithm right) => left.Equals(right);

    public static bool operator !=(SignatureAlgorithm left, SignatureAlgorithm right) => !left.Equals(right);

    public bool Equals(SignatureAlgorithm other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object obj) => obj is SignatureAlgorithm other && Equals(other);

    public override int GetHashCode() => _value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => _value;
}
