package main

type alarmsCmd struct {
	Backtest backtestCmd `cmd:"" help:"Tell what an alarm would have done on the data that are stored."`
	Test     trialCmd    `cmd:"" help:"Tell whether alarms do on made-up data what files expect."`
}
