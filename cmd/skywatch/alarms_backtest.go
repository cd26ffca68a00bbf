package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type backtestCmd struct {
	connection `embed:""`

	File         string   `arg:"" optional:"" help:"The alarm: the input of put-metric-alarm as the AWS CLI takes it in --cli-input-json, or the same in YAML; - is standard input."`
	AlarmName    string   `help:"An alarm that the server has, in place of FILE." placeholder:"NAME"`
	Set          []string `help:"Another value for a member of the alarm, such as Threshold=80; without a value, the member is left out. May be repeated." placeholder:"MEMBER=VALUE" sep:"none"`
	Last         span     `help:"How far back from the end: 36h, 14d. 14d where there is no --start either." placeholder:"DURATION"`
	Start        string   `help:"When to begin: RFC 3339, 2006-01-02 15:04:05 in UTC, or seconds since 1970." placeholder:"TIME"`
	End          string   `help:"When to end, in the same forms; the present where it is not given." placeholder:"TIME"`
	InitialState string   `help:"State of the alarm before the first evaluation." enum:"OK,ALARM,INSUFFICIENT_DATA" default:"INSUFFICIENT_DATA" placeholder:"STATE"`
	JSON         bool     `name:"json" help:"Print JSON."`
}

// Help implements kong.HelpProvider.
func (*backtestCmd) Help() string {
	return `Every evaluation from the start to the end is made again, by the code that evaluates live, as if each datum had arrived at its timestamp. Nothing is stored and no action is taken. Data that came late count here as if they had been in time.

Data are kept by the second for 3 hours, by the minute for 15 days, by 5 minutes for 63 days and by the hour for 455 days: a start that is too early for the alarm's Period is refused, and the earliest possible one named.`
}

// defaultLast is how far back a back-test looks: within what is kept by the minute.
const defaultLast = span(14 * 24 * time.Hour)

// Run tries the alarm and prints what came of it.
func (c *backtestCmd) Run(ctx context.Context, s streams) error {
	from, to, err := c.stretch(time.Now().Truncate(time.Second))
	if err != nil {
		return err
	}
	server, err := c.dial(ctx)
	if err != nil {
		return err
	}
	subject, err := c.subject(ctx, server, s.in)
	if err != nil {
		return err
	}
	t := backtesting{client: server, subject: subject, state: c.InitialState, bar: newBacktestBar(s.err, from, to)}
	r, err := t.all(ctx, from, to)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.out, r)
	}
	return r.print(s.out)
}

// stretch returns when to begin and to end.
func (c *backtestCmd) stretch(now time.Time) (from, to time.Time, err error) {
	to = now
	if c.End != "" {
		if to, err = parseTime(c.End); err != nil {
			return from, to, fmt.Errorf("--end: %w", err)
		}
	}
	switch {
	case c.Start != "" && c.Last != 0:
		return from, to, errors.New("--start and --last exclude each other")
	case c.Last < 0:
		return from, to, errors.New("--last: must not be negative")
	case c.Start != "":
		if from, err = parseTime(c.Start); err != nil {
			return from, to, fmt.Errorf("--start: %w", err)
		}
	case c.Last != 0:
		from = to.Add(-time.Duration(c.Last))
	default:
		from = to.Add(-time.Duration(defaultLast))
	}
	if to.Before(from) {
		return from, to, errors.New("--start: must not be after the end")
	}
	return from, to, nil
}
