using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Commands;
using TaskApi.Load.Http;
using TaskApi.Load.Soak;
using TaskApi.Load.Work;

const string Usage = """
    Loads a running service over loopback and writes rows of a Markdown table.

      fill         --url URL --count N [--pid PID] [--streams 2] [--target 200000]
                                                                          create N tasks due in 2 h to 24 h through NDJSON
      ids          --url URL --count N --file FILE                        create N tasks likewise and keep their ids
      idle         --pid PID [--seconds 20]                               the processor time that the process takes
      punctuality  --url URL --pending N [--rate 50000] [--seconds 10] [--p99 MS] [--max MS]
                                                                          so many due a second, while it also answers 1,000 requests/s
      wakeup       --url URL [--samples 1000] [--p99 MS] [--wait-at URL]  from the due time to a long-poller holding the answer
      drain        --url URL [--count 300000]                             the rate at which tasks due all at once are completed
      creating     --url URL --beside URL [--seconds 600] [--what TEXT]   one task after the other, and how that changes with time
      forget       --url URL --pid PID [--count 10000000]                 create, complete and forget tasks again and again
      gather       --url URL [--callers 1000]                             gathers over tasks that finish together
      events       --url URL --pid PID [--subscribers 1000] [--rate 1000] [--seconds 10]
                                                                          the event stream with many subscribers
      throughput   --url URL [--count 1000000] [--target 150000]          created by NDJSON, run by the program's own handler, and finished
      workers      --url URL [--count 500000] [--workers 4] [--max 100] [--target 50000]
                                                                          acquired and finished over HTTP
      flow         --url URL [--and URL] [--count 100000] [--workers 4] [--max 100] [--rounds 3] [--others 0]
                                                                          the rates at which tasks are created, acquired and finished, all at once
      promptness   --url URL [--samples 1000] [--due MS] [--cancel MS]    from due to a worker holding the task; from a cancel to its being told
      queues       --url URL --beside URL [--count 1000000] [--queues 1000] [--calls 20000]
                                                                          what a call for work costs where much waits, beside one where little does
      working      --url URL --beside URL [--seconds 600] [--what TEXT]   created, acquired and finished, and how that changes with time
      priorities   --url URL [--count 1000000] [--calls 3000] [--p99 MS] [--where TEXT]
                                                                          what a call for work takes where much of all priorities waits, or much of a busy key
      deliveries   --url URL [--rate 2000] [--seconds 10] [--others 200] [--dead 10000] [--p99 MS]
                                                                          how late URLs are called, and what calls of a host that is dead do to others
      schedules    --url URL --pid PID [--idle 90000] [--due 10000] [--p99 MS] [--seconds 20] [--where TEXT]
                                                                          what schedules cost that aren't due; how late those make tasks that are due together
      soak         --url URL --pid PID [--seconds 300] [--handlers yes]   a mixed load; the exit code says whether all was well

    --timeout SECONDS (default 600) bounds every command.
    """;

try
{
    var arguments = Arguments.Parse(args);
    using var bounded = new CancellationTokenSource(TimeSpan.FromSeconds(arguments.Number("timeout", 600)));
    var token = bounded.Token;
    Service Service() => new(new Uri(arguments.Required("url")));
    ServerProcess Process() => new(int.Parse(arguments.Required("pid"), CultureInfo.InvariantCulture));
    switch (arguments.Command)
    {
        case "fill": await FillCommand.RunAsync(Service(), arguments, token); break;
        case "ids": await FillCommand.KeepIdsAsync(Service(), arguments, token); break;
        case "idle": await IdleCommand.RunAsync(Process(), arguments, token); break;
        case "punctuality": await PunctualityCommand.RunAsync(Service(), arguments, token); break;
        case "wakeup": await WakeUpCommand.RunAsync(Service(), arguments, token); break;
        case "drain": await DrainCommand.RunAsync(Service(), arguments, token); break;
        case "creating": await CreatingCommand.RunAsync(Service(), new Service(new Uri(arguments.Required("beside"))), arguments, token); break;
        case "forget": await ForgetCommand.RunAsync(Service(), Process(), arguments, token); break;
        case "gather": await GatherCommand.RunAsync(Service(), arguments, token); break;
        case "events": await EventsCommand.RunAsync(Service(), Process(), arguments, token); break;
        case "throughput": await ThroughputCommand.RunAsync(Service(), arguments, token); break;
        case "workers": await WorkersCommand.RunAsync(Service(), arguments, token); break;
        case "flow": await FlowCommand.RunAsync(Service(), arguments.Text("and", "") is { Length: > 0 } and ? new Service(new Uri(and)) : null, arguments, token); break;
        case "promptness": await PromptnessCommand.RunAsync(Service(), arguments, token); break;
        case "schedules": await SchedulesCommand.RunAsync(Service(), Process(), arguments, token); break;
        case "deliveries": await DeliveriesCommand.RunAsync(Service(), arguments, token); break;
        case "queues": await QueuesCommand.RunAsync(new Service(new Uri(arguments.Required("beside"))), Service(), arguments, token); break;
        case "priorities": await PrioritiesCommand.RunAsync(Service(), arguments, token); break;
        case "working": await WorkingCommand.RunAsync(Service(), new Service(new Uri(arguments.Required("beside"))), arguments, token); break;
        case "soak": return await SoakCommand.RunAsync(Service(), Process(), arguments, token) ? 0 : 1;
        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }

    return 0;
}
catch (Exception exception) when (exception is ArgumentException or FormatException or IOException or InvalidDataException or OperationCanceledException or System.Net.Sockets.SocketException)
{
    await Console.Error.WriteLineAsync($"{args.FirstOrDefault()}: {exception.Message}");
    return 1;
}
