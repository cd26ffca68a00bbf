package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"skywatch/alarms/trial"
	"skywatch/server"
)

// trialCmd is alarms test. (A file alarms_test.go would be one of Go's tests.)
type trialCmd struct {
	Files []string `arg:"" name:"file" help:"Files with tests, YAML or JSON (docs/alarms-in-ci.md)." placeholder:"FILE"`
	JUnit string   `name:"junit" help:"Also write what came of them to this file, in JUnit's form." placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (*trialCmd) Help() string {
	return `A file has alarms, series of made-up data, and the states in which the alarms are to be at certain times. Each test runs in a server of its own within this program, on a clock that is moved by hand: no server need run, nothing is stored, nothing leaves this machine, and no time passes.

The exit code is 0 if everything is as expected, 1 if something is not, 2 if a file cannot be used.`
}

// errUnmet is the end of tests of which some failed.
var errUnmet = errors.New("alarms are not as expected")

// badFile is the end of tests that cannot be run.
type badFile struct{ error }

// ExitCode implements coded.
func (badFile) ExitCode() int { return 2 }

func (b badFile) Unwrap() error { return b.error }

// Run runs all files and reports.
func (c *trialCmd) Run(ctx context.Context, s streams) error {
	var tests []trial.Test
	for _, name := range c.Files {
		some, err := trial.Read(name)
		if err != nil {
			return badFile{err}
		}
		tests = append(tests, some...)
	}
	var results []trial.Result
	for i := range tests {
		r, err := tryOne(ctx, &tests[i], s.err)
		if f := (*trial.FileError)(nil); errors.As(err, &f) {
			return badFile{err}
		}
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	if err := trial.Report(s.out, results); err != nil {
		return err
	}
	if err := c.writeJUnit(results); err != nil {
		return err
	}
	if slices.ContainsFunc(results, func(r trial.Result) bool { return len(r.Failures) > 0 }) {
		return errUnmet
	}
	return nil
}

func (c *trialCmd) writeJUnit(results []trial.Result) error {
	if c.JUnit == "" {
		return nil
	}
	f, err := os.Create(c.JUnit)
	if err != nil {
		return badFile{fmt.Errorf("--junit: %w", err)}
	}
	return errors.Join(trial.JUnit(f, results), f.Close())
}

// tryOne plays a test in a server of its own.
func tryOne(ctx context.Context, t *trial.Test, logs io.Writer) (r trial.Result, err error) {
	dir, err := os.MkdirTemp("", "skywatch-alarms-test-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir = "127.0.0.1:0", filepath.Join(dir, "data")
	cfg.Clock, cfg.ClockStart = "manual", t.Start
	// All data of an instant are there before it: nothing is waited for.
	cfg.AlarmSettle, cfg.AlarmSettleFast = 1, 1
	srv, err := server.New(cfg, slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return r, err
	}
	srv.KeepInMemory()
	defer func() { err = errors.Join(err, srv.Stop()) }()
	if err := srv.Start(); err != nil {
		return r, err
	}
	return trial.Run(ctx, t, newTrialHouse(srv, cfg.Region))
}
