package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

type tailCmd struct {
	connection `embed:""`

	Bus     string `help:"Name or ARN of the event bus." default:"default" placeholder:"BUS"`
	Pattern string `help:"Show only events that match this event pattern, as in PutRule." placeholder:"JSON"`
	Rule    string `help:"Show only events that this rule of the bus matches." placeholder:"RULE"`
	JSON    bool   `name:"json" help:"Print a JSON line for each event: the Event as targets get it, the Rules that it matched, and when it Arrived."`
	Full    bool   `help:"Print the whole detail, on lines of its own, instead of its beginning."`
	Count   int    `help:"End after N events. 0: go on until Ctrl-C." placeholder:"N"`
}

// Help implements kong.HelpProvider.
func (*tailCmd) Help() string {
	return `A line has the event's time, source, detail-type, id, the rules that it matched in brackets, and the beginning of its detail.

Only what arrives while the command runs is shown. When the connection is lost, it connects again and says so; events of the time between are not shown. If events arrive faster than they can be printed, some are left out, and standard error says how many. Ctrl-C ends it with exit code 0.`
}

// Run follows the bus.
func (c *tailCmd) Run(ctx context.Context, s streams) error {
	if c.Count < 0 {
		return errors.New("--count: must not be negative")
	}
	to, err := c.dial(ctx)
	if err != nil {
		return err
	}
	t := &tailing{cmd: c, client: to, out: s}
	err = t.follow(ctx)
	if ctx.Err() != nil || errors.Is(err, errEnough) {
		return nil // as was asked for
	}
	return err
}

// errEnough ends a tail of --count events.
var errEnough = errors.New("enough events")

// tailing is a tail under way.
type tailing struct {
	cmd    *tailCmd
	client *client
	out    streams
	opened int // connections that the server took
	events int
}

// tailEvent is an event as the server tells it.
type tailEvent struct {
	Event   json.RawMessage
	Rules   []string
	Arrived time.Time
}

// hear acts on one thing that the server tells.
func (t *tailing) hear(kind string, data []byte) error {
	switch kind {
	case "open":
		if t.opened++; t.opened == 1 {
			t.say("Following event bus %s of %s. Ctrl-C ends it.", t.cmd.Bus, t.client.base)
		} else {
			t.say("Connected again. Events of the time between are not shown.")
		}
	case "event":
		return t.show(data)
	case "dropped":
		var said struct{ Count int }
		if err := json.Unmarshal(data, &said); err != nil {
			return err
		}
		t.say("%d events came too fast and are left out.", said.Count)
	case "end":
		var said struct{ Reason string }
		if err := json.Unmarshal(data, &said); err != nil {
			return err
		}
		return errors.New(said.Reason)
	}
	return nil // of a later version
}

func (t *tailing) show(data []byte) error {
	text := append(data, '\n')
	if !t.cmd.JSON {
		var err error
		if text, err = eventLine(data, t.cmd.Full); err != nil {
			return fmt.Errorf("%s does not answer as a Skywatch server: %w", t.client.base, err)
		}
	}
	if _, err := t.out.out.Write(text); err != nil {
		return &outputError{err}
	}
	if t.events++; t.events == t.cmd.Count {
		return errEnough
	}
	return nil
}

// outputError is why standard output does not take more.
type outputError struct{ error }

// say prints a notice beside the events.
func (t *tailing) say(format string, args ...any) {
	_, _ = fmt.Fprintf(t.out.err, format+"\n", args...)
}
