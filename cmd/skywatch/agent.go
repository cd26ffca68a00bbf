package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"skywatch/agent"
)

type agentCmd struct {
	Endpoint  string        `help:"URL of the server." default:"http://127.0.0.1:4582" env:"AWS_ENDPOINT_URL"`
	Region    string        `help:"Region to put the metrics in." default:"us-east-1" env:"AWS_REGION,AWS_DEFAULT_REGION"`
	Interval  time.Duration `help:"How often to read the machine: 10s, 60s or 300s (basic monitoring)." default:"60s"`
	Namespace string        `help:"Namespace of the metrics." default:"CWAgent"`
	Hostname  string        `help:"Value of the host dimension. Empty: this machine's name."`
	Unsigned  bool          `help:"Use a placeholder key, which a server in local mode takes, instead of the AWS credentials of the environment."`
	trust     `embed:""`
}

// Run reads this machine until the context ends. Credentials are found as
// every AWS client finds them.
func (c *agentCmd) Run(ctx context.Context, s streams) error {
	cfg := agent.DefaultConfig()
	cfg.Endpoint, cfg.Region, cfg.Interval = c.Endpoint, c.Region, c.Interval
	cfg.Namespace, cfg.Hostname = c.Namespace, c.Hostname
	cfg.Logger = slog.New(slog.NewTextHandler(s.err, nil))
	if !c.Unsigned {
		found, err := config.LoadDefaultConfig(ctx, config.WithRegion(c.Region))
		if err != nil {
			return fmt.Errorf("find AWS credentials: %w", err)
		}
		cfg.Credentials = found.Credentials
	}
	transport, err := c.transport()
	if err != nil {
		return err
	}
	cfg.HTTPClient = &http.Client{Transport: transport}
	a, err := agent.New(cfg)
	if err != nil {
		return err
	}
	if err := a.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
