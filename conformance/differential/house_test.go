package differential

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/smithy-go/middleware"

	"skywatch/server"
)

// house is a server on one data directory whose clock is set from outside.
type house struct {
	plan   plan
	dir    string
	log    *slog.Logger
	now    atomic.Int64 // milliseconds since the epoch
	server *server.Server

	http      *http.Client
	transport *transport
	sealed    atomic.Int64
}

func newHouse(p plan, dir string, log *slog.Logger) *house {
	h := &house{plan: p, dir: dir, transport: &transport{}}
	h.http = &http.Client{Transport: h.transport, Timeout: time.Minute}
	h.log = slog.New(&sealCounter{Handler: log.Handler(), sealed: &h.sealed})
	return h
}

// sealCounter counts what the store says of its seals on the way to the log.
type sealCounter struct {
	slog.Handler
	sealed *atomic.Int64
}

// Enabled implements slog.Handler.
func (c *sealCounter) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (c *sealCounter) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "head sealed" {
		c.sealed.Add(1)
	}
	if !c.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return c.Handler.Handle(ctx, r)
}

func (h *house) start() error {
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir, cfg.AccountID = "127.0.0.1:0", filepath.Join(h.dir, "data"), account
	cfg.HeadBytes, cfg.LogBytes = h.plan.headBytes, h.plan.headBytes
	if !h.plan.byHand.IsZero() {
		cfg.Clock, cfg.ClockStart = "manual", h.plan.byHand
	}
	s, err := server.New(cfg, h.log)
	if err != nil {
		return err
	}
	if h.plan.byHand.IsZero() {
		s.Now = func() time.Time { return time.UnixMilli(h.now.Load()).UTC() }
	}
	h.server = s
	return s.Start()
}

func (h *house) stop() error {
	h.transport.CloseIdleConnections()
	return h.server.Stop()
}

func (h *house) restart() error {
	if err := h.stop(); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return h.start()
}

// client signs for a region, which the server takes the signature's word for.
func (h *house) client(region string) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{
		Region: region, BaseEndpoint: aws.String(h.server.URL()), HTTPClient: h.http, Retryer: aws.NopRetryer{},
		Credentials:                 credentials.NewStaticCredentialsProvider("test", "test", ""),
		RequestMinCompressSizeBytes: 10240, // as with shared configuration
	}, func(o *cloudwatch.Options) {
		o.Protocol = h.plan.codec()
		o.APIOptions = append(o.APIOptions, uncheckedInput)
	})
}

// uncheckedInput takes out the client's own check of required members: what
// the server says of them is what is compared.
func uncheckedInput(s *middleware.Stack) error {
	_, _ = s.Initialize.Remove("OperationInputValidation") // an operation may have none
	return nil
}
