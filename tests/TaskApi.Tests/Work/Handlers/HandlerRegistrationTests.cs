using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Handlers;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>What is wrong with a handler is said when it is registered.</summary>
public sealed partial class HandlerRegistrationTests
{
    private sealed class NoHandler;

    private sealed class Twofold : ITaskHandler<int>, ITaskHandler<string, string>
    {
        public Task RunAsync(int input, TaskContext context, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<string> RunAsync(string input, TaskContext context, CancellationToken cancellationToken) => Task.FromResult(input);
    }

    private class Hidden : ITaskHandler<int>
    {
        protected Hidden()
        {
        }

        public static Hidden Make() => new();

        public Task RunAsync(int input, TaskContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private abstract class Unmade : Hidden;

    [JsonSerializable(typeof(string))]
    private sealed partial class TextJson : JsonSerializerContext;

    [Theory]
    [InlineData("message", "'message' is reserved")]
    [InlineData("http", "'http' is reserved")]
    [InlineData("gather", "'gather' is reserved")]
    [InlineData("future", "'future' is reserved")]
    [InlineData("", "'' can't be a type")]
    [InlineData("1st", "'1st' can't be a type")]
    [InlineData("a b", "'a b' can't be a type")]
    [InlineData("resize\n", "can't be a type")]
    public void Type_ThatCannotBeOne_IsRefused(string type, string sentence) => Refused<ArgumentException>(services => services.AddHandlerDelegate(static () => 1, type, configure: null), sentence);

    [Fact]
    public void Type_WithTwoHandlers_IsRefused() => Refused<InvalidOperationException>(
        static services =>
        {
            services.AddHandlerDelegate(static () => 1, "a", configure: null);
            services.AddHandlerDelegate(static () => 2, "A", configure: null);
            services.AddHandlerDelegate(static () => 3, "a", configure: null);
        },
        "There is a handler for 'a' already");

    [Theory]
    [InlineData(typeof(NoHandler), "NoHandler is no handler: it implements neither ITaskHandler<TInput, TResult> nor ITaskHandler<TInput>.")]
    [InlineData(typeof(Twofold), "Twofold implements ITaskHandler 2 times.")]
    [InlineData(typeof(Hidden), "Hidden can't be made: it has no public constructor.")]
    [InlineData(typeof(Unmade), "Unmade can't be made: it is abstract.")]
    public void Class_ThatCannotRun_IsRefused(Type handler, string sentence) => Refused<ArgumentException>(services => services.AddHandlerClass(handler, "test", configure: null), sentence);

    [Fact]
    public void Class_ThatTheServicesKnowHowToMake_NeedsNoConstructor()
    {
        var services = new ServiceCollection().AddSingleton(Hidden.Make());

        services.AddHandlerClass(typeof(Hidden), "test", configure: null);

        Assert.Single(services, static service => service.ServiceType == typeof(Hidden));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void MaxRunning_OutOfRange_IsRefused(int maxRunning) => Refused<ArgumentException>(
        services => services.AddHandlerDelegate(static () => 1, "test", options => options.MaxRunning = maxRunning), $"MaxRunning of the handler for 'test' must be from 1 to 100,000, not {maxRunning}.");

    [Fact]
    public void Json_OfAContextWithoutTheInput_IsRefused() => Refused<InvalidOperationException>(
        static services => services.AddHandlerDelegate(static (NoHandler input) => "", "test", static options => options.Json = TextJson.Default.Options), "[JsonSerializable(typeof(NoHandler))]");

    [Fact]
    public void Parameter_ByReference_IsRefused() => Refused<ArgumentException>(
        static services => services.AddHandlerDelegate(static (ref int input) => input, "test", configure: null), "takes 'input' by reference");

    [Fact]
    public void MaxRunning_ByDefault_IsAThousandOrAsManyAsThereAreProcessors()
    {
        var services = new ServiceCollection();
        services.AddHandlerDelegate(static () => 1, "awaits", configure: null);
        services.AddHandlerDelegate(static () => 1, "computes", static options => options.OnThreads = true);

        var catalogue = (HandlerCatalogue)services.Single(static service => service.ServiceType == typeof(HandlerCatalogue)).ImplementationInstance!;
        Assert.Equal([1000, Environment.ProcessorCount], catalogue.Handlers.Select(static handler => handler.MaxRunning));
    }
    private static void Refused<T>(Action<IServiceCollection> register, string sentence)
        where T : Exception => Assert.Contains(sentence, Assert.ThrowsAny<T>(() => register(new ServiceCollection())).Message, StringComparison.Ordinal);
}
