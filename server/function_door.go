package server

import (
	"net/http"

	"skywatch/access"
	"skywatch/api/sigv4"
	"skywatch/internal/fault"
	"skywatch/targets/function"
	"skywatch/targets/function/web"
)

// functionDoor is where plain HTTP reaches functions.
type functionDoor struct {
	urls      *web.Handler
	downloads *web.Downloads
}

// openFunctionDoor makes it; key is a secret that lasts.
func (s *Server) openFunctionDoor(f *function.Service, key []byte) *functionDoor {
	return &functionDoor{
		urls:      web.NewHandler(web.Options{Functions: f, Gate: functionGate{s}, BasePath: s.cfg.BasePath, Now: s.Now, Logger: s.log}),
		downloads: web.NewDownloads(f.Packages.Open, key, s.Now, s.log),
	}
}

// before has function URLs served in front of next: they have a guard of their
// own, as pages of other origins may call them.
func (d *functionDoor) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.urls.Serves(r) {
			d.urls.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// functionGate is web.Gate by the server's keys and modes.
type functionGate struct{ s *Server }

// Guard implements web.Gate.
func (g functionGate) Guard(r *http.Request, own bool, allowed func(string) bool) (sandbox bool, err error) {
	if !g.s.auth.now().Guarded() {
		return false, nil
	}
	return !own, access.GuardBrowserBut(r, g.s.auth.hosts, access.Exception{Host: own, Origin: allowed})
}

// lambda is the service that requests to function URLs are signed for.
const lambda = "lambda"

// Signed implements web.Gate. In local mode a signature must be there, and is
// not verified.
func (g functionGate) Signed(r *http.Request, body []byte) (web.Caller, error) {
	signed := sigv4.RequestOf(r, body)
	if !g.s.auth.now().Enforced() {
		claim, found, err := sigv4.ParseScope(signed)
		if err == nil && (!found || claim.Service != lambda) {
			err = fault.New(fault.Denied, "The request is not signed for %s.", lambda)
		}
		return web.Caller{Account: g.s.auth.fallback.Account, Region: claim.Region, AccessKeyID: claim.AccessKeyID}, err
	}
	who, err := g.s.auth.verify(signed, false)
	if err == nil && who.Service != lambda {
		err = fault.New(fault.Denied, "The request is not signed for %s.", lambda)
	}
	return web.Caller{Account: who.Account, Region: who.Region, AccessKeyID: who.AccessKeyID}, err
}
