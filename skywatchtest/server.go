package skywatchtest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"skywatch/server"
)

// Server is a Skywatch that runs until the end of its test.
type Server struct {
	// URL is the endpoint of all services.
	URL string
	// Region and AccountID are whose everything is.
	Region, AccountID string
	// AccessKeyID and SecretAccessKey are taken, as any others are.
	AccessKeyID, SecretAccessKey string

	t      testing.TB
	server *server.Server
}

// Start starts a server and has it stop with the test.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	cfg := server.DefaultConfig()
	cfg.Listen, cfg.DataDir, cfg.Clock = "127.0.0.1:0", filepath.Join(t.TempDir(), "data"), "manual"
	for _, o := range options {
		o(&cfg)
	}
	s, err := server.New(cfg, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal("skywatchtest: ", err)
	}
	s.KeepInMemory()
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error("skywatchtest: stop: ", err)
		}
	})
	if err := s.Start(); err != nil {
		t.Fatal("skywatchtest: ", err)
	}
	return &Server{
		URL: s.URL(), Region: cfg.Region, AccountID: cfg.AccountID,
		AccessKeyID: "test", SecretAccessKey: "test", t: t, server: s,
	}
}

// Environment is what a program needs that is to reach the server with an AWS SDK
// or the CLI: variables in the form of os.Environ.
func (s *Server) Environment() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + s.URL, "AWS_REGION=" + s.Region, "AWS_DEFAULT_REGION=" + s.Region,
		"AWS_ACCESS_KEY_ID=" + s.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + s.SecretAccessKey,
	}
}

// Now is what the server takes for the time.
func (s *Server) Now() time.Time { return s.server.Now() }

// Advance lets a time pass, and returns what time it is then. All evaluations,
// schedules and deliveries that came due meanwhile are done, in their order.
func (s *Server) Advance(by time.Duration) time.Time {
	s.t.Helper()
	return s.must(s.server.Advance(s.context(), by))
}

// AdvanceTo is Advance to a time.
func (s *Server) AdvanceTo(at time.Time) time.Time {
	s.t.Helper()
	return s.must(s.server.AdvanceTo(s.context(), at))
}

// Reset empties the account: what was put, made and sent is gone. The clock stands
// where it stood.
func (s *Server) Reset() {
	s.t.Helper()
	if err := s.server.Reset(s.context(), s.AccountID); err != nil {
		s.t.Fatal("skywatchtest: ", err)
	}
}

func (s *Server) must(now time.Time, err error) time.Time {
	s.t.Helper()
	if err != nil {
		s.t.Fatal("skywatchtest: advance: ", err)
	}
	return now
}

func (s *Server) context() context.Context { return s.t.Context() }
