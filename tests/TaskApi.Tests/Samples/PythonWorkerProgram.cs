namespace TaskApi.Tests.Samples;

/// <summary>clients/python: coroutines in a worker, called by a client, with this service between them.</summary>
/// <param name="service">The service.</param>
public abstract class PythonWorkerProgram(SampleService service) : IClassFixture<SampleService>
{
    /// <summary>Runs a program, and answers the lines that it prints.</summary>
    /// <param name="definitions">Its coroutines.</param>
    /// <param name="body">What it does with them.</param>
    /// <param name="worker">The options of the worker in which it does so; null for none.</param>
    protected Task<string[]> Run(string definitions, string body, string? worker = "")
    {
        var program = $"""
            import logging, time

            import taskapi as asyncio

            logging.disable()

            {definitions}

            async def body():
                {body.Replace("\n", "\n    ", StringComparison.Ordinal)}

            async def main():
                {(worker is null ? "await body()" : $"async with asyncio.Worker(name=\"me\", {worker}): await body()")}

            asyncio.run(main())
            """;
        return service.RunPython(["-c", program], scale: 1);
    }
}
