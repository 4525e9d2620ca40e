using Mayfly.StoreTests.Servers;

// The suite, or one of the gateways that its tests start and kill.
return args is ["gateway"]
    ? await GatewayProcess.RunAsync()
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
