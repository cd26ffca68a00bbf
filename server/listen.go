package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"skywatch/access"
	"skywatch/internal/fault"
	"skywatch/otlp"
	"skywatch/prometheus"
	"skywatch/server/tlsreload"
	"skywatch/targets/function/web"
	"skywatch/targets/topic"
)

// listen takes the address first, so that a second server on it fails before
// it touches the data.
func (s *Server) listen() (err error) {
	if s.listener, err = net.Listen("tcp", s.cfg.Listen); err != nil {
		return fmt.Errorf("listen on %s: %w (is another server running?)", s.cfg.Listen, err)
	}
	s.later(func() error {
		if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return nil
}

// URL is where the server is reached from this machine.
func (s *Server) URL() string {
	scheme := "http"
	if s.cfg.TLSCert != "" {
		scheme = "https"
	}
	addr := s.listener.Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, fmt.Sprint(addr.Port))
}

// Enforced reports whether requests must carry the signature of an access key.
func (s *Server) Enforced() bool { return s.auth.now().Enforced() }

// ProcessKey signs calls of this process to itself, whatever the mode. It is
// of the default account and made anew at every start.
func (s *Server) ProcessKey() (id, secret string) { return s.auth.processID, s.auth.processSecret }

// Client returns a client for URL. It trusts whatever certificate the server
// itself is configured with: the call does not leave the machine.
func (s *Server) Client() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // our own listener
	return &http.Client{Transport: t}
}

// house is what answers requests.
type house struct{ rooms, reset http.Handler }

// entrance leads requests to the rooms that are open, or has them wait while these
// are closed: only with a manual clock they ever are.
func (s *Server) entrance(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost && r.URL.Path == s.cfg.BasePath+resetPath {
		s.house.Load().reset.ServeHTTP(w, r)
		return
	}
	if s.still != nil {
		if err := s.gate.enter(r.Context()); err != nil {
			return // nobody waits for the answer
		}
		defer s.gate.leave()
	}
	s.house.Load().rooms.ServeHTTP(w, r)
}

// serve answers requests on the listener until the server stops.
func (s *Server) serve() error {
	listener := s.listener
	var cert *tlsreload.Certificate
	if s.cfg.TLSCert != "" {
		var err error
		if cert, err = tlsreload.Open(tlsreload.Options{CertFile: s.cfg.TLSCert, KeyFile: s.cfg.TLSKey, Log: s.log}); err != nil {
			return err
		}
		listener = tls.NewListener(listener, cert.Config())
	}
	ctx, cancel := context.WithCancel(s.life)
	s.reloadOnHangup(ctx, cert)
	front := &http.Server{
		Handler: http.HandlerFunc(s.entrance), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, BaseContext: func(net.Listener) context.Context { return s.life },
	}
	s.shut = func() error {
		err := s.finish(front)
		cancel()
		s.front.Wait()
		return err
	}
	s.front.Go(func() {
		if err := front.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("serve: %w", err))
		}
	})
	return nil
}

// finish ends what only waits, waits for the requests under way, for as long as
// is allowed, then breaks them off.
func (s *Server) finish(front *http.Server) error {
	s.quit()
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.ShutdownGrace)
	defer cancel()
	if err := front.Shutdown(ctx); err != nil {
		s.log.Warn("requests under way were broken off", "after", s.cfg.ShutdownGrace)
		return front.Close()
	}
	return nil
}

// reloadOnHangup reads the certificate again on SIGHUP. Without one (nil) the
// signal does nothing: by default it would end the process.
func (s *Server) reloadOnHangup(ctx context.Context, cert *tlsreload.Certificate) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	s.front.Go(func() {
		defer signal.Stop(hangup)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
				if cert == nil {
					continue
				}
				if err := cert.Reload(); err != nil {
					s.log.Error("certificate not read again", "err", err)
				}
			}
		}
	})
}

// router puts the paths that have a meaning of their own before the AWS
// protocols, which take any path.
func (s *Server) router(aws http.Handler, a *admin, signer *topic.Signer, f *functionDoor, prom *prometheus.API, metrics *otlp.Receiver) http.Handler {
	r := mux.NewRouter().SkipClean(true).UseEncodedPath()
	base := r
	if s.cfg.BasePath != "" {
		base = r.PathPrefix(s.cfg.BasePath).Subrouter()
	}
	base.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }).Methods(http.MethodGet, http.MethodHead)
	base.Handle("/metrics", promhttp.HandlerFor(s.telemetry.registry, promhttp.HandlerOpts{})).Methods(http.MethodGet)
	r.MatcherFunc(func(r *http.Request, _ *mux.RouteMatch) bool { return signer.Serves(r.URL.Path) }).Handler(signer).Methods(http.MethodGet)
	base.PathPrefix(web.DownloadPath).Handler(f.downloads).Methods(http.MethodGet, http.MethodHead)
	plain := base.MatcherFunc(func(r *http.Request, _ *mux.RouteMatch) bool { return !isAWS(r) }).Subrouter()
	prom.Mount(plain)
	metrics.Mount(plain)
	a.mount(base)
	r.NotFoundHandler = aws
	r.MethodNotAllowedHandler = aws
	return f.before(s.guard(r))
}

// guard refuses requests of foreign web pages on every path while unsigned
// requests are taken; the AWS protocols do it again, with an error of their
// own form.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.auth.now().Guarded() {
			if err := access.GuardBrowser(r, s.auth.hosts); err != nil && !isAWS(r) {
				http.Error(w, fault.Of(err).Message, http.StatusForbidden)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// isAWS reports whether a request carries a marker of an AWS protocol, so that
// its refusal has that protocol's form.
func isAWS(r *http.Request) bool {
	return r.Header.Get("X-Amz-Target") != "" || r.Header.Get("Smithy-Protocol") != ""
}

// debug serves pprof on a loopback address of its own.
func (s *Server) debug() error {
	if s.cfg.DebugListen == "" {
		return nil
	}
	l, err := net.Listen("tcp", s.cfg.DebugListen)
	if err != nil {
		return fmt.Errorf("listen for pprof: %w", err)
	}
	m := http.NewServeMux()
	m.HandleFunc("/debug/pprof/", pprof.Index)
	m.HandleFunc("/debug/pprof/profile", pprof.Profile)
	m.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	m.HandleFunc("/debug/pprof/trace", pprof.Trace)
	front := &http.Server{Handler: m, ReadHeaderTimeout: 10 * time.Second}
	s.later(front.Close)
	s.owned.Go(func() {
		if err := front.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("pprof stopped", "err", err)
		}
	})
	s.log.Info("pprof", "url", "http://"+l.Addr().String()+"/debug/pprof/")
	return nil
}
