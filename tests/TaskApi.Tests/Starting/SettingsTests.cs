using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Delivery;
using TaskApi.AspNetCore.Security;
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

    [Theory]
    [InlineData("Delivery:AllowedHosts", "hooks.example.com")]
    [InlineData("Delivery:AllowedNetworks", "10.0.0.0/8")]
    [InlineData("Delivery:Secrets", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("Security:KnownProxies", "10.0.0.1")]
    [InlineData("Security:ApiKeys:0:WebhookSecrets", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void List_ThatIsGivenAsOneText_IsRefusedAndNotRepeated(string key, string value)
    {
        var fault = key.StartsWith("Delivery", StringComparison.Ordinal) ? Fault<DeliveryOptions>(DeliveryOptions.Section, key, value) : Fault<SecurityOptions>(SecurityOptions.Section, key, value);

        Assert.Contains($"{key} must be a list: {key}:0, {key}:1 and so on.", fault, StringComparison.Ordinal);
        Assert.DoesNotContain(value, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ByName_AreNoText() => Assert.Contains("Work:Queues must be settings by name", Fault<WorkOptions>("Work", "Work:Queues", "resize"), StringComparison.Ordinal);

    private static string Fault<T>(string section, string key, string value)
        where T : class, new() => Assert.Throws<OptionsValidationException>(() => Bind<T>(section, (key, value))).Message;

    private static TaskOptions Bind(params (string Key, string Value)[] settings) => Bind<TaskOptions>("Tasks", settings);

    private static T Bind<T>(string section, params (string Key, string Value)[] settings)
        where T : class, new()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
            .Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddSettings<T>(section);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<T>>().Value;
    }
}
