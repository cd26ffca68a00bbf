// Skywatch is CloudWatch's metrics, alarms and events as one program: the
// server, its host agent, and the few commands that the AWS CLI has not.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"skywatch/server"
)

// cli is the command line; one file holds each subcommand.
type cli struct {
	Config  kong.ConfigFlag `help:"YAML file with options of the command, by their long names." placeholder:"FILE" env:"SKYWATCH_CONFIG"`
	Serve   serveCmd        `cmd:"" help:"Serve the API, with the data in a directory."`
	Agent   agentCmd        `cmd:"" help:"Put metrics of this machine into a server."`
	Import  importCmd       `cmd:"" help:"Load CSV or JSON lines into a server."`
	Keys    keysCmd         `cmd:"" help:"Make, list and delete access keys."`
	Events  eventsCmd       `cmd:"" help:"Look at events."`
	Alarms  alarmsCmd       `cmd:"" help:"Try alarms."`
	Backup  backupCmd       `cmd:"" help:"Back up the data of a server that runs."`
	Restore restoreCmd      `cmd:"" help:"Make a data directory of a backup."`
	Check   checkCmd        `cmd:"" help:"Read a data directory through and say what is damaged."`
	Version versionCmd      `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit code: 0, 1 for a failure,
// 2 for a wrong command line.
func run(ctx context.Context, args []string, s streams) int {
	c := cli{Serve: serveCmd{Config: server.DefaultConfig()}}
	code := 0
	exited := false
	parser, err := kong.New(&c,
		kong.Name("skywatch"),
		kong.Description("CloudWatch's metrics, alarms and events that anyone can run."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(n int) { code, exited = n, true }),
		kong.Configuration(yamlOptions),
		kong.DefaultEnvars("SKYWATCH"),
		kong.PostBuild(keepDefaults),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		_, _ = fmt.Fprintln(s.err, "skywatch:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		_, _ = fmt.Fprintf(s.err, "skywatch: %v\nSee: skywatch --help\n", err)
		return 2
	}
	if err := command.Run(); err != nil {
		_, _ = fmt.Fprintln(s.err, "skywatch:", err)
		var c coded
		if errors.As(err, &c) {
			return c.ExitCode()
		}
		return 1
	}
	return 0
}

// coded is a failure with an exit code of its own.
type coded interface {
	error
	ExitCode() int
}
