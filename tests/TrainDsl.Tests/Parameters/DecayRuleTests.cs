using System;
using TorchSharp.Modules;
using TrainDsl.Parameters;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Parameters;

public sealed class DecayRuleTests
{
    [Fact]
    public void NormsAndBiasesOfAnyShapeAreLeftOut()
    {
        using var model = nn.Sequential(
            nn.LayerNorm([4L, 4L]), nn.BatchNorm1d(3), nn.BatchNorm2d(3), nn.BatchNorm3d(3), nn.GroupNorm(1, 3),
            nn.InstanceNorm1d(3, affine: true), nn.InstanceNorm2d(3, affine: true), nn.InstanceNorm3d(3, affine: true));
        using var attention = nn.MultiheadAttention(4, 2, add_bias_kv: true);
        var rule = new DecayRule(model, DecayOnly.Matrices);
        var attentionRule = new DecayRule(attention, DecayOnly.Matrices);

        Assert.All(model.named_parameters(), named => Assert.False(rule.Decays(named.parameter), named.name));
        Assert.All(attention.named_parameters(), named => Assert.Equal(
            !named.name.Contains("bias", StringComparison.Ordinal), attentionRule.Decays(named.parameter)));
    }

    [Fact]
    public void MatricesOfLayersAndEmbeddingsDecay()
    {
        using var model = nn.Sequential(nn.Linear(3, 3), nn.Conv2d(1, 2, 3), nn.Embedding(5, 3), nn.LSTM(3, 3) is var lstm ? nn.Identity() : null!);
        using (lstm)
        {
            var rule = new DecayRule(model, DecayOnly.Matrices);
            var recurrent = new DecayRule(lstm, DecayOnly.Matrices);
            Assert.All(model.named_parameters(), named => Assert.Equal(named.name.EndsWith("weight", StringComparison.Ordinal), rule.Decays(named.parameter)));
            Assert.All(lstm.named_parameters(), named => Assert.Equal(named.name.StartsWith("weight", StringComparison.Ordinal), recurrent.Decays(named.parameter)));
        }
    }

    [Fact]
    public void NormsOfTheUsersOwnAreKnownByTheirName()
    {
        using var norm = new TokenNorm();
        using var wrapper = new WeightNorm();
        Assert.False(new DecayRule(norm, DecayOnly.Matrices).Decays(norm.Gain));
        Assert.True(new DecayRule(norm, DecayOnly.All).Decays(norm.Gain));
        Assert.True(new DecayRule(wrapper, DecayOnly.Matrices).Decays(wrapper.Gain));
    }

    private class Gained : nn.Module
    {
        public readonly Parameter Gain = new(ones(4, 4));

        protected Gained(string name)
            : base(name) =>
            RegisterComponents();
    }

    private sealed class TokenNorm() : Gained(nameof(TokenNorm));

    private sealed class WeightNorm() : Gained(nameof(WeightNorm));
}
