using GeneratedClients;

var (generator, address, group) = (args[0], args[1], args[2]);
await (generator == "nswag" ? NSwagProgram.RunAsync(address, group) : KiotaProgram.RunAsync(address, group));
