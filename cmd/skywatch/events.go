package main

type eventsCmd struct {
	Tail tailCmd `cmd:"" help:"Show the events of a bus as they arrive."`
}
