package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"skywatch/agent"
	"skywatch/server"
)

type serveCmd struct {
	server.Config `embed:""`
	LogLevel      slog.Level `name:"log-level" placeholder:"LEVEL" help:"Least level that is logged: DEBUG, INFO, WARN or ERROR."`
}

// Run serves until the context ends, then stops cleanly. Standard output gets
// one line, once requests are taken; logs go to standard error.
func (c *serveCmd) Run(ctx context.Context, s streams) error {
	log := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: c.LogLevel}))
	srv, err := server.New(c.Config, log)
	if err != nil {
		return err
	}
	srv.Version = version
	if err := srv.Start(); err != nil {
		return errors.Join(err, srv.Stop())
	}
	c.guide(s.err, srv) // before the ready line: who waits for that finds all of it
	_, _ = fmt.Fprintln(s.out, "skywatch is ready on "+srv.URL())

	var owned sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	if c.AgentInterval > 0 {
		if err := c.startAgent(ctx, &owned, srv, log); err != nil {
			cancel()
			return errors.Join(err, srv.Stop())
		}
	}
	select {
	case <-ctx.Done():
	case err = <-srv.Failed():
		log.Error("server cannot go on", "err", err)
	}
	cancel()
	owned.Wait()
	return errors.Join(err, srv.Stop())
}

func (c *serveCmd) startAgent(ctx context.Context, owned *sync.WaitGroup, srv *server.Server, log *slog.Logger) error {
	cfg := agent.DefaultConfig()
	id, secret := srv.ProcessKey()
	cfg.Endpoint, cfg.Region, cfg.Interval, cfg.Logger = srv.URL(), c.Region, c.AgentInterval, log
	cfg.Credentials = credentials.NewStaticCredentialsProvider(id, secret, "")
	cfg.HTTPClient = srv.Client()
	a, err := agent.New(cfg)
	if err != nil {
		return err
	}
	owned.Go(func() {
		if err := a.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			log.Error("host agent stopped", "err", err)
		}
	})
	return nil
}

// guide tells a person where to look and what to type next.
func (c *serveCmd) guide(w io.Writer, srv *server.Server) {
	url, key := srv.URL(), "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
	if srv.Enforced() {
		key = "AWS_ACCESS_KEY_ID=<id> AWS_SECRET_ACCESS_KEY=<secret>   # of an access key"
	}
	_, _ = fmt.Fprintf(w, "\n  Health   %s%s/healthz\n  Metrics  %s%s/metrics\n\n  In another terminal:\n", url, c.BasePath, url, c.BasePath)
	_, _ = fmt.Fprintf(w, "    export AWS_ENDPOINT_URL=%s AWS_DEFAULT_REGION=%s %s\n", url, c.Region, key)
	if c.AgentInterval > 0 {
		_, _ = fmt.Fprintf(w, "    aws cloudwatch list-metrics --namespace %s\n", agent.DefaultNamespace)
		_, _ = fmt.Fprintf(w, "    aws cloudwatch get-metric-statistics --namespace %s --metric-name mem_used_percent \\\n"+
			"      --dimensions Name=host,Value=$(hostname) --statistics Average --period 60 \\\n"+
			"      --start-time $(date -u -d '-10 min' +%%FT%%TZ) --end-time $(date -u +%%FT%%TZ)\n\n", agent.DefaultNamespace)
		return
	}
	_, _ = fmt.Fprint(w, "    aws cloudwatch put-metric-data --namespace App --metric-name Latency --value 212 --unit Milliseconds\n"+
		"    aws cloudwatch list-metrics\n\n")
}
