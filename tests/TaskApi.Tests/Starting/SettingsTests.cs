using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Starting;

public sealed class SettingsTests
{
    [Fact]
    public void Settings_ThatAreGiven_AreBound()
    {
        var options = Bind(("Tasks:MaxPending", "5"), ("Tasks:Retention", "00:00:30"));

        Assert.Equal(5, options.MaxPending);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Retention);
        Assert.Equal(new TaskOptions().MaxFinished, options.MaxFinished);
    }

    [Theory]
    [InlineData("Tasks:MaxPending", "0")]
    [InlineData("Tasks:MaxPending", "100000001")]
    [InlineData("Tasks:MaxPending", "many")]
    [InlineData("Tasks:MaxPending", "")]
    [InlineData("Tasks:MaxFinished", "-1")]
    [InlineData("Tasks:MaxWaitSeconds", "0")]
    [InlineData("Tasks:MaxWaitSeconds", "3601")]
    [InlineData("Tasks:Retention", "-00:00:01")]
    [InlineData("Tasks:Retention", "30.00:00:01")]
    [InlineData("Tasks:Retention", "an hour")]
    [InlineData("Tasks:ShutdownGrace", "00:10:01")]
    [InlineData("Tasks:OverdueAlarm", "00:00:00")]
    [InlineData("Tasks:EventBuffer", "15")]
    public void Setting_ThatIsWrong_IsNamed(string key, string value)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Bind((key, value)));

        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ThatAreWrong_AreAllNamed()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Bind(("Tasks:MaxPending", "0"), ("Tasks:EventBuffer", "1")));

        Assert.Contains("Tasks:MaxPending", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Tasks:EventBuffer", exception.Message, StringComparison.Ordinal);
    }

    private static TaskOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddSettings<TaskOptions>("Tasks");
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<TaskOptions>>().Value;
    }
}
